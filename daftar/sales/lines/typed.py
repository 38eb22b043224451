"""Lines as somebody typed them in the editor: read field by field, and given back as typed where something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.catalogue.models import Product, TaxClass
from daftar.catalogue.stock.items import quantity_error
from daftar.kernel.errors import Invalid, Sentence
from daftar.kernel.formats import Formats
from daftar.kernel.money import CURRENCIES, Money, parse_money
from daftar.kernel.numbers import parse_decimal, parse_percent
from daftar.kernel.text import clean_text
from daftar.sales.issuing import terms_of
from daftar.sales.models import DealLine, SaleTerms
from daftar.sales.totals import Line, Terms, line_errors

TEXTS = {"name": 500, "description": 5000, "group": 200, "unit": 100, "code": 100}
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass
class Typed:
    """One line of the form. Shapes: `token` names it in the form: the id of a stored line, or a word that begins with "n"."""

    token: str
    values: dict[str, Any] = field(default_factory=dict)
    """What could be read: name, description, group, unit, code, product, quantity, factor, price, discount_percent, discount_amount,
    tax_class, price_list, is_optional, is_price_typed."""
    raw: Mapping[str, str] = field(default_factory=dict)
    """What was typed, by field."""

    @property
    def id(self) -> int:
        return number_in(self.token) or 0

    def counted(self, taxes: Mapping[int, TaxClass]) -> Line:
        """The line as it is added up; what could not be read counts as nothing."""
        tax = taxes.get(self.values.get("tax_class") or 0)
        return Line(
            quantity=self.values.get("quantity", ONE),
            price=self.values.get("price") or ZERO,
            discount_percent=self.values.get("discount_percent") or ZERO,
            discount_amount=self.values.get("discount_amount") or ZERO,
            tax_percent=tax.percent if tax is not None else ZERO,
            is_optional=bool(self.values.get("is_optional")),
        )


class LinesForm:
    """All lines of a deal and its terms as they were sent.

    Shapes: `errors` by "<token>.<field>", or by the field of the terms; "" is the whole form. A row whose token begins with "g" is a
    heading ("<token>.heading") of the lines below it; `last_heading` is one without lines. `currency` is that of the amounts in the fields:
    another one than that of the terms while the change of the currency is not decided (`must_ask`).
    """

    def __init__(self, sent: QueryDict, formats: Formats) -> None:
        self.sent, self.formats = sent, formats
        self.errors: dict[str, Sentence] = {}
        came_in = sent.get("prices_in", "")
        self.currency: str = came_in if came_in in CURRENCIES else sent.get("currency", "")
        self.terms = self.read_terms()
        self.lines: list[Typed] = []
        self.last_heading: str | None = None
        heading = ""
        for token in dict.fromkeys(sent.getlist("row")):
            if HEADING.fullmatch(token):
                heading = self.last_heading = self.read_heading(token)
            elif is_token(token):
                self.lines.append(self.read_line(token, heading))
                self.last_heading = None
        self.check_quantities()
        if self.currency != self.terms.currency and not self.must_ask:
            self.currency = self.terms.currency

    @property
    def must_ask(self) -> bool:
        """Whether amounts stand in another currency than the one that was chosen for them."""
        amounts = [one.values.get(name) for one in self.lines for name in ("price", "discount_amount")]
        return self.currency != self.terms.currency and any([*amounts, self.terms.discount_amount])

    def read_heading(self, token: str) -> str:
        text = ""
        with self.about(""):
            text = clean_text(self.sent.get(f"{token}.heading", ""), max_length=TEXTS["group"])
        return text

    @contextmanager
    def about(self, name: str) -> Iterator[None]:
        try:
            yield
        except Invalid as refused:
            self.errors[name] = refused.sentence

    # -- terms -------------------------------------------------------------------------------------------

    def read_terms(self) -> SaleTerms:
        sent = self.sent
        currency = sent.get("currency", "")
        if currency not in CURRENCIES:
            self.errors["currency"] = _("Choose one of the list.")
            currency = self.formats.currency
        if self.currency not in CURRENCIES:
            self.currency = currency
        terms = SaleTerms(currency=currency, tax_included=sent.get("tax_included") == "1")
        terms.rounding = "document" if sent.get("rounding") == "document" else "line"
        terms.price_list_id = number_in(sent.get("price_list", ""))
        with self.about("discount"):
            terms.discount_percent, terms.discount_amount = self.discount(sent.get("discount", ""), self.currency)
        return terms

    def as_terms(self) -> Terms:
        return terms_of(self.terms)

    # -- lines -------------------------------------------------------------------------------------------

    def read_line(self, token: str, heading: str = "") -> Typed:
        raw = {name: self.sent.get(f"{token}.{name}", "") for name in (*TEXTS, *PLAIN)}
        raw["group"] = raw["group"] or heading
        values: dict[str, Any] = {}
        for name, longest in TEXTS.items():
            with self.about(f"{token}.{name}"):
                values[name] = clean_text(raw[name], max_length=longest, multiline=name == "description")
        if not values.get("name") and f"{token}.name" not in self.errors:
            self.errors[f"{token}.name"] = _("Say what is sold.")
        for name in ("product", "tax_class", "price_list"):
            values[name] = number_in(raw[name])
        values["is_optional"], values["is_price_typed"] = raw["is_optional"] == "1", raw["is_price_typed"] == "1"
        with self.about(f"{token}.quantity"):
            values["quantity"] = parse_decimal(raw["quantity"], self.formats, places=3)
        with self.about(f"{token}.factor"):
            values["factor"] = parse_decimal(raw["factor"] or "1", PLAIN_NUMBERS, places=3)
            if values["factor"] <= 0:
                raise Invalid(_("A pack holds more than nothing."))
        with self.about(f"{token}.price"):
            values["price"] = self.amount(raw["price"]) if raw["price"].strip() else None
        with self.about(f"{token}.discount"):
            percent, amount = self.discount(raw["discount"], self.currency)
            values["discount_percent"], values["discount_amount"] = percent, amount
        return Typed(token, values, raw)

    def amount(self, text: str) -> Decimal:
        """An amount in the currency of the deal; another currency in it is refused."""
        money = parse_money(text, self.formats, self.currency, places=4)
        if money.currency != self.currency:
            raise Invalid(_("The lines of this deal are in %(currency)s.") % {"currency": self.currency})
        return money.amount

    def discount(self, text: str, currency: str) -> tuple[Decimal | None, Decimal | None]:
        """(percent, amount) of "5%" or "10"; both None where nothing stands."""
        bare = text.strip()
        if not bare:
            return None, None
        if any(sign in bare for sign in "%٪"):
            return parse_percent(bare, self.formats) or None, None
        money = parse_money(bare, self.formats, currency)
        if money.currency != currency:
            raise Invalid(_("The lines of this deal are in %(currency)s.") % {"currency": currency})
        return None, money.amount or None

    def check_quantities(self) -> None:
        """Nothing, less than nothing and 0.333 of a piece cannot be sold."""
        for line in self.lines:
            for name, sentence in line_errors(line.counted({})).items():
                self.errors.setdefault(f"{line.token}.{'discount' if name.startswith('discount') else name}", sentence)
        ids = {line.values["product"] for line in self.lines} - {None}
        products = {p.pk: p for p in Product.objects.filter(pk__in=ids).select_related("unit")}
        for line in self.lines:
            product, quantity = products.get(line.values["product"]), line.values.get("quantity")
            if product is None or quantity is None or quantity <= 0:
                continue
            if sentence := quantity_error(quantity * line.values.get("factor", ONE), product):
                self.errors.setdefault(f"{line.token}.quantity", sentence)

    def take(self, refused: Invalid) -> None:
        """Keep what adding up refused: "line.<place>.<field>" becomes the line's own name."""
        for name, sentence in refused.errors.items():
            parts = name.split(".")
            if parts[0] == "line" and len(parts) == 3:
                key = "discount" if parts[2].startswith("discount") else parts[2]
                name = f"{self.lines[int(parts[1])].token}.{key}"
            elif name.startswith("discount_"):
                name = "discount"
            self.errors[name] = sentence


