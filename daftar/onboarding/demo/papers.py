"""The papers of the sale: each deal has its story, and all stories are told together in the order of their days.

A story is a generator: it yields how many days ago it goes on, and what follows happens then, by the doors of the sale.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from daftar.catalogue.prices import to_coin
from daftar.catalogue.stock import doors
from daftar.catalogue.stock.items import OutOfStock
from daftar.kernel import clock
from daftar.kernel.errors import Conflict
from daftar.kernel.formats import current
from daftar.kernel.money import Money
from daftar.onboarding.demo.bank import load_statement
from daftar.onboarding.demo.shop import Shop
from daftar.sales.approving.asking import to_be_asked
from daftar.sales.client_page import acts, links, opening
from daftar.sales.invoicing.correct import cancel_invoice, credit_invoice
from daftar.sales.invoicing.holding import ship
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.issuing import lines_of
from daftar.sales.lines.saving import save_lines
from daftar.sales.lines.typed import typed_of
from daftar.sales.models import DiscountApproval, Invoice, InvoiceLine, Payment, SaleTerms
from daftar.sales.paying.record import Share, Who, record_payment
from daftar.sales.paying.refunding import refund
from daftar.sales.quoting.answer import answer_quote, withdraw_quote
from daftar.sales.quoting.expiring import expire
from daftar.sales.quoting.issue import issue_quote

Story = Iterator[float]
HELD = 45
"""So many days quotes hold that somebody answers; what stays open meanwhile says its own."""
PAID_BY = ("bank", "bank", "card", "cash")


def make_papers(shop: Shop) -> None:
    own = [one for one in shop.papered if one[0].amount_currency == shop.base]
    won = [(deal, left) for deal, end, left in own if end == "won"]
    open_ = sorted(((deal, left) for deal, end, left in own if end == "open"), key=lambda one: (-one[1], one[0].pk))
    stories = [sale(shop, deal, left, PAID_BY[n % len(PAID_BY)]) for n, (deal, left) in enumerate(won)]
    stories += [story(shop, deal, left) for story, (deal, left) in zip(OPEN, open_)]
    tell(shop, stories)
    with clock.as_of(shop.past(1)):
        load_statement(shop)


def tell(shop: Shop, stories: Sequence[Story]) -> None:
    """Let each story go on when its day comes, the earliest of all first."""
    waiting: list[tuple[dt.datetime, int, Story]] = []

    def next_of(story: Story, n: int, after: dt.datetime | None) -> None:
        days = next(story, None)
        if days is not None:
            moment = shop.past(max(days, 0))
            if after is not None:
                moment = min(max(moment, after + dt.timedelta(minutes=20)), shop.now)
            heapq.heappush(waiting, (moment, n, story))

    for n, story in enumerate(stories):
        next_of(story, n, None)
    while waiting:
        moment, n, story = heapq.heappop(waiting)
        with clock.as_of(moment):
            next_of(story, n, moment)


# -- what people do ------------------------------------------------------------------------------------


def pay(
    shop: Shop, invoice: Invoice, share: Decimal = Decimal(1), more: Decimal = Decimal(0), method: str = "bank"
) -> Payment:
    """The bookkeeper records so much of an invoice, and what came too much."""
    amount = part_of(invoice.total or Decimal(0), share, invoice.total_currency) + more
    return record_payment(
        Money(amount, invoice.total_currency), by=shop.cast.accountant, received_on=clock.today(current().zone),
        shares=[Share(invoice.pk)], method=method,
    )  # fmt: skip


def wish(shop: Shop, **more: Any) -> Wish:
    """An invoice as sellers issue it here: what is there is held for ten days more."""
    return Wish(hold="available", hold_until=shop.today + dt.timedelta(days=10), **more)


def send_off(shop: Shop, invoice: Invoice, *, come_first: bool = False) -> None:
    """The goods leave if they are there; or what lacks comes first."""
    try:
        ship(invoice.pk, by=shop.cast.accountant)
    except OutOfStock as short:
        if come_first:
            lacking = [doors.Item(one.product_id, one.wanted - one.there) for one in short.items]
            doors.receive(lacking, by=shop.cast.accountant)
            ship(invoice.pk, by=shop.cast.accountant)
    except Conflict:  # only work and services stand on it
        return


def change_first_line(deal: Any, by: Any, **values: Any) -> int:
    """Change the first line of a deal in the editor; its id."""
    typed = typed_of(lines_of(deal.pk), current())
    typed[0].values |= values
    save_lines(deal.pk, typed, SaleTerms.objects.get(deal=deal.pk), by=by)
    return typed[0].id


def dearer(shop: Shop, deal: Any) -> None:
    price = lines_of(deal.pk)[0].price or Decimal(0)
    raised = part_of(price, Decimal("1.05"), deal.amount_currency)
    change_first_line(deal, shop.of(deal.owner_id), price=raised, is_price_typed=True)


def client_of(shop: Shop, deal: Any) -> str:
    return str(next(contact.name for contact in shop.contacts if contact.pk == deal.contact_id))


def accept(shop: Shop, deal: Any, quote: Any) -> None:
    answer_quote(quote.pk, accepted=True, name=client_of(shop, deal), by=shop.of(deal.owner_id))


# -- stories -------------------------------------------------------------------------------------------


def sale(shop: Shop, deal: Any, left: float, method: str) -> Story:
    """Quoted, accepted, invoiced, paid, shipped: the payment wins the deal."""
    by = shop.of(deal.owner_id)
    yield left * 0.95
    quote = issue_quote(deal.pk, by=by, days=HELD)
    yield left * 0.85
    accept(shop, deal, quote)
    yield left * 0.8
    invoice = issue_invoice(deal.pk, wish(shop), by=by, quote_id=quote.pk)
    yield left * 0.6
    pay(shop, invoice, method=method)
    yield left * 0.55
    send_off(shop, invoice, come_first=True)


def expired(shop: Shop, deal: Any, left: float) -> Story:
    """Nobody answered."""
    days = max(int(left) - 8, 1)
    yield left * 0.98
    quote = issue_quote(deal.pk, by=shop.of(deal.owner_id), days=days)
    yield left * 0.98 - days - 2
    expire([quote.pk])


def overdue(shop: Shop, deal: Any, left: float) -> Story:
    by = shop.of(deal.owner_id)
    yield left * 0.95
    quote = issue_quote(deal.pk, by=by, days=HELD)
    yield left * 0.9
    accept(shop, deal, quote)
    issue_invoice(deal.pk, wish(shop, due_days=max(int(left * 0.9) - 5, 0)), by=by, quote_id=quote.pk)


def part_paid(shop: Shop, deal: Any, left: float) -> Story:
    yield left * 0.9
    invoice = issue_invoice(deal.pk, wish(shop), by=shop.of(deal.owner_id))
    yield left * 0.4
    pay(shop, invoice, Decimal("0.5"))


def in_advance(shop: Shop, deal: Any, left: float) -> Story:
    """Thirty percent before anything leaves, the rest later: the second invoice takes the first one off."""
    by = shop.of(deal.owner_id)
    yield left * 0.9
    advance = issue_invoice(deal.pk, Wish(kind="advance", percent=Decimal(30)), by=by)
    yield left * 0.6
    pay(shop, advance, method="card")
    yield left * 0.4
    issue_invoice(deal.pk, wish(shop), by=by)


def in_parts(shop: Shop, deal: Any, left: float) -> Story:
    """Half of the first line now."""
    yield left * 0.7
    first = lines_of(deal.pk)[0]
    half = max(first.quantity // 2, Decimal(1))
    invoice = issue_invoice(deal.pk, wish(shop, kind="part", quantities={first.pk: half}), by=shop.of(deal.owner_id))
    yield left * 0.5
    send_off(shop, invoice)


def paid_too_much(shop: Shop, deal: Any, left: float) -> Story:
    """More came than was asked for: it lies there for the client, and a part of it goes back."""
    yield left * 0.9
    invoice = issue_invoice(deal.pk, wish(shop), by=shop.of(deal.owner_id))
    yield left * 0.7
    payment = pay(shop, invoice, more=shop.money(40).amount)
    yield left * 0.5
    back = shop.money(25).amount
    refund(payment.pk, back, by=shop.cast.accountant, on=clock.today(current().zone))


def credited(shop: Shop, deal: Any, left: float) -> Story:
    """Paid and delivered, then something of it comes back."""
    yield left * 0.9
    invoice = issue_invoice(deal.pk, wish(shop), by=shop.of(deal.owner_id))
    yield left * 0.7
    pay(shop, invoice)
    send_off(shop, invoice)
    yield left * 0.3
    first = InvoiceLine.objects.filter(invoice=invoice.pk, quantity__gt=1).order_by("position").first()
    if first is not None:
        credit_invoice(
            invoice.pk, {first.pk: Decimal(1)}, by=shop.cast.chief, why=shop.trade.returned, goods_return=True
        )


def cancelled(shop: Shop, deal: Any, left: float) -> Story:
    by = shop.of(deal.owner_id)
    yield left * 0.9
    invoice = issue_invoice(deal.pk, wish(shop), by=by)
    yield left * 0.8
    cancel_invoice(invoice.pk, by=by, why=shop.trade.cancelled)


def awaits_payment(shop: Shop, deal: Any, left: float) -> Story:
    by = shop.of(deal.owner_id)
    yield left * 0.9
    quote = issue_quote(deal.pk, by=by, days=HELD)
    yield left * 0.6
    accept(shop, deal, quote)
    yield left * 0.5
    issue_invoice(deal.pk, wish(shop), by=by, quote_id=quote.pk)


def stale(shop: Shop, deal: Any, left: float) -> Story:
    """The price rose after the quote."""
    yield left * 0.8
    issue_quote(deal.pk, by=shop.of(deal.owner_id), days=HELD)
    yield left * 0.3
    dearer(shop, deal)


def replaced(shop: Shop, deal: Any, left: float) -> Story:
    yield left * 0.9
    issue_quote(deal.pk, by=shop.of(deal.owner_id), days=HELD)
    yield left * 0.5
    dearer(shop, deal)
    issue_quote(deal.pk, by=shop.of(deal.owner_id), days=HELD)


def on_the_page(shop: Shop, deal: Any, left: float) -> Story:
    """The client has a link, opens the quote, and asks."""
    by = shop.of(deal.owner_id)
    yield left * 0.8
    issue_quote(deal.pk, by=by, days=HELD)
    link = links.make(deal.pk, by=by)
    yield left * 0.5
    opening.note_opening(link)
    acts.ask(link, name=client_of(shop, deal), words=shop.trade.question)
    yield left * 0.4
    acts.reply(deal.pk, shop.trade.answer, by=by)


def declined(shop: Shop, deal: Any, left: float) -> Story:
    by = shop.of(deal.owner_id)
    yield left * 0.8
    quote = issue_quote(deal.pk, by=by, days=HELD)
    yield left * 0.5
    answer_quote(quote.pk, accepted=False, name=client_of(shop, deal), words=shop.trade.too_dear, by=by)


def withdrawn(shop: Shop, deal: Any, left: float) -> Story:
    by = shop.of(deal.owner_id)
    yield left * 0.8
    quote = issue_quote(deal.pk, by=by, days=HELD)
    yield left * 0.6
    withdraw_quote(quote.pk, by=by)


def above_the_limit(shop: Shop, deal: Any, left: float) -> Story:
    """A quarter off the first line: the head of the seller is asked."""
    by = shop.of(deal.owner_id)
    yield left * 0.5
    change_first_line(deal, by, discount_percent=Decimal(25))
    asked = {line: one.to_json() for line, one in to_be_asked(deal, by).items()}
    DiscountApproval.objects.create(deal=deal, discounts=asked, asked_by=by)


def quoted(shop: Shop, deal: Any, left: float) -> Story:
    yield left * 0.5
    issue_quote(deal.pk, by=shop.of(deal.owner_id), days=HELD)


def paid_ahead(shop: Shop, deal: Any, left: float) -> Story:
    """Money without an invoice waits for one."""
    yield left * 0.5
    record_payment(
        shop.money(300), by=shop.cast.accountant, received_on=clock.today(current().zone), who=Who(deal.company_id)
    )


OPEN: tuple[Callable[[Shop, Any, float], Story], ...] = (
    expired, overdue, credited, part_paid, in_advance, overdue, paid_too_much, awaits_payment, stale, replaced, on_the_page, cancelled,
    awaits_payment, stale, in_parts, declined, awaits_payment, withdrawn, above_the_limit, quoted, paid_ahead, quoted, quoted,
)  # fmt: skip
"""The stories of open deals, the longest open ones first."""


def part_of(amount: Decimal, share: Decimal, currency: str) -> Decimal:
    """A share of an amount, to the coin."""
    return to_coin(amount * share, currency)
