"""Which facts people are told of, and whom: heard in the transaction that stores the fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from daftar.access import decide
from daftar.access.entering import SignedInFromNewDevice
from daftar.access.held import grants_of
from daftar.access.invitations import PersonJoined
from daftar.access.models import Invitation, Role, Share, User
from daftar.access.structure import Structure
from daftar.activities.models import Notice
from daftar.activities.notifying.writing import News, tell
from daftar.kernel import clock
from daftar.kernel.events import joins
from daftar.kernel.outbox import MailParked
from daftar.records import following, reading
from daftar.records.bulk.runs import BulkEnded
from daftar.records.draft import Draft
from daftar.records.schema import current_schema
from daftar.records.sharing import RecordShared

MOST_TOLD = 500
"""A department with more people is not told: it finds the record in its lists."""
IN_BULK = frozenset({"import", "demo", "bulk"})
"""Doors through which much comes at once: one notice for each person and run."""


@following.when_stored
def tell_stored(drafts: Sequence[Draft], kind: str) -> None:
    """To whom records were given, and who observes what was changed."""
    type_ = drafts[0].type
    if kind or type_.key == "activity" or not decide.own_rights(type_.key):
        return
    given = given_to(drafts)
    changed = {draft.row.pk: draft for draft in drafts if not draft.is_new}
    observed: dict[int, list[Draft]] = defaultdict(list)
    if changed:
        for user_id, record_id in observers(type_.key, changed):
            if changed[record_id] not in given.get(user_id, ()):
                observed[user_id].append(changed[record_id])
    news = [one for user_id, mine in given.items() for one in news_of(user_id, "given", mine)]
    news += [one for user_id, mine in observed.items() for one in news_of(user_id, "observed", mine)]
    tell(news)


def given_to(drafts: Sequence[Draft]) -> dict[int, list[Draft]]:
    """Person → drafts by which they became the owner."""
    key = next((f.key for f in drafts[0].type.fields if getattr(f, "assigns", False)), "")
    given: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        owner = draft.changed.get(key)
        if owner and owner != draft.by.pk:
            given[owner].append(draft)
    return given


def observers(type_key: str, ids: Mapping[int, Any]) -> list[tuple[int, int]]:
    """(person, record) of everybody who observes one of the records."""
    rows = Share.objects.filter(type=type_key, record_id__in=list(ids), observer=True, user__isnull=False)
    return [(user_id or 0, record_id) for user_id, record_id in rows.values_list("user_id", "record_id")]


def news_of(user_id: int, kind: str, drafts: Sequence[Draft]) -> list[News]:
    """One for each record, or a single one for a run."""
    first = drafts[0]
    if first.via not in IN_BULK and len(drafts) == 1:
        data = {"what": "moved"} if kind == "observed" and first.is_moved else {}
        return [News(user_id, kind, first.by.pk, first.type.key, first.row.pk, data=data)]
    only = first.row.pk if len(drafts) == 1 else None
    return [News(user_id, kind, first.by.pk, first.type.key, only, count=len(drafts), key=run_of(first))]


def run_of(draft: Draft) -> str:
    """What belongs together: a change set, else what one person brought through one door within an hour."""
    run = f"set:{draft.change_set.pk}" if draft.change_set else f"{draft.by.pk}:{clock.now():%Y%m%d%H}"
    return f"{draft.via}:{draft.type.key}:{run}"[:120]


@joins(RecordShared)
def tell_shared(event: RecordShared) -> None:
    """The person to whom a record was opened, or those of a department who see it by that."""
    if not event.level:
        return
    if event.user_id:
        data = {"what": "observer"} if event.observer else {}
        tell([News(event.user_id, "shared", event.by_id, event.type, event.record_id, data=data)])
    elif event.department_id:
        tell_department(event, event.department_id)


def tell_department(event: RecordShared, department_id: int) -> None:
    """Everybody for whom the share holds, but who has the record by themselves: one notice each, which counts more of the same hour."""
    key = f"department:{department_id}:{event.type}:{event.by_id}:{clock.now():%Y%m%d%H}"[:120]
    told = Notice.objects.filter(kind="shared", key=key, record_id=event.record_id).values_list("to", flat=True)
    ids = reached_by(department_id) - knows_already(event) - set(told)
    if len(ids) <= MOST_TOLD:
        data = {"what": "department"}
        tell([News(id_, "shared", event.by_id, event.type, event.record_id, key=key, data=data) for id_ in sorted(ids)])


def reached_by(department_id: int) -> set[int]:
    """Who is in the department or below it, and who leads one of these: a share with the department opens the record to them."""
    structure = Structure.of_today()
    below = structure.with_all_below(frozenset({department_id})) & structure.places.keys()
    return {*structure.people_of(below), *(id_ for place in below for id_ in structure.places[place].leaders)}


def knows_already(event: RecordShared) -> set[int | None]:
    """The record's owner, and people to whom it is opened by name."""
    rows = reading.of_type(current_schema().type(event.type)).filter(pk=event.record_id)
    by_name = Share.objects.filter(type=event.type, record_id=event.record_id, user__isnull=False)
    return {*rows.values_list("owner_id", flat=True), *by_name.values_list("user_id", flat=True)}


@joins(BulkEnded)
def tell_who_began(event: BulkEnded) -> None:
    """They have gone on to other pages meanwhile."""
    what = "failed" if event.is_broken_off else "kept" if event.kept else ""
    data = {"name": event.title[:200], "href": f"/changes/{event.run_id}/", "what": what}
    tell([News(event.by_id, "bulk_done", data=data)])


@joins(PersonJoined)
def tell_inviter(event: PersonJoined) -> None:
    by = Invitation.objects.filter(person=event.user_id, used_at__isnull=False).order_by("-used_at")
    if inviter := by.values_list("by_id", flat=True).first():
        tell([News(inviter, "invitation_used", event.user_id, "user", event.user_id)])


@joins(SignedInFromNewDevice)
def tell_owner_of_account(event: SignedInFromNewDevice) -> None:
    words = " · ".join(part for part in (event.device, event.address) if part)
    tell([News(event.user_id, "new_device", data={"name": words, "href": "/me/security/"})])


@joins(MailParked)
def tell_those_who_run_the_company(event: MailParked) -> None:
    """One a day, with the number of mails."""
    key = f"mail:{clock.now():%Y%m%d}"
    tell([News(id_, "mail_parked", key=key, data={"href": "/settings/mail/"}) for id_ in people_with_settings()])


def people_with_settings() -> list[int]:
    """The people who may change the company's settings; two queries."""
    roles = {role.key for role in Role.objects.filter(archived=False) if grants_of(role).resolved().settings}
    people = User.objects.filter(is_active=True, deleted_at=None, email__isnull=False).values_list("pk", "roles")
    return [pk for pk, held in people if not {*roles, Role.OWNER}.isdisjoint(held)]
