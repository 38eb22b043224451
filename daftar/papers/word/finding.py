"""Where places stand in a Word document: Word tears one text into many runs, so they are looked for in whole paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from daftar.papers.places import PLACE

P, T, R, ROW, TABLE, CELL = qn("w:p"), qn("w:t"), qn("w:r"), qn("w:tr"), qn("w:tbl"), qn("w:tc")
BOX = qn("w:txbxContent")
FILLED = (CT.WML_DOCUMENT_MAIN, CT.WML_HEADER, CT.WML_FOOTER)
REPEATED = {"line", "group", "tax"}
NOTES = (CT.WML_FOOTNOTES, CT.WML_ENDNOTES, CT.WML_COMMENTS)


@dataclass(frozen=True)
class Paragraph:
    """Shapes: `texts` are the pieces of its text in order, without those of text boxes inside of it."""

    element: Any
    texts: Sequence[Any]

    @cached_property
    def said(self) -> str:
        return "".join(text.text or "" for text in self.texts)

    @cached_property
    def places(self) -> list[str]:
        return [word_of(found.group(1)) for found in PLACE.finditer(self.said)]

    @cached_property
    def row(self) -> Any | None:
        """The row of a table in which it stands; None outside of tables."""
        return next((one for one in self.element.iterancestors(ROW, BOX) if one.tag == ROW), None)


def word_of(typed: str) -> str:
    """The place as it is known: Word makes the first letter of a sentence large."""
    return " ".join(typed.split()).casefold()


def paragraphs(root: Any) -> list[Paragraph]:
    """All paragraphs under the element that hold text, in order."""
    found: dict[Any, list[Any]] = {}
    for text in root.iter(T):
        paragraph = next(text.iterancestors(P), None)
        if paragraph is not None and text.getparent().tag == R:
            found.setdefault(paragraph, []).append(text)
    return [Paragraph(element, texts) for element, texts in found.items()]


def filled_parts(document: Document) -> Iterator[tuple[str, Any]]:
    """(where it is, part) of the text, the headers and the footers."""
    names = {CT.WML_DOCUMENT_MAIN: _("the text"), CT.WML_HEADER: _("a header"), CT.WML_FOOTER: _("a footer")}
    for part in document.part.package.iter_parts():
        if part.content_type in FILLED:
            yield names[part.content_type], part


def notes(document: Document) -> Iterator[Any]:
    """Footnotes and remarks, where nothing is filled."""
    for part in document.part.package.iter_parts():
        if part.content_type in NOTES:
            yield parse_xml(part.blob)


def repeated_rows(inside: Sequence[Paragraph]) -> dict[Any, set[str]]:
    """Rows that are made anew for each line or tax, in order, each with what it is of: "line", "group", "tax"."""
    found: dict[Any, set[str]] = {}
    for paragraph in inside:
        kinds = {place.partition(".")[0] for place in paragraph.places} & REPEATED
        if paragraph.row is not None and kinds:
            found.setdefault(paragraph.row, set()).update(kinds)
    return found
