from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel.numbers import parse_percent
from daftar.records.fields.decimal import Decimals
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown


class Percent(Decimals):
    """A share: 12.5 means 12.5 %."""

    kind = "percent"
    kind_name = _("Percent")

    def typed(self, raw: Any, reader: Reader) -> Decimal:
        if isinstance(raw, str):
            return parse_percent(raw, reader.formats)
        return super().typed(raw, reader)

    def show(self, value: Any, reader: Reader) -> Shown:
        return Shown() if value is None else Shown(reader.formats.percent(value), style="number")

    def attributes(self) -> dict[str, Any]:
        return {**super().attributes(), "placeholder": "%"}
