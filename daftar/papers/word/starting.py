"""A Word document to start from, made for a kind of paper and a language, with all main places where people expect them."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import docx
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from daftar.papers.document import Kind
from daftar.papers.looks import COLUMNS, Look
from daftar.papers.word.filling import turn

PLACES = re.compile(r"(\{[^{}]*\})")
LETTERS, RIGHT_LETTERS = "Arial", "Tahoma"
WIDTH = 174
NARROW = {"position": 11, "code": 24, "quantity": 19, "unit": 16, "price": 25, "discount": 19, "tax": 18, "sum": 29}
SUMMED = ("quote", "invoice", "credit", "purchase")
FACTS = {
    "quote": gettext_lazy("Valid until"),
    "invoice": gettext_lazy("Due on"),
    "purchase": gettext_lazy("Expected on"),
}
HEAD = 8
QUIET = RGBColor(0x55, 0x55, 0x55)


def start_document(kind: Kind, language: str, look: Look) -> bytes:
    """A .docx in the language, with the columns and the colour that papers of this kind have now."""
    with override(language):
        return Start(kind, language == "fa", look).made()


class Start:
    def __init__(self, kind: Kind, is_right: bool, look: Look) -> None:
        self.kind, self.is_right, self.look = kind, is_right, look
        self.accent = RGBColor.from_string(look.accent.lstrip("#").upper())
        self.document: Document = docx.Document()

    def made(self) -> bytes:
        self.page()
        self.head()
        self.parties()
        self.lines()
        if self.kind in SUMMED:
            self.sums()
        self.closing()
        self.document.core_properties.author = ""
        self.document.core_properties.comments = ""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    # -- parts --------------------------------------------------------------------------------------

    def page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(18)
        section.top_margin, section.bottom_margin = Mm(16), Mm(20)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = LETTERS, Pt(self.look.size)
        looks = normal.element.get_or_add_rPr()
        looks.rFonts.set(qn("w:cs"), RIGHT_LETTERS)
        size = OxmlElement("w:szCs")
        size.set(qn("w:val"), str(self.look.size * 2))
        looks.append(size)
        normal.paragraph_format.space_after = Pt(2)
        if self.is_right:
            section._sectPr.append(OxmlElement("w:bidi"))
        footer = section.footer.paragraphs[0]
        self.write(footer, "{seller.name} · {seller.phone} · {seller.email}", quiet=True)

    def head(self) -> None:
        left, right = self.table(1, [WIDTH - 60, 60]).rows[0].cells
        self.write(left.paragraphs[0], "{title} {number}", size=17, bold=True, colour=self.accent)
        until = f"   {FACTS[self.kind]}: {{until}}" if self.kind in FACTS else ""
        self.write(left.add_paragraph(), f"{_('Date')}: {{date}}", quiet=True)
        if until:
            self.write(left.add_paragraph(), until.strip(), quiet=True)
        self.write(right.paragraphs[0], "{logo}", at_end=True)
        self.space()

    def parties(self) -> None:
        if self.kind == "price_list":
            self.party(self.document, pgettext("paper", "Seller"), "seller")
            return
        left, right = self.table(1, [WIDTH // 2, WIDTH // 2]).rows[0].cells
        is_order = self.kind == "purchase"
        self.party(left, pgettext("paper", "Buyer") if is_order else pgettext("paper", "Seller"), "seller")
        self.party(right, pgettext("paper", "Supplier") if is_order else _("Client"), "client")
        self.space()

    def party(self, where: Any, label: str, who: str) -> None:
        first = where.paragraphs[0] if where is not self.document else where.add_paragraph()
        self.write(first, label, quiet=True)
        self.write(where.add_paragraph(), f"{{{who}.name}}", bold=True)
        rows = [
            ("", "person"),
            ("", "address"),
            (_("Tax number"), "tax_id"),
            (_("Phone"), "phone"),
            (_("Bank"), "bank_name"),
        ]
        for name, key in [*rows, (pgettext("paper", "Account"), "bank_account"), (_("Bank code"), "bank_code")]:
            place = f"{{{who}.{key}}}"
            if place != "{seller.person}":
                self.write(where.add_paragraph(), f"{name}: {place}" if name else place)

    def lines(self) -> None:
        columns = [key for key in self.look.columns if key in COLUMNS]
        wide = WIDTH - sum(NARROW.get(key, 0) for key in columns)
        table = self.table(3, [NARROW.get(key, wide) for key in columns], style="Table Grid")
        for cell, key in zip(table.rows[0].cells, columns, strict=True):
            label = self.look.labels.get(key) or str(COLUMNS[key])
            has_money = key == "sum" or (key == "price" and "sum" not in columns)
            self.write(cell.paragraphs[0], f"{label} ({{currency}})" if has_money else label, size=HEAD, bold=True)
        repeat_head(table.rows[0])
        group = table.rows[1].cells
        self.write((group[0].merge(group[-1]) if len(group) > 1 else group[0]).paragraphs[0], "{group.name}", bold=True)
        for cell, key in zip(table.rows[2].cells, columns, strict=True):
            self.write(
                cell.paragraphs[0], f"{{line.{key}}}", at_end=key in ("quantity", "price", "discount", "tax", "sum")
            )
            if key == "name":
                self.write(cell.add_paragraph(), "{line.description}", quiet=True)
        self.space()

    def sums(self) -> None:
        rows = [
            (_("Without tax"), "{net}", False), (_("Tax %(rate)s") % {"rate": "{tax.rate}"}, "{tax.sum}", False),
            (_("Total"), "{total}", True),
        ]  # fmt: skip
        if self.kind == "invoice":
            rows += [(_("Paid"), "{paid}", False), (_("To be paid"), "{balance}", True)]
        table = self.table(len(rows), [40, 50], at_end=True)
        for row, (label, place, bold) in zip(table.rows, rows, strict=True):
            self.write(row.cells[0].paragraphs[0], label, bold=bold)
            self.write(row.cells[1].paragraphs[0], place, bold=bold, at_end=True)
        self.space()
        if "words" in self.look.shows:
            self.write(self.document.add_paragraph(), "{total.words}")

    def closing(self) -> None:
        self.write(self.document.add_paragraph(), "{terms}")
        if "qr" in self.look.shows:
            self.write(self.document.add_paragraph(), "{qr}")
        if "signatures" in self.look.shows:
            self.space()
            cells = self.table(1, [WIDTH // 2, WIDTH // 2]).rows[0].cells
            for cell, name in zip(cells, (_("For the seller"), _("For the client")), strict=True):
                self.write(cell.paragraphs[0], "______________________________")
                self.write(cell.add_paragraph(), name, quiet=True)

    # -- pieces -------------------------------------------------------------------------------------

    def table(self, rows: int, widths: Sequence[int], *, style: str = "", at_end: bool = False) -> Any:
        table = self.document.add_table(rows, len(widths), style=style or None)
        table.autofit = False
        if at_end:
            table.alignment = WD_TABLE_ALIGNMENT.RIGHT
        if self.is_right:
            table._tbl.tblPr.append(OxmlElement("w:bidiVisual"))
            table._tbl.tblPr.insert(1, table._tbl.tblPr[-1])
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        return table

    def space(self) -> None:
        self.write(self.document.add_paragraph(), "")

    def write(
        self, paragraph: Any, text: str, *, size: int = 0, bold: bool = False, quiet: bool = False, at_end: bool = False, colour: Any = None
    ) -> None:  # fmt: skip
        """A paragraph of one look; in Persian it and its words run right to left."""
        if self.is_right:
            paragraph._p.get_or_add_pPr().insert_element_before(
                OxmlElement("w:bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
                "w:jc", "w:textDirection", "w:textAlignment", "w:outlineLvl", "w:rPr", "w:sectPr",
            )  # fmt: skip
        if at_end:
            paragraph.alignment = ALIGN.RIGHT  # in a paragraph from right to left Word reads this as its end
        for piece in PLACES.split(text):
            run = paragraph.add_run(piece)
            run.bold = bold or None
            run.font.size = Pt(size) if size else None
            run.font.color.rgb = QUIET if quiet else colour
            if self.is_right and not PLACES.fullmatch(piece):
                turn(run._r, True)


def repeat_head(row: Any) -> None:
    """The row stands on top of each page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
