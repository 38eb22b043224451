"""The text by which people look for a record: one folded line in the column `search`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from daftar.access.models import Row
from daftar.kernel.text import ascii_digits, fold
from daftar.records.fields.base import Field
from daftar.records.types import RecordType

VERSION = 1
"""Raise it when the text of the same record becomes another: the rows of before are written anew (`searching/renewing.py`)."""
LONGEST = 4000
ROOM = 400
"""Of it, what is kept for spellings joined together."""
NUMBER = re.compile(r"\d(?:[\s().\-/\u2010-\u2015]{0,2}\d){4,}")
JOINED_KINDS = ("text", "long_text")


def search_text(type_: RecordType, row: Row, values: Mapping[str, Any] | None = None) -> str:
    """One folded line of everything by which people look for the record: its name first, long texts last.

    Behind it stand the words that some write apart and some together ("Jean-Luc", "گل‌آرا"), and numbers without their gaps.
    Shapes: `values` are values that the row has, by key, where somebody has them at hand already.
    """
    at_hand = values or {}
    texts = [(f, f.search_words(at_hand[f.key] if f.key in at_hand else f.get(row))) for f in type_.plan.searched]
    line = fold(" ".join([words for _field, words in texts if words]))[: LONGEST - ROOM]
    known = set(line.split())
    more = [
        w
        for f, words in texts
        if words and f.kind in JOINED_KINDS
        for w in joined(words, is_long=f.kind == "long_text")
    ]
    behind = " ".join(dict.fromkeys([w for w in more if w and w not in known]))
    return f"{line} {behind[:ROOM]}".strip()


def in_order(type_: RecordType) -> list[Field]:
    return type_.plan.searched


def joined(words: str, *, is_long: bool = False) -> Iterator[str]:
    """Words with a sign inside as one word, and numbers written with gaps as one number; of long texts the numbers only."""
    for token in () if is_long else words.split():
        if token.isascii() and token.isalnum():
            continue
        pieces = fold(token).split() if "@" not in token and "://" not in token else ()
        if len(pieces) > 1:
            yield "".join(pieces)[:60]
    for number in NUMBER.findall(ascii_digits(words)):
        yield re.sub(r"\D", "", number)[:40]
