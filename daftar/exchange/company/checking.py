"""Everything that an archive says is looked at before anything is written: members, columns, values, numbers of rows, links, files."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import Role
from daftar.exchange.company.carried import Bytes, Carried, by_member, carried
from daftar.exchange.company.layout import Member
from daftar.exchange.company.opening import Archive
from daftar.exchange.company.problems import BadArchive, at_line, of_member
from daftar.exchange.company.values import Load, Unfit, cut, load_of

LARGEST_PHOTO = 1024 * 1024
MOST_NAMED = 10


@dataclass(frozen=True)
class Person:
    """One person of the archive, as far as it matters who may load it."""

    id: int
    name: str
    email: str
    roles: tuple[str, ...]
    is_here: bool

    @property
    def is_owner(self) -> bool:
        return self.is_here and Role.OWNER in self.roles


@dataclass
class Checked:
    """An archive of which everything is in order."""

    archive: Archive
    people: list[Person] = field(default_factory=list)

    @property
    def owners(self) -> list[Person]:
        return [person for person in self.people if person.is_owner and person.email]

    def person_with(self, email: str) -> Person | None:
        return next((one for one in self.people if one.email and one.email == email.strip().lower()), None)


def check(archive: Archive, each: Callable[[Iterator[Any]], Iterator[Any]] = iter) -> Checked:
    """Read the whole archive. `each` sees every row go by. Errors: BadArchive, the first thing that is wrong, with member and line."""
    known = by_member()
    places = {label: n for n, label in enumerate(one.label for one in carried())}
    last = -1
    ids = Ids()
    checked = Checked(archive)
    for member in archive.manifest.members:
        one = known.get(member.name)
        if one is None:
            raise of_member(
                member.name,
                _("this version does not know such rows. The archive is of a newer version: update Daftar here first."),
            )
        if places[one.label] < last:
            raise of_member(member.name, _("it stands in the wrong place."))
        last = places[one.label]
        check_member(archive, one, member, ids, each, checked.people)
    ids.check_waiting()
    check_files(archive)
    return checked


def check_member(
    archive: Archive,
    one: Carried,
    member: Member,
    ids: Ids,
    each: Callable[[Iterator[Any]], Iterator[Any]],
    people: list[Person],
) -> None:
    reader = RowReader(one, member)
    key = key_name(one)
    before: Any = None
    for line, raw in each(archive.rows(member)):
        row = reader.read(line, raw)
        here = row[key]
        if before is not None and here <= before:
            why = (
                _("the number %(id)s is there twice.")
                if here == before
                else _("the number %(id)s is not behind the one before it.")
            )
            raise at_line(member.name, line, why % {"id": cut(here)})
        before = here
        ids.add(one, member.name, line, here, row)
        if one.bytes is not None:
            check_bytes(archive, one.bytes, member.name, line, row)
        if one.label == "access.User":
            people.append(person_of(row))


def key_name(one: Carried) -> str:
    return str(one.model._meta.pk.name)


def person_of(row: dict[str, Any]) -> Person:
    roles = row["roles"] if isinstance(row["roles"], list) else []
    is_here = bool(row["is_active"]) and row["deleted_at"] is None
    return Person(row["id"], row["name"], (row["email"] or "").lower(), tuple(map(str, roles)), is_here)


class RowReader:
    """Reads lines of one member: the columns that this version has, in its own kinds."""

    def __init__(self, one: Carried, member: Member) -> None:
        self.one, self.member = one, member
        self.loads: dict[str, Load] = {column.name: load_of(column) for column in one.columns}
        self.names = frozenset(member.columns)
        if unknown := sorted(self.names - self.loads.keys()):
            raise of_member(
                member.name,
                _(
                    "this version does not know the column “%(column)s”. The archive is of a newer version: update Daftar here first."
                )
                % {"column": unknown[0][:60]},
            )
        self.missing = {column.name: column for column in one.columns if column.name not in self.names}
        if needed := sorted(name for name, column in self.missing.items() if not (column.null or column.has_default())):
            raise of_member(member.name, _("the column “%(column)s” is missing.") % {"column": needed[0]})

    def read(self, line: int, raw: dict[str, Any]) -> dict[str, Any]:
        """The values of the row, each as its column takes it. Errors: BadArchive with line and column."""
        if raw.keys() != self.names:
            name = sorted(raw.keys() ^ self.names)[0]
            raise at_line(
                self.member.name,
                line,
                _("the column “%(column)s” is not where the manifest says.") % {"column": name[:60]},
            )
        made: dict[str, Any] = {}
        try:
            for name, value in raw.items():
                made[name] = self.loads[name](value)
        except Unfit as problem:
            raise at_line(
                self.member.name, line, _("the column “%(column)s”: %(why)s") % {"column": name, "why": problem}
            ) from None
        for name, column in self.missing.items():
            made[name] = column.get_default()
        return made


class Ids:
    """The numbers of all rows, eight bytes each, and the links that lead forward and must wait."""

    def __init__(self) -> None:
        self.numbers: dict[str, array[int]] = {}
        self.done: set[str] = set()
        self.now = ""
        self.waiting: dict[tuple[str, str, str], array[int]] = {}

    def add(self, one: Carried, member: str, line: int, key: Any, row: dict[str, Any]) -> None:
        if one.label != self.now:
            self.done.add(self.now)
            self.now = one.label
            self.numbers.setdefault(one.label, array("q"))
        if type(key) is int:
            self.numbers[one.label].append(key)
        for name, to in one.links.items():
            value = row[name]
            if value is None:
                continue
            if to not in self.done:
                self.waiting.setdefault((member, name, to), array("q")).extend((line, value))
            elif not self.has(to, value):
                raise nowhere(member, line, name, value)

    def has(self, label: str, number: int) -> bool:
        known = self.numbers.get(label, ())
        place = bisect_left(known, number)
        return place < len(known) and known[place] == number

    def check_waiting(self) -> None:
        for (member, name, to), pairs in self.waiting.items():
            for n in range(0, len(pairs), 2):
                if not self.has(to, pairs[n + 1]):
                    raise nowhere(member, pairs[n], name, pairs[n + 1])


def nowhere(member: str, line: int, column: str, value: Any) -> BadArchive:
    return at_line(
        member,
        line,
        _("the column “%(column)s” leads to number %(id)s, which is not in the archive.")
        % {"column": column, "id": value},
    )


# -- files ---------------------------------------------------------------------------------------------------


def check_bytes(archive: Archive, by: Bytes, member: str, line: int, row: dict[str, Any]) -> None:
    """That the bytes which a row names are there, or are said to be lost."""
    hash_ = row[by.hash]
    if not hash_ or hash_ in archive.files:
        if hash_ and by.is_photo and not is_photo(archive, hash_):
            raise at_line(member, line, _("the photo is no small JPEG picture. Take it away and write a new archive."))
        return
    if by.is_photo or hash_ not in archive.manifest.lost:
        raise at_line(
            member,
            line,
            _("the file %(hash)s is not in the archive. Copy it again, or write a new one.") % {"hash": cut(hash_)},
        )


def is_photo(archive: Archive, hash_: str) -> bool:
    """Photos are shown in the page, so they must be such pictures as we make."""
    from PIL import Image, UnidentifiedImageError  # loaded with the first picture

    if archive.files[hash_].file_size > LARGEST_PHOTO:
        return False
    try:
        with archive.file(hash_) as part, Image.open(part, formats=("JPEG",)) as image:
            return max(image.size) <= 1024
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return False


def check_files(archive: Archive) -> None:
    """That each file is what its name says."""
    for hash_ in archive.files:
        archive.check_file(hash_)
