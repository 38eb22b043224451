"""The pages on which those who run the company add fields to record types and care for their options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Invalid, Missing
from daftar.records import conditional, custom_fields, field_bin
from daftar.records.custom_fields import COLOURS, WITHOUT_DEFAULT, OptionEdit
from daftar.records.fields import KINDS
from daftar.records.fields.choice import Choice
from daftar.records.formula.functions import FUNCTIONS
from daftar.records.formula.reading import read, written
from daftar.records.formula_sources import named, readable_names
from daftar.records.models import CustomField
from daftar.records.query import unique
from daftar.records.reader import Reader
from daftar.records.retyping.kinds import targets
from daftar.records.types import RecordType
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

NUMBERS = ("money", "whole", "decimal", "duration")


@door("settings", "settings")
def types(request: Any) -> HttpResponseBase:
    """All record types, with how many fields of their own each has."""
    reader = reader_of(request)
    own: dict[str, int] = {}
    for key in CustomField.objects.filter(hidden=False, deleted_at=None).values_list("type", flat=True):
        own[key] = own.get(key, 0) + 1
    rows = [(type_, own.get(type_.key, 0)) for type_ in reader.schema.types.values()]
    return render(request, "records/settings_types.html", {"rows": rows, "title": _("Fields")})


@door("settings", "settings")
def fields(request: Any, type_key: str) -> HttpResponseBase:
    """The fields of one type: its own ones, shown and hidden, and the shipped lists whose options can be changed."""
    type_ = reader_of(request).schema.type(type_key)
    rows = [
        (row, KINDS[row.kind].kind_name, block_name(type_, row.place))
        for row in CustomField.objects.filter(type=type_key, deleted_at=None)
    ]
    gone = CustomField.objects.filter(type=type_key, deleted_at__isnull=False).order_by("-deleted_at")
    return render(request, "records/settings_fields.html", {
        "type": type_,
        "shown": [row for row in rows if not row[0].hidden],
        "hidden": [row for row in rows if row[0].hidden],
        "gone": [(row, KINDS[row.kind].kind_name, field_bin.goes_on(row)) for row in gone],
        "lists": [f for f in type_.fields if isinstance(f, Choice) and f.open and not f.custom],
        "title": _("Fields of %(type)s") % {"type": type_.plural},
    })  # fmt: skip


@door("settings", "settings")
def new(request: Any, type_key: str) -> HttpResponseBase:
    """First the kind (`?kind=`), then everything else in one form."""
    reader = reader_of(request)
    type_ = reader.schema.type(type_key)
    known = {kind.kind: kind for kind in custom_fields.kinds()}
    kind = request.GET.get("kind", "")
    if kind not in known:
        return render(request, "records/settings_field_kinds.html", {
            "type": type_, "kinds": known.values(), "title": _("New field of %(type)s") % {"type": type_.plural},
        })  # fmt: skip
    probe = CustomField(type=type_key, key="default", kind=kind, settings={})
    form = FieldForm(type_, probe, reader, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            row = custom_fields.add_field(
                type_, kind, form.typed("label"), by=request.user, options=form.new_options(), **form.given()
            )
        except Invalid as refused:
            form.refuse(refused)
        else:
            said = _("The field “%(name)s” is there.") % {"name": row.label}
            return toast(go(request, pipelines_of(row) or f"/settings/fields/{type_key}/"), said)
    title = _("New field of %(type)s") % {"type": type_.plural}
    return show(request, form, title, status=422 if form.errors else 200)


@door("settings", "settings")
def field(request: Any, type_key: str, key: str) -> HttpResponseBase:
    """One custom field; of a shipped list only its options."""
    reader = reader_of(request)
    type_ = reader.schema.type(type_key)
    row = CustomField.objects.filter(type=type_key, key=key).first()
    if row is None:
        return shipped_list(request, type_, key)
    back = f"/settings/fields/{type_key}/"
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "restore":
        try:
            field_bin.take_out_of_bin(type_, key, by=request.user)
        except Invalid as refused:
            return toast(go(request, back), str(refused), "danger")
        return toast(go(request, back), _("“%(name)s” is back with its values.") % {"name": row.label})
    if row.deleted_at is not None:
        raise Missing()
    if act == "hide":
        custom_fields.hide_field(type_, key, by=request.user)
        said = _("“%(name)s” is hidden. Its values are kept.") % {"name": row.label}
        return toast(go(request, back), said)
    if act == "bring_back":
        custom_fields.bring_back_field(type_, key, by=request.user)
        return toast(go(request, back), _("“%(name)s” is back with its values.") % {"name": row.label})
    form = FieldForm(type_, row, reader, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            custom_fields.change_field(
                type_, key, label=form.typed("label"), by=request.user, position=form.position(),
                options=form.all_options() if form.has_options else None, **form.given(),
            )  # fmt: skip
        except Invalid as refused:
            form.refuse(refused)
            form.doubles = refused.details.get("doubles", ())
        else:
            return toast(go(request, back), _("Saved."))
    return show(request, form, row.label, row=row, status=422 if form.errors else 200)


def shipped_list(request: Any, type_: RecordType, key: str) -> HttpResponseBase:
    """The options of a declared list that the company may change."""
    field_ = type_.field(key)
    if not isinstance(field_, Choice) or not field_.open or field_.custom:
        raise Missing()
    form = OptionsForm(sent=request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            custom_fields.change_options(type_, key, form.all_options(), by=request.user)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return toast(go(request, f"/settings/fields/{type_.key}/"), _("Saved."))
    return render(request, "records/settings_options.html", {
        "type": type_, "form": form, "title": str(field_.label), "options": form.shown(field_), "colours": colours(),
        "more": form.area("options", _("More options"), help=_("One on each line.")),
    }, status=422 if form.errors else 200)  # fmt: skip


def show(
    request: Any, form: FieldForm, title: str, *, row: CustomField | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "records/settings_field.html", {
        "type": form.type, "form": form, "row": row, "title": title, "kind_name": KINDS[form.row.kind].kind_name,
        "functions": sorted(FUNCTIONS.values(), key=lambda f: f.name) if form.row.kind == "formula" else (),
        "readable": readable_names(form.type) if form.row.kind == "formula" else (),
        "pipelines": pipelines_of(row) if row else "", "may_become": bool(row and targets(row.kind)),
        "show_if": conditional.said(form.row.show_if, form.type, form.reader),
        "require_if": conditional.said(form.row.require_if, form.type, form.reader),
        "widgets": form.widgets(), "options": form.shown_options(), "colours": colours(),
    }, status=status)  # fmt: skip


def pipelines_of(row: CustomField) -> str:
    """Where the pipelines of a stage field are changed; "" for other kinds and while it is hidden."""
    return f"/settings/pipelines/{row.type}/fields/{row.key}/" if row.kind == "stage" and not row.hidden else ""


def colours() -> list[tuple[str, str]]:
    names = {
        "grey": _("grey"), "blue": _("blue"), "green": _("green"), "teal": _("teal"), "amber": _("amber"),
        "orange": _("orange"), "red": _("red"), "pink": _("pink"), "purple": _("purple"),
    }  # fmt: skip
    return [("", "—"), *((colour, names[colour]) for colour in COLOURS)]


def blocks(type_: RecordType) -> list[tuple[str, str]]:
    """The blocks of the card, by the first field that stands in each."""
    return [(f"@{section.keys.split()[0]}", str(section.name)) for section in type_.card if section.keys.split()]


def others(type_: RecordType) -> list[tuple[str, str]]:
    """The blocks but the one in which fields stand that name none."""
    return [(key, name) for key, name in blocks(type_) if name != str(type_.own_block)]


def block_name(type_: RecordType, place: str) -> str:
    return dict(blocks(type_)).get(place, "" if place.startswith("@") else place)


class OptionsForm(PlainForm):
    """The table of options: label, colour and archived of each, and a box for new ones."""

    def new_options(self) -> list[OptionEdit]:
        lines = self.typed("options").splitlines()
        return [OptionEdit(line.strip()) for line in lines if line.strip()]

    def all_options(self) -> list[OptionEdit]:
        sent = self.sent if self.sent is not None else QueryDict()
        keys, labels, tints = (sent.getlist(f"option_{part}") for part in ("key", "label", "colour"))
        archived = set(sent.getlist("option_archived"))
        rows = zip(keys, labels, [*tints, *[""] * len(keys)])
        return [*(OptionEdit(label, key, tint, key in archived) for key, label, tint in rows), *self.new_options()]

    def shown(self, field_: Choice) -> list[OptionEdit]:
        """The options as they stand in the form: as sent, else as kept."""
        if self.sent is not None and "option_key" in self.sent:
            return [edit for edit in self.all_options() if edit.key]
        return [OptionEdit(o.label, o.key, o.colour, o.archived) for o in field_.options()]


class FieldForm(OptionsForm):
    """Everything that a custom field has. The default is edited by the kind's own widget under the name "default"."""

    def __init__(self, type_: RecordType, row: CustomField, reader: Reader, sent: QueryDict | None) -> None:
        place = row.place if row.place.startswith("@") else ""
        kept = {
            "label": row.label, "help": row.help, "required": row.required, "unique": row.unique, "place": place, "position": row.position,
            "own_place": "" if place else row.place, **row.settings,
        }  # fmt: skip
        super().__init__(kept, sent)
        self.type, self.row, self.reader = type_, row, reader
        self.doubles: Sequence[tuple[str, int]] = ()
        """Values that stand in the way of "no value twice", with how many records have each."""
        self.has_options = issubclass(KINDS[row.kind], Choice)
        self.is_new = row.pk is None

    def given(self) -> dict[str, Any]:
        """The arguments of the actions as sent."""
        return {
            "required": self.is_on("required"), "unique": self.is_on("unique"), "default": self.default(), "help": self.typed("help"),
            "place": self.typed("own_place") or self.typed("place"),
            "settings": {"to": self.typed("to"), "formula": self.typed("formula"),
                         **{word: self.is_on(word) for word in ("role", "total", "code")}},
        }  # fmt: skip

    def position(self) -> int:
        text = self.typed("position")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else self.row.position

    def default(self) -> Any:
        """The raw default out of the form, as the kind reads it."""
        if self.has_options and self.is_new:
            return self.typed("default")
        mine, sent = QueryDict(mutable=True), self.sent if self.sent is not None else QueryDict()
        for name in sent:
            if name == "default" or name.startswith("default."):
                mine.setlist(self.row.key + name.removeprefix("default"), sent.getlist(name))
        raw = custom_fields.bound(self.type, self.row).read(mine)
        if self.row.kind == "yes_no" and raw == "0":
            return None
        return raw

    def widgets(self) -> list[Widget]:
        made = [
            self.input("label", _("Name"), required=True, maxlength=200),
            self.input("help", _("Help text"), maxlength=500, help=_("Stands below the field in forms.")),
            *(
                [self.check("required", _("Required"), help=_("New records need it; old ones when it is changed."))]
                if self.row.kind != "formula"
                else []
            ),
            *(
                [self.check("unique", _("No value twice"), help=self.unique_help())]
                if self.row.kind in unique.KINDS
                else []
            ),
            self.select("place", _("Block of the card"), [("", self.type.own_block), *others(self.type)]),
            self.input("own_place", _("Or a block of its own"), maxlength=200),
        ]
        if not self.is_new:
            made.append(self.input("position", _("Order"), inputmode="numeric", maxlength=5))
        return [*made, *self.own_words(), *self.default_widget()]

    def unique_help(self) -> str:
        if self.row.kind in ("emails", "webs"):
            return _("Two records cannot have the same first address. Empty ones and the bin do not count.")
        return _("Two records cannot have the same value. Empty ones and the bin do not count.")

    def own_words(self) -> list[Widget]:
        """The settings of the kind."""
        kind = self.row.kind
        if kind in ("link", "links"):
            targets = [(t.key, t.plural) for t in self.type.schema.types.values()]
            if not self.is_new:
                targets = [pair for pair in targets if pair[0] == self.row.settings.get("to")]
            words = [self.select("to", _("Links to"), targets)]
            return [*words, self.check("role", _("Each link has a role"))] if kind == "links" else words
        if kind == "formula":
            text = self.typed("formula") if self.sent is not None else self.formula_as_named()
            said = _("Fields by their names in brackets, for example: [Amount] * [Probability] / 100")
            area = replace(self.area("formula", _("Formula"), help=said, rows=4), value=text, required=True)
            return [area, self.check("total", _("Sum below lists"))]
        if kind in NUMBERS:
            return [self.check("total", _("Sum below lists"))]
        if kind == "text":
            return [self.check("code", _("A code"), help=_("Reads left to right in every language."))]
        if self.has_options and self.is_new:
            return [self.area("options", _("Options"), help=_("One on each line."), rows=6)]
        return []

    def formula_as_named(self) -> str:
        """The formula with the names of the page instead of keys."""
        try:
            return written(read(str(self.row.settings.get("formula", ""))), lambda name: named(name, self.type))
        except Invalid:
            return str(self.row.settings.get("formula", ""))

    def default_widget(self) -> list[Widget]:
        if self.row.kind in WITHOUT_DEFAULT or (self.row.kind in ("link", "links", "stage") and self.is_new):
            return []
        label, error = _("Default"), str(self.errors.get("default", ""))
        if self.has_options and self.is_new:
            return [self.input("default", label, help=_("One of the options."))]
        field_ = custom_fields.bound(self.type, self.row)
        raw = self.default() if self.sent is not None else None
        value = raw if raw is not None else field_.load(self.row.default) if self.row.default is not None else None
        if not isinstance(value, str | dict):
            self.reader.names.want(field_.wants(value))
        widget = renamed(field_.widget(value, self.reader), self.row.key, "default")
        return [replace(widget, label=label, help="", required=False, error=error)]

    def shown_options(self) -> Sequence[OptionEdit]:
        field_ = custom_fields.bound(self.type, self.row)
        return self.shown(field_) if isinstance(field_, Choice) and not self.is_new else ()


def renamed(widget: Widget, old: str, new: str) -> Widget:
    """The widget under another name, with its parts."""
    return replace(
        widget,
        name=new + widget.name.removeprefix(old),
        parts=tuple(renamed(part, old, new) for part in widget.parts),
        blank=renamed(widget.blank, old, new) if widget.blank else None,
    )
