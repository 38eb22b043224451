"""The text by which people look for a record: one folded line in the column `search`."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


def search_text(type_: RecordType, row: Row) -> str:
    """One folded line of everything by which people look for the record: its name first, long texts last.

    Behind it stand the words that some write apart and some together ("Jean-Luc", "گل‌آرا"), and numbers without their gaps.
    """
    texts = [(f, f.search_words(f.get(row))) for f in in_order(type_)]
    line = fold(" ".join(words for _field, words in texts if words))[: LONGEST - ROOM]
    known = set(line.split())
    more = (w for f, words in texts if f.kind in JOINED_KINDS for w in joined(words, is_long=f.kind == "long_text"))
    behind = " ".join(dict.fromkeys(w for w in more if w and w not in known))
    return f"{line} {behind[:ROOM]}".strip()


def in_order(type_: RecordType) -> list[Field]:
    searched = [f for f in type_.fields if f.searched]
    return sorted(searched, key=lambda f: (not f.title, f.kind == "long_text"))


def joined(words: str, *, is_long: bool = False) -> Iterator[str]:
    """Words with a sign inside as one word, and numbers written with gaps as one number; of long texts the numbers only."""
    for token in () if is_long else words.split():
        pieces = fold(token).split() if "@" not in token and "://" not in token else ()
        if len(pieces) > 1:
            yield "".join(pieces)[:60]
    for number in NUMBER.findall(ascii_digits(words)):
        yield re.sub(r"\D", "", number)[:40]
