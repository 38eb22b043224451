"""The pages on which those who run the company make record types of their own and care for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access import sessions
from daftar.access.doors import ask_again, door
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.formats import digits
from daftar.records import custom_fields, custom_types
from daftar.records.custom_types import BIN_DAYS, ICONS, LIKE, FirstField
from daftar.records.fields import KINDS, Field
from daftar.records.fields.choice import Choice
from daftar.records.models import CustomType
from daftar.records.schema import Schema, current_schema
from daftar.records.types import RecordType
from daftar.records.views.bulk import MASS_ROWS
from daftar.records.views.custom_fields import colours
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, toast
from daftar.ui.parts import Option, Widget

BASE = "/settings/types/"
ROWS, SPARE = 8, 3
FIRST_KINDS = (
    "text", "long_text", "choice", "date", "money", "whole", "decimal", "percent", "yes_no", "date_time", "duration", "person",
    "choices", "phones", "emails", "webs", "address", "files", "tags",
)  # fmt: skip
"""Kinds of field that can be chosen while a type is made, the usual ones first; all others can follow."""
ACTS = {"hide": custom_types.hide_type, "bring_back": custom_types.bring_back_type}


@door("settings", "settings")
@require_http_methods(["GET", "HEAD"])
def index(request: Any) -> HttpResponseBase:
    """The company's types: in use, hidden, in the bin; and the shipped ones beside."""
    kept, counts = current_schema().kept_types, custom_types.counts()
    rows = [(row, kept[row.key], counts.get(row.key, 0), custom_types.ends_at(row)) for row in CustomType.objects.all()]
    return render(request, "records/custom_types.html", {
        "title": _("Record types"), "base": BASE, "days": BIN_DAYS,
        "rows": [row for row in rows if row[0].deleted_at is None], "bin": [row for row in rows if row[0].deleted_at],
    })  # fmt: skip


