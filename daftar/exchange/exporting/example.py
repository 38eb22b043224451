"""An example file for a record type: its headings and one row as it could be; as a workbook with a sheet that explains every column."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.exporting.csv_file import BOM, lines
from daftar.exchange.exporting.headings import headings
from daftar.exchange.exporting.kinds import guarded
from daftar.exchange.exporting.xlsx import WIDTHS, opened, sheet_name, write_text
from daftar.exchange.importing.targets import fillable
from daftar.kernel import clock
from daftar.kernel.formats import joined
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.types import RecordType

MOST_NAMED = 40
"""Options that the explanation names."""


def example_file(type_: RecordType, reader: Reader) -> str:
    """The CSV text, with the mark that spreadsheets want."""
    fields = fillable(type_)
    return BOM + lines([headings(fields), [example_of(field, reader) for field in fields]])


def example_book(type_: RecordType, reader: Reader) -> bytes:
    """The same as a workbook: the first sheet is to be filled, the second explains each of its columns."""
    fields = fillable(type_)
    heads = headings(fields)
    with tempfile.TemporaryDirectory(prefix="daftar-example-") as folder:
        path = Path(folder) / "example.xlsx"
        with opened(path) as book:
            bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
            rows = book.add_worksheet(sheet_name(str(type_.heading)))
            told = book.add_worksheet(sheet_name(_("Columns")))
            for sheet in (rows, told):
                sheet.freeze_panes(1, 0)
                if reader.formats.is_rtl:
                    sheet.right_to_left()
            for place, (field, heading) in enumerate(zip(fields, heads, strict=True)):
                rows.set_column(place, place, WIDTHS.get(field.kind, 20))
                write_text(rows, 0, place, heading, bold)
            for place, field in enumerate(fields):
                write_text(rows, 1, place, guarded(example_of(field, reader)))
            told.set_column(0, 3, 20)
            told.set_column(4, 4, 80)
            told.set_column(5, 5, 32)
            for place, word in enumerate(
                [_("Column"), _("Key"), _("Kind"), _("Needed"), _("What can stand there"), _("Example")]
            ):
                write_text(told, 0, place, word, bold)
            for row, (field, heading) in enumerate(zip(fields, heads, strict=True), 1):
                needed = _("yes") if field.required else ""
                words = [heading, field.key, str(field.kind_name), needed, said_of(field), example_of(field, reader)]
                for place, word in enumerate(words):
                    write_text(told, row, place, word, wrapped)
        return path.read_bytes()


def example_of(field: Field, reader: Reader) -> str:
    """What a cell could hold; "" where only the company knows."""
    kind: Any = field
    today = clock.today(reader.formats.zone)
    match field.kind:
        case "choice" | "choices":
            return next(
                (
                    field.export(o.key if field.kind == "choice" else [o.key], reader)
                    for o in kind.options()
                    if not o.archived
                ),
                "",
            )
        case "stage":
            return next((s.label for p in kind.pipelines for s in p.open_stages), "")
        case "person":
            return reader.user.name
        case "date":
            return today.isoformat()
        case "date_time":
            return f"{(today - timedelta(days=1)).isoformat()} 14:30"  # some of these cannot be in the future
        case "money":
            return f"1200.00 {reader.formats.currency}"
        case "whole":
            return str(max(kind.low or 0, 12))
        case "text" if field.title:
            return _("Example")
    return EXAMPLES.get(field.kind, "")


def said_of(field: Field) -> str:
    """What can stand in a column, in a sentence or two."""
    kind: Any = field
    match field.kind:
        case "choice" | "choices":
            names = [o.label for o in kind.options() if not o.archived]
            several = _("Several are divided by “;”.") if field.kind == "choices" else ""
            return f"{_('One of: %(names)s.') % {'names': listed(names)}} {several}".strip()
        case "stage":
            names = [
                f"{p.label}/{s.label}" if len(kind.pipelines) > 1 else s.label for p in kind.pipelines for s in p.stages
            ]
            return _("One of: %(names)s.") % {"names": listed(names)}
        case "link" | "links":
            linked = field.type.schema.types.get(kind.to)
            said = _("The name of a record: %(type)s.") % {"type": linked.name if linked else kind.to}
            return f"{said} {_('Several are divided by “;”.')}" if field.kind == "links" else said
    return str(SAYS[field.kind]()) if field.kind in SAYS else ""


def listed(names: list[str]) -> str:
    return joined([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]) or "—"


SAYS = {
    "text": lambda: _("Text on one line."),
    "long_text": lambda: _("Text, also on several lines."),
    "whole": lambda: _("A whole number."),
    "decimal": lambda: _("A number."),
    "percent": lambda: _("A number from 0 to 100, with or without the percent sign."),
    "money": lambda: _("An amount and its currency, for example 1200.00 USD."),
    "yes_no": lambda: _("yes or no."),
    "date": lambda: _("A day as year-month-day, or a date of the spreadsheet."),
    "date_time": lambda: _("A day and a time, for example 2026-11-26 14:30."),
    "duration": lambda: _("Hours, minutes and seconds, for example 1:30:00."),
    "phones": lambda: _(
        "Numbers with the code of the country; several are divided by “;”, in brackets what each is for."
    ),
    "emails": lambda: _("Mail addresses; several are divided by “;”, in brackets what each is for."),
    "webs": lambda: _("Addresses of pages; several are divided by “;”."),
    "messengers": lambda: _("Names in messengers; several are divided by “;”."),
    "address": lambda: _("Street; city; region; postcode; country, divided by “;”."),
    "tags": lambda: _("Tags, divided by “;”."),
    "person": lambda: _("The name or e-mail of a colleague."),
    "any_link": lambda: _("The type and number of a record, for example deal:12."),
    "files": lambda: _("Names of files that are given beside the table, divided by “;”."),
}
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
