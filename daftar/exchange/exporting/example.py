"""An example file for a record type: its headings and one row as it could be."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.exporting.rows import BOM, headings, lines
from daftar.exchange.importing.maps import fillable
from daftar.kernel import clock
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.types import RecordType


def example_file(type_: RecordType, reader: Reader) -> str:
    """The CSV text, with the mark that spreadsheets want."""
    fields = fillable(type_)
    return BOM + lines([headings(fields), [example_of(field, reader) for field in fields]])


def example_of(field: Field, reader: Reader) -> str:
    """What a cell could hold; "" where only the company knows."""
    kind: Any = field
    today = clock.today(reader.formats.zone)
    match field.kind:
        case "choice" | "choices":
            return next((o.label for o in kind.options() if not o.archived), "")
        case "stage":
            return next((s.label for p in kind.pipelines for s in p.open_stages), "")
        case "person":
            return reader.user.name
        case "date":
            return today.isoformat()
        case "date_time":
            return f"{today.isoformat()} 14:30"
        case "money":
            return f"1200.00 {reader.formats.currency}"
        case "whole":
            return str(max(kind.low or 0, 12))
        case "text" if field.title:
            return _("Example")
    return EXAMPLES.get(field.kind, "")


EXAMPLES = {
    "decimal": "12.5",
    "percent": "50",
    "yes_no": "yes",
    "duration": "1:30:00",
    "phones": "+1 202 555 0143 (work)",
    "emails": "name@example.com (work)",
    "webs": "https://example.com",
    "address": "1 Main Street; Springfield; ; 12345; ",
    "tags": "",
}
