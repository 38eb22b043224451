"""The book of exchange rates: how a rate comes in, and what it gives to the amounts that waited for one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import User
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.money import CURRENCIES, Money
from daftar.records.models import ExchangeRate
from daftar.records.query.json import JsonValue
from daftar.records.rates import in_base
from daftar.records.reading import of_type
from daftar.records.schema import current_schema

LARGEST_RATE = Decimal(10) ** 10
BATCH = 500


def add_rate(currency: str, day: date, rate: Decimal, *, by: User) -> int:
    """Keep what one unit of a currency is worth from that day on, and value the amounts that waited for a rate.

    Shapes: a second rate of the same day takes the place of the first; amounts that have a value keep it.
    Units: `rate` in the base currency for one unit. Returns how many amounts were valued.
    Errors: NotAllowed, Invalid about currency, day or rate.
    """
    if not decide.may_settings(by):
        raise NotAllowed()
    if currency not in CURRENCIES:
        raise Invalid(_("“%(code)s” is not a currency.") % {"code": currency[:10]}, field="currency")
    if currency == current().currency:
        raise Invalid(_("This is the base currency; it needs no rate."), field="currency")
    if not Decimal(0) < rate <= LARGEST_RATE:
        raise Invalid(_("The rate must be more than zero and at most ten billion."), field="rate")
    with transaction.atomic():
        kept = rate.quantize(Decimal("0.00000001"))
        if not kept:
            raise Invalid(_("This rate is too small to be kept."), field="rate")
        before = ExchangeRate.objects.filter(currency=currency, day=day).values_list("rate", flat=True).first()
        ExchangeRate.objects.update_or_create(currency=currency, day=day, defaults={"rate": kept})
        valued = value_waiting(currency)
        audit.record_change("rate_changed", {"rate": before}, {"rate": kept}, by=by, name=currency, day=day)
        return valued


def remove_rate(rate_id: int, *, by: User) -> None:
    """Forget a rate; amounts that were valued by it keep their value."""
    if not decide.may_settings(by):
        raise NotAllowed()
    with transaction.atomic():
        gone = ExchangeRate.objects.select_for_update().filter(pk=rate_id).first()
        if gone is None:
            return
        gone.delete()
        audit.record_change("rate_changed", {"rate": gone.rate}, {}, by=by, name=gone.currency, day=gone.day)


def value_waiting(currency: str) -> int:
    """Give the amounts in this currency that have no value in the base currency one; how many there were.

    A derived value, so it makes no history and moves no version.
    """
    count = 0
    for type_, field in money_fields():
        count += value_column(type_, field, currency) if field.column else value_custom(type_, field, currency)
    return count


def money_fields() -> Iterator[tuple[Any, Any]]:
    """Every record type with each of its money fields, declared and custom."""
    for type_ in current_schema().types.values():
        yield from ((type_, field) for field in type_.fields if field.kind == "money")


def value_column(type_: Any, field: Any, currency: str) -> int:
    column = field.column
    waiting = type_.model.objects.filter(**{f"{column}_currency": currency, f"{column}_base": None}).exclude(
        **{column: None}
    )
    rows = []
    for row in waiting.select_for_update().only("pk", column, f"{column}_currency"):
        base = in_base(Money(getattr(row, column), currency))
        if base is not None:
            setattr(row, f"{column}_base", base)
            rows.append(row)
    type_.model.objects.bulk_update(rows, [f"{column}_base"], batch_size=BATCH)
    return len(rows)


def value_custom(type_: Any, field: Any, currency: str) -> int:
    rows = []
    waiting = of_type(type_).annotate(
        in_currency=JsonValue(f"{field.slot}.currency"), in_base=JsonValue(f"{field.slot}.base")
    )
    for row in waiting.filter(in_currency=currency, in_base=None).select_for_update():
        value = field.get(row)
        if in_base(value) is not None:
            row.custom[field.slot] = field.dump(value)
            rows.append(row)
    type_.model.objects.bulk_update(rows, ["custom"], batch_size=BATCH)
    return len(rows)


def is_money_stored() -> bool:
    """Whether any record, also one in the bin, keeps an amount: then the base currency stands."""
    return any(of_type(type_).exclude(field.empty_q()).exists() for type_, field in money_fields())
