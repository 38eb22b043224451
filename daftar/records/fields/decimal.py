from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats
from daftar.kernel.numbers import parse_decimal
from daftar.records.fields._number import Number
from daftar.records.reader_protocol import Reader

PLAIN = Formats(language="en")


class Decimals(Number):
    """An exact number with at most four digits behind the point (or as many as its column has)."""

    kind = "decimal"
    kind_name = _("Decimal number")
    json_as = "number"

    def typed(self, raw: Any, reader: Reader) -> Decimal:
        if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            return Decimal(str(raw))
        return self.from_text(str(raw), reader.formats)

    def from_text(self, text: str, formats: Formats) -> Decimal:
        digits, places = self.limits()
        return parse_decimal(text, formats, max_digits=digits, places=places)

    def clean(self, value: Any) -> Any:
        """The same number; refuses more digits than are kept, because nothing is ever rounded silently."""
        if value is None:
            return None
        if not value.is_finite() or abs(value.adjusted()) > 40:
            raise Invalid(_("This number is too large or too small."), field=self.key)
        return self.from_text(f"{value:f}", PLAIN)

    def limits(self) -> tuple[int, int]:
        """(all digits, those behind the point)"""
        column = self.model_field
        if isinstance(column, models.DecimalField):
            return column.max_digits or 18, column.decimal_places or 0
        return 18, 4

    def dump(self, value: Any) -> Any:
        return None if value is None else plain_text(value)

    def load(self, stored: Any) -> Decimal | None:
        return None if stored is None else Decimal(str(stored))

    def plain(self, value: Any, reader: Reader) -> str:
        return reader.formats.number(value)

    def export(self, value: Any, reader: Reader) -> str:
        """Latin digits and a point. "1.234" can mean thousands to some readers, so it is written "1.2340"."""
        if value is None:
            return ""
        text = plain_text(value)
        return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def plain_text(value: Decimal) -> str:
    """The number without exponent and without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
