"""What is said of papers and their lines beside columns: wholes that are made for parts, fields that hold in some states, sums to compare."""

from __future__ import annotations

from typing import Any

from daftar.exchange.importing.targets import WAS, parse_target
from daftar.exchange.knowing.columns import Columns
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.systems.shape import squash
from daftar.records.types import RecordType


def paper_words(known: Known, type_: RecordType, made: Columns) -> dict[str, Any]:
    """Words of the map that the system's table gives, as far as the file has their columns."""
    words: dict[str, Any] = {}
    if type_.part_of and any(parse_target(t).key.removeprefix(WAS) == type_.part_of for t in made.taken()):
        words["unknown_link"] = "create"
    shape, headings = known.shape, {squash(heading): heading for heading in known.table.headings}
    if shape is None:
        return words
    only = {
        target: [headings[squash(heading)], list(texts)]
        for target, (heading, texts) in shape.only.items()
        if target in made.taken() and squash(heading) in headings
    }
    sums = {
        part: headings[said]
        for part, spelled in shape.sums.items()
        if (said := next((squash(h) for h in spelled.split("|") if squash(h) in headings), ""))
    }
    return words | ({"only": only} if only else {}) | ({"sums": sums} if sums else {})
