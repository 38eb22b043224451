"""People that a change set made and that is taken back: they become inactive and go, unless something is theirs or they signed in."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel.formats import current, joined
from daftar.records import accounts
from daftar.records.leaving import owned_types
from daftar.records.models import ChangeSet
from daftar.records.reading import of_type
from daftar.records.schema import current_schema


def make_inactive(ids: Collection[int], by: User, change_set: ChangeSet) -> dict[int, str]:
    """Person → why they stay; the others are inactive now and can go. In the caller's transaction."""
    stays: dict[int, str] = {}
    for person in User.objects.filter(pk__in=list(ids), is_active=True).order_by("pk").select_for_update():
        if why := why_stays(person):
            stays[person.pk] = why
        else:
            accounts.change_account(person, {"is_active": False}, by=by, via="bulk", change_set=change_set)
    return stays


def why_stays(person: User) -> str:
    if person.last_login is not None:
        return _("This person has signed in meanwhile.")
    rows = [(t, of_type(t).filter(owner=person, deleted_at=None).count()) for t in owned_types(current_schema())]
    if held := [(type_, count) for type_, count in rows if count]:
        said = joined(f"{type_.heading}: {current().number(count)}" for type_, count in held)
        return _("Something is theirs: %(what)s. Hand it over first.") % {"what": said}
    return ""


def make_active(ids: Collection[int], by: User, change_set: ChangeSet) -> None:
    """People whose making is done again."""
    for person in User.objects.filter(pk__in=list(ids), is_active=False, deleted_at=None).order_by("pk"):
        accounts.change_account(person, {"is_active": True}, by=by, via="bulk", change_set=change_set)
