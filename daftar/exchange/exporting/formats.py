"""The formats in which rows go out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from daftar.exchange.exporting import csv_file, json_lines, xlsx
from daftar.exchange.exporting.rows import Export


class Pieces(Protocol):
    """The file in pieces; `bom`: with the mark by which spreadsheets know UTF-8, where it means anything."""

    def __call__(self, export: Export, *, bom: bool = False) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class Format:
    """One kind of file; `key` is also the end of its name."""

    key: str
    label: Any
    says: Any
    content_type: str
    pieces: Pieces


CSV = Format("csv", _("CSV"), _("Text that every program reads."), "text/csv; charset=utf-8", csv_file.pieces)
XLSX = Format(
    "xlsx",
    _("Excel (XLSX)"),
    _("A spreadsheet with real dates and numbers."),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    xlsx.pieces,
)
JSON_LINES = Format(
    "jsonl",
    _("JSON lines"),
    _("For programs: one object a line, with the keys of fields."),
    "application/x-ndjson; charset=utf-8",
    json_lines.pieces,
)
FORMATS = {one.key: one for one in (CSV, XLSX, JSON_LINES)}
