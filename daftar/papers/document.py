"""What stands on a paper, whoever issues it: plain values, from which `layout` makes texts and `render` a PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["quote", "invoice", "credit", "delivery", "price_list", "purchase"]
KINDS: tuple[Kind, ...] = ("quote", "invoice", "credit", "delivery", "price_list", "purchase")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """Units: amounts in the paper's currency. Shapes: `discount` is in words already ("5 %")."""

    name: str
    quantity: Decimal
    unit: str = ""
    price: Decimal | None = None
    sum: Decimal | None = None
    code: str = ""
    description: str = ""
    discount: str = ""
    tax_percent: Decimal = Decimal(0)
    is_optional: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """Shapes: `seller` and `client` are texts by name (name, person, address, tax_id, registration_number, bank_name, bank_account, bank_code,
    phone, email, web); `taxes` by rate; `qr` is what the code in the corner says where a bank's app could not read one (`payment_codes`);
    `until` is the day of validity or payment.
    """

    kind: Kind
    language: str
    number: str
    day: date | None
    currency: str
    lines: Sequence[PaperLine]
    seller: Mapping[str, str] = field(default_factory=dict)
    client: Mapping[str, str] = field(default_factory=dict)
    until: date | None = None
    version: int = 1
    net: Decimal | None = None
    taxes: Mapping[Decimal, Decimal] = field(default_factory=dict)
    total: Decimal | None = None
    paid: Decimal = Decimal(0)
    balance: Decimal | None = None
    tax_included: bool = False
    terms: str = ""
    about: str = ""
    qr: str = ""
