"""A first map for a file: from headings (keys, labels in every language, usual words), then from the values of dates and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils import translation

from daftar.exchange.exporting.headings import own_targets
from daftar.exchange.importing.maps import BESIDE, CREATED, LABELLED, MOVED, ImportMap, fillable, target_of
from daftar.exchange.knowing.systems.shape import squash
from daftar.exchange.knowing.words import SYNONYMS
from daftar.exchange.own_ids import SYSTEM
from daftar.exchange.reading.rows import RawRow
from daftar.exchange.reading.source import Source
from daftar.kernel.text import ascii_digits
from daftar.records.types import RecordType

SAMPLE_ROWS = 200
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}")
COMMA_CENTS = re.compile(r"-?\d{1,3}(?:[. \u00a0\u202f]\d{3})*,\d{1,2}|\d+,\d{1,2}")
POINT_CENTS = re.compile(r"-?\d{1,3}(?:[, \u00a0\u202f]\d{3})*\.\d{1,2}|\d+\.\d{1,2}")


def guess_map(type_: RecordType, source: Source) -> ImportMap:
    """The likeliest map; a target is given to one column only, and what nothing speaks for stays out."""
    words = known_words(type_)
    taken: set[str] = set()
    columns: dict[str, tuple[str, ...]] = {}
    own = own_targets(type_, source.headings)
    taken.update(own.values())
    for heading in source.headings:
        if heading in own:
            columns[heading] = (own[heading],) if own[heading] else ()
            continue
        wanted = (t for t in words.get(squash(heading), ()) if t not in taken)
        target = next(wanted, "")
        columns[heading] = (target,) if target else ()
        taken.add(target)
    rows = first_rows(source)
    dated = cells_of(source, rows, columns, type_, ("date", "date_time"))
    amounts = cells_of(source, rows, columns, type_, ("money", "decimal", "percent"))
    system = SYSTEM if "@id" in own.values() else ""
    return ImportMap(columns=columns, date_order=guess_date_order(dated), decimal=guess_decimal(amounts), system=system)


def known_words(type_: RecordType) -> dict[str, list[str]]:
    """Squashed heading → targets, the surest first: keys and labels before usual words."""
    found: dict[str, list[str]] = {}

    def add(word: str, target: str) -> None:
        if squash(word) and target not in found.setdefault(squash(word), []):
            found[squash(word)].append(target)

    fields = fillable(type_)
    for field in fields:
        add(field.key, field.key)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for field in fields:
                add(str(field.label), field.key)
                for label, name in getattr(field, "labels", {}).items():
                    if field.kind in LABELLED:
                        add(f"{field.label} {name}", f"{field.key}.{label}")
            if (made := type_.field("created_at")) is not None:
                add(str(made.label), CREATED)
    for name in (f"{type_.key} name", f"{type_.key}", str(type_.name)):
        add(name, type_.title_field.key)
    for target, words in SYNONYMS.items():
        if target in BESIDE or target_of(type_, target) is not None:
            for word in words.split("|"):
                add(word, target)
    return found


def first_rows(source: Source) -> list[RawRow]:
    return source.first_rows(SAMPLE_ROWS)


def cells_of(
    source: Source, rows: Sequence[RawRow], columns: dict[str, tuple[str, ...]], type_: RecordType, kinds: Sequence[str]
) -> list[str]:
    """The values of all columns whose field is of one of the kinds."""
    found = []
    for n, heading in enumerate(source.headings):
        for target in columns[heading]:
            field = type_.field(target.partition(".")[0])
            if (target in (CREATED, MOVED) and "date" in kinds) or (field is not None and field.kind in kinds):
                found += [ascii_digits(row.cells[n].strip()) for row in rows]
    return found


def guess_date_order(values: Iterable[str]) -> str:
    """ "mdy" or "dmy" when the values prove it (a 13th month does not exist) and none speaks against it, else ""."""
    first, second = False, False
    for value in values:
        if shape := SLASHED.match(value):
            first, second = first or int(shape[1]) > 12, second or int(shape[2]) > 12
    return "" if first == second else "dmy" if first else "mdy"


def guess_decimal(values: Iterable[str]) -> str:
    """The sign before one or two last digits, when all values agree on it, else ""."""
    comma = point = False
    for value in values:
        bare = value.strip("$€£₽﷼ \u00a0")
        comma, point = comma or bool(COMMA_CENTS.fullmatch(bare)), point or bool(POINT_CENTS.fullmatch(bare))
    return "" if comma == point else "," if comma else "."
