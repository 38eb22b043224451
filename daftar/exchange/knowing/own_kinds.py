"""The kind of a field that is new here, of a column in a file of ours: one whose values go out again as they came in."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from daftar.exchange.knowing.kinds import Look, number_kind
from daftar.kernel.errors import DaftarError
from daftar.kernel.text import clean_text, fold
from daftar.records.fields import KINDS
from daftar.records.reader import Reader

TEXT, LONG_TEXT, ADDRESS = "text", "long_text", "address"
LONGEST = 255
"""A column with longer texts is one of long texts."""
NUMBERS = ("whole", "decimal", "percent")


def kind_that_comes_back(look: Look, reader: Reader, *, is_exact: bool) -> str:
    """The kind that the values have, when each comes back letter by letter; else text. `is_exact` is a file with real numbers and days."""
    column = look.column
    kind = number_kind(look.numbers) if look.kind in (*NUMBERS, "money") else look.kind
    if column.whole and column.filled and all(is_address(text, reader) for text in column.counts):
        return ADDRESS
    for tried in (kind, "date_time") if column.whole and column.filled else ():
        is_safe = tried in KINDS and all(comes_back(tried, text, reader, is_exact) for text in column.counts)
        if is_safe and (tried != "choice" or len(set(map(fold, column.counts))) == column.distinct):
            return tried
    return LONG_TEXT if any("\n" in text or len(text) > LONGEST for text in column.counts) else TEXT


def is_address(text: str, reader: Reader) -> bool:
    """Whether it is five lines, as our files write an address; the last of them may be empty."""
    field = KINDS[ADDRESS].from_settings(ADDRESS, ADDRESS, {})
    return text.count(";") == 4 and field.export(field.parse(text, reader), reader).strip() == text


def comes_back(kind: str, text: str, reader: Reader, is_exact: bool) -> bool:
    try:
        if kind == "choice":
            return clean_text(text, max_length=100) == text
        field = KINDS[kind].from_settings(kind, kind, {})
        again = field.export(field.parse(text, reader), reader)
        if is_exact and kind in NUMBERS:
            return Decimal(again) == Decimal(text)
    except (DaftarError, InvalidOperation):
        return False
    return again == text or (is_exact and kind == "date_time" and len(text) == len("2026-11-27 10:00:00"))
