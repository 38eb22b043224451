"""A statement file of any known kind, read whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel.formats import Formats
from daftar.sales.bank.reading import camt, one_c
from daftar.sales.bank.reading import table as tables
from daftar.sales.bank.reading.statement import MOST_BYTES, Statement, Unreadable

CAMT, ONE_C, CSV = "camt", "1c", "csv"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file holds. `columns` and `table` are those of a CSV; `digest` names the file by what is in it."""

    kind: str
    digest: str
    statements: Sequence[Statement]
    table: tables.Table | None = None
    columns: tables.Columns | None = None
    problem: Unreadable | None = None


def open_statement(raw: bytes, formats: Formats, *, columns: Mapping[str, Any] | None = None) -> Opened:
    """The statements of a file; `columns` is what a person said about a CSV (`Columns.to_json`).

    Shapes: of a CSV whose columns are not clear `problem` says what is missing, and there are no statements.
    Errors: Unreadable for anything else that cannot be read whole.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable(_("This file is larger than 20 MB. Ask the bank for a shorter period, please."))
    if not raw.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise Unreadable(_("This file is empty. Download it from the bank again."))
    digest = hashlib.sha256(raw).hexdigest()
    if raw[:4] in (b"PK\x03\x04", b"%PDF") or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable(_("This is a workbook or a PDF. Ask the bank for CSV, camt.053 or the file for 1C, please."))
    if one_c.is_one_c(raw):
        return Opened(ONE_C, digest, one_c.read(raw))
    if is_xml(raw):
        return Opened(CAMT, digest, camt.read(raw))
    found = tables.open_table(raw)
    chosen = tables.Columns.from_json(columns) if columns is not None else tables.propose(found, formats)
    try:
        return Opened(CSV, digest, [tables.read(found, chosen)], found, chosen)
    except Unreadable as problem:
        return Opened(CSV, digest, (), found, chosen, problem)


def is_xml(raw: bytes) -> bool:
    head = raw[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith(b"<")
