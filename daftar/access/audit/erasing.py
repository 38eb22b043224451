"""Erasing what entries say about people. The entries themselves stay, so the chain stays whole; an entry says what was emptied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from daftar.access.audit.chain import ERASED
from daftar.access.audit.recording import MOST_ITEMS, record
from daftar.access.models import AuditDetail, AuditEntry


def entries_about(person_id: int) -> list[int]:
    """Numbers of the entries whose details speak of a person: what they did, and what was done to their account."""
    theirs = Q(by_id=person_id) | Q(acting_id=person_id) | Q(about_type="user", about_id=person_id)
    return list(AuditEntry.objects.filter(theirs).order_by("number").values_list("number", flat=True))


def entries_before(moment: datetime) -> list[int]:
    """Numbers of the entries older than the retention that still have details."""
    return list(old_details(moment).order_by("number").values_list("number", flat=True))


def old_details(moment: datetime) -> QuerySet[AuditEntry]:
    """Entries older than the moment that still say who and what, but for those that tell of an erasing."""
    return AuditEntry.objects.filter(at__lt=moment).exclude(what=ERASED).exclude(detail__body="")


def erase_details(numbers: Iterable[int], *, by: Any, why: str) -> int:
    """Empty the details of these entries and say so in the log; how many had any. What a former erasing said stays.

    Shapes: `why` names nobody ("a person's wish", "retention"). Safe to repeat.
    """
    erased = 0
    for some in in_parts(list(ranges(sorted(set(numbers))))):
        inside = reduce(or_, (Q(entry__gte=run[0], entry__lte=run[1]) for run in some))
        with transaction.atomic():
            words = AuditDetail.objects.filter(inside).exclude(entry__what=ERASED).exclude(body="")
            count = words.update(salt="", body="")
            if count:
                record(ERASED, by=by, details={"entries": some, "rows": count, "why": why})
        erased += count
    return erased


def ranges(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbours: 1 2 3 7 → (1, 3), (7, 7)."""
    first = before = None
    for number in numbers:
        if before is None or number != before + 1:
            if first is not None and before is not None:
                yield first, before
            first = number
        before = number
    if first is not None and before is not None:
        yield first, before


def in_parts(runs: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    yield from (runs[at : at + MOST_ITEMS] for at in range(0, len(runs), MOST_ITEMS))
