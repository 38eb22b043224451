"""Whole records by their numbers, by a prepared question: which ones they are was asked before, by what only names them.

A record has some fifty columns, and to say them all costs Django more than to find the rows; so whoever looks for records asks
for their numbers in whatever words, and for the records themselves here, in words that never change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet

from daftar.access.models import Row
from daftar.kernel.prepared import LARGEST, Prepared

R = TypeVar("R", bound=Row)
AT_ONCE = (1, 10, 50)
"""So many records one question can be about; fewer are asked for by saying one of them again."""
MANY, MOST = 100, 500
"""From so many on Django's own words cost less than asking several times; and so many are named in one question of those."""
_prepared: dict[tuple[type[Row], int], Prepared[Any]] = {}


def whole_rows(model: type[R], ids: Sequence[int]) -> list[R]:
    """The records in the order of their numbers as given; one that is no longer there is left out.

    One query for fifty, of many for five hundred.
    """
    able = [id_ for id_ in ids if 0 < id_ <= LARGEST]
    size = MOST if len(able) > MANY else AT_ONCE[-1]
    found = {row.pk: row for start in range(0, len(able), size) for row in asked(model, able[start : start + size])}
    return [found[id_] for id_ in ids if id_ in found]


def asked(model: type[R], ids: Sequence[int]) -> list[R]:
    size = next((n for n in AT_ONCE if n >= len(ids)), 0)
    if not size:
        rows: QuerySet[Any] = model._default_manager.filter(pk__in=ids)
        return list(rows.order_by())
    if (model, size) not in _prepared:

        def by_ids(*marks: int) -> QuerySet[Any]:
            rows: QuerySet[Any] = model._default_manager.filter(pk__in=marks)
            return rows.order_by()

        _prepared[model, size] = Prepared(by_ids, *[int] * size)
    found: list[R] = _prepared[model, size].rows(*ids, *[ids[-1]] * (size - len(ids)))
    return found
