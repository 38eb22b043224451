from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel.dates import day_bounds, parse_date, parse_date_time
from daftar.kernel.errors import Invalid
from daftar.records.fields._about import about, is_blank
from daftar.records.fields._days import Days, Span
from daftar.records.fields.date import FIRST, LAST
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown

MORNING = dt.time(9)
LONGEST = len("2026-11-26 14:30:00+03:30")


class DateTime(Days):
    """A moment, kept in UTC and shown on the reader's wall clock."""

    kind = "date_time"
    kind_name = _("Date and time")
    last_lookup = "lt"

    def parse(self, raw: Any, reader: Reader) -> dt.datetime | None:
        if is_blank(raw):
            return None
        with about(self):
            if not isinstance(raw, dt.datetime):
                return parse_date_time(str(raw), reader.formats)
            moment: dt.datetime = self.clean(raw if raw.tzinfo else raw.replace(tzinfo=reader.formats.zone))
        return moment

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        if not FIRST.year <= value.year <= LAST.year:
            raise Invalid(_("The year must be between 1900 and 2200."), field=self.key)
        return value.astimezone(dt.UTC)

    def dump(self, value: Any) -> str | None:
        """ISO text of one width, which sorts and compares like the moments themselves."""
        if value is None:
            return None
        return f"{value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"

    def load(self, stored: Any) -> dt.datetime | None:
        return dt.datetime.fromisoformat(stored) if stored else None

    def span(self, raw: str, reader: Reader) -> Span:
        day = parse_date(raw, reader.formats)
        whole = day_bounds(day, day, reader.formats)
        moment = parse_date_time(raw, reader.formats)
        if moment == whole[0] and ":" not in raw:
            return whole
        return moment, moment + dt.timedelta(seconds=1 if moment.second else 60)

    def days_span(self, first: Any, last: Any, reader: Reader) -> Span:
        return day_bounds(first, last, reader.formats)

    def day(self, value: Any, reader: Reader) -> dt.date:
        return reader.formats.local(value).date()

    def on_day(self, value: Any, day: dt.date, reader: Reader) -> dt.datetime | None:
        """The same time of day on the other one; what had no value gets the time at which work begins."""
        time = reader.formats.local(value).time() if value else MORNING
        return self.parse(f"{day.isoformat()} {time:%H:%M:%S}", reader)

    def time_words(self, value: Any, reader: Reader) -> str:
        return reader.formats.time(value)

    def show(self, value: Any, reader: Reader) -> Shown:
        if not value:
            return Shown()
        return Shown(reader.formats.date_time(value), style="date")

    def plain(self, value: Any, reader: Reader) -> str:
        local = reader.formats.local(value)
        time = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
        return f"{reader.formats.date_numeric(local.date())} {reader.formats.in_digits(time)}"

    def export(self, value: Any, reader: Reader) -> str:
        """The reader's wall clock with its offset, so that it is one moment wherever it is read."""
        if not value:
            return ""
        text: str = reader.formats.local(value).isoformat(sep=" ", timespec="seconds")
        if len(text) > LONGEST:  # old local mean times, whose offsets have seconds, which ISO readers do not take
            text = value.astimezone(dt.UTC).isoformat(sep=" ", timespec="seconds")
        return text
