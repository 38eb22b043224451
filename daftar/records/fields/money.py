from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Self

from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.kernel.errors import Invalid
from daftar.kernel.money import CURRENCIES, parse_money
from daftar.kernel.money import Money as Amount
from daftar.records.fields.base import BETWEEN, EMPTY, FILLED, GTE, IS, LTE, Field
from daftar.records.query.json import JsonValue, comparison
from daftar.records.rates import in_base
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Option, Shown, Widget


class Money(Field):
    """An amount with its currency. Beside it stands the amount in the base currency at the rate of its day, for sums and sorting.

    In columns: `<key>`, `<key>_currency` and `<key>_base`.
    """

    kind = "money"
    kind_name = _("Money")
    width, style = "money", "money"
    json_as = "number"
    operator_set = (GTE, LTE, BETWEEN, IS, EMPTY, FILLED)

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        if self.key not in form:
            return None
        return {"amount": form.get(self.key) or "", "currency": form.get(f"{self.key}.currency") or ""}

    def parse(self, raw: Any, reader: Reader) -> Amount | None:
        if isinstance(raw, Amount):
            return raw
        if isinstance(raw, Mapping):
            text, currency = str(raw.get("amount") or ""), str(raw.get("currency") or "")
        else:
            text, currency = str(raw or ""), ""
        if not text.strip():
            return None
        if currency and currency not in CURRENCIES:
            raise Invalid(_("“%(code)s” is not a currency.") % {"code": currency[:10]}, field=self.key)
        return parse_money(text, reader.formats, currency or reader.formats.currency)

    def dump(self, value: Any) -> Any:
        if value is None:
            return None
        base = in_base(value)
        return {"amount": str(value.amount), "currency": value.currency, "base": None if base is None else str(base)}

    def load(self, stored: Any) -> Amount | None:
        return Amount(Decimal(stored["amount"]), stored["currency"]) if stored else None

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.column, f"{self.column}_currency") if self.column else ("custom",)

    def get(self, row: Row) -> Any:
        if not self.column:
            return super().get(row)
        amount = getattr(row, self.column)
        return None if amount is None else Amount(amount, getattr(row, f"{self.column}_currency"))

    def put(self, row: Row, value: Any) -> None:
        if not self.column:
            super().put(row, value)
            return
        setattr(row, self.column, None if value is None else value.amount)
        setattr(row, f"{self.column}_currency", "" if value is None else value.currency)
        setattr(row, f"{self.column}_base", None if value is None else in_base(value))

    def expression(self) -> Combinable:
        return F(f"{self.column}_base") if self.column else JsonValue(f"{self.slot}.base", "number")

    def where(self, lookup: str, value: Any) -> Any:
        if self.column:
            return Q(**{f"{self.column}_base__{lookup}": value})
        return comparison(JsonValue(f"{self.slot}.base", "number"), lookup, value)

    def empty_q(self) -> Q:
        """No amount at all; an amount without a rate is not empty."""
        if self.column:
            return Q(**{f"{self.column}__isnull": True})
        return comparison(JsonValue(f"{self.slot}.amount"), "isnull", True)

    def sql_value(self, value: Any) -> Any:
        return in_base(value) if isinstance(value, Amount) else value

    def met(self, operator: str, values: list[Any], value: Any, reader: Reader) -> bool:
        """In the base currency; what has no rate is neither more nor less."""
        base = None if value is None else in_base(value)
        return super().met(operator, [self.sql_value(one) for one in values], base, reader)

    def show(self, value: Any, reader: Reader) -> Shown:
        if self.is_empty(value):
            return Shown()
        return Shown(reader.formats.money(value), style="money", direction="auto")

    def widget(self, value: Any, reader: Reader) -> Widget:
        if isinstance(value, Mapping):
            text, currency = str(value.get("amount", "")), str(value.get("currency", ""))
        elif isinstance(value, Amount):
            text, currency = reader.formats.number(value.amount.normalize()), value.currency
        else:
            text, currency = str(value or ""), ""
        currency = currency or reader.formats.currency
        common = dict.fromkeys(
            (reader.formats.currency, currency, "USD", "EUR", "RUB", "IRR", "AED", "GBP", "TRY", "CNY")
        )
        options = tuple(Option(code, code, chosen=code == currency) for code in common if code in CURRENCIES)
        return self.make_widget(
            "group",
            parts=(
                Widget("input", self.key, label=str(self.label), value=text, attrs={"inputmode": "decimal"}),
                Widget(
                    "select",
                    f"{self.key}.currency",
                    label=str(_("Currency")),
                    value=currency,
                    options=options,
                    required=True,
                ),
            ),
        )

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        """Amounts in the base currency, or with the currency typed behind."""
        label = str(self.label)
        if operator in ("empty", "filled"):
            return Widget("group", self.key, label=label)
        values = [*raw, "", ""][: 2 if operator == "between" else 1]
        inputs = [Widget("input", self.key, label=label, value=v, attrs={"inputmode": "decimal"}) for v in values]
        return inputs[0] if len(inputs) == 1 else Widget("group", self.key, label=label, parts=tuple(inputs))

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return [self.said(text, reader) for text in raw]

    def said(self, text: str, reader: Reader) -> str:
        try:
            return self.show(self.parse(text, reader), reader).text
        except Invalid:
            return text

    def export(self, value: Any, reader: Reader) -> str:
        return f"{value.amount:f} {value.currency}" if not self.is_empty(value) else ""

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, total=bool(settings.get("total", True)), **common)
