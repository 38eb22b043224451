"""Fields that the company adds to its record types: made, changed, hidden and brought back; values are never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.formats import joined
from daftar.kernel.text import clean_text, fold
from daftar.records import conditional, formula_sources, shape
from daftar.records.audited import audited_field
from daftar.records.field_keys import key_for, option_key_for
from daftar.records.fields import KINDS
from daftar.records.fields.base import Field
from daftar.records.fields.choice import Choice
from daftar.records.models import ChoiceOption, CustomField
from daftar.records.pipelines import add_pipeline
from daftar.records.query import indexes
from daftar.records.query import unique as uniques
from daftar.records.reader import Reader
from daftar.records.schema import build_custom, current_schema, schema_changed
from daftar.records.types import RecordType

MOST_FIELDS = 300
MOST_OPTIONS = 500
COLOURS = ("grey", "blue", "green", "teal", "amber", "orange", "red", "pink", "purple")
WITHOUT_DEFAULT = frozenset({"files", "formula"})


@dataclass(frozen=True, slots=True)
class OptionEdit:
    """What becomes of an option; an empty `key` means a new one."""

    label: str
    key: str = ""
    colour: str = ""
    archived: bool = False


def kinds() -> list[type[Field]]:
    """The kinds that a custom field can have, by their names."""
    able = [kind for kind in KINDS.values() if kind.can_be_custom and kind.kind != "system"]
    return sorted(able, key=lambda kind: str(kind.kind_name))


@audited_field
def add_field(
    type_: RecordType,
    kind: str,
    label: str,
    *,
    by: User,
    required: bool = False,
    unique: bool = False,
    default: Any = None,
    help: str = "",
    place: str = "",
    settings: Mapping[str, Any] | None = None,
    options: Sequence[OptionEdit] = (),
) -> CustomField:
    """Add a field to a record type; every list, form, filter, import and export has it from now on.

    A stage comes with a pipeline of its own, which has the field's name.

    Shapes: `default` is raw input of the kind (for choices: names of options); `place` is "@<field key>" for the block
    of the card in which that field stands, or the name of a block of its own; `settings` are the kind's own words
    (`to` and `role` of links, `total` of numbers and money, `code` of texts).
    Errors: NotAllowed, Invalid by the names of these arguments. Nothing is saved when one is raised.
    """
    allowed(by)
    if kind not in {k.kind for k in kinds()}:
        raise Invalid(_("There is no such kind of field."), field="kind")
    with transaction.atomic():
        rows = CustomField.objects.filter(type=type_.key)
        if rows.filter(deleted_at=None).count() >= MOST_FIELDS:
            raise Invalid(
                _("A record type has at most %(most)s fields of its own.") % {"most": MOST_FIELDS}, field="label"
            )
        name = checked_label(type_, label)
        row = CustomField(
            type=type_.key,
            key=key_for(name, type_, taken=set(rows.values_list("key", flat=True))),
            kind=kind,
            label=name,
            help=checked_help(help),
            required=required,
            unique=unique and kind in uniques.KINDS,
            place=checked_place(type_, place),
            position=(rows.aggregate(last=Max("position"))["last"] or 0) + 1,
            settings=checked_settings(type_, kind, settings or {}),
        )
        row.save()
        save_options(row.type, row.key, None, options)
        schema_changed()
        if kind == "stage":
            add_pipeline(type_.key, name, by=by, field=row.key)
        row.default = checked_default(row, default, by)
        row.save(update_fields=["default"])
        schema_changed()
        indexes.make_soon(type_, bound(type_, row))
        work_out(row)
    return row


@audited_field
def change_field(
    type_: RecordType,
    key: str,
    *,
    by: User,
    label: str,
    required: bool = False,
    unique: bool | None = None,
    default: Any = None,
    help: str = "",
    place: str = "",
    position: int | None = None,
    settings: Mapping[str, Any] | None = None,
    options: Sequence[OptionEdit] | None = None,
) -> CustomField:
    """Change everything of a custom field but its key and kind.

    Shapes: as `add_field`; `position` orders the fields, `options` are all options in order (None leaves them).
    The target of a link stays what it was. Errors: NotAllowed, Missing, Invalid by the names of these arguments.
    """
    allowed(by)
    with transaction.atomic():
        row = locked(type_, key)
        row.label = checked_label(type_, label, but=key)
        row.help, row.required, row.place = checked_help(help), required, checked_place(type_, place)
        if unique is not None and unique != row.unique and row.kind in uniques.KINDS:
            set_unique(type_, row, unique)
        if position is not None:
            row.position = min(max(position, 0), 30_000)
        if settings is not None:
            old_index = bound(type_, row)
            row.settings = checked_settings(type_, row.kind, {**settings, "to": row.settings.get("to", "")}, key)
        if options is not None:
            save_options(row.type, row.key, None, options)
        row.save()
        schema_changed()
        row.default = checked_default(row, default, by)
        row.save(update_fields=["default"])
        schema_changed()
        if row.kind == "formula" and settings is not None:
            indexes.drop(type_, old_index)  # what it gives may be of another kind now
            indexes.make(type_, bound(type_, row))
            work_out(row)
    return row


def set_unique(type_: RecordType, row: CustomField, unique: bool) -> None:
    """Switch on or off that no value may stand twice. Errors: Invalid at `unique` with the values that do, in `doubles`."""
    shape.change()  # nobody writes a double while we look for them
    row.unique = unique
    field = bound(type_, row)
    if not unique:
        uniques.drop(type_, field)
        return
    if found := uniques.doubles(type_, field):
        some = joined(_("“%(text)s”") % {"text": value[:60]} for value, _count in found[:5])
        raise Invalid(
            _("Some values stand in several records: %(values)s. Change them first.") % {"values": some},
            field="unique", doubles=found,
        )  # fmt: skip
    indexes.settle()
    uniques.make(type_, field)


def work_out(row: CustomField) -> None:
    """Let the worker work a formula out for the records that are there."""
    if row.kind == "formula":
        from daftar.records.jobs import work_out_formulas

        work_out_formulas.enqueue(row.type, 0)


@audited_field
def set_conditions(
    type_: RecordType, key: str, *, by: User, show_if: str | None = None, require_if: str | None = None
) -> CustomField:
    """Say when forms show the field, and when it must be filled in; None leaves a condition, "" takes it out.

    Errors: NotAllowed, Missing, Invalid at `where` with what is wrong in the condition.
    """
    allowed(by)
    with transaction.atomic():
        row = locked(type_, key)
        reader = Reader(by, schema=current_schema())
        if require_if and row.kind == "formula":
            raise Invalid(_("A formula is worked out by itself."), field="where")
        if show_if is not None:
            row.show_if = conditional.checked(type_.whole, key, show_if, reader)
        if require_if is not None:
            row.require_if = conditional.checked(type_.whole, key, require_if, reader)
        row.save(update_fields=["show_if", "require_if"])
        schema_changed()
    return row


@audited_field
def hide_field(type_: RecordType, key: str, *, by: User) -> CustomField:
    """Take a custom field from every page; its values are kept and come back with it."""
    return set_hidden(type_, key, True, by)


@audited_field
def bring_back_field(type_: RecordType, key: str, *, by: User) -> CustomField:
    """Show a hidden custom field again, with the values that it had."""
    return set_hidden(type_, key, False, by)


def set_hidden(type_: RecordType, key: str, hidden: bool, by: User) -> CustomField:
    allowed(by)
    with transaction.atomic():
        row = locked(type_, key)
        row.hidden = hidden
        row.save(update_fields=["hidden"])
        schema_changed()
        field = bound(type_, row)
        if hidden:
            indexes.drop(type_, field)
        else:
            indexes.make_soon(type_, field)
    return row


@audited_field
def change_options(type_: RecordType, key: str, options: Sequence[OptionEdit], *, by: User) -> None:
    """Rename, add, colour and archive the options of a choice field, a declared open one or a custom one.

    Shapes: `options` are all of them in order; what is left out stays as it is. Archived ones keep their name on records.
    Errors: NotAllowed, Missing, Invalid.
    """
    allowed(by)
    field = type_.field(key)
    if not isinstance(field, Choice) or not field.open:
        raise Missing()
    with transaction.atomic():
        save_options(type_.key, key, field, options)
        schema_changed()


# -- checks --------------------------------------------------------------------------------------------


def allowed(by: User) -> None:
    if not decide.may_settings(by):
        raise NotAllowed()


def locked(type_: RecordType, key: str, *, in_bin: bool = False) -> CustomField:
    rows = CustomField.objects.select_for_update().filter(deleted_at__isnull=not in_bin)
    row = rows.filter(type=type_.key, key=key).first()
    if row is None:
        raise Missing()
    return row


def checked_label(type_: RecordType, label: str, but: str = "") -> str:
    text = cleaned("label", label, 200)
    if not text:
        raise Invalid(_("Give the field a name."), field="label")
    rows = CustomField.objects.filter(type=type_.key, deleted_at=None).exclude(key=but)
    others = [str(f.label) for f in type_.fields if f.key != but] + list(rows.values_list("label", flat=True))
    if fold(text) in {fold(other) for other in others}:
        raise Invalid(_("“%(name)s” is there already. Choose another name.") % {"name": text}, field="label")
    return text


def checked_help(help: str) -> str:
    return cleaned("help", help, 500)


def checked_place(type_: RecordType, place: str) -> str:
    text = cleaned("place", place, 200)
    if text.startswith("@"):
        known = {key for section in type_.card for key in section.keys.split()}
        return text if text[1:] in known else ""
    return text


def cleaned(name: str, text: str, most: int) -> str:
    try:
        return clean_text(text, max_length=most)
    except Invalid as refused:
        raise refused.at(name) from None


def checked_settings(type_: RecordType, kind: str, settings: Mapping[str, Any], key: str = "") -> dict[str, Any]:
    """The words that this kind knows, and nothing else. Shapes: `key` is the field that has them, "" for a new one."""
    if kind in ("link", "links"):
        to = str(settings.get("to", ""))
        if to not in type_.schema.types:
            raise Invalid(_("Choose what the field links to."), field="to")
        return {"to": to, "role": True} if kind == "links" and settings.get("role") else {"to": to}
    if kind == "formula":
        made = formula_sources.checked(str(settings.get("formula", "")), type_, key)
        return made | ({"total": True} if settings.get("total") and made["gives"] == "number" else {})
    known = {
        "text": ("code",),
        "money": ("total",),
        "whole": ("total",),
        "decimal": ("total",),
        "percent": (),
        "duration": ("total",),
    }
    return {word: bool(settings.get(word)) for word in known.get(kind, ())}


def checked_default(row: CustomField, default: Any, by: User) -> Any:
    """The JSON form of a default as typed; Errors: Invalid about `default`."""
    if row.kind in WITHOUT_DEFAULT or default is None or default == "":
        return None
    reader = Reader(by, schema=current_schema())
    field = bound(reader.schema.type(row.type), row)
    try:
        value = field.parse(default, reader)
        if hasattr(field, "check_target") and not field.is_empty(value):
            field.check_target(value, reader)
    except Invalid as refused:
        raise Invalid(refused.sentence, field="default") from None
    return field.dump(value)


def bound(type_: RecordType, row: CustomField) -> Field:
    """The field object of a row, also while it is hidden."""
    return build_custom(row).bind(type_, custom=True)


# -- options -------------------------------------------------------------------------------------------


def save_options(type_key: str, field_key: str, declared: Choice | None, options: Sequence[OptionEdit]) -> None:
    """Keep the options that are new or differ from what is shipped."""
    if len(options) > MOST_OPTIONS:
        raise Invalid(_("A list has at most %(most)s options.") % {"most": MOST_OPTIONS}, field="options")
    rows = {row.key: row for row in ChoiceOption.objects.filter(type=type_key, field=field_key)}
    shipped = {option.key: option for option in declared.shipped} if declared else {}
    seen: set[str] = set()
    for position, edit in enumerate(options):
        label = cleaned("options", edit.label, 200)
        known = edit.key in rows or edit.key in shipped
        if not label and not known:
            continue
        if not label or fold(label) in seen:
            sentence = (
                _("“%(name)s” stands twice in the list.") % {"name": label} if label else _("An option needs a name.")
            )
            raise Invalid(sentence, field="options")
        seen.add(fold(label))
        key = edit.key if known else option_key_for(label, taken={*rows, *shipped})
        colour = edit.colour if edit.colour in COLOURS else ""
        before = shipped.get(key)
        if before and key not in rows and (label, colour, edit.archived) == (before.label, before.colour, False):
            continue
        row = rows.setdefault(key, ChoiceOption(type=type_key, field=field_key, key=key))
        # A shipped option that keeps its name keeps its translations too.
        row.label = "" if before and label == before.label else label
        row.colour, row.position, row.archived = colour, position, edit.archived
        row.save()
