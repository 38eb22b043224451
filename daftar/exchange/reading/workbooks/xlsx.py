"""An XLSX workbook: which sheets it has, how its numbers are shown, and the rows of one sheet."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any, NamedTuple

from daftar.exchange.reading.workbooks.container import PIECE, Container
from daftar.exchange.reading.workbooks.refused import Refused
from daftar.exchange.reading.workbooks.spool import Spool
from daftar.exchange.reading.workbooks.strings import FewStrings, NoStrings, Strings, read_strings
from daftar.exchange.reading.workbooks.values import BUILT_IN, kind_of_format
from daftar.exchange.reading.workbooks.xlsx_rows import read_rows
from daftar.exchange.reading.workbooks.xml import Attributes, attribute, elements, feed, local, parser

SMALL = 16 * 1024**2
"""Bytes of a sheet that is read whole even when only its first rows are wanted."""
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
NUMBERED = re.compile(rb"<(?:\w+:)?row[^>]{0,200}? r=[\"'](\d{1,8})[\"']")
MOST_SHEETS = 1000


class Sheet(NamedTuple):
    name: str
    part: str
    is_hidden: bool


class Workbook:
    def __init__(self, container: Container) -> None:
        self.container = container
        self.part = self._main_part()
        related = self._related(self.part)
        self.from_1904 = False
        self.sheets: list[Sheet] = []
        wanted = frozenset({"workbookPr", "sheet"})
        for name, attributes in elements(container.pieces(self.part), wanted):
            if name == "workbookPr":
                self.from_1904 = attribute(attributes, "date1904") in ("1", "true")
            elif (part := related.get(attribute(attributes, "id"), ("", "")))[0].endswith("/worksheet"):
                is_hidden = attribute(attributes, "state") in ("hidden", "veryHidden")
                self.sheets.append(Sheet(attribute(attributes, "name"), part[1], is_hidden))
        parts = {kind.rpartition("/")[2]: part for kind, part in related.values()}
        self.strings_part, self.styles_part = parts.get("sharedStrings", ""), parts.get("styles", "")
        self.formats = self._formats()
        if len(self.sheets) > MOST_SHEETS:
            raise Refused("count")

    def rows_into(self, spool: Spool, wanted: str, most_rows: int) -> dict[str, Any]:
        """Write the rows of the sheet, by default the first one that is seen and not empty.

        Shapes: with `most_rows` only the first ones of a large sheet; then `lines` is the number of its rows.
        """
        names = [sheet.name for sheet in self.sheets if not sheet.is_hidden]
        among = [s for s in self.sheets if (s.name == wanted if wanted else not s.is_hidden)]
        if not among:
            raise Refused("sheet", wanted, *names)
        told: dict[str, Any] = {"kind": "xlsx", "sheets": names}
        for sheet in among:
            if sheet.part not in self.container:
                raise Refused("broken")
            spool.most_rows = most_rows if self.container.size(sheet.part) > SMALL else 0
            self._read(sheet, spool)
            told |= {"sheet": sheet.name, "complete": not spool.is_full}
            if spool.rows:
                if spool.is_full:
                    told["lines"] = self._count(sheet.part)
                break
        return told

    # -- inside ------------------------------------------------------------------------------------

    def _read(self, sheet: Sheet, spool: Spool) -> None:
        pieces, folder = self.container.pieces, Path(spool.file.name).parent
        strings: Strings = FewStrings()
        if self.strings_part in self.container:
            most = 0
            if spool.most_rows:
                noted, first = NoStrings(), Spool(Path(os.devnull), spool.most_rows)
                read_rows(pieces(sheet.part), noted, self.formats, first, from_1904=self.from_1904)
                most = noted.count or 1
            size = self.container.size(self.strings_part) if not most else 0
            strings = read_strings(pieces(self.strings_part), size, folder, most)
        read_rows(pieces(sheet.part), strings, self.formats, spool, from_1904=self.from_1904)

    def _count(self, part: str) -> int:
        """How many rows the sheet has, by their tags, or the number of the last one where that is more."""
        count, before, end = 0, b"", b""
        for piece in self.container.pieces(part):
            seen = before + piece
            at = seen.rfind(b"<")
            before = seen[at:] if at >= len(seen) - 64 else b""
            count += len(ROW.findall(seen[: len(seen) - len(before)]))
            end = (end + piece)[-2 * PIECE :]
        numbers = NUMBERED.findall(end)
        return max([count, *map(int, numbers[-1:])])

    def _main_part(self) -> str:
        if "_rels/.rels" not in self.container:
            raise Refused("foreign")
        for kind, part in self._related("").values():
            if kind.endswith("/officeDocument"):
                if part.endswith(".bin"):
                    raise Refused("xlsb")
                if not posixpath.basename(part).startswith("workbook") and not part.startswith("xl/"):
                    raise Refused("foreign")
                return part
        raise Refused("foreign")

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Id of what belongs to the part → (kind, part)."""
        folder, name = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        if where not in self.container:
            raise Refused("broken")
        return {
            attribute(a, "Id"): (attribute(a, "Type"), target_of(folder, attribute(a, "Target")))
            for _name, a in elements(self.container.pieces(where), frozenset({"Relationship"}))
        }

    def _formats(self) -> dict[str, str]:
        """Number of a style → what its number format shows, where that matters."""
        if self.styles_part not in self.container:
            return {}
        own: dict[str, str] = {}
        used: list[str] = []
        is_inside = False

        def start(name: str, attributes: Attributes) -> None:
            nonlocal is_inside
            name = local(name)
            if name == "numFmt":
                own[attribute(attributes, "numFmtId")] = kind_of_format(attribute(attributes, "formatCode"))
            elif name == "cellXfs":
                is_inside = True
            elif name == "xf" and is_inside:
                used.append(attribute(attributes, "numFmtId"))

        def end(name: str) -> None:
            nonlocal is_inside
            if local(name) == "cellXfs":
                is_inside = False

        feed(parser(start, end, lambda _text: None), self.container.pieces(self.styles_part))
        kinds = [own[n] if n in own else BUILT_IN.get(int(n) if n.isdigit() else 0, "") for n in used]
        return {str(n): kind for n, kind in enumerate(kinds) if kind}


def target_of(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
