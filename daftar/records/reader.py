"""Everything shown is shown to somebody: the person, the schema, the formats, and the names this person may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from daftar.access import absence, decide
from daftar.access.models import Row, User
from daftar.access.models.user import photo_address
from daftar.kernel.formats import Formats, current
from daftar.kernel.prepared import LARGEST, Prepared
from daftar.records.fields.base import Field
from daftar.records.models import Entity, StoredFile
from daftar.records.query.among import Among
from daftar.records.schema import Schema, current_schema
from daftar.records.types import RecordType
from daftar.ui.parts import Shown

AT_ONCE = 50
"""So many names are asked for at once by a prepared question: those of one page."""
PEOPLE = ("pk", "name", "photo", "absent_from", "absent_until", "substitute__name")
_columns: dict[tuple[type[Row], str, tuple[str, ...]], Prepared[tuple[Any, ...]]] = {}


def some_columns(type_: RecordType, columns: tuple[str, ...]) -> Prepared[tuple[Any, ...]]:
    """The question for these columns of `AT_ONCE` records of the type; fewer are asked for by saying one again."""
    from daftar.records.reading import of_type

    key = (type_.model, type_.key if type_.model is Entity else "", columns)
    if key not in _columns:
        _columns[key] = Prepared(lambda *ids: of_type(type_).filter(pk__in=ids).values_list(*columns), *[int] * AT_ONCE)
    return _columns[key]


class Names:
    """Names of people and linked records, fetched in one query per record type; what the reader may not see has none."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.wanted: dict[str, set[int]] = {}
        self.photos: dict[int, str] = {}
        self.away: dict[int, str] = {}
        """Of people whose name was fetched: the address of their photo, and the words of who is away today."""
        self.known: dict[tuple[str, int], str | None] = {}
        """None for what was looked up and may not be seen, so that it is not looked up for every row."""

    def want(self, pairs: Iterable[tuple[str, int]]) -> None:
        for type_key, id_ in pairs:
            if (type_key, id_) not in self.known:
                self.wanted.setdefault(type_key, set()).add(id_)

    def fetch(self) -> None:
        """Look up everything wanted so far."""
        wanted, self.wanted = self.wanted, {}
        for type_key, ids in wanted.items():
            type_ = self.reader.schema.types.get(type_key)
            if type_key == "file":
                files = StoredFile.objects.filter(pk__in=ids, deleted_at=None).values_list("pk", "name")
                self.known.update({("file", id_): "" for id_ in ids})
                self.known.update({("file", id_): name for id_, name in files})
            if type_ is None:
                continue
            self.known.update({(type_key, id_): None for id_ in ids})
            columns = PEOPLE if type_.model is User else ("pk", type_.title_column)
            rows = self.rows_of(type_, columns, ids)
            if type_.model is User:
                self.keep_people(rows)
                continue
            for id_, title in rows:
                self.known[type_key, id_] = title or f"{type_.name} {id_}"

    def rows_of(self, type_: RecordType, columns: tuple[str, ...], ids: Collection[int]) -> Iterable[tuple[Any, ...]]:
        """Values of those of the records that the reader may see; of a page's records where all may be seen, by a prepared question."""
        if len(ids) > AT_ONCE or not decide.standing(self.reader.user).sees_whole(type_.key):
            rows: Iterable[tuple[Any, ...]] = self.reader.seen(type_).filter(Among("pk", ids)).values_list(*columns)
            return rows
        known = [id_ for id_ in ids if 0 < id_ <= LARGEST] or [0]
        return some_columns(type_, columns).rows(*known, *[known[-1]] * (AT_ONCE - len(known)))

    def keep_people(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for id_, name, photo, first, last, substitute in rows:
            self.known["user", id_] = name or f"{self.reader.schema.types['user'].name} {id_}"
            self.photos[id_] = photo_address(photo)
            if absence.is_away(first, last):
                self.away[id_] = absence.words(last, substitute or "")

    def get(self, type_key: str, id_: int) -> str | None:
        if (type_key, id_) not in self.known:
            self.want([(type_key, id_)])
            self.fetch()
        return self.known.get((type_key, id_))


class Reader:
    """Who reads or writes, in which schema and formats. One per request, job or command.

    Its schema knows no field that is hidden from the person, so that no surface can show, find, sort or write it.
    """

    def __init__(self, user: User, *, schema: Schema | None = None, formats: Formats | None = None) -> None:
        self.user = user
        self.schema = schema or current_schema().seen_with(decide.standing(user).limited_fields)
        self.formats = formats or current()
        self.names = Names(self)
        self.shown_stages: dict[int | None, Shown] = {}
        """How stages read, which a list shows again and again."""

    def seen(self, type_: RecordType) -> QuerySet[Row]:
        """Rows of the type that this person may see, deleted ones too (a name stays a name while a record is in the bin)."""
        from daftar.records.reading import of_type

        return decide.within(of_type(type_), self.user, type_.key)

    def load(self, type_: RecordType, rows: Sequence[Row], fields: Iterable[Field] | None = None) -> None:
        """Fetch several links and all names that showing these rows needs: a fixed number of queries."""
        from daftar.records.fields.links import load_links

        chosen = list(type_.fields if fields is None else fields)
        load_links(rows, [f for f in chosen if f.kind == "links"])
        naming = [f for f in chosen if type(f).wants is not Field.wants]
        for row in rows:
            for field in naming:
                self.names.want(field.wants(field.get(row)))
        self.names.fetch()
