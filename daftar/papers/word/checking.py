"""What is wrong with the places of a Word document, each as a sentence that says where."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from docx.document import Document

from daftar.kernel.errors import Invalid
from daftar.papers.places import PLACE, PLACES, meant
from daftar.papers.word.finding import BOX, TABLE, Paragraph, filled_parts, notes, paragraphs, repeated_rows
from daftar.papers.word.values import GROUP_PLACES, LINE_PLACES, PICTURE_PLACES, TAX_PLACES

ALL_PLACES = {**PLACES, **PICTURE_PLACES, **LINE_PLACES, **GROUP_PLACES, **TAX_PLACES}
ROW_PLACES = {**LINE_PLACES, **GROUP_PLACES, **TAX_PLACES}
MOST_TOLD, MOST_PLACES, MOST_IN_ROWS, LARGEST_ROWS = 12, 1_000, 40, 800
AROUND = 24


def problems(document: Document) -> list[str]:
    """Sentences about places that are not known, braces that are not closed, rows that cannot be repeated; none for a good template."""
    found: dict[str, None] = {}
    count = rows = in_rows = 0
    for where, part in filled_parts(document):
        inside = paragraphs(part.element)
        count += sum(len(one.places) for one in inside)
        for paragraph in inside:
            found.update(dict.fromkeys(wrong_in(paragraph, place_of(paragraph, where))))
        found.update(dict.fromkeys(wrong_rows(inside)))
        again = repeated_rows(inside)
        rows += sum(1 for row in again for _each in row.iter())
        in_rows += sum(len(one.places) for one in inside if one.row in again)
    for note in notes(document):
        found.update(dict.fromkeys(wrong_in_notes(paragraphs(note))))
    if not count and not found:
        found[_("There is no place in this document, such as {number}, so all papers would be the same.")] = None
    if count > MOST_PLACES or rows > LARGEST_ROWS or in_rows > MOST_IN_ROWS:
        found[_("There is too much in this document to be repeated for each line. Make its rows simpler.")] = None
    return list(found)


def checked(document: Document) -> Document:
    """The document. Errors: Invalid, whose `errors` has one sentence at "file": what is wrong, each on its own line."""
    said = problems(document)
    if said:
        more = [_("… and %(count)s more.") % {"count": len(said) - MOST_TOLD}] if len(said) > MOST_TOLD else []
        raise Invalid("\n".join([*said[:MOST_TOLD], *more]), field="file")
    return document


def place_of(paragraph: Paragraph, where: str) -> str:
    if next(paragraph.element.iterancestors(BOX), None) is not None:
        return _("a text box")
    return _("a table") if paragraph.row is not None and where == _("the text") else where


def wrong_in(paragraph: Paragraph, where: str) -> Iterator[str]:
    for place in paragraph.places:
        said = {"place": f"{{{place[:60]}}}", "where": where}
        if place not in ALL_PLACES:
            yield _("Unknown place %(place)s in %(where)s.") % said + meant(place, ALL_PLACES)
        elif place in ROW_PLACES and paragraph.row is None:
            yield _("%(place)s stands in %(where)s. It fills a row of a table, so put it into one.") % said
    rest = PLACE.sub(lambda found: " " * len(found.group(0)), paragraph.said)
    for at, sign in enumerate(rest):
        if sign in "{}":
            near = paragraph.said[max(0, at - (AROUND if sign == "}" else 0)) : at + AROUND].strip()
            yield (
                _("A brace { has no } in %(where)s: “%(near)s”.")
                if sign == "{"
                else _("A brace } has no { in %(where)s: “%(near)s”.")
            ) % {"where": where, "near": near}


def wrong_rows(inside: list[Paragraph]) -> Iterator[str]:
    """Rows of two kinds at once, and tables inside of rows that are repeated."""
    for row, found in repeated_rows(inside).items():
        if len(found) > 1:
            yield _(
                "One row of a table has places of lines, of headings or of taxes together. Give each a row of its own."
            )
        if next(row.iter(TABLE), None) is not None:
            yield _("A row that is repeated holds a table inside. Take the inner table out.")
        if next(row.iter(BOX), None) is not None:
            yield _("A row that is repeated holds a text box. Take it out.")


def wrong_in_notes(inside: list[Paragraph]) -> Iterator[str]:
    for place in dict.fromkeys(place for one in inside for place in one.places):
        yield _("{%(place)s} stands in a footnote or a remark, where nothing is filled.") % {"place": place[:60]}