@door("settings", "settings")
def new(request: Any) -> HttpResponseBase:
    """Everything that a type begins with, on one page: its names, its first fields, whose rights it follows."""
    schema = reader_of(request).schema
    form = TypeForm(schema, sent=request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            row = custom_types.add_type(
                form.typed("name"), form.typed("plural"), by=request.user, slug=form.typed("slug"),
                staged=form.is_on("staged"), fields=[first for _n, first in form.given_fields()],
                like=form.typed("like"), **form.given(),
            )  # fmt: skip
        except Invalid as refused:
            form.refuse(refused)
        else:
            said = _("The record type “%(name)s” is there.") % {"name": row.plural}
            return toast(go(request, f"{BASE}{row.key}/"), said)
    return render(request, "records/custom_type_new.html", {
        "title": _("New record type"), "base": BASE, "form": form, "widgets": form.widgets(), "first": form.first_rows(),
        "refused": form.errors.get("fields") or form.errors.get(""),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("settings", "settings")
def type_(request: Any, type_key: str) -> HttpResponseBase:
    """One type: how it is called and shown, its fields and links, and what can be done with it."""
    row = existing(type_key)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act in ACTS:
        ACTS[act](type_key, by=request.user)
        said = (
            _("“%(name)s” is hidden. Its records are kept.")
            if act == "hide"
            else _("“%(name)s” is back with its records.")
        )
        return toast(go(request, BASE), said % {"name": row.plural})
    if act in ("up", "down"):
        custom_types.move_type(type_key, -1 if act == "up" else 1, by=request.user)
        return go(request, BASE)
    schema = reader_of(request).schema
    form = TypeForm(schema, row, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            custom_types.change_type(
                type_key, by=request.user, name=form.typed("name"), plural=form.typed("plural"), **form.given()
            )
        except Invalid as refused:
            form.refuse(refused)
        else:
            return toast(go(request, BASE), _("Saved."))
    return show(request, row, form)


@door("settings", "settings")
@require_POST
def link(request: Any, type_key: str) -> HttpResponseBase:
    """Add a link between the type and another one; the other side's cards list what links to them."""
    row = existing(type_key)
    schema = reader_of(request).schema
    form = PlainForm(sent=request.POST)
    direction, _colon, other = form.typed("between").partition(":")
    if type_key not in schema.types:
        raise Missing()
    if direction not in BETWEEN or other not in schema.types:
        form.errors["between"] = _("Choose one of the list.")
        return show(request, row, TypeForm(schema, row), form)
    kind, is_from_here = BETWEEN[direction]
    here, there = (type_key, other) if is_from_here else (other, type_key)
    label = form.typed("label").strip() or capfirst(
        schema.types[there].plural if kind == "links" else schema.types[there].name
    )
    try:
        custom_fields.add_field(schema.types[here], kind, label, by=request.user, settings={"to": there})
    except Invalid as refused:
        form.errors.update({"between" if name == "to" else "label": s for name, s in refused.errors.items()})
        return show(request, row, TypeForm(schema, row), form)
    return toast(go(request, f"{BASE}{type_key}/"), _("The link “%(name)s” is there.") % {"name": label})


@door("settings", "settings")
def delete(request: Any, type_key: str) -> HttpResponseBase:
    """Asks first; with records its name must be typed."""
    row = existing(type_key)
    if row.deleted_at is not None:
        raise Missing()
    form = PlainForm(sent=request.POST if request.method == "POST" else None)
    count = custom_types.count_of(type_key)
    if form.sent is not None:
        if count > MASS_ROWS and not sessions.fresh(request):
            return ask_again(request, f"{BASE}{type_key}/delete")
        try:
            custom_types.delete_type(type_key, by=request.user, typed=form.typed("typed"))
        except Invalid as refused:
            form.refuse(refused)
        else:
            said = _("“%(name)s” lies in the bin for %(days)s days.") % {"name": row.plural, "days": BIN_DAYS}
            return toast(go(request, BASE), said)
    label = _("Write “%(name)s” to delete it with its records") % {"name": row.plural}
    return render(request, "records/custom_type_delete.html", {
        "title": _("Delete %(name)s") % {"name": row.plural}, "base": BASE, "row": row, "count": count, "days": BIN_DAYS,
        "field": form.input("typed", label, required=True, autocomplete="off") if count else None,
    }, status=422 if form.errors else 200)  # fmt: skip


# -- showing ---------------------------------------------------------------------------------------------

BETWEEN = {"to": ("link", True), "to_many": ("links", True), "from": ("link", False), "from_many": ("links", False)}
"""Word of the form → kind of the field, and whether it stands on this type (else on the other)."""


def existing(type_key: str) -> CustomType:
    row = CustomType.objects.filter(key=type_key).first()
    if row is None:
        raise Missing()
    return row


def show(request: Any, row: CustomType, form: TypeForm, linking: PlainForm | None = None) -> HttpResponse:
    schema = reader_of(request).schema
    made = schema.types.get(row.key)
    linking = linking or PlainForm()
    return render(request, "records/custom_type.html", {
        "title": capfirst(row.plural), "base": BASE, "row": row, "form": form, "widgets": form.widgets(), "type": made,
        "links": links_of(made) if made else (), "refused": form.errors.get(""),
        "between": linking.select("between", _("Link"), between(made, schema)) if made else None,
        "label": linking.input("label", _("Name of the field"), maxlength=200, help=_("Without one it is called as the other type.")),
    }, status=422 if form.errors or linking.errors else 200)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link field that leads from or to a type; `other` is the type at the other end."""

    field: Field
    other: RecordType
    is_from_here: bool


def links_of(made: RecordType) -> list[LinkLine]:
    """The links of a type's own fields, then those of others to it."""
    types = made.schema.types
    own = [
        LinkLine(f, types[f.to], True) for f in made.fields
        if f.custom and f.kind in ("link", "links")
    ]  # fmt: skip
    foreign = [
        LinkLine(f, other, False) for other in types.values() if other.key != made.key for f in other.fields
        if f.kind in ("link", "links") and getattr(f, "to", "") == made.key
    ]  # fmt: skip
    return own + foreign


def between(made: RecordType, schema: Schema) -> list[tuple[str, str]]:
    """Every link that can be added: from here to one or several of another type, and from there to here."""
    said = {
        "to": _("%(here)s → one %(there)s"), "to_many": _("%(here)s → several %(there_many)s"),
        "from": _("%(there)s → one %(here)s"), "from_many": _("%(there)s → several %(here_many)s"),
    }  # fmt: skip
    made_words = {"here": capfirst(made.name), "here_many": made.plural}
    pairs = []
    for other in linkable(schema):
        words = {"there": other.name, "there_many": other.plural}
        for direction, sentence in said.items():
            if direction in ("from", "from_many"):
                both = {**words, "there": capfirst(other.name), "here": made.name, "here_many": made.plural}
            else:
                both = {**made_words, **words}
            if other.key != made.key or direction in ("to", "to_many"):
                pairs.append((f"{direction}:{other.key}", sentence % both))
    return pairs


def linkable(schema: Schema) -> list[RecordType]:
    """The types that people link to: those in the menu first."""
    return sorted(schema.types.values(), key=lambda t: (not t.in_menu, t.menu_order))


class TypeForm(PlainForm):
    """Everything that a type has besides its fields; while it is made, also its first fields."""

    def __init__(self, schema: Schema, row: CustomType | None = None, sent: QueryDict | None = None) -> None:
        kept = {"icon": ICONS[0], "in_menu": True, "like": LIKE} if row is None else {
            "name": row.name, "plural": row.plural, "title_label": row.title_label, "icon": row.icon, "colour": row.colour,
            "in_menu": row.in_menu,
        }  # fmt: skip
        super().__init__(kept, sent)
        self.schema, self.row = schema, row

    def given(self) -> dict[str, Any]:
        return {
            "title_label": self.typed("title_label"), "icon": self.typed("icon"), "colour": self.typed("colour"),
            "in_menu": self.is_on("in_menu"),
        }  # fmt: skip

    def widgets(self) -> list[Widget]:
        called = [
            self.input("name", _("One is called"), required=True, maxlength=100, placeholder=_("for example: contract")),
            self.input("plural", _("Several are called"), required=True, maxlength=100, placeholder=_("for example: contracts")),
        ]  # fmt: skip
        if self.row is None:
            said = _("A word in Latin letters; made from the name when it is empty. It cannot be changed later.")
            called.append(self.input("slug", _("Word in addresses"), maxlength=60, help=said, dir="ltr"))
        said = _("“Name” when it is empty; for example: Serial number.")
        shown = [
            self.input("title_label", _("What names a record"), maxlength=100, help=said),
            self.select("colour", _("Colour"), colours()),
            self.check("in_menu", _("Stands in the menu")),
        ]
        if self.row is not None:
            return called + shown
        said = _(
            "Records move through stages on a board, with a next step. This cannot be changed later; a stage field can be added at any time."
        )
        likes = [(t.key, capfirst(t.plural)) for t in linkable(self.schema) if t.in_menu]
        return [
            *called, *shown, self.check("staged", _("Has a pipeline"), help=said),
            self.select("like", _("Rights as for"), [("", _("Everything else")), *likes],
                        help=_("What every role may do at first; change it under Roles at any time.")),
        ]  # fmt: skip

    def icons(self) -> list[tuple[str, str, bool]]:
        """Name, words for who cannot see it, and whether it is chosen."""
        chosen = self.typed("icon") if self.typed("icon") in ICONS else ICONS[0]
        return [(name, _("Icon %(number)s") % {"number": digits(n)}, name == chosen) for n, name in enumerate(ICONS, 1)]

    # -- the first fields ----------------------------------------------------------------------------

    def typed_rows(self) -> list[tuple[str, str, str]]:
        """(name, kind, options) of every row of the table, as sent or as suggested."""
        if self.sent is None:
            rows = suggestions(self.schema)
            return [*rows, *[("", "text", "")] * (ROWS - len(rows))]
        labels, kinds, options = (self.sent.getlist(f"first_{part}")[:60] for part in ("label", "kind", "options"))
        return [
            (label, kinds[n] if n < len(kinds) else "", options[n] if n < len(options) else "")
            for n, label in enumerate(labels)
        ]

    def given_fields(self) -> list[tuple[int, FirstField]]:
        """The rows with a name, with their place in the table."""
        made = []
        for n, (label, said, options) in enumerate(self.typed_rows()):
            if label.strip():
                kind, _colon, to = said.partition(":")
                some = [word.strip() for word in options.replace("،", ",").split(",") if word.strip()]
                made.append((n, FirstField(label, kind, to, tuple(some) if is_choice(kind) else ())))
        return made

    def first_rows(self) -> list[tuple[Widget, Widget, Widget]]:
        """The table as widgets, with the sentence of a refused row at its name."""
        places = [n for n, _first in self.given_fields()]
        refused = {places[int(name[7:])]: s for name, s in self.errors.items() if name.startswith("fields.")}
        rows = self.typed_rows()
        spare = [("", "text", "")] * (SPARE if self.sent is not None else 0)
        return [self.first_row(n, row, refused.get(n, "")) for n, row in enumerate((*rows, *spare))]

    def first_row(self, n: int, row: tuple[str, str, str], refused: Any) -> tuple[Widget, Widget, Widget]:
        label, kind, options = row
        number = {"number": digits(n + 1)}
        return (
            Widget("input", "first_label", label=_("Name of field %(number)s") % number, value=label, error=str(refused), attrs={"maxlength": 200}),
            Widget("select", "first_kind", label=_("Kind of field %(number)s") % number, value=kind, required=True, options=tuple(
                Option(key, word, chosen=key == kind) for key, word in first_kinds(self.schema)
            )),
            Widget("input", "first_options", label=_("Options of field %(number)s") % number, value=options, attrs={"maxlength": 2000}),
        )  # fmt: skip


def is_choice(kind: str) -> bool:
    return kind in KINDS and issubclass(KINDS[kind], Choice)


def first_kinds(schema: Schema) -> Sequence[tuple[str, str]]:
    """What a first field can be: the usual kinds, then a link to one or several of each type."""
    kinds = [(kind, str(KINDS[kind].kind_name)) for kind in FIRST_KINDS]
    one = [(f"link:{t.key}", _("Link: one %(name)s") % {"name": t.name}) for t in linkable(schema)]
    many = [
        (f"links:{t.key}", _("Links: several %(name)s") % {"name": t.plural}) for t in linkable(schema) if t.in_menu
    ]
    return [*kinds, *one, *many]


def suggestions(schema: Schema) -> list[tuple[str, str, str]]:
    """What most types have: whose it is, what it is worth, when, and remarks."""
    about = [
        (capfirst(schema.types[key].name), f"link:{key}", "") for key in ("company", "contact") if key in schema.types
    ]
    return [*about, (_("Amount"), "money", ""), (_("Date"), "date", ""), (_("Comments"), "long_text", "")]
