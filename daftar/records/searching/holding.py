"""Whether a row holds what was asked, by what the reader may see of it."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

from django.db.models import Q

from daftar.kernel.errors import Invalid
from daftar.records.reader import Reader
from daftar.records.searching import index
from daftar.records.searching.asked import INDEXED, Asked, Token
from daftar.records.types import RecordType


def holds(type_: RecordType, asked: Asked, reader: Reader, *, by_index: bool = True) -> Q:
    """The condition that every token holds; nothing asked means every row.

    Shapes: `by_index` lets the index name the rows first; without it rows are walked in the order of the caller.
    """
    if not asked:
        return Q()
    found = reduce(and_, (in_text(token) for token in asked.tokens))
    if by_index:
        found = index.by_index(type_.model, asked) & found
    searched = [f for f in type_.whole.fields if f.searched]
    if not any(f.key in type_.hidden for f in searched):
        return found
    # The search text also holds what is hidden; so each word must stand in a field that is not.
    return found & reduce(and_, (in_open_fields(type_, word, reader) for word in asked.words))


def in_text(token: Token) -> Q:
    return reduce(or_, (in_line(spelling) for spelling in token.spellings))


def in_line(spelling: str) -> Q:
    """The text anywhere; of one or two letters at the beginning of a word."""
    if len(spelling) >= INDEXED:
        return Q(search__contains=spelling)
    return Q(search__startswith=spelling) | Q(search__contains=f" {spelling}")


def in_open_fields(type_: RecordType, word: str, reader: Reader) -> Q:
    shown = Q(pk__in=[])
    for field in type_.fields:
        if field.searched and "has" in {o.key for o in field.operators()}:
            try:
                shown |= field.condition("has", [word], reader)
            except Invalid:
                continue  # a word is in no phone number
    return shown
