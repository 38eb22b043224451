"""An export as JSON lines for programs: one object a line, keys of fields as keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from daftar.exchange.exporting.kinds import guarded, inner_of
from daftar.exchange.exporting.rows import Export
from daftar.records.fields.base import Field
from daftar.records.reader import Reader

NUMBERS = frozenset({"whole", "decimal", "percent"})
LISTS = frozenset({"phones", "emails", "webs", "messengers", "tags", "links", "choices", "files"})


def pieces(export: Export, *, bom: bool = False) -> Iterator[bytes]:
    """Some thousand objects each; every key stands in every object, empty ones as null. `bom` means nothing here."""
    reader = export.reader

    def way(field: Field) -> Callable[[Any], bytes]:
        inner = inner_of(field)
        return lambda value: orjson.dumps(parts_of(inner, value, reader))[1:-1]

    for page in export.pages(way):
        yield b"".join([b"{%b}\n" % b",".join(parts) for parts in zip(*page.cells, strict=True)])


def parts_of(field: Field, value: Any, reader: Reader) -> dict[str, Any]:
    """Key → value; an amount has its currency under a key of its own. Numbers keep every digit."""
    key = field.key
    empty = field.is_empty(value)
    if field.kind == "money":
        amount = None if empty else orjson.Fragment(f"{value.amount:f}")
        return {key: amount, f"{key}.currency": None if empty else value.currency}
    if empty:
        return {key: None}
    if field.kind in NUMBERS:
        return {key: orjson.Fragment(field.export(value, reader))}
    if field.kind == "yes_no":
        return {key: bool(value)}
    if field.kind == "address":
        return {key: {line: guarded(text) for line, text in value.items() if text}}
    if field.kind in LISTS:
        return {key: [guarded(text) for one in value if (text := field.export([one], reader))]}
    return {key: guarded(field.export(value, reader)) or None}
