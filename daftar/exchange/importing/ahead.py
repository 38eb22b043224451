"""A long file is read ahead by a second process while it is rehearsed: it takes cells apart and looks them up, this one decides.

Only plain rows come ready: everything in them was found and nothing is odd. What is odd, wrong or still to be made is read here, where
everything above it is known; so the two need not agree on what has just been made.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.db import connection
from django.utils import translation

from daftar.access.models import User
from daftar.exchange.importing.cells import RowReader
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.rows import BrokenRow, RawRow
from daftar.exchange.reading.source import Source
from daftar.kernel import formats

FIRST_PART = 0.3
"""Of the shortest file that is read so: what is read here while the other process begins."""
PIPE_BYTES = 1 << 20
MOST_ODD, LEAST_ROWS = 0.5, 5_000
"""When more rows than that come unread, out of at least so many, nothing is gained."""
ROOT = Path(__file__).resolve().parents[3]
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from daftar.exchange.importing.ahead_program import main; main()"
)
LENGTH = 4
Packed = tuple[Any, ...]
"""Line and cells of a row; of a plain one its values, those for new records, title, source id, and its three times besides."""


class Ahead:
    """The rows of a source; those that came ready are in `ready` by their line until somebody takes them."""

    def __init__(self, source: Source, map_: ImportMap, reader: RowReader, by: User) -> None:
        self.source, self.ready, self.is_done = source, dict[int, Parsed](), False
        self.asked = {
            "type": reader.type.key, "map": map_.to_json(), "by": by.pk, "mixed": list(reader.values.mixed),
            "database": str(connection.settings_dict["NAME"]), "path": source.path, "name": source.name,
            "encoding": source.encoding, "delimiter": source.delimiter, "sheet": source.sheet, "has_headings": source.has_headings,
            "fingerprint": source.fingerprint, "language": translation.get_language(), "formats": asdict(formats.current()),
        }  # fmt: skip

    def rows(self, behind: int) -> Iterator[RawRow | BrokenRow]:
        """As `Source.rows`. Errors: Unreadable."""
        last = behind
        try:
            other = Other(self.asked)
        except OSError:  # the system has no room for another process
            yield from self.source.rows(behind)
            return
        try:
            for n, row in enumerate(self.source.rows(behind)):
                last = row.line
                yield row
                if n + 1 >= settings.READ_AHEAD_LINES * FIRST_PART:
                    break
            else:
                return
            other.say(last)
            for row in self.read(other):
                last = row.line
                yield row
            if self.is_done:
                return
        finally:
            other.end()
        yield from self.source.rows(last)  # it died, or is of no use

    def read(self, other: Other) -> Iterator[RawRow | BrokenRow]:
        """What the other process reads, as far as it comes."""
        rows = odd = 0
        while (told := other.hear()) is not None:
            if isinstance(told, str):
                raise Unreadable(told)
            if not told:
                self.is_done = True
                return
            for packed in told:
                if isinstance(packed, BrokenRow):
                    yield packed
                    continue
                row = RawRow(packed[0], packed[1])
                if len(packed) > 2:
                    self.ready[row.line] = unpacked(row, packed)
                else:
                    odd += 1
                yield row
            rows += len(told)
            if rows >= LEAST_ROWS and odd > rows * MOST_ODD:
                return


class Other:
    """The other process: told at once what to read, and later from where."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        command = [sys.executable, "-c", PROGRAM, str(ROOT)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # our own program
        self.into, self.out = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)
        widen(self.out.fileno())
        self.say(asked)

    def say(self, what: Any) -> None:
        with suppress(OSError):  # that it died shows when it is heard
            pickle.dump(what, self.into)
            self.into.flush()

    def hear(self) -> Any:
        """None when it says no more."""
        head = self.out.read(LENGTH)
        size = int.from_bytes(head, "big")
        said = self.out.read(size) if len(head) == LENGTH else b""
        return pickle.loads(said) if said and len(said) == size else None  # noqa: S301  # said by our own process

    def end(self) -> None:
        self.process.kill()
        for pipe in (self.into, self.out):
            with suppress(OSError):
                pipe.close()
        self.process.wait()


def widen(pipe: int) -> None:
    """Let about one batch wait in it, where the system can."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def packed(row: Parsed) -> Packed:
    """A row for the way from one process to the other."""
    if row.errors or row.notes or row.wants or row.late or row.called:
        return row.line, row.row.cells
    return (
        row.line, row.row.cells, row.values, row.first, row.title, row.source_id, row.at, row.changed, row.moved, row.was,
    )  # fmt: skip


def unpacked(row: RawRow, of: Packed) -> Parsed:
    _line, _cells, values, first, title, source_id, at, changed, moved, was = of
    return Parsed(
        row, values=values, first=first, title=title, source_id=source_id, at=at, changed=changed, moved=moved, was=was
    )
