"""Which record a name in a file means: looked up among what the person may see, a few queries for a whole file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.importing.odd import near
from daftar.exchange.importing.readings import Fresh, ToMake
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.kernel.text import fold
from daftar.records.query.fold_sql import Fold
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

KEPT_WHOLE = 20_000
"""Types with at most so many records are read once; of larger ones only the names that the file holds."""


@dataclass(slots=True)
class Found:
    """The record that a name means; `odd` is its real name when the two are not written alike."""

    id: int
    title: str
    odd: str = ""


@dataclass
class Index:
    """Names of one record type in their folded and squashed forms → (id, name)."""

    whole: bool
    folded: dict[str, dict[int, str]] = field(default_factory=dict)
    squashed: dict[str, dict[int, str]] = field(default_factory=dict)
    emails: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def add(self, id_: int, title: str, email: str = "", *, in_one: bool = True) -> None:
        """A name; `in_one` finds it written without its gaps, too."""
        self.folded.setdefault(fold(title), {})[id_] = title
        if in_one:
            self.squashed.setdefault(squash(title), {})[id_] = title
        if email:
            self.emails[email] = id_, title


class Matcher:
    """Finds records by name for one import. Shapes: `fresh` are keys of what its rows wanted that was not there (`ToMake.key`).

    What is fresh, and records of a large type, are found by their whole names only: whether such a name is known
    already in other spellings would depend on where a batch ends.
    """

    def __init__(self, reader: Reader, fresh: Fresh | None = None) -> None:
        self.reader = reader
        self.fresh: Fresh = set() if fresh is None else fresh
        self.indexes: dict[str, Index] = {}

    def learn(self, type_: RecordType, names: Iterable[str]) -> None:
        """Look up what a batch of rows will ask for: one query for a small type, one for each batch of a large one."""
        index = self.indexes.get(type_.key)
        rows = visible(type_, self.reader.user)
        columns = ["pk", type_.title_column, *(["email"] if type_.key == "user" else [])]
        if index is None:
            index = self.indexes[type_.key] = Index(whole=rows.order_by()[: KEPT_WHOLE + 1].count() <= KEPT_WHOLE)
            if index.whole:
                self._take(type_, rows.values_list(*columns))
        if index.whole:
            return
        wanted = {fold(n) for n in names} - index.asked - {""}
        index.asked |= wanted
        if wanted:
            found = rows.annotate(folded_name=Fold(type_.title_column)).filter(folded_name__in=wanted)
            self._take(type_, found.values_list(*columns))

    def _take(self, type_: RecordType, rows: Iterable[Any]) -> None:
        index = self.indexes[type_.key]
        for id_, title, *email in rows:
            in_one = index.whole and not self.is_fresh(type_, title or "")
            index.add(id_, title or "", (email[0] or "") if email else "", in_one=in_one)

    def is_fresh(self, type_: RecordType, name: str) -> bool:
        return bool(self.fresh) and ToMake("record", type_.key, name).key in self.fresh

    def add(self, type_: RecordType, id_: int, title: str) -> None:
        """A record that this import made."""
        if (index := self.indexes.get(type_.key)) is not None:
            index.add(id_, title, in_one=False)

    def find(self, type_: RecordType, name: str) -> Found | None:
        """The one record of that name, or None. Errors: Invalid naming them when there are several."""
        index = self.indexes.get(type_.key)
        if index is None or not (index.whole or fold(name) in index.asked):  # a default, which no column holds
            self.learn(type_, [name])
            index = self.indexes[type_.key]
        if "@" in name and (by_email := index.emails.get(name.strip().lower())):
            return Found(*by_email)
        same = index.folded.get(fold(name)) or {}
        if len(same) > 1:
            exact = {id_: title for id_, title in same.items() if title == name}
            same = exact if len(exact) == 1 else same
        if not same:
            same = index.squashed.get(squash(name)) or {}
        if len(same) > 1:
            told = joined(f"{title} (№ {id_})" for id_, title in list(same.items())[:5])
            raise Invalid(
                _("“%(name)s” can mean several: %(several)s. Rename all but one, or correct the file.")
                % {"name": name[:80], "several": told}
            )
        for id_, title in same.items():
            return Found(id_, title, "" if plainly(title) == plainly(name) else title)
        return None

    def unknown(self, type_: RecordType, name: str) -> Invalid:
        """What is said about a name that nothing has."""
        index = self.indexes[type_.key]
        titles = (
            (title for some in index.folded.values() for title in some.values()) if len(index.folded) < 5000 else ()
        )
        if guess := near(name, titles):
            return Invalid(
                _(
                    "There is no %(what)s “%(name)s”. Did you mean “%(near)s”? Correct the file, or let unknown ones be created."
                )
                % {"what": type_.name, "name": name[:80], "near": guess}
            )
        return Invalid(
            _("There is no %(what)s “%(name)s”. Add it first, correct the file, or let unknown ones be created.")
            % {"what": type_.name, "name": name[:80]}
        )


def squash(name: str) -> str:
    return fold(name).replace(" ", "")


def plainly(name: str) -> str:
    return " ".join(name.split()).casefold()
