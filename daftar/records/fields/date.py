from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid
from daftar.records.fields._about import about, is_blank
from daftar.records.fields._days import Days, Span
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


class Date(Days):
    """A day, the same for everybody wherever they are."""

    kind = "date"
    kind_name = _("Date")

    def parse(self, raw: Any, reader: Reader) -> dt.date | None:
        if is_blank(raw):
            return None
        if isinstance(raw, dt.datetime):
            raw = raw.astimezone(reader.formats.zone).date() if raw.tzinfo else raw.date()
        with about(self):
            day: dt.date = self.clean(raw if isinstance(raw, dt.date) else parse_date(str(raw), reader.formats))
        return day

    def clean(self, value: Any) -> Any:
        if value is not None and not FIRST <= value <= LAST:
            raise Invalid(_("The year must be between 1900 and 2200."), field=self.key)
        return value

    def dump(self, value: Any) -> str | None:
        return None if value is None else value.isoformat()

    def load(self, stored: Any) -> dt.date | None:
        return dt.date.fromisoformat(stored) if stored else None

    def span(self, raw: str, reader: Reader) -> Span:
        day = parse_date(raw, reader.formats)
        return day, day

    def days_span(self, first: Any, last: Any, reader: Reader) -> Span:
        return first, last

    def day(self, value: Any, reader: Reader) -> dt.date:
        found: dt.date = value
        return found

    def on_day(self, value: Any, day: dt.date, reader: Reader) -> dt.date:
        moved: dt.date = self.clean(day)
        return moved

    def show(self, value: Any, reader: Reader) -> Shown:
        return Shown(reader.formats.date(value), style="date") if value else Shown()

    def plain(self, value: Any, reader: Reader) -> str:
        return reader.formats.date_numeric(value)

    def export(self, value: Any, reader: Reader) -> str:
        """ISO, which every reader's calendar leaves as it is."""
        return value.isoformat() if value else ""
