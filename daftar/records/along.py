"""What goes along with records that are more than their fields (books, counters, rows that another row counts) when they are merged, or when
the act that made them is taken back.

A room says it for a type of its own with `goes_along(key, Along)`. Everything is called in the transaction of the act or of its way back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from daftar.access.models import Row, User
from daftar.records.draft import Draft


class Along:
    """The rules of one type; by themselves nothing stands in the way, and nothing is done.

    Shapes: `is_ledger` says that rows of the type are never changed, so that they stay with the record that they lead to.
    """

    is_ledger = False

    def why_not_merged(self, rows: Sequence[Row], into: Row) -> str:
        """Why records of the type (`into` is one of them) cannot be one, as a sentence; "" when they can."""
        return ""

    def staying(self, ids: Sequence[int], losers: Collection[int], winner: int) -> Collection[int]:
        """Those rows of the type that lead to a record that goes and do not follow: what the one that stays has already."""
        return ()

    def led_elsewhere(self, drafts: Sequence[Draft]) -> None:
        """Rows of the type, stored already, lead to another record since a merge or its way back."""

    def took(self, loser: int, winner: int, *, by: User) -> Mapping[str, Any]:
        """Let what the record counts go over to the one that stays; JSON by which it comes back. All that led to it has followed."""
        return {}

    def why_not_back(self, loser: int, winner: int, took: Mapping[str, Any]) -> str:
        """Why what went over cannot come back, as a sentence; "" when it can."""
        return ""

    def gave_back(self, loser: int, winner: int, took: Mapping[str, Any], *, by: User) -> None:
        """Let it come back. Nothing led back to the record is counted twice: `led_elsewhere` is called for its rows."""

    def why_stays(self, ids: Collection[int]) -> Mapping[int, str]:
        """Record → why it stays although the act that made it is taken back."""
        return {}

    def unmade(self, ids: Collection[int], *, by: User) -> None:
        """These records went into the bin, for the act that made them is taken back."""

    def made_again(self, ids: Collection[int], *, by: User) -> None:
        """These records came back out of the bin, for the taking back of what made them is taken back."""


_rules: dict[str, Along] = {}
NOTHING = Along()


def goes_along(type_key: str, rules: Along) -> None:
    """Called once by a room when it is ready."""
    _rules[type_key] = rules


def of(type_key: str) -> Along:
    return _rules.get(type_key, NOTHING)
