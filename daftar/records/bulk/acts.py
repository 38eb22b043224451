"""What can be done to many records at once, and what each act says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.kernel.errors import Invalid
from daftar.kernel.text import fold
from daftar.records import writing_many
from daftar.records.fields.base import Field
from daftar.records.models import BulkRun
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.retyping.past import field_in
from daftar.records.retyping.turning import value_of_slot
from daftar.records.types import RecordType
from daftar.records.writing_many import Answer

VIA = "bulk"
NOT_FOR_MANY = frozenset({"files"})
"""Kinds whose value belongs to one record."""
Act = Callable[[BulkRun, RecordType, Sequence[int]], Mapping[int, Answer]]


def is_able(type_: RecordType) -> bool:
    """Whether records of the type are changed by many at all: people and departments have pages of their own for that."""
    return type_.timeline and type_.key not in decide.COMPANY_ONLY


def acts_for(type_: RecordType, user: User) -> list[str]:
    """The acts that the person may do to records of the type, in the order of the bar; the type as this person sees it."""
    if not is_able(type_) or not decide.may(user, "bulk", type_.key):
        return []
    found = []
    if decide.may(user, "change", type_.key):
        fields = able_fields(type_)
        owner, stages = owner_field(type_), [f for f in fields if f.kind == "stage"]
        found += ["owner"] if owner in fields else []
        found += ["move"] if stages else []
        found += ["tags"] if tags_field(type_) in fields else []
        found += ["change"] if fields else []
    return [*found, *(["delete"] if decide.may(user, "delete", type_.key) else [])]


def able_fields(type_: RecordType) -> list[Field]:
    """The fields that can be set on many records."""
    return [f for f in type_.writable if f.kind not in NOT_FOR_MANY]


def owner_field(type_: RecordType) -> Field | None:
    return next((f for f in type_.fields if getattr(f, "assigns", False)), None)


def tags_field(type_: RecordType) -> Field | None:
    return next((f for f in type_.fields if f.kind == "tags" and not f.readonly), None)


def fields_of(act: str, type_: RecordType) -> list[Field]:
    """The fields with which the form of an act begins."""
    if act == "owner":
        return [f for f in [owner_field(type_)] if f]
    return [f for f in type_.stage_fields if not f.readonly][:1] if act == "move" else []


# -- doing ---------------------------------------------------------------------------------------------


def do(run: BulkRun, type_: RecordType, ids: Sequence[int]) -> Mapping[int, Answer]:
    """Carry the act out on these records, in the caller's transaction."""
    return ACTS[run.act](run, type_, ids)


def change(run: BulkRun, type_: RecordType, ids: Sequence[int]) -> Mapping[int, Answer]:
    values = values_now(run, type_)
    return writing_many.change_many(
        type_, dict.fromkeys(ids, values), by=run.by, via=VIA, change_set=run.change_set
    )  # fmt: skip


def values_now(run: BulkRun, type_: RecordType) -> dict[str, Any]:
    """The values of the run in the kinds that the fields have now.

    Errors: Invalid when a field has become another kind since it began, into which the value does not fit.
    """
    fields, reader = type_.by_key, Reader(run.by, schema=type_.schema)
    values: dict[str, Any] = {}
    for key, stored in run.values.items():
        if key not in fields and key in run.slots:
            raise Invalid(_("A field that this was to change is not there any more. Bring it back, then continue."))
        if key not in fields:
            values[key] = stored
            continue
        try:
            values[key] = value_of_slot(fields[key], run.slots.get(key, ""), stored, reader)
        except Invalid:
            said = _(
                "“%(field)s” has become another kind of field since this began, and the value does not fit it. Begin anew."
            )
            raise Invalid(said % {"field": fields[key].label}) from None
    return values


def tag(run: BulkRun, type_: RecordType, ids: Sequence[int]) -> Mapping[int, Answer]:
    """Add and remove tags; the others of each record stay."""
    field = tags_field(type_)
    if field is None:
        return change(run, type_, ids)
    rows = of_type(type_).filter(pk__in=list(ids)).order_by("pk").select_for_update()
    values = {
        row.pk: {field.key: tagged(field.get(row), run.values.get("add", ()), run.values.get("remove", ()))}
        for row in rows
    }
    return writing_many.change_many(
        type_, {id_: values.get(id_, {}) for id_ in ids}, by=run.by, via=VIA, change_set=run.change_set
    )


def tagged(tags: Sequence[str] | None, add: Sequence[str], remove: Sequence[str]) -> list[str]:
    """Two spellings of one word are one tag."""
    gone = {fold(tag) for tag in remove}
    kept = {fold(tag): tag for tag in tags or () if fold(tag) not in gone}
    for new in add:
        kept.setdefault(fold(new), new)
    return list(kept.values())


def delete(run: BulkRun, type_: RecordType, ids: Sequence[int]) -> Mapping[int, Answer]:
    return writing_many.remove_many(type_, ids, by=run.by, via=VIA, change_set=run.change_set)


ACTS: dict[str, Act] = {"change": change, "owner": change, "move": change, "tags": tag, "delete": delete}


# -- in words ------------------------------------------------------------------------------------------


def words(act: str, values: Mapping[str, Any], slots: Mapping[str, str], type_: RecordType, reader: Reader) -> str:
    """What the act does, in the reader's language: "Owner: Maryam". A value reads as the kind in which it was typed."""
    if act == "delete":
        return _("Into the bin")
    if act == "merge":
        reader.names.want([(type_.key, values["into"])])
        reader.names.fetch()
        name = reader.names.get(type_.key, values["into"])
        return _("Merged into “%(what)s”") % {"what": name} if name else _("Merged")
    if act == "tags":
        added, removed = values.get("add", ()), values.get("remove", ())
        said = [_("add %(tags)s") % {"tags": reader.formats.joined(added)}] if added else []
        said += [_("remove %(tags)s") % {"tags": reader.formats.joined(removed)}] if removed else []
        return _("Tags: %(what)s") % {"what": reader.formats.joined(said)}
    fields = [(field_in(type_.by_key[key], slots.get(key, "")), key) for key in values if key in type_.by_key]
    known = [(field, field.load(values[key])) for field, key in fields]
    for field, value in known:
        reader.names.want(field.wants(value))
    reader.names.fetch()
    said = [f"{field.label}: {field.show(value, reader).text or _('empty')}" for field, value in known]
    return " · ".join(said)
