"""One record opened to somebody beyond what their roles reach, and closed again; who observes a record is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import Department, Row, Share, User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.events import publish
from daftar.records import writing
from daftar.records.models import Event
from daftar.records.types import RecordType

MOST = 50


@dataclass(frozen=True, slots=True)
class RecordShared:
    """A record was opened to a person or a department, or closed again (`level` "")."""

    type: str
    record_id: int
    user_id: int | None
    department_id: int | None
    level: str
    observer: bool
    by_id: int


def share(
    type_: RecordType,
    record_id: int,
    *,
    by: User,
    user: int | None = None,
    department: int | None = None,
    level: str = "see",
    observer: bool = False,
) -> Share:
    """Open the record to a person or a department; once more changes how.

    Errors: Missing and NotAllowed as for changing the record, Invalid for a wrong person, department or level.
    """
    with transaction.atomic():
        row = may_share(type_, record_id, by)
        if level not in Share.Level.values:
            raise Invalid(_("Choose one of the list."), field="level")
        if (user is None) == (department is None):
            raise Invalid(_("Choose a person or a department."), field="user")
        if user is not None and not User.objects.filter(pk=user, is_active=True, deleted_at=None).exists():
            raise Invalid(_("Choose one of the list."), field="user")
        if department is not None and not Department.objects.filter(pk=department, deleted_at=None).exists():
            raise Invalid(_("Choose one of the list."), field="department")
        if Share.objects.filter(type=type_.key, record_id=record_id).count() >= MOST:
            raise Invalid(_("This is shared with very many already. Give it to a department instead."), field="user")
        before = Share.objects.filter(type=type_.key, record_id=record_id, user=user, department=department).first()
        kept = before or Share(type=type_.key, record_id=record_id, user_id=user, department_id=department)
        kept.level, kept.observer, kept.by = level, observer and user is not None, by
        kept.save()
        tell(type_, row, kept, level, by)
    return kept


def stop_sharing(type_: RecordType, record_id: int, share_id: int, *, by: User) -> None:
    """Close the record again. Everybody may end what is shared with themselves. Errors: Missing, NotAllowed."""
    with transaction.atomic():
        kept = Share.objects.select_for_update().filter(pk=share_id, type=type_.key, record_id=record_id).first()
        if kept is None:
            raise Missing()
        own = kept.user_id == by.pk
        row = writing.locked(type_, record_id, by, "see") if own else may_share(type_, record_id, by)
        kept.delete()
        tell(type_, row, kept, "", by)


def shares_of(type_: RecordType, record_id: int) -> list[Share]:
    """Everybody to whom the record is opened, people first."""
    rows = Share.objects.filter(type=type_.key, record_id=record_id).select_related("user", "department", "by")
    return sorted(
        rows, key=lambda s: (s.user is None, s.user.name if s.user else s.department.name if s.department else "")
    )


def observers_of(type_key: str, record_id: int) -> list[int]:
    """Ids of the active people who observe the record."""
    rows = Share.objects.filter(type=type_key, record_id=record_id, observer=True, user__is_active=True)
    return list(rows.values_list("user_id", flat=True))


def may_share(type_: RecordType, record_id: int, by: User) -> Row:
    """The record under a lock, when the person may change it."""
    if not decide.own_rights(type_.key):
        raise Missing()
    return writing.locked(type_.whole, record_id, by, "change")


def tell(type_: RecordType, row: Row, kept: Share, level: str, by: User) -> None:
    Event.objects.create(
        at=clock.now(), type=type_.key, record_id=row.pk, version=row.version, kind="shared" if level else "unshared",
        by=by, via="page",
        data={"user": kept.user_id, "department": kept.department_id, "level": level, "observer": kept.observer},
    )  # fmt: skip
    audit.record(
        "rights_changed", by=by, about=(type_.key, row.pk),
        details={"user": kept.user_id, "department": kept.department_id, "level": level or "none", "observer": kept.observer},
    )  # fmt: skip
    publish(RecordShared(type_.key, row.pk, kept.user_id, kept.department_id, level, kept.observer, by.pk))
