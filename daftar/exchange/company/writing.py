"""Writing the archive: everything as of one moment, while others go on working, without holding a table in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from daftar.exchange.company.carried import Bytes, Carried, carried
from daftar.exchange.company.layout import CHUNK, Manifest, Member, Writer
from daftar.exchange.company.values import dump_of
from daftar.exchange.company.version import version
from daftar.kernel.database_copy import on_a_copy
from daftar.kernel.errors import StorageFull
from daftar.records import files

Progress = Callable[[int, int], None]
"""(rows done, rows in all)"""
T = TypeVar("T")
PAGE = 5_000


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def write_archive(path: Path, *, progress: Progress = no_progress) -> Manifest:
    """Write the whole company to `path` and return what the archive holds.

    Shapes: two archives of the same data are the same, byte for byte. Nothing is written to the database.
    Errors: StorageFull, OSError, DatabaseError; then no file of that name is left or changed.
    """
    path = path.resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest = Manifest(version())
    with Writer(path, manifest) as archive, as_of_now():
        counted = Counted(sum(rows_of(one).count() for one in carried()), progress)
        for one in carried():
            hashes = Hashes(one.bytes)
            names = sorted(column.name for column in one.columns)
            archive.add_rows(Member(one.member, names), counted.each(rows_out(one, hashes)))
        add_files(archive, manifest)
    return manifest


class Counted:
    """Rows on their way, with word to who watches."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def each(self, rows: Iterator[T]) -> Iterator[T]:
        for row in rows:
            yield row
            self.done += 1
            if self.done % 1_000 == 0:
                self.progress(self.done, self.total)
        self.progress(self.done, self.total)


# -- one moment ----------------------------------------------------------------------------------------------


@contextmanager
def as_of_now() -> Iterator[None]:
    """Inside, the database is as it is at this moment, whatever others store.

    SQLite is read from a copy, so that its log can be shortened meanwhile. PostgreSQL keeps a snapshot, as for a backup: it holds
    nobody up, and only what is deleted meanwhile is cleaned up a little later.
    """
    if connection.in_atomic_block:
        yield
        return
    with on_a_copy() as is_copy:
        if is_copy:
            yield
            return
        if connection.vendor == "sqlite":
            raise StorageFull(
                _(
                    "The disk has no room for a copy of the database, from which the archive is written. Make room and try again."
                )
            )
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL statement_timeout = 0")
            yield


# -- rows ----------------------------------------------------------------------------------------------------


def rows_of(one: Carried) -> models.QuerySet[Any]:
    rows = one.model._base_manager.all()
    return rows if one.only is None else rows.filter(one.only)


def rows_out(one: Carried, hashes: Hashes) -> Iterator[dict[str, Any]]:
    """The rows as the archive has them, in the order of their keys."""
    columns = [*one.columns, *hashes.more_columns(one)]
    dumps = [(column.name, dump_of(column)) for column in columns]
    for values in pages(one, [column.attname for column in columns]):
        row = {name: dump(value) for (name, dump), value in zip(dumps, values, strict=True)}
        if one.turned is not None:
            row = one.turned(row)
        yield hashes.put(row)


def pages(one: Carried, names: list[str]) -> Iterator[tuple[Any, ...]]:
    """Values of the rows, a page at a time by key; the few rows whose key is a text in an order that is the same everywhere."""
    key: Any = one.model._meta.pk
    rows = rows_of(one).order_by("pk").values_list("pk", *names)
    if not isinstance(key, models.IntegerField):
        yield from (values[1:] for values in sorted(rows))
        return
    last = None
    while page := list((rows if last is None else rows.filter(pk__gt=last))[:PAGE]):
        last = page[-1][0]
        yield from (values[1:] for values in page)


class Hashes:
    """Puts the hash of a file's bytes where a row names the file."""

    def __init__(self, bytes_: Bytes | None) -> None:
        self.bytes = bytes_

    def more_columns(self, one: Carried) -> list[models.Field[Any, Any]]:
        """The name of the file is needed, though it is not carried."""
        carried_names = {column.name for column in one.columns}
        named = self.bytes.path if self.bytes else ""
        return [f for f in one.model._meta.concrete_fields if f.name == named and f.name not in carried_names]

    def put(self, row: dict[str, Any]) -> dict[str, Any]:
        if self.bytes is None:
            return row
        name, known = row[self.bytes.path], row[self.bytes.hash] if self.bytes.hash != self.bytes.path else ""
        if self.bytes.path != self.bytes.hash:
            del row[self.bytes.path]
        row[self.bytes.hash] = known or hash_of(name)
        return row


def hash_of(name: str) -> str:
    """SHA-256 of a stored file; "" where its bytes are not there."""
    try:
        with (files.folder() / name).open("rb") as source:
            return digest(source) if name else ""
    except (FileNotFoundError, IsADirectoryError):
        return ""


def digest(source: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := source.read(CHUNK):
        found.update(chunk)
    return found.hexdigest()


# -- files ---------------------------------------------------------------------------------------------------


def add_files(archive: Writer, manifest: Manifest) -> None:
    """Each file once, in the order of their hashes. Bytes that are not there, or not those that were stored, are noted as lost."""
    for hash_, name in stored_files():
        try:
            source = (files.folder() / name).open("rb")
        except (FileNotFoundError, IsADirectoryError):
            manifest.lost.append(hash_)
            continue
        with source:
            if digest(source) != hash_:
                manifest.lost.append(hash_)
                continue
            source.seek(0)
            archive.add_file(f"files/{hash_}", source)


def stored_files() -> Iterator[tuple[str, str]]:
    """(hash, a name under which the bytes lie), each hash once, in order."""
    found: dict[str, str] = {}
    for one in carried():
        if one.bytes is None:
            continue
        by = one.bytes
        names = {by.path, by.hash}
        for row in rows_of(one).order_by("pk").values(*names).iterator(chunk_size=PAGE):
            name = row[by.path]
            hash_ = (row[by.hash] if by.hash != by.path else "") or hash_of(name)
            if name and hash_ and not (hash_ in found and is_there(found[hash_])):
                found[hash_] = name
    yield from sorted(found.items())


def is_there(name: str) -> bool:
    return (files.folder() / name).is_file()
