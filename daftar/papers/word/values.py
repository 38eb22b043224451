"""What is written into the places of a Word document: the words of a paper, each piece with its direction."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import segno
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from daftar.papers.document import Paper, PaperLine
from daftar.papers.layout import ALM, FSI, LEFT, LRI, PARTY, PDI, RIGHT_TO_LEFT, Layout, formats_for
from daftar.papers.looks import COLUMNS, Look
from daftar.papers.payment_codes import payment_code

LRM = "\u200e"
LINE_PLACES = {f"line.{key}": name for key, name in COLUMNS.items()} | {"line.description": gettext_lazy("Description")}
GROUP_PLACES = {"group.name": gettext_lazy("Heading above lines")}
TAX_PLACES = {"tax.rate": gettext_lazy("Rate of a tax"), "tax.sum": gettext_lazy("Tax at this rate")}
PICTURE_PLACES = {"logo": gettext_lazy("Logo"), "qr": gettext_lazy("Code to be scanned")}
OWN_WORDS = frozenset(("about", "terms", "title", *(f"{who}.{key}" for who in ("client", "seller") for key in PARTY)))
"""Places that hold somebody's words."""
LEFT_TO_RIGHT = re.compile(f"{LRI}([^{LRI}{FSI}{PDI}]*){PDI}")
RIGHT = re.compile(f"{RIGHT_TO_LEFT.pattern}|[۰-۹٠-٩]")
NOT_IN_XML = re.compile(f"[{LRI}{FSI}{PDI}{ALM}\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Values:
    """Shapes: texts by their places; `lines` and `taxes` are one map for each row; `pictures` are PNG."""

    texts: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = ()
    taxes: Sequence[Mapping[str, str]] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    is_right: bool = False


def values_of(paper: Paper, look: Look) -> Values:
    """Everything that a place of a Word document may be filled with, in the paper's language."""
    with override(paper.language):
        layout = Layout(paper, look, formats_for(paper.language))
        texts = {key: own(layout, key, text) for key, text in layout.places().items()}
        lines = [line_values(layout, place, line) for place, line in enumerate(paper.lines, start=1)]
        taxes = [
            {"tax.rate": layout.amount(layout.formats.percent(rate)), "tax.sum": layout.money(tax)}
            for rate, tax in paper.taxes.items()
            if tax
        ]
    code = payment_code(paper) or paper.qr
    return Values(texts, lines, taxes, {"logo": look.logo, "qr": qr_png(code) if code else b""}, paper.language == "fa")


def own(layout: Layout, key: str, text: str) -> str:
    if key not in OWN_WORDS:
        return text
    return layout.code(text) if key.rpartition(".")[2] in LEFT else layout.own(text)


def line_values(layout: Layout, place: int, line: PaperLine) -> dict[str, str]:
    cells = layout.cells(place, line)
    name = f"{cells['name']} ({_('optional')})" if line.is_optional else cells["name"]
    return {
        **{f"line.{key}": text for key, text in cells.items()}, "line.name": name, "line.description": layout.own(line.description),
        "group.name": layout.own(line.group),
    }  # fmt: skip


def qr_png(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=8, border=0)
    return out.getvalue()


def pieces(text: str, *, is_right: bool) -> list[tuple[str, bool | None]]:
    """The text in pieces that each run one way: (words, right to left?), None where the document says it. `is_right`: the paper does.

    Old Word knows no isolates: a code between Persian words becomes a piece of its own with marks at both its ends, which every version
    knows, and is copied out as it was typed, but for these marks.
    """
    if not RIGHT.search(text) and LRI not in text:
        return [(bare(text), None)] if bare(text) else []
    found: list[tuple[str, bool | None]] = []
    end = 0
    for match in LEFT_TO_RIGHT.finditer(text):
        found += [(text[end : match.start()], True), (f"{LRM}{match.group(1)}{LRM}", False)]
        end = match.end()
    found += [
        (text[end:], True),
        ("" if is_right else LRM, False),
    ]  # or a number behind a Persian name would be turned round
    return [(bare(words), direction) for words, direction in found if bare(words)]


def bare(text: str) -> str:
    """The text without isolates and without what XML cannot hold."""
    return NOT_IN_XML.sub("", text)
