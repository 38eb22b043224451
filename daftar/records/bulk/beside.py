"""What a change set made beside records is taken back after its rows, and made again before them: higher rooms register how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from daftar.access.models import User
from daftar.records.models import BulkRun, ChangeSet


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence for the page of a run; `stays` when it is about something that could not go."""

    sentence: str
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """How one room takes back what was made beside records.

    `put_away(set, by)` and `bring_back(set, by)` do the next thing in the caller's transaction, and answer False when nothing is left to do;
    `told(set)` says what went and what stayed. `why_not(set)` is why it cannot be taken back now, "" when it can, `has_more(set)` whether
    it left anything beside records, and `begun(run)` and `ended(run)` are called in the transactions in which
    an undoing begins and ends.
    """

    put_away: Callable[[ChangeSet, User], bool]
    bring_back: Callable[[ChangeSet, User], bool]
    told: Callable[[ChangeSet], list[Told]]
    why_not: Callable[[ChangeSet], str]
    has_more: Callable[[ChangeSet], bool]
    begun: Callable[[BulkRun], None]
    ended: Callable[[BulkRun], None]


_all: list[Beside] = []


def add(beside: Beside) -> None:
    """Called once by a room when it is ready."""
    _all.append(beside)


def why_not(change_set: ChangeSet) -> str:
    return next((said for one in _all if (said := one.why_not(change_set))), "")


def has_more(change_set: ChangeSet) -> bool:
    return any(one.has_more(change_set) for one in _all)


def begun(run: BulkRun) -> None:
    for one in _all:
        one.begun(run)


def ended(run: BulkRun) -> None:
    for one in _all if run.is_undo else ():
        one.ended(run)


def next_after(run: BulkRun) -> bool:
    """Of an undo run whose rows are done: the next thing goes. False when nothing is left."""
    if run.undoes is None:
        return False
    first, is_again = first_set(run.undoes)
    return not is_again and any(one.put_away(first, run.by) for one in _all)


def next_before(run: BulkRun) -> bool:
    """Of a run that does again what was taken back: the next thing comes back before the rows. False when nothing is left."""
    if run.undoes is None:
        return False
    first, is_again = first_set(run.undoes)
    return is_again and any(one.bring_back(first, run.by) for one in _all)


def told_of(run: BulkRun) -> list[Told]:
    if run.undoes is None:
        return []
    first, _is_again = first_set(run.undoes)
    return [told for one in _all for set_ in (first, run.change_set) for told in one.told(set_)]


def first_set(change_set: ChangeSet) -> tuple[ChangeSet, bool]:
    """(the set with which it began, whether this one takes it back); an undoing of an undoing does the first act again."""
    is_back = False
    while (run := BulkRun.objects.filter(change_set=change_set).select_related("undoes").first()) and run.undoes:
        change_set, is_back = run.undoes, not is_back
    return change_set, is_back
