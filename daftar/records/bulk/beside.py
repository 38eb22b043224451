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
    `told(set)` says what went and what stayed.
    """

    put_away: Callable[[ChangeSet, User], bool]
    bring_back: Callable[[ChangeSet, User], bool]
    told: Callable[[ChangeSet], list[Told]]


_all: list[Beside] = []


def add(beside: Beside) -> None:
    """Called once by a room when it is ready."""
    _all.append(beside)


def next_after(run: BulkRun) -> bool:
    """Of an undo run whose rows are done: the next thing goes. False when nothing is left."""
    return run.undoes is not None and first_set(run) is None and any(one.put_away(run.undoes, run.by) for one in _all)


def next_before(run: BulkRun) -> bool:
    """Of a run that does again what was taken back: the next thing comes back before the rows. False when nothing is left."""
    first = first_set(run)
    return first is not None and any(one.bring_back(first, run.by) for one in _all)


def told_of(run: BulkRun) -> list[Told]:
    if run.undoes is None:
        return []
    of = first_set(run) or run.undoes
    return [told for one in _all for told in one.told(of)]


def first_set(run: BulkRun) -> ChangeSet | None:
    """The set that is done again, when the run takes back an undoing."""
    undoing = BulkRun.objects.filter(change_set=run.undoes).select_related("undoes").first() if run.undoes_id else None
    return undoing.undoes if undoing is not None else None
