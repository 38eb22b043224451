"""What every kind of file is for who loads it: headings, then rows with their lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator, Sequence
from copy import copy
from pathlib import Path
from typing import Self

from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.rows import BrokenRow, RawRow

END_BYTES = 1 << 16
ROWS_BETWEEN_LOOKS = 1_000
"""After so many rows it is looked whether the file is still the one that was opened."""
NUMBER_OR_DAY = re.compile(r"[-+(]?[\d۰-۹٠-٩][\d۰-۹٠-٩\s.,:/()+'-]*%?")
MAIL_OR_WEB = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+", re.IGNORECASE)


class Source:
    """A file as headings and rows of text. `opening.open_source` makes the one that fits.

    `is_exact`: the file tells numbers, days and booleans from text. Such cells read "1234.5", "2021-04-15",
    "2021-04-15 23:03:00", "23:03:00", "yes" or "no" whatever the language; what was text there is as it was typed.
    `encoding`, `delimiter` and their names are "" where they mean nothing; `sheets` are the names of the sheets to choose from.
    """

    kind = ""
    is_exact = False
    encoding = delimiter = encoding_name = delimiter_name = sheet = ""
    sheets: Sequence[str] = ()
    headings: tuple[str, ...] = ()
    first_line = 1
    """The line of the headings; where there are none, the line before the first row."""
    picked: Container[int] | None = None
    """The lines that are read, None for all."""
    headings_look_like_data = False
    """Whether the heading row looks like a row of data, so that it is worth asking."""

    def __init__(self, path: Path, *, name: str = "", has_headings: bool = True) -> None:
        self.path, self.name, self.has_headings = path, name or path.name, has_headings
        if not path.is_file():
            raise Unreadable(_("There is no file “%(name)s”.") % {"name": self.name[:200]})
        self._stamp = stamp(path)
        self.fingerprint = fingerprint(path)

    def rows(self, behind: int = 0) -> Iterator[RawRow | BrokenRow]:
        """All rows behind the headings, or behind the row on line `behind`; blank ones are left out.

        Errors: Unreadable when the file becomes another one meanwhile. Rows that cannot be read are told, not raised.
        """
        for count, row in enumerate(self._rows(behind), 1):
            if not count % ROWS_BETWEEN_LOOKS:
                self.look()
            if self.picked is None or row.line in self.picked:
                yield row
        self.look()

    def only(self, lines: Container[int]) -> Self:
        """The same file, of which these lines alone are read."""
        made = copy(self)
        made.picked = lines
        return made

    def first_rows(self, count: int = 5) -> list[RawRow]:
        """The first rows that can be read, to look at."""
        found: list[RawRow] = []
        for row in self._first():
            if isinstance(row, RawRow):
                found.append(row)
            if len(found) >= count:
                break
        return found

    def count_lines(self) -> int:
        """How many lines stand behind the headings: quick, and not fewer than the rows."""
        raise NotImplementedError

    def check_same(self, then: str = "") -> None:
        """Errors: Unreadable when the file is not the one that was opened, or not the one of the fingerprint `then`."""
        if not self.path.is_file() or fingerprint(self.path) != (then or self.fingerprint):
            raise Unreadable(changed())

    def look(self) -> None:
        """A quick look, at size and time alone. Errors: Unreadable when the file is not the one that was opened."""
        if stamp(self.path) != self._stamp:
            raise Unreadable(changed())

    # -- for the kinds -----------------------------------------------------------------------------

    def _rows(self, behind: int) -> Iterator[RawRow | BrokenRow]:
        raise NotImplementedError

    def _first(self) -> Iterator[RawRow | BrokenRow]:
        return self._rows(0)


def changed() -> str:
    return _(
        "The file was changed while it was read. What was loaded before stays and can be undone; load the file again as it is now."
    )


def stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (-1, -1)
    return found.st_size, found.st_mtime_ns


def fingerprint(path: Path) -> str:
    """Size, time and a hash of both ends: another file, or another state of it, has another one."""
    size, changed_at = stamp(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        digest.update(file.read(END_BYTES))
        file.seek(max(0, size - END_BYTES))
        digest.update(file.read(END_BYTES))
    return f"{size}-{changed_at}-{digest.hexdigest()[:32]}"


def looks_like_data(cells: Sequence[str]) -> bool:
    """Whether a row holds what no heading says: a mail or web address, or mostly numbers and days."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if any(MAIL_OR_WEB.fullmatch(cell[:300]) for cell in filled):
        return True
    return bool(filled) and 2 * sum(bool(NUMBER_OR_DAY.fullmatch(cell[:100])) for cell in filled) >= len(filled)
