"""Where the objects of a JSON file begin and end, found while it streams by."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from daftar.exchange.reading.lines import Lines
from daftar.exchange.reading.rows import LONGEST_LINE, too_long_line

PIECE = 1 << 16
AROUND = re.compile(r"[\s,\[\]]*")
NEXT = re.compile(r"[}\]]\s*,\s*(?=\{)|\n\s*(?=\{)")
DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str)


class Piece(NamedTuple):
    """The text of one object, and where it begins; `fault` says why there is none."""

    line: int
    text: str
    column: int = 1
    fault: str = ""


def opened(path: Path, codec: str) -> io.TextIOWrapper:
    return path.open(encoding=codec, errors="replace", newline="")


def is_one_a_line(path: Path, codec: str) -> bool:
    """Whether each line is an object of its own; otherwise it is a list, or objects over several lines."""
    with opened(path, codec) as file:
        for text in iter(partial(file.readline, PIECE), ""):
            if not (line := text.strip()):
                continue
            if line.startswith("["):
                return False
            if len(text) == PIECE and text[-1] not in "\r\n":
                return True
            # an object that goes on in the next line does not end in this one
            return not (line == "{" or (line.startswith("{") and line[-1] in ",[{"))
    return True


def pieces(path: Path, codec: str, *, one_a_line: bool) -> Iterator[Piece]:
    """The objects in their order; one that breaks off comes with its text as far as it goes."""
    with opened(path, codec) as file:
        yield from by_lines(file) if one_a_line else by_brackets(file)


def by_lines(file: io.TextIOWrapper) -> Iterator[Piece]:
    for number, text in Lines(file):
        if text is None:
            yield Piece(number, "", 1, too_long_line())
        elif stripped := text.strip("\ufeff \t\r\n"):
            yield Piece(number, stripped, 1 + text.index(stripped[0]))


def by_brackets(file: io.TextIOWrapper) -> Iterator[Piece]:
    buffer, line, column, wanted, is_over = "", 1, 1, PIECE, False

    def go(to: int) -> None:
        nonlocal buffer, line, column
        passed = buffer[:to]
        ends = passed.count("\n")
        line += ends
        column = to - passed.rindex("\n") if ends else column + to
        buffer = buffer[to:]

    while True:
        found = AROUND.match(buffer)
        go(found.end() if found else 0)
        if len(buffer) < wanted and not is_over:
            more = file.read(max(wanted - len(buffer), PIECE))
            is_over = not more
            buffer = (buffer + more).removeprefix("\ufeff")
            continue
        if not buffer:
            return
        try:
            _value, end = DECODER.raw_decode(buffer)
        except (ValueError, RecursionError):
            if not is_over and len(buffer) < LONGEST_LINE:
                wanted = len(buffer) * 2
                continue
            again = NEXT.search(buffer, 1)
            end = again.end() if again else len(buffer)
            yield Piece(
                line, buffer[:end].rstrip().rstrip(",]"), column, "" if len(buffer) < LONGEST_LINE else broken()
            )
        else:
            yield Piece(line, buffer[:end], column)
        go(end)
        wanted = PIECE // 2


def broken() -> str:
    return _("This object is broken or longer than %(most)s letters. Mend it and load the row again.") % {
        "most": f"{LONGEST_LINE:,}"
    }
