"""Taking what nobody owns: the first who asks becomes the owner, the others are told that somebody was faster."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.kernel.errors import Conflict, Missing, NotAllowed
from daftar.records import writing
from daftar.records.models import Event
from daftar.records.reading import of_type
from daftar.records.types import RecordType

LOOKED_BACK = 20


def may_take(type_: RecordType, row: Row, by: User) -> bool:
    """Whether the row waits for an owner whom this person may be."""
    owner = type_.whole.by_key.get("owner")
    return owner is not None and row.owner_id is None and decide.may(by, "change", type_.key, row)


def take(type_: RecordType, record_id: int, *, by: User) -> Row:
    """Make the person the owner of a record that nobody owns; once more by the same person changes nothing.

    Errors: Missing, NotAllowed; Conflict when somebody was faster, for those who could see the record until then.
    """
    type_ = type_.whole
    if "owner" not in type_.by_key or not decide.own_rights(type_.key):
        raise Missing()
    with transaction.atomic():
        # The lock, and not what the page showed, says whether it is still nobody's: one of many wins.
        row: Any = of_type(type_).filter(pk=record_id, deleted_at=None).select_for_update().first()
        if row is None:
            raise Missing()
        if row.owner_id == by.pk and decide.may(by, "change", type_.key, row):
            return row  # type: ignore[no-any-return]
        if row.owner_id is not None:
            raise taken(type_, row, by)
        if not decide.may(by, "see", type_.key, row):
            raise Missing()
        if not decide.may(by, "change", type_.key, row):
            raise NotAllowed()
        return writing.change(type_, record_id, {"owner": by.pk}, by=by, via="page", data={"why": "taken"})


def taken(type_: RecordType, row: Any, by: User) -> Exception:
    """The error for a record with an owner: a conflict for who might have taken it, else that of any change."""
    name, sees = row.owner.name, decide.may(by, "see", type_.key, row)
    if sees and decide.may(by, "change", type_.key, row):
        return Conflict(_("%(name)s has it already. Nothing was changed.") % {"name": name})
    if was_nobodys(type_, row.pk):
        row.owner_id = None
        if decide.may(by, "change", type_.key, row):
            return Conflict(_("%(name)s was faster and has it now. Nothing was changed.") % {"name": name})
    return NotAllowed() if sees else Missing()


def was_nobodys(type_: RecordType, record_id: int) -> bool:
    """Whether the last change of the owner gave it to somebody from nobody."""
    events = Event.objects.filter(type=type_.key, record_id=record_id).order_by("-id")
    for kind, changes in events.values_list("kind", "changes")[:LOOKED_BACK]:
        if "owner" in changes:
            return kind != "created" and changes["owner"][0] is None
    return False
