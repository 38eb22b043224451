"""A statement of the shop's bank: some of it pays invoices beyond doubt, some seems to, some is nobody's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from daftar.kernel.formats import current
from daftar.kernel.money import CURRENCIES
from daftar.onboarding.demo.shop import Shop
from daftar.sales.bank.confirming import confirm
from daftar.sales.bank.loading import load
from daftar.sales.models import BankAccount, Invoice, StatementLine


def load_statement(shop: Shop) -> None:
    """Load yesterday's file by the door of the page, and confirm its first line."""
    trade, by = shop.trade, shop.cast.accountant
    waiting = list(
        Invoice.objects.filter(state="issued", created_by__in=[one.pk for one in shop.cast.sellers], balance_currency=shop.base)
        .exclude(kind="credit")
        .select_related("company")
        .order_by("-issued_on", "-id")[:4]
    )  # fmt: skip
    name, number = trade.account
    account, is_new = BankAccount.objects.get_or_create(
        number="".join(number.split()), defaults={"name": name, "currency": shop.base}
    )
    digits = CURRENCIES[shop.base].minor_units
    rows = [trade.columns]

    def row(days: int, amount: Decimal, payer: str, purpose: str) -> None:
        day = (shop.today - timedelta(days=days)).isoformat()
        rows.append((day, f"{amount:.{digits}f}", payer, purpose, f"{4170 + len(rows)}"))

    for place, invoice in enumerate(waiting):
        says = trade.pays.format(number=invoice.number) if place < 3 else ""
        row(3 - min(place, 2), invoice.balance or Decimal(0), invoice.company.name, says)
    row(1, shop.money(65).amount, *trade.unclear)
    row(1, -shop.money(900).amount, *trade.rent)
    file = "\n".join(";".join(cells) for cells in rows).encode()
    statement = load(file, f"{shop.today - timedelta(days=1):%Y-%m-%d}.csv", by=by, formats=current()).statements[0]
    statement.account, statement.number = account, account.number
    statement.save(update_fields=["account", "number"])
    shop.others["bank"] = {"statement": statement.pk, "account": account.pk if is_new else None}
    first = StatementLine.objects.filter(statement=statement, state="open").order_by("line").first()
    if first is not None and waiting:
        confirm(first.pk, [waiting[0].pk], by=by)
