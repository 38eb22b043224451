"""Maps are kept by the headings they were made for, so that next month's file needs no choices."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from daftar.access.models import User
from daftar.exchange.importing.guessing import guess_map
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import SavedMap
from daftar.exchange.reading.source import Source
from daftar.kernel import clock
from daftar.kernel.text import fold
from daftar.records.types import RecordType


def proposed_map(type_: RecordType, source: Source) -> tuple[ImportMap, bool]:
    """The map for this file, and whether it comes from an earlier import of a file with the same headings."""
    kept = SavedMap.objects.filter(type=type_.key, headings=digest(source.headings)).first()
    if kept is not None:
        try:
            saved = ImportMap.from_json(kept.map)
            saved.check_for(type_, source.headings)
        except Unreadable:
            pass  # a field or an option of it is gone meanwhile: guess again
        else:
            return saved, True
    return guess_map(type_, source), False


def remember(type_: RecordType, source: Source, map_: ImportMap, *, by: User) -> None:
    """Keep the map for the next file with these headings."""
    SavedMap.objects.update_or_create(
        type=type_.key,
        headings=digest(source.headings),
        defaults={"map": map_.to_json(), "by": by, "at": clock.now()},
    )


def digest(headings: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(map(fold, headings)).encode()).hexdigest()
