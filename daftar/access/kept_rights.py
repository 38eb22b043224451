"""The company's roles and structure, kept by the process for as long as no mark says that they changed.

A change counts with the next question: it leaves a mark in its own transaction, and the marks are asked each time.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from django.db import connection
from django.utils.translation import get_language

from daftar.access import rights_marks
from daftar.access.held import HeldRole, held
from daftar.access.models import Role
from daftar.access.structure import Structure
from daftar.kernel import clock
from daftar.kernel.formats import current

MOST = 8
"""So many states are kept: of each language and day that is being read in, and of transactions that are not at their end yet."""
State = tuple[int, int, dt.date, str]


@dataclass(frozen=True)
class KeptRights:
    """Shapes: `roles` by key in their order, archived ones left out, named in the language of the question."""

    structure: Structure
    roles: Mapping[str, HeldRole]


class Keeper:
    """`known` by state, the last used at the end; `watched` once the triggers were seen to be there."""

    def __init__(self) -> None:
        self.known: OrderedDict[State, KeptRights] = OrderedDict()
        self.watched = False
        self.lock = Lock()

    def rights(self) -> KeptRights:
        count, total = marks()
        state = (count, total, clock.today(current().zone), get_language() or "")
        with self.lock:
            if (found := self.known.get(state)) is not None:
                self.known.move_to_end(state)
                return found
        made = KeptRights(Structure.of_today(), {role.key: held(role) for role in Role.objects.filter(archived=False)})
        if count and self.is_watched():
            with self.lock:
                self.known[state] = made
                while len(self.known) > MOST:
                    self.known.popitem(last=False)
        return made

    def is_watched(self) -> bool:
        """Whether the database leaves marks; without its triggers nothing is kept."""
        self.watched = self.watched or not rights_marks.missing(connection)
        return self.watched


def marks() -> tuple[int, int]:
    """How many marks there are, and the sum of their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), coalesce(sum(number), 0) FROM {rights_marks.MARKS}")  # noqa: S608  # our own name
        count, total = cursor.fetchone()
        return int(count), int(total)


_keeper = Keeper()


def kept_rights() -> KeptRights:
    """Roles and structure as they stand in the database; one query, three more after a change."""
    return _keeper.rights()
