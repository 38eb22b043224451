"""A hold ends by itself when its day is over: the goods are free, and others are told."""

from __future__ import annotations

from django.db import transaction

from daftar.access.models import Installation, User
from daftar.catalogue.events import HoldEnded
from daftar.catalogue.models import Hold
from daftar.catalogue.stock import doors
from daftar.kernel import clock
from daftar.kernel.events import publish

AT_ONCE = 200
"""So many holds in one transaction."""


def end_what_is_over() -> int:
    """Free the goods of holds whose last day, by the company's clock, is over; how many holds."""
    today = clock.today(Installation.load().time_zone)
    over = Hold.objects.filter(state="in_force", deleted_at=None, until__lt=today).order_by("until", "id")
    ids = list(over.values_list("pk", flat=True))
    return sum(_end(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE))


def _end(ids: list[int]) -> int:
    """Each in the name of its owner, else of who made it; one that was prolonged or released meanwhile stays as it is."""
    today = clock.today(Installation.load().time_zone)
    people = User.objects.in_bulk([
        id_ for pair in Hold.objects.filter(pk__in=ids).values_list("owner", "created_by") for id_ in pair if id_
    ])  # fmt: skip
    with transaction.atomic():
        doors.hold_still(Hold.objects.filter(pk__in=ids).values_list("product", flat=True))
        rows = Hold.objects.select_for_update().filter(pk__in=ids, state="in_force", until__lt=today)
        found = [(one.pk, one.owner_id, one.owner_id or one.created_by_id) for one in rows.order_by("product", "id")]
        for person in dict.fromkeys(by for _id, _owner, by in found if by):
            doors.release(
                hold_ids=[id_ for id_, _owner, by in found if by == person], by=people[person], state="expired"
            )
        for id_, owner_id, by in found:
            if by:
                publish(HoldEnded(id_, owner_id))
    return len(found)
