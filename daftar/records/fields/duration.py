from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel.dates import parse_duration
from daftar.kernel.errors import Invalid
from daftar.records.fields._number import Number
from daftar.records.reader_protocol import Reader

LONGEST_SECONDS = 2**31 - 1
"""What a whole-number column of PostgreSQL holds: 68 years."""


class Duration(Number):
    """A span of time in whole seconds."""

    kind = "duration"
    kind_name = _("Duration")
    json_as = "whole"
    inputmode = "text"

    def typed(self, raw: Any, reader: Reader) -> dt.timedelta:
        if isinstance(raw, dt.timedelta):
            return raw
        if isinstance(raw, int) and not isinstance(raw, bool):
            return dt.timedelta(seconds=max(min(raw, LONGEST_SECONDS + 1), -LONGEST_SECONDS - 1))
        return parse_duration(str(raw))

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        seconds = round(value.total_seconds())
        if abs(seconds) > LONGEST_SECONDS:
            raise Invalid(_("This is longer than 68 years. Write a shorter time."), field=self.key)
        return dt.timedelta(seconds=seconds)

    def dump(self, value: Any) -> int | None:
        return None if value is None else round(value.total_seconds())

    def load(self, stored: Any) -> dt.timedelta | None:
        return None if stored is None else dt.timedelta(seconds=stored)

    def get(self, row: Any) -> dt.timedelta | None:
        return self.load(getattr(row, self.column) if self.column else row.custom.get(self.slot))

    def put(self, row: Any, value: Any) -> None:
        if self.column:
            setattr(row, self.column, self.empty_column() if value is None else self.dump(value))
        else:
            super().put(row, value)

    def sql_value(self, value: Any) -> int | None:
        return self.dump(value)

    def plain(self, value: Any, reader: Reader) -> str:
        return reader.formats.duration(self.load(value) if isinstance(value, int) else value)

    def export(self, value: Any, reader: Reader) -> str:
        """Hours, minutes and seconds: "1:30:00"."""
        if value is None:
            return ""
        minutes, seconds = divmod(abs(self.dump(value) or 0), 60)
        sign = "-" if value < dt.timedelta() else ""
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
