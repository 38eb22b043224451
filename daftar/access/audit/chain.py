"""How entries hang together: canonical text, hashes, and whether the chain is whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access.audit import anchors
from daftar.access.models import AuditDetail, AuditEntry, AuditHead

COLUMNS = (
    "number", "at", "what", "result", "by_id", "acting_id", "key_id", "door", "about_type", "about_id", "count",
    "details_hash", "previous",
)  # fmt: skip
"""Every column of an entry but its hash, in the order in which they are hashed."""
ERASED = "audit_details_erased"
BATCH = 2_000
PROBLEMS = {
    "missing": _("Entry %(number)s is missing."),
    "unreadable": _("Entry %(number)s cannot be read."),
    "changed": _("Entry %(number)s was changed."),
    "link": _("Entry %(number)s does not follow from the one before it."),
    "details": _("The details of entry %(number)s were changed."),
    "no_details": _("The details of entry %(number)s are missing, and no entry says that they were erased."),
    "head": _("Entry %(number)s is not where the log says that it ends."),
    "anchor": _("Entry %(number)s is not the one that the mark outside of the database names."),
    "tail": _("Entry %(number)s and what followed it are missing: the mark outside of the database names it."),
}
"""What can be wrong with the chain."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found; `bad` is the first entry that is not as it was written."""

    entries: int
    hash: str = ""
    bad: int | None = None
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.problem


def canonical(values: Mapping[str, Any]) -> str:
    """The one JSON text of these values: keys sorted, no blanks, letters as they are."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(entry: AuditEntry) -> str:
    """SHA-256 over all other columns."""
    values = {name: getattr(entry, name) for name in COLUMNS}
    values["at"] = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def details_hash_of(salt: str, body: str) -> str:
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def verify() -> Verdict:
    """Read the whole log in order and compare everything that can be compared; stops at the first thing that is wrong."""
    erased, marks = erased_ranges(), anchors.marks()
    number, last = 0, ""
    for entry, detail in in_order():
        number += 1
        problem = wrong_with(entry, detail, number, last, erased)
        if problem or entry is None:
            return Verdict(number, last, number, problem)
        if marks.get(number, entry.hash) != entry.hash:
            return Verdict(number, entry.hash, number, "anchor")
        last = entry.hash
    if marks and max(marks) > number:
        return Verdict(number, last, number + 1, "tail")
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    if (head.number, head.hash) != (number, last):
        return Verdict(number, last, max(number, 1), "head")
    return Verdict(number, last)


def wrong_with(
    entry: AuditEntry | None, detail: AuditDetail | None, number: int, last: str, erased: Sequence[tuple[int, int]]
) -> str:
    """What is wrong with the entry that should have this number; "" for nothing."""
    if entry is None:
        return "unreadable"
    if entry.number != number:
        return "missing"
    if not is_as_hashed(entry):
        return "changed"
    if entry.previous != last:
        return "link"
    if detail is None or not (detail.salt or detail.body):
        return "" if detail is not None and any(low <= number <= high for low, high in erased) else "no_details"
    return "" if details_hash_of(detail.salt, detail.body) == entry.details_hash else "details"


def is_as_hashed(entry: AuditEntry) -> bool:
    try:
        return hash_of(entry) == entry.hash
    except (AttributeError, TypeError, ValueError):  # SQLite gives back what was put in, also a time that is none
        return False


def in_order() -> Iterator[tuple[AuditEntry | None, AuditDetail | None]]:
    """Every entry with its details; None for one that the database gives back as nonsense."""
    number = -(2**63)
    while True:
        batch = read(number)
        if not batch:
            return
        details = AuditDetail.objects.in_bulk([entry.number for entry in batch if entry])
        for entry in batch:
            if entry is None:
                yield None, None
                return
            yield entry, details.get(entry.number)
            number = entry.number


def read(after: int) -> list[AuditEntry | None]:
    rows = AuditEntry.objects.filter(number__gt=after).order_by("number")
    try:
        return list(rows[:BATCH])
    except (ValueError, TypeError, OverflowError):  # a time that is none any more: one by one up to it
        try:
            return list(rows[:1])
        except (ValueError, TypeError, OverflowError):
            return [None]


def erased_ranges() -> list[tuple[int, int]]:
    """Which entries an entry of the chain itself says were emptied; checked as all others when their turn comes."""
    found = []
    for body in AuditDetail.objects.filter(entry__what=ERASED).values_list("body", flat=True):
        try:
            found += [(int(low), int(high)) for low, high in json.loads(body)["data"]["entries"]]
        except (ValueError, KeyError, TypeError):
            continue  # its own check says so
    return found