TOKEN = re.compile(r"n[0-9A-Za-z_-]{1,20}")
HEADING = re.compile(r"g[0-9A-Za-z_-]{1,24}")
PLAIN = (
    "product",
    "tax_class",
    "price_list",
    "quantity",
    "factor",
    "price",
    "discount",
    "is_optional",
    "is_price_typed",
)
PLAIN_NUMBERS = Formats(language="en")


def is_token(token: str) -> bool:
    """Whether a word can name a line: the id of a stored one, or "n" with letters and digits behind it."""
    return number_in(token) is not None or TOKEN.fullmatch(token) is not None


def number_in(text: str) -> int | None:
    """The id that stands in a field; None for nothing, and for what no id can be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def typed_of(lines: Sequence[DealLine], formats: Formats) -> list[Typed]:
    """Stored lines as the editor shows them."""
    return [Typed(str(line.pk), values_of(line), raw_of(line, formats)) for line in lines]


def values_of(line: DealLine) -> dict[str, Any]:
    names = (
        *TEXTS,
        "quantity",
        "factor",
        "price",
        "discount_percent",
        "discount_amount",
        "is_optional",
        "is_price_typed",
        "list_price",
    )
    links = {name: getattr(line, f"{name}_id") for name in ("product", "tax_class", "price_list")}
    return {**{name: getattr(line, name) for name in names}, **links, "currency": line.price_currency}


def raw_of(line: DealLine, formats: Formats) -> dict[str, str]:
    """What stands in the inputs of a line."""
    values = values_of(line)
    currency = line.price_currency or line.gross_currency or formats.currency
    raw = {name: str(values[name] or "") for name in (*TEXTS, "product", "tax_class", "price_list")}
    raw |= {name: "1" if values[name] else "" for name in ("is_optional", "is_price_typed")}
    raw["quantity"], raw["factor"] = formats.number(line.quantity.normalize()), f"{line.factor.normalize():f}"
    raw["price"] = "" if line.price is None else amount_text(line.price, currency, formats)
    raw["discount"] = discount_text(line, currency, formats)
    return raw


def amount_text(amount: Decimal, currency: str, formats: Formats) -> str:
    """A bare amount as it is typed: in toman where the reader sees rials so."""
    factor = 10 if currency == "IRR" and formats.rial_as == "toman" else 1
    places = 0 if currency == "IRR" else CURRENCIES[currency].minor_units
    value = (amount / factor).normalize()
    digits = max(places, -int(value.as_tuple().exponent)) if value != value.to_integral_value() else places
    return formats.number(value, digits)


def discount_text(row: Any, currency: str, formats: Formats) -> str:
    if row.discount_percent:
        return formats.percent(row.discount_percent)
    return amount_text(row.discount_amount, currency, formats) if row.discount_amount else ""


def money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
