"""The rows of a long table, written in Python: fifty rows of ten values cost a template twenty milliseconds, and this three.

Everything else is a template; this alone is drawn so often that it shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from django.utils.translation import get_language, gettext
from jinja2 import Environment, pass_environment
from markupsafe import Markup, escape

from daftar.ui.icons import icon
from daftar.ui.parts import Shown

SIGNS = re.compile("[&<>\"']").search


class Head(Protocol):
    """What the rows ask of the head of a column: its classes."""

    @property
    def css(self) -> str: ...


class Cell(NamedTuple):
    """What stands in one cell; `href` is set in the title's cell, `edit_url` where the reader may change the value."""

    shown: Shown
    edit_url: str = ""
    href: str = ""
    is_owner: bool = False


class ListRow(NamedTuple):
    """One row of a list; `tone` as in `ui.parts.Shown`; `take_url` where nobody owns the record and the reader may."""

    id: int
    version: int
    title: str
    href: str
    tone: str
    cells: Sequence[Cell]
    take_url: str = ""
    lacks: str = ""


@pass_environment
def table_rows(env: Environment, rows: Iterable[ListRow], heads: Sequence[Head]) -> Markup:
    """The rows as HTML, in the order given; the first cell of each is its head and holds the link to the record."""
    ui: Any = env.globals["ui"]
    writer = Writer(ui.shown, ui.lacks, heads)
    return Markup("".join([writer.row(row) for row in rows]))  # noqa: S704  # the writer escapes


class Writer:
    """Writes rows with the same columns."""

    def __init__(self, shown: Callable[[Shown], Markup], lacks: Callable[[str], Markup], heads: Sequence[Head]) -> None:
        self.shown, self.lacks = in_language(shown), lacks
        self.starts = [f'<td class="{safe(head.css)}"' for head in heads]
        self.pick, self.take, self.hand = gettext("Pick %(name)s"), gettext("Take %(name)s"), icon("hand", "small")
        self.take_word = safe(gettext("Take"))

    def row(self, row: ListRow) -> str:
        tone = f' class="row--{safe(row.tone)}"' if row.tone else ""
        pick = safe(self.pick % {"name": row.title})
        cells = [self.cell(start, cell, row) for start, cell in zip(self.starts[1:], row.cells[1:], strict=True)]
        return (
            f'<tr id="row-{row.id}"{tone} data-id="{row.id}" data-version="{row.version}" data-href="{safe(row.href)}">\n'
            f'<td class="table__pick"><input type="checkbox" name="ids" value="{row.id}" form="bulk" aria-label="{pick}"></td>\n'
            f"{self.head(row)}{''.join(cells)}</tr>\n"
        )

    def head(self, row: ListRow) -> str:
        cell = row.cells[0]
        start = self.starts[0].replace("<td", "<th", 1)
        edit = f' data-edit-url="{safe(cell.edit_url)}"' if cell.edit_url else ""
        mark = f'<span id="lacks-{row.id}">{self.lacks(row.lacks) if row.lacks else ""}</span>'
        return f'{start} scope="row"{edit}>{mark}{self.inside(cell)}</th>\n'

    def cell(self, start: str, cell: Cell, row: ListRow) -> str:
        edit = f' data-edit-url="{safe(cell.edit_url)}"' if cell.edit_url else ""
        button = self.button(row) if row.take_url and cell.is_owner else ""
        return f"{start}{edit}>{self.inside(cell)}{button}</td>\n"

    def inside(self, cell: Cell) -> str:
        if cell.href:
            return f'<a href="{safe(cell.href)}">{self.shown(cell.shown)}</a>'
        return self.shown(cell.shown)

    def button(self, row: ListRow) -> str:
        said = safe(self.take % {"name": row.title})
        return (
            f'<button class="link-button" form="take" formaction="{safe(row.take_url)}" aria-label="{said}" data-take>'
            f"{self.hand}{self.take_word}</button>"
        )


def safe(text: str) -> str:
    """The text as it may stand in HTML and in attributes; most texts hold no sign that matters."""
    return str(escape(text)) if SIGNS(text) else text


def in_language(shown: Any) -> Callable[[Shown], str]:
    """`ui.shown` for many values in a row, which need not ask for the language each time."""
    drawn: Any = getattr(shown, "drawn", None)
    if drawn is None:
        return shown  # type: ignore[no-any-return]  # templates are read anew each time: nothing is remembered
    language = get_language()
    return lambda value: drawn(value, "", language) if value else ""
