"""What records are called in our files: the code of the installation that made them, and their number there ("bcdfgh-12").

So a number of another installation is never taken for one of this, and a record has one name wherever it goes.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import NamedTuple

from daftar.access.models import Installation
from daftar.records.models import ExternalId

SYSTEM = "daftar"
"""The system of the ids in files that this product wrote."""
LETTERS, LENGTH = "bcdfghjkmnpqrstvwxz", 6
"""Without vowels: no words, and no months that a spreadsheet makes a date of."""
NAME = re.compile(rf"([{LETTERS}]{{{LENGTH}}})-([1-9][0-9]{{0,17}})")
ENTRY = re.compile(rf"(?:([a-z][a-z0-9_]*):)?({NAME.pattern})(?: \((.*)\))?")


def installation_code() -> str:
    """The code of this installation, chosen the first time that somebody asks."""
    kept = Installation.objects.filter(pk=1).values_list("code", flat=True).first()
    if kept:
        return kept
    Installation.objects.get_or_create(pk=1)
    code = "".join(secrets.choice(LETTERS) for _n in range(LENGTH))
    Installation.objects.filter(pk=1, code="").update(code=code)  # of two at once the first one counts
    return str(Installation.objects.values_list("code", flat=True).get(pk=1))


def is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None


class Entry(NamedTuple):
    """A record as a column of links names it: "bcdfgh-12", "bcdfgh-12 (buyer)", "contact:bcdfgh-12"."""

    type: str
    name: str
    role: str


def entry_of(text: str) -> Entry | None:
    found = ENTRY.fullmatch(text)
    return Entry(found[1] or "", found[2], found[5] or "") if found else None


def name_in(text: str) -> str:
    """The name in such an entry, or ""."""
    found = entry_of(text)
    return found.name if found else ""


def numbers_here(names: Iterable[str]) -> dict[str, int]:
    """Those of the names that this installation gave, with their numbers."""
    found = {name: match for name in names if (match := NAME.fullmatch(name))}
    if not found:
        return {}
    code = installation_code()
    return {name: int(match[2]) for name, match in found.items() if match[1] == code}


class RecordNames:
    """What records are called: the name that they came with from another installation, else that of this one."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int], str] = {}
        self.has_guests: dict[str, bool] = {}
        """Type → whether any of its records came from another installation."""

    @cached_property
    def code(self) -> str:
        return installation_code()

    def learn(self, type_key: str, ids: Collection[int]) -> None:
        """Look up the names of these records: one query, none where all were made here."""
        if type_key not in self.has_guests:
            self.has_guests[type_key] = ExternalId.objects.filter(system=SYSTEM, type=type_key).exists()
        if not ids or not self.has_guests[type_key]:
            return
        rows = ExternalId.objects.filter(system=SYSTEM, type=type_key, record_id__in=ids).order_by("pk")
        for key, record_id in rows.values_list("key", "record_id"):
            if is_name(key):
                self.known.setdefault((type_key, record_id), key)

    def get(self, type_key: str, id_: int) -> str:
        return self.known.get((type_key, id_)) or f"{self.code}-{id_}"
