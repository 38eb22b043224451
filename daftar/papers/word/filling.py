"""A Word document with its places filled. Values become text of runs, never markup; what the owner made of the document stays as it is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import count
from typing import Any

from django.utils.translation import gettext as _
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from daftar.kernel.errors import Invalid
from daftar.papers.places import PLACE
from daftar.papers.word.finding import (
    CELL,
    ROW,
    TABLE,
    P,
    Paragraph,
    T,
    filled_parts,
    paragraphs,
    repeated_rows,
    word_of,
)
from daftar.papers.word.values import Values, pieces

MOST_LINES, MOST_TEXT = 1_000, 2_000_000
RPR, BR, SPACE = qn("w:rPr"), qn("w:br"), "{http://www.w3.org/XML/1998/namespace}space"
BOOKMARKS = (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))
IDS = re.compile(r"\{[^}]*/word/2010/wordml\}(?:paraId|textId)")
STAYS = tuple(map(qn, ("w:drawing", "w:pict", "w:object", "w:sectPr", "w:fldChar", "w:fldSimple")))
AFTER_RTL = tuple(map(qn, ("w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath", "w:rPrChange")))
TWINS = {qn("w:b"): "w:bCs", qn("w:i"): "w:iCs", qn("w:sz"): "w:szCs"}
"""How letters look, and the same for those that run right to left."""
PICTURE_SIZES = {"logo": {"height": Mm(18)}, "qr": {"height": Mm(26)}}
WIDEST = Mm(70)
EMPTY: Mapping[str, str] = {}


def filled(document: Document, values: Values, title: str = "") -> bytes:
    """The document as .docx with all its places filled. Errors: Invalid for one with too much on it."""
    if len(values.lines) > MOST_LINES:
        raise Invalid(_("A paper has at most %(most)s lines.") % {"most": MOST_LINES})
    for _where, part in filled_parts(document):
        Filling(part, values).fill()
    for number, drawing in zip(
        count(1), (d for _w, part in filled_parts(document) for d in part.element.iter(qn("wp:docPr"))), strict=False
    ):
        drawing.set("id", str(number))
    document.core_properties.title = title[:200]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class Filling:
    """One part: first its rows are repeated, then what else stands in it is filled."""

    def __init__(self, part: Any, values: Values) -> None:
        self.part, self.values = part, values
        self.left = MOST_TEXT

    def fill(self) -> None:
        everything = paragraphs(self.part.element)
        kinds = {row: next(iter(found)) for row, found in repeated_rows(everything).items()}
        others = [one for one in everything if one.row not in kinds]
        for block in list(blocks_of(kinds)):
            self.repeat(block, kinds)
        said = [(one, self.fill_paragraph(one, EMPTY)) for one in others]
        self.leave_out(said)

    # -- rows ---------------------------------------------------------------------------------------

    def repeat(self, block: list[Any], kinds: Mapping[Any, str]) -> None:
        """Put the rows once for each line or tax in the place of these."""
        made = []
        if kinds[block[0]] == "tax":
            made = [self.row_of(row, one) for one in self.values.taxes for row in block]
        else:
            before = ""
            for one in self.values.lines:
                group = one.get("group.name", "")
                is_new, before = bool(group) and group != before, group
                made += [self.row_of(row, one) for row in block if kinds[row] == "line" or is_new]
        for row in made:
            block[0].addprevious(row)
        table = block[0].getparent()
        for row in block:
            table.remove(row)
        if table.tag == TABLE and next(table.iterchildren(ROW), None) is None:
            table.getparent().remove(table)

    def row_of(self, row: Any, more: Mapping[str, str]) -> Any:
        made = deepcopy(row)
        for element in made.iter():
            for name in [name for name in element.attrib if IDS.fullmatch(name)]:
                del element.attrib[name]
        for mark in list(made.iter(*BOOKMARKS)):
            mark.getparent().remove(mark)
        for paragraph in paragraphs(made):
            if self.fill_paragraph(paragraph, more) is False:
                leave_out_paragraph(paragraph.element)
        return made

    # -- paragraphs ---------------------------------------------------------------------------------

    def fill_paragraph(self, paragraph: Paragraph, more: Mapping[str, str]) -> bool | None:
        """Fill its places from the last to the first; whether one of them says something, None where there is none."""
        found = list(PLACE.finditer(paragraph.said))
        texts, starts = list(paragraph.texts), []
        at = 0
        for text in texts:
            starts.append(at)
            at += len(text.text or "")
        says = [self.fill_place(match, texts, starts, more) for match in reversed(found)]
        return any(says) if found else None

    def fill_place(self, match: re.Match[str], texts: list[Any], starts: list[int], more: Mapping[str, str]) -> bool:
        key = word_of(match.group(1))
        begin, end = match.span()
        touched = [n for n, start in enumerate(starts) if start < end and start + len(texts[n].text or "") > begin]
        first, last = texts[touched[0]], texts[touched[-1]]
        run = alone(first)
        rest = (last.text or "")[end - starts[touched[-1]] :]
        say(first, (first.text or "")[: begin - starts[touched[0]]])
        if last is not first:
            alone(last)
            say(last, rest)
        elif rest:
            follower = deepcopy(run)
            say(follower.find(T), rest)
            run.addnext(follower)
        for n in touched[1:-1]:
            say(texts[n], "")
        made = self.runs(run, key, more)
        for new in reversed(made):
            run.addnext(new)
        for n in touched:
            if not texts[n].text:
                alone(texts[n]).getparent().remove(alone(texts[n]))
        return bool(made)

    def runs(self, run: Any, key: str, more: Mapping[str, str]) -> list[Any]:
        """What is written into a place, in runs that look like the one in which it stood."""
        if key in self.values.pictures:
            picture = self.values.pictures[key]
            return [self.picture(run, key, picture)] if picture else []
        text = more.get(key, self.values.texts.get(key, ""))
        self.left -= len(text)
        if self.left < 0:
            raise Invalid(_("There is too much text on this paper."))
        return [run_of(run, words, is_right) for words, is_right in pieces(text, is_right=self.values.is_right)]

    def picture(self, run: Any, key: str, picture: bytes) -> Any:
        made = bare_run(run)
        inline = self.part.new_pic_inline(io.BytesIO(picture), **PICTURE_SIZES[key])
        if inline.extent.cx > WIDEST:
            inline = self.part.new_pic_inline(io.BytesIO(picture), width=WIDEST)
        drawing = OxmlElement("w:drawing")
        drawing.append(inline)
        made.append(drawing)
        return made

    # -- what has nothing to say ---------------------------------------------------------------------

    def leave_out(self, said: list[tuple[Paragraph, bool | None]]) -> None:
        """Rows and paragraphs whose places are all empty go, with the words beside them."""
        rows: dict[Any, list[bool]] = {}
        for paragraph, says in said:
            if says is not None and paragraph.row is not None:
                rows.setdefault(paragraph.row, []).append(says)
        for row in [row for row, answers in rows.items() if not any(answers) and may_go(row)]:
            if len(list(row.getparent().iterchildren(ROW))) > 1:
                row.getparent().remove(row)
        for paragraph, says in said:
            if says is False:
                leave_out_paragraph(paragraph.element)


def blocks_of(kinds: Mapping[Any, str]) -> Iterator[list[Any]]:
    """Rows of lines, or of taxes, that stand one after another: several may make up one line."""
    block: list[Any] = []
    for row, kind in kinds.items():
        if block and (block[-1].getnext() is not row or (kind == "tax") != (kinds[block[-1]] == "tax")):
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def may_go(element: Any) -> bool:
    return next(element.iter(*STAYS), None) is None


def leave_out_paragraph(element: Any) -> None:
    """Take the paragraph out; one that its place needs stays without words."""
    parent = element.getparent()
    if parent is None:
        return
    others = [one for one in parent.iterchildren(P) if one is not element]
    before = element.getprevious()
    is_needed = not others or (parent.tag == CELL and element.getnext() is None and (before is None or before.tag != P))
    if may_go(element) and not is_needed:
        parent.remove(element)
        return
    for text in element.iter(T):
        if next(text.iterancestors(P), None) is element:
            text.text = ""


def alone(text: Any) -> Any:
    """The run of the text, in which nothing else stands: what stood beside it is moved into runs of the same looks."""
    run = text.getparent()
    before = [one for one in run if one.tag != RPR]
    place = before.index(text)
    for others, put in ((before[:place], run.addprevious), (before[place + 1 :], run.addnext)):
        if others:
            new = bare_run(run)
            new.extend(others)
            put(new)
    return run


def bare_run(run: Any) -> Any:
    made = OxmlElement("w:r")
    looks = run.find(RPR)
    if looks is not None:
        made.append(deepcopy(looks))
    return made


def say(text: Any, words: str) -> None:
    text.text = words
    text.set(SPACE, "preserve")


def run_of(run: Any, words: str, is_right: bool | None) -> Any:
    """A new run with these words, line by line, that looks like the given one and runs as it is told."""
    made = bare_run(run)
    if is_right is not None:
        turn(made, is_right)
    for n, line in enumerate(words.split("\n")):
        if n:
            made.append(OxmlElement("w:br"))
        for m, piece in enumerate(line.split("\t")):
            if m:
                made.append(OxmlElement("w:tab"))
            if piece:
                text = OxmlElement("w:t")
                say(text, piece)
                made.append(text)
    return made


def turn(run: Any, is_right: bool) -> None:
    """Let the run go right to left, or left to right. Word takes its letters' looks from other words then, so they are said for both."""
    looks = run.find(RPR)
    if looks is None:
        looks = OxmlElement("w:rPr")
        run.insert(0, looks)
    for old in looks.findall(qn("w:rtl")):
        looks.remove(old)
    if not is_right:
        return
    for tag, twin in TWINS.items():
        own, other = looks.find(tag), looks.find(qn(twin))
        if own is not None and other is None:
            made = OxmlElement(twin)
            made.attrib.update(own.attrib)
            own.addnext(made)
    mark = OxmlElement("w:rtl")
    after = next((one for one in looks if one.tag in AFTER_RTL), None)
    if after is not None:
        after.addprevious(mark)
    else:
        looks.append(mark)
