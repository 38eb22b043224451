"""Cells that a spreadsheet would run as a formula carry an apostrophe in our files; loading takes it away again."""

from __future__ import annotations

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
FIRST = frozenset("'=+-@\t\r\n＝＋－＠")
"""With what a text begins that `FORMULA` can match."""
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?", re.ASCII)


def neutral(cell: str) -> str:
    """The cell as no spreadsheet runs it. `restored(neutral(x)) == x` for every text."""
    return f"'{cell}" if cell[:1] in FIRST and FORMULA.match(cell) and not PLAIN_NUMBER.fullmatch(cell) else cell


def restored(cell: str) -> str:
    """The cell as it was before `neutral`; other cells stay as they are."""
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell[1:]) else cell
