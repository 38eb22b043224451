"""Values that look like slips of the pen: named in the report, never corrected in silence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from babel import Locale

from daftar.kernel.text import fold

NEAR = 2
"""Letters that may differ."""
SHORTEST = 5
"""Shorter words are too often near to each other by chance."""


def near(word: str, known: Iterable[str]) -> str:
    """The known word that differs from `word` by one or two letters, or ""; both are folded before they are compared."""
    folded = fold(word)
    if len(folded) < SHORTEST:
        return ""
    best = ("", NEAR + 1)
    for other in known:
        other_folded = fold(other)
        if other_folded == folded or len(other_folded) < SHORTEST:
            continue
        if abs(len(other_folded) - len(folded)) <= NEAR:
            steps = distance(folded, other_folded, best[1])
            if steps < best[1]:
                best = (other, steps)
    return best[0]


def distance(one: str, two: str, limit: int = NEAR + 1) -> int:
    """How many letters must be added, taken away or changed (two changed places count as one); `limit` when that many or more."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(two, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                steps = min(steps, older[j - 2] + 1)
            row.append(steps)
        if min(row) >= limit:
            return limit
    return min(row[-1], limit)


def near_country(name: str) -> str:
    """The country that is meant by a name with a slip ("Philipines"), or "" for a country's right name and for any other word."""
    folded = fold(name)
    return "" if folded in _countries() else near(name, _countries().values())


@cache
def _countries() -> dict[str, str]:
    """Folded name → name of every country, in our languages."""
    found: dict[str, str] = {}
    for language in ("en", "fa", "ru"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2:
                found.setdefault(fold(name), name)
    return found
