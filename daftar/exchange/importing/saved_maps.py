"""Maps are kept by the headings they were made for, so that next month's file needs no choices; under a name they are kept for good.

A name holds the maps of all files of one import. It is private, or shared with everybody who may load such records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.knowing.guessing import guess_map
from daftar.exchange.models import SavedMap
from daftar.exchange.reading.source import Source
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.text import clean_text, fold
from daftar.records.schema import Schema
from daftar.records.types import RecordType

LONGEST_NAME, MOST_NAMES, MOST_PASSES = 100, 200, 100


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over a file, as it is kept. Shapes: `map` is an `ImportMap` in its JSON form."""

    type: str
    headings: tuple[str, ...]
    map: Mapping[str, Any]


def proposed_map(type_: RecordType, source: Source) -> tuple[ImportMap, bool]:
    """The map for this file, and whether it comes from an earlier import of a file with the same headings."""
    kept = SavedMap.objects.filter(type=type_.key, headings=digest(source.headings), name="", position=0).first()
    if kept is not None:
        try:
            saved = ImportMap.from_json(kept.map)
            saved.check_for(type_, source.headings)
        except Unreadable:
            pass  # a field or an option of it is gone meanwhile: guess again
        else:
            return saved, True
    return guess_map(type_, source), False


def remember(type_: RecordType, source: Source, map_: ImportMap, *, by: User, position: int = 0) -> None:
    """Keep the map for the next file with these headings."""
    SavedMap.objects.update_or_create(
        type=type_.key,
        headings=digest(source.headings),
        position=position,
        name="",
        defaults={"map": map_.to_json(), "by": by, "at": clock.now()},
    )


def digest(headings: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(map(fold, headings)).encode()).hexdigest()


# -- under a name ----------------------------------------------------------------------------------


def save_as(name: str, passes: Sequence[Pass], *, by: User, shared: bool = False, system: str = "") -> list[SavedMap]:
    """Keep the maps of an import under a name of this person; those that the name had before are replaced.

    Errors: Invalid for a name that is empty, too long or somebody else's shared one; NotAllowed for a type that they may not load.
    """
    said = clean_text(name, max_length=LONGEST_NAME)
    if not said:
        raise Invalid(_("Give the map a name."), field="name")
    if not passes or len(passes) > MOST_PASSES:
        raise Invalid(_("There is nothing to keep under this name."), field="name")
    for kept in passes:
        if not decide.may(by, "import", kept.type):
            raise NotAllowed()
    with transaction.atomic():
        if names_of(by).exclude(name=said).values("name").distinct().count() >= MOST_NAMES:
            raise Invalid(_("You keep very many maps already. Remove some first."), field="name")
        if SavedMap.objects.filter(name=said, shared=True).exclude(by=by).exists():
            raise Invalid(_("Somebody shares a map of this name already. Choose another name."), field="name")
        names_of(by).filter(name=said).delete()
        counted: dict[tuple[str, str], int] = {}
        rows = []
        for kept in passes:
            place = kept.type, digest(kept.headings)
            counted[place] = counted.get(place, -1) + 1
            rows.append(
                SavedMap(
                    type=kept.type, headings=place[1], position=counted[place], name=said, shared=shared, system=system[:64],
                    map=dict(kept.map), by=by, at=clock.now(),
                )
            )  # fmt: skip
        return SavedMap.objects.bulk_create(rows)


def names_of(by: User) -> QuerySet[SavedMap]:
    """The named maps that this person keeps."""
    return SavedMap.objects.filter(by=by).exclude(name="")


def usable(by: User) -> QuerySet[SavedMap]:
    """Named maps that this person may use: their own and what others share, the newest first."""
    return (
        SavedMap.objects.exclude(name="").filter(Q(by=by) | Q(shared=True)).select_related("by").order_by("-at", "id")
    )


def share(name: str, *, by: User, shared: bool) -> None:
    """Share one's map with everybody, or keep it to oneself again. Errors: Missing."""
    if not names_of(by).filter(name=name).update(shared=shared):
        raise Missing()


def forget_name(map_id: int, *, by: User) -> None:
    """Remove a name with all its maps: one's own, or for those who run the company also a shared one. Errors: Missing."""
    kept = usable(by).filter(pk=map_id).first()
    if kept is None or (kept.by_id != by.pk and not decide.may_settings(by)):
        raise Missing()
    SavedMap.objects.filter(by=kept.by_id, name=kept.name).delete()


def fitting(headings: Sequence[str], schema: Schema, *, by: User, name: str = "") -> list[SavedMap]:
    """The passes that were kept for files with these headings: of the given name, else of the newest that still fits, else those last used.

    Only types that the person may load, and maps whose fields are all still there.
    """
    rows = SavedMap.objects.filter(headings=digest(headings)).filter(Q(name="") | Q(by=by) | Q(shared=True))
    rows = rows.filter(name=name) if name else rows
    groups: dict[tuple[str, int], list[SavedMap]] = {}
    for row in rows.order_by("position", "id"):
        groups.setdefault((row.name, row.by_id if row.name else 0), []).append(row)
    able = [group for group in groups.values() if all(still_fits(row, headings, schema, by) for row in group)]
    return max(able, key=lambda group: (bool(group[0].name), group[0].by_id == by.pk, group[0].at), default=[])


def still_fits(kept: SavedMap, headings: Sequence[str], schema: Schema, by: User) -> bool:
    """Whether type, columns and fields of a kept map are still there."""
    type_ = schema.types.get(kept.type)
    if type_ is None or not decide.may(by, "import", kept.type) or not isinstance(kept.map.get("columns"), dict):
        return False
    for heading, targets in kept.map["columns"].items():
        listed = [targets] if isinstance(targets, str) else list(targets or ())
        if heading not in headings or not all(is_there(type_, str(target)) for target in listed):
            return False
    return True


def is_there(type_: RecordType, target: str) -> bool:
    """Whether a file can still fill the target; what is made on the spot always can be."""
    if target.startswith(("@", "+")):
        return True
    field = type_.field(target.partition("@")[0].partition(".")[0])
    return field is not None and not field.readonly
