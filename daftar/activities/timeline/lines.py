"""One line of a timeline, as plain data for the template."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from daftar.activities.models import Activity
from daftar.kernel.errors import BadAddress
from daftar.records.history import Change

ACTIVITY, EVENT = 1, 0
"""What stands first when both happened at the same moment."""


EPOCH, MICROSECOND = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in the stream; the page mark is its text."""

    at: dt.datetime
    rank: int
    id: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}_{self.rank}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place of a page mark. Errors: BadAddress."""
        try:
            moment, rank, id_ = text.split("_")
            if not (text.isascii() and id_.isdecimal() and moment.isdecimal() and len(id_) < 19 and rank in ("0", "1")):
                raise ValueError(text)
            at = EPOCH + int(moment) * MICROSECOND
        except (ValueError, OverflowError):
            raise BadAddress() from None
        return cls(at, int(rank), int(id_))


@dataclass(frozen=True, slots=True)
class Line:
    """Who did what, when.

    Shapes: `content` is the first line of what was written, `more` the rest; `changes` are steps of fields, shown in
    place when there is one and opened when there are more; `links` are names and addresses (a file, a new deal).
    """

    place: Place
    icon: str
    when: str
    when_title: str
    who: str = ""
    what: str = ""
    content: str = ""
    more: str = ""
    tone: str = ""
    links: tuple[tuple[str, str], ...] = ()
    changes: list[Change] = field(default_factory=list)
    activity: Activity | None = None
    may_change: bool = False
    may_delete: bool = False

    @property
    def id(self) -> str:
        return f"activity-{self.activity.pk}" if self.activity else f"event-{self.place.id}"

    @property
    def is_planned(self) -> bool:
        return self.activity is not None and self.activity.is_planned

    @property
    def is_pinned(self) -> bool:
        return self.activity is not None and self.activity.pinned
