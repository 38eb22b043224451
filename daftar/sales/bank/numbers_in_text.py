"""Which invoice numbers a payer names in the words of a payment: any digits, with or without prefix and zeros, one or several.

A number is taken apart into runs of letters and of digits: "INV-2026-00042" is inv, 2026, 42. It is *whole* when all of them follow
each other in the text, *bare* without the letters in front, *short* when only the last run stands behind a word for "invoice".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from daftar.kernel.text import ascii_digits, fold

LONGEST = 8
"""Runs in a number of an invoice."""
MOST_TOKENS = 300
_RUNS = re.compile(r"[^\W\d_]+|\d+|[№#]")
_CUES = frozenset(
    fold(word)
    for words in (
        "invoice invoices inv bill no nr num number rechnung rg facture",
        "счет счета счету счетам счетов сч номер ном",
        "فاکتور فاکتورهای فاکتورها صورتحساب صورتحسابهای شماره ش",
    )
    for word in words.split()
) | {"№", "#"}
_BETWEEN = frozenset(
    fold(word) for word in ["and", "и", "و", "n", "no", "nr", "number", "номер", "ن", "های", "شماره"]
) | {"№", "#"}


class How(IntEnum):
    """How fully a number was named; the more the better."""

    SHORT = 1
    BARE = 2
    WHOLE = 3


@dataclass(frozen=True, slots=True)
class Token:
    """A run of the text: letters folded, digits without zeros in front; `raw` keeps the zeros.

    `joined`: only a dash, slash or point stands between it and the run before ("15.11.2026", "2026-42").
    """

    key: str
    raw: str
    is_digits: bool
    joined: bool = False


def tokens_of(text: str) -> list[Token]:
    found: list[Token] = []
    plain, end = ascii_digits(text.replace("\u200c", "")), 0
    for run in islice(_RUNS.finditer(plain), MOST_TOKENS):
        joined = bool(found) and not plain[end : run.start()].strip("-/._\\")
        end = run.end()
        if run[0].isdigit():
            found.append(Token(run[0].lstrip("0") or "0", run[0], True, joined))
        elif word := run[0] if run[0] in "№#" else fold(run[0]).replace(" ", ""):
            found.append(Token(word, word, False, joined))
    return found


class NumberBook:
    """The numbers of many invoices, ready to be looked for in many texts."""

    def __init__(self, numbers: Iterable[tuple[int, str]]) -> None:
        self.by_key: dict[str, set[tuple[How, int]]] = defaultdict(set)
        self.by_last: dict[str, set[int]] = defaultdict(set)
        for invoice_id, number in numbers:
            tokens = tokens_of(number)[:LONGEST]
            digits = [token for token in tokens if token.is_digits]
            if not digits:
                continue
            self.add(tokens, How.WHOLE, invoice_id)
            bare = without_prefix(tokens)
            if len(bare) < len(tokens) and (len(bare) > 1 or len(bare[0].raw) > 4):
                self.add(bare, How.BARE, invoice_id)
            self.by_last[digits[-1].key].add(invoice_id)

    def add(self, tokens: Sequence[Token], how: How, invoice_id: int) -> None:
        if how is How.WHOLE and len(tokens) == 1 and len(tokens[0].raw) < 5:
            return  # "42" alone may be anything; it counts behind a word for invoice
        self.by_key["|".join(token.key for token in tokens)].add((how, invoice_id))
        self.by_key["".join(token.raw for token in tokens)].add((how, invoice_id))

    def named_in(self, text: str) -> dict[int, How]:
        """Id of each invoice that the text names, in the order of the text, and how fully.

        Where a number is named in full, shorter readings of the same words do not count.
        """
        tokens = tokens_of(text)
        found: dict[int, How] = {}
        taken = [False] * len(tokens)
        for length in range(min(LONGEST, len(tokens)), 0, -1):
            for start in range(len(tokens) - length + 1):
                window = tokens[start : start + length]
                if any(taken[start : start + length]):
                    continue
                if hits := self.hits(window):
                    best = max(how for how, _id in hits)
                    for how, invoice_id in sorted(hits, key=lambda hit: hit[1]):
                        if how == best:
                            found[invoice_id] = max(found.get(invoice_id, How.SHORT), how)
                    taken[start : start + length] = [True] * length
        for place in short_places(tokens):
            if not taken[place]:
                for invoice_id in sorted(self.by_last.get(tokens[place].key, ())):
                    found.setdefault(invoice_id, How.SHORT)
        return found

    def hits(self, window: Sequence[Token]) -> set[tuple[How, int]]:
        by_runs = self.by_key.get("|".join(token.key for token in window), set())
        return by_runs or self.by_key.get("".join(token.raw for token in window), set())


def without_prefix(tokens: Sequence[Token]) -> Sequence[Token]:
    first = next((place for place, token in enumerate(tokens) if token.is_digits), 0)
    return tokens[first:]


def short_places(tokens: Sequence[Token]) -> list[int]:
    """Places of digits that stand behind a word for "invoice", or follow such digits in a list ("invoices 15, 16 and 17")."""
    places: list[int] = []
    is_listing = False
    for place, token in enumerate(tokens):
        if token.is_digits:
            if is_listing and not is_part(tokens, place):
                places.append(place)
        elif token.key in _CUES:
            is_listing = True
        elif token.key not in _BETWEEN:
            is_listing = False
    return places


def is_part(tokens: Sequence[Token], place: int) -> bool:
    """Whether these digits are a part of a longer number or of a date."""
    before = place > 0 and tokens[place - 1].is_digits and tokens[place].joined
    behind = place + 1 < len(tokens) and tokens[place + 1].is_digits and tokens[place + 1].joined
    return before or behind


def last_run(number: str) -> str:
    """The last run of digits, without zeros in front."""
    return next((token.key for token in reversed(tokens_of(number)) if token.is_digits), "")
