"""The second process of a long rehearsal: reads rows behind a line and says what stands in them (`ahead.py`).

It is told by its input what to read, as the person and in the formats of the import, and ends with its reader. It says rows as lists, the
sentence when the file cannot be read any more, and an empty list when all is said. It writes nothing.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

ROWS = 400
"""Rows that are looked up and said together."""
NICE = 5
"""Pages of people come before it."""


def main() -> None:
    import django

    os.nice(NICE)
    django.setup()
    into, out = sys.stdin.buffer, sys.stdout.buffer
    try:
        read(into, out)
        out.flush()
    except (BrokenPipeError, EOFError):  # nobody wants it any more
        os._exit(1)


def read(into: BinaryIO, out: BinaryIO) -> None:
    from django.db import connection
    from django.utils import translation

    from daftar.exchange.importing.unreadable import Unreadable
    from daftar.kernel.formats import Formats, using

    asked = pickle.load(into)  # noqa: S301  # asked by our own process
    connection.settings_dict["NAME"] = asked["database"]
    with using(Formats(**asked["formats"])), translation.override(asked["language"]):
        try:
            for rows in read_rows(asked, into):
                say(rows, out)
        except Unreadable as problem:
            say(str(problem), out)
        say([], out)


def read_rows(asked: dict[str, Any], into: BinaryIO) -> Iterator[list[Any]]:
    from daftar.access.models import User
    from daftar.exchange.importing.ahead import packed
    from daftar.exchange.importing.cells import RowReader
    from daftar.exchange.importing.maps import ImportMap
    from daftar.exchange.importing.matching import Matcher
    from daftar.exchange.reading.opening import open_source
    from daftar.exchange.reading.rows import RawRow
    from daftar.kernel.collecting import uncollected
    from daftar.records.reader import Reader
    from daftar.records.schema import current_schema

    words = ("path", "name", "encoding", "delimiter", "sheet", "has_headings")
    source = open_source(**{word: asked[word] for word in words})
    source.check_same(asked["fingerprint"])
    type_ = current_schema().type(asked["type"])
    reader = Reader(User.objects.get(pk=asked["by"]), schema=type_.schema)
    rows = RowReader(
        type_, ImportMap.from_json(asked["map"]), source.headings, reader, Matcher(reader), mixed=asked["mixed"]
    )
    for some in parts(source.rows(pickle.load(into))):  # noqa: S301  # as above
        with uncollected():
            rows.learn([row for row in some if isinstance(row, RawRow)])
            yield [packed(rows.parse(row)) if isinstance(row, RawRow) else row for row in some]


def parts(rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
    rows = iter(rows)
    while some := list(islice(rows, ROWS)):
        yield some


def say(told: Any, out: BinaryIO) -> None:
    said = pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL)
    out.write(len(said).to_bytes(4, "big"))
    out.write(said)
    out.flush()
