from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.numbers import LARGEST_WHOLE, parse_whole
from daftar.records.fields._number import Number
from daftar.records.reader_protocol import Reader

LARGEST = {"SmallIntegerField": 2**15 - 1, "IntegerField": 2**31 - 1}
"""What columns hold; others hold `LARGEST_WHOLE`."""


class Whole(Number):
    """A whole number; `low` and `high` are its limits. A `year` is written without thousands separators."""

    kind = "whole"
    kind_name = _("Whole number")
    json_as = "whole"
    inputmode = "numeric"

    def __init__(
        self,
        key: str,
        label: Any = "",
        *,
        low: int | None = None,
        high: int | None = None,
        year: bool = False,
        **common: Any,
    ) -> None:
        super().__init__(key, label, **common)
        self.low, self.high, self.year = low, high, year

    def typed(self, raw: Any, reader: Reader) -> int:
        if isinstance(raw, int) and not isinstance(raw, bool):
            return raw
        return parse_whole(str(raw), reader.formats)

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        low, high = self.limits()
        if not low <= value <= high:
            raise Invalid(
                _("This number must be between %(low)s and %(high)s.") % {"low": f"{low:,}", "high": f"{high:,}"},
                field=self.key,
            )
        return value

    def limits(self) -> tuple[int, int]:
        column = self.model_field
        name = column.get_internal_type() if column is not None else ""
        largest = LARGEST.get(name.removeprefix("Positive"), LARGEST_WHOLE)
        lowest = 0 if name.startswith("Positive") else -largest
        return (lowest if self.low is None else self.low), (largest if self.high is None else self.high)

    def plain(self, value: Any, reader: Reader) -> str:
        return reader.formats.in_digits(str(value)) if self.year else reader.formats.number(value)
