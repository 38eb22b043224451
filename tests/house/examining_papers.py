"""Comparing papers, money and stock with each other and with what the clerks were told. Each trouble is a sentence."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max, Sum

from daftar.catalogue.models import Expected, Hold, Product, StockLevel, StockMove
from daftar.records.models import Event, Once
from daftar.sales.models import (
    Allocation,
    DealLine,
    Invoice,
    InvoiceLine,
    NumberCounter,
    Payment,
    PurchaseLine,
    PurchaseOrder,
)
from tests.house.paper_clerks import Act, number_in

ZERO = Decimal(0)
TYPES = {"issue": "invoice", "pay": "payment", "ship": "invoice", "credit": "invoice", "receive": "purchase_order"}
"""What a key of each kind of act stands for; cancelling has none, for twice is once."""


def troubles(acts: Iterable[Act], *, at_rest: bool) -> Iterator[str]:
    """What is lost, half done, done twice or does not add up; at rest nothing is without an answer any more."""
    told = list(acts)
    yield from numbers()
    yield from papers()
    yield from payments()
    yield from stock()
    yield from holds()
    yield from orders()
    yield from as_told(told, at_rest=at_rest)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            if (said := cursor.fetchall()) != [("ok",)]:
                yield f"the file is broken: {said[:3]}"


def numbers() -> Iterator[str]:
    """Every series counts from one without gap or double, to where its counter stands."""
    rows = {
        "invoice": Invoice.objects.exclude(kind="credit"),
        "credit": Invoice.objects.filter(kind="credit"),
        "purchase": PurchaseOrder.objects.all(),
    }
    for series, papers_ in rows.items():
        found = sorted(int(re.findall(r"\d+", n)[-1]) for n in papers_.values_list("number", flat=True))
        if found != list(range(1, len(found) + 1)):
            wrong = [n for place, n in enumerate(found, start=1) if n != place]
            yield f"numbers of {series}: gap or double at {wrong[:5]}"
        last = sum(NumberCounter.objects.filter(series=series).values_list("last", flat=True))
        if last != len(found):
            yield f"numbers of {series}: the counter stands at {last}, there are {len(found)}"


def papers() -> Iterator[str]:
    """Every invoice has its lines, sums, parties, history, one line on the timeline of its deal, and is as its payments say."""
    rows = list(Invoice.objects.all())
    lines: dict[int, list[InvoiceLine]] = defaultdict(list)
    for line in InvoiceLine.objects.order_by("position"):
        lines[line.invoice_id].append(line)
    events = dict(
        Event.objects.filter(type="invoice").values("record_id").annotate(top=Max("version")).values_list("record_id", "top")
    )  # fmt: skip
    made = Counter(Event.objects.filter(type="invoice", kind="created").values_list("record_id", flat=True))
    line_events = Counter(Event.objects.filter(type="invoice_line", kind="created").values_list("record_id", flat=True))
    timeline: Counter[tuple[str, int]] = Counter(
        (kind, data["paper"][1])
        for kind, data in Event.objects.filter(type="deal", kind__in=("invoice_issued", "credit_issued", "invoice_cancelled")).values_list(
            "kind", "data"
        )
    )  # fmt: skip
    paid = dict(Allocation.objects.values("invoice").annotate(sum=Sum("amount")).values_list("invoice", "sum"))
    credited: Counter[int] = Counter()
    for note in rows:
        if note.kind == "credit":
            credited[note.of_invoice_id or 0] -= note.total  # type: ignore[assignment, operator]  # money counts, too
    for row in rows:
        of = lines[row.pk]
        name = f"{row.number} ({row.pk})"
        if [line.position for line in of] != list(range(1, len(of) + 1)) or not of:
            yield f"{name} has lines {[line.position for line in of]}"
        if sum(line.net or ZERO for line in of) != row.net or sum(line.gross or ZERO for line in of) != row.total:
            yield f"{name}: its lines do not come to its sums"
        if made[row.pk] != 1 or events.get(row.pk) != row.version:
            yield f"{name}: {made[row.pk]} beginnings, version {row.version}, history to {events.get(row.pk)}"
        if any(line_events[line.pk] != 1 for line in of):
            yield f"{name}: lines without a beginning, or with two"
        if timeline["credit_issued" if row.kind == "credit" else "invoice_issued", row.pk] != 1:
            yield f"{name} stands not once on the timeline of its deal"
        if timeline["invoice_cancelled", row.pk] != (row.state == "cancelled"):
            yield f"{name} is {row.state}, its deal says otherwise"
        if not row.parties:
            yield f"{name} says not who sells and who buys"
        if row.kind == "credit":
            continue
        money, less = paid.get(row.pk, ZERO), credited[row.pk]
        rest = ZERO if row.state == "cancelled" else max((row.total or ZERO) - money - less, ZERO)
        if row.paid != money or row.balance != rest:
            yield f"{name}: paid {row.paid}, allocated {money}; open {row.balance}, should be {rest}"
    once = Counter(Once.objects.filter(type="invoice").values_list("record_id", flat=True))
    if without := [row.number for row in rows if not once[row.pk]]:
        yield f"invoices without the key of their form: {without[:5]}"
    yield from too_much()


def too_much() -> Iterator[str]:
    """No more of a line stands on invoices than on its deal."""
    rows = InvoiceLine.objects.filter(deal_line__isnull=False).exclude(invoice__state="cancelled")
    done = dict(rows.values("deal_line").annotate(sum=Sum("quantity")).values_list("deal_line", "sum"))
    for id_, quantity in DealLine.objects.values_list("pk", "quantity"):
        if not ZERO <= done.get(id_, ZERO) <= quantity:
            yield f"line {id_}: {done[id_]} of {quantity} are invoiced"


def payments() -> Iterator[str]:
    """Amount = free + allocated, one history and one key each."""
    shares = dict(
        Allocation.objects.values("payment").annotate(sum=Sum("payment_amount")).values_list("payment", "sum")
    )
    made = Counter(Event.objects.filter(type="payment", kind="created").values_list("record_id", flat=True))
    once = Counter(Once.objects.filter(type="payment").values_list("record_id", flat=True))
    for row in Payment.objects.all():
        if row.amount != (row.free or ZERO) + shares.get(row.pk, ZERO):
            yield f"payment {row.pk}: {row.amount}, free {row.free}, allocated {shares.get(row.pk)}"
        if made[row.pk] != 1 or once[row.pk] != 1:
            yield f"payment {row.pk}: {made[row.pk]} beginnings, {once[row.pk]} keys"


def stock() -> Iterator[str]:
    """Moves = levels = sums on the products, likewise what is held and what is expected; nothing is below nothing."""

    def sums(rows: Any, of: str) -> dict[tuple[int, int], Decimal]:
        found = (
            rows.order_by()
            .values("product", "warehouse")
            .annotate(sum=Sum(of))
            .values_list("product", "warehouse", "sum")
        )
        return {(product, place): much for product, place, much in found}

    moved, held = sums(StockMove.objects, "quantity"), sums(Hold.objects.filter(state="in_force"), "quantity")
    coming = sums(Expected.objects, "quantity")
    total: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO, ZERO])
    for level in StockLevel.objects.all():
        at = (level.product_id, level.warehouse_id)
        kept = (level.on_hand, level.reserved, level.on_order)
        there = (moved.pop(at, ZERO), held.pop(at, ZERO), coming.pop(at, ZERO))
        if kept != there:
            yield f"product {at[0]}: counters {kept}, ledger, holds and orders {there}"
        if level.on_hand < 0 or level.on_hand < level.reserved:
            yield f"product {at[0]}: {level.on_hand} there, {level.reserved} held"
        total[at[0]] = [a + b for a, b in zip(total[at[0]], kept, strict=True)]
    if any(many for rest in (moved, held, coming) for many in rest.values()):
        yield f"goods without a level: {moved} {held} {coming}"
    for p in Product.objects.all():
        if [p.stock_on_hand, p.stock_reserved, p.stock_on_order] != total[p.pk] or p.stock_available != (
            p.stock_on_hand - p.stock_reserved
        ):
            yield f"product {p.pk}: its sums are not those of its levels"


def holds() -> Iterator[str]:
    """What is held for an invoice is not more than has still to leave; what left is what its moves say."""
    held: Counter[str] = Counter()
    for key, much in Hold.objects.filter(state="in_force", about_type="invoice").values_list("key", "quantity"):
        held[key] += much  # type: ignore[assignment]  # decimals count, too
    credited = dict(
        InvoiceLine.objects.filter(credits__isnull=False).values("credits").annotate(sum=Sum("quantity")).values_list("credits", "sum")
    )  # fmt: skip
    left: Counter[tuple[int, int]] = Counter()
    for about, product, much in StockMove.objects.filter(kind="shipment", about_type="invoice").values_list(
        "about_id", "product", "quantity"
    ):
        left[about, product] -= much
    for line in InvoiceLine.objects.filter(quantity__gt=0, product__isnull=False).select_related("product", "invoice"):
        open_ = max(line.quantity - line.shipped + credited.get(line.pk, ZERO), ZERO)
        open_ = ZERO if line.invoice.state == "cancelled" else open_
        if held[str(line.pk)] > open_:
            yield f"line {line.pk} of {line.invoice.number}: {held[str(line.pk)]} held, {open_} have still to leave"
        if line.product.kind == "good":
            left[line.invoice_id, line.product_id] -= line.shipped
    if wrong := {key: much for key, much in left.items() if much}:
        yield f"goods left without a line that says so, or the other way round: {dict(list(wrong.items())[:5])}"


def orders() -> Iterator[str]:
    """What came of a purchase order is what its moves say; what has not come is expected."""
    rows = PurchaseLine.objects.filter(order__state__in=("ordered", "part_received", "received"))
    for order, came, all_ in (
        rows.values("order").annotate(a=Sum("received"), b=Sum("quantity")).values_list("order", "a", "b")
    ):
        moved = StockMove.objects.filter(about_type="purchase_order", about_id=order).aggregate(s=Sum("quantity"))["s"]
        coming = Expected.objects.filter(about_type="purchase_order", about_id=order).aggregate(s=Sum("quantity"))["s"]
        if (moved or ZERO) != came or (coming or ZERO) != all_ - came:
            yield f"purchase order {order}: {came} of {all_} received, moved {moved}, expected {coming}"


def as_told(acts: list[Act], *, at_rest: bool) -> Iterator[str]:
    """What was answered with yes is there once, what was refused is not there, what got no answer is there once or not."""
    keys = {key: (type_, id_) for key, type_, id_ in Once.objects.values_list("key", "type", "record_id")}
    notes = dict(Invoice.objects.filter(kind="credit").values_list("pk", "of_invoice"))
    deals = dict(Invoice.objects.values_list("pk", "deal"))
    amounts = dict(Payment.objects.values_list("pk", "amount"))
    cancelled = set(Invoice.objects.filter(state="cancelled").values_list("pk", flat=True))
    sure: Counter[tuple[str, int]] = Counter()
    perhaps: Counter[tuple[str, int]] = Counter()
    for act in acts:
        if act.kind in ("ship", "receive") and act.outcome != "refused":
            into = sure if act.outcome == "done" else perhaps
            for id_, quantity in act.quantities().items():
                into[act.kind, id_] += quantity  # type: ignore[assignment]  # decimals count, too
        if at_rest and not act.outcome:
            yield f"{act} has no answer"
        if act.kind == "cancel":
            if act.outcome == "done" and act.on not in cancelled:
                yield f"invoice {act.on} is not cancelled, though somebody was told so"
            continue
        at = keys.pop(act.key, None)
        if act.outcome == "refused" and at is not None:
            yield f"{act} was refused and done"
        if act.outcome == "done" and at is None:
            yield f"{act} is lost"
        if at is None:
            continue
        if at[0] != TYPES[act.kind] or (act.kind in ("ship", "receive") and at[1] != act.on):
            yield f"{act} made {at}"
        if act.kind == "issue" and (deals[at[1]] != act.on or (act.location and number_in(act.location) != at[1])):
            yield f"{act} made {at}"
        if act.kind == "credit" and notes.get(at[1]) != act.on:
            yield f"{act} made a credit note of {notes.get(at[1])}"
        if act.kind == "pay" and amounts[at[1]] != Decimal(act.values["amount"]):
            yield f"{act} made a payment of {amounts[at[1]]}"
    if others := {key: at for key, at in keys.items() if at[0] in TYPES.values()}:
        yield f"keys that nobody sent: {list(others.items())[:3]}"
    for kind, rows in (
        ("ship", InvoiceLine.objects.values_list("pk", "shipped")),
        ("receive", PurchaseLine.objects.values_list("pk", "received")),
    ):
        for id_, much in rows:
            if not sure[kind, id_] <= much <= sure[kind, id_] + perhaps[kind, id_]:
                yield f"{kind} of line {id_}: {sure[kind, id_]} acknowledged, {perhaps[kind, id_]} without an answer, {much} there"
