"""Clerks at work in processes of their own: they issue, pay, ship, cancel, credit and receive by the forms of the pages, until they are killed.

Each keeps a journal on the disk: what it sends before it sends it, and what was answered. Who comes after one that was killed sends again
what got no answer, with the same key.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.models import F
from django.test import Client

from daftar.kernel import clock
from daftar.kernel.ids import new_key
from daftar.sales.invoicing.correct import credit_left
from daftar.sales.invoicing.holding import to_ship
from daftar.sales.models import DealLine, Invoice, InvoiceLine, PurchaseLine

NEW, BUSY = 25, 503
"""Of so many newest papers a clerk takes one; the answer of a database that had no time."""


@dataclass
class Act:
    """One form: of which paper, what was sent, and what came of it: "" (no answer), "done" or "refused"."""

    key: str
    kind: str
    on: int
    path: str
    values: dict[str, str]
    outcome: str = ""
    location: str = ""

    def quantities(self) -> dict[int, Decimal]:
        return {int(name[5:]): Decimal(value) for name, value in self.values.items() if name.startswith("line.")}


@dataclass
class Journal:
    """What one clerk sent and heard; lines are written at once, and a line that a kill cut in two was never sent."""

    path: Path
    acts: dict[str, Act] = field(default_factory=dict)
    busy: int = 0
    repeated: int = 0

    def __post_init__(self) -> None:
        whole = self.path.read_text().rpartition("\n")[0] if self.path.exists() else ""
        for line in whole.splitlines():
            row = json.loads(line)
            if "path" in row:
                self.acts[row["key"]] = Act(**row)
            elif row.get("outcome"):
                self.acts[row["key"]].outcome, self.acts[row["key"]].location = row["outcome"], row["location"]
            self.busy += row.get("busy", 0)
            self.repeated += row.get("repeated", 0)

    def write(self, **row: Any) -> None:
        with self.path.open("ab", buffering=0) as journal:
            journal.write(f"{json.dumps(row)}\n".encode())

    def unanswered(self) -> Iterator[Act]:
        return (act for act in self.acts.values() if not act.outcome)


class Clerk:
    """One process that sells. Errors: AssertionError at an answer that is neither a yes nor a sentence of refusal."""

    def __init__(self, journal: Path, cookie: tuple[str, str], *, number: int, of: int, seed: int) -> None:
        connections.close_all()
        self.journal = Journal(journal)
        self.client = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
        self.client.cookies[cookie[0]] = cookie[1]
        self.number, self.of = number, of
        self.rng = random.Random(f"{seed} {number} {len(self.journal.acts)}")

    def repeat(self) -> None:
        """Send again what got no answer."""
        for act in list(self.journal.unanswered()):
            self.journal.write(key=act.key, repeated=1)
            self.send(act)

    def work(self, target: int) -> None:
        """Act until that many invoices are issued, by whomever."""
        acts: list[Callable[[], Act | None]] = [self.issue] * 10 + [self.pay] * 4 + [self.ship] * 3 + [self.receive] * 2
        acts += [self.cancel, self.credit]
        while Invoice.objects.exclude(kind="credit").count() < target:
            act = self.rng.choice(acts)()
            if act is not None:
                self.journal.acts[act.key] = act
                self.journal.write(**vars(act))
                self.send(act)

    def send(self, act: Act) -> None:
        for _again in range(50):
            answer = self.client.post(act.path, {**act.values, "once": act.key})
            if answer.status_code != BUSY:
                break
            self.journal.write(key=act.key, busy=1)
        said = answer.content.decode(errors="replace")
        assert answer.status_code in (302, 303, 404, 409, 422), (
            f"{act} was answered {answer.status_code}: {said[:2000]} {getattr(answer, 'exc_info', '')}"
        )
        act.outcome = "done" if answer.status_code in (302, 303) else "refused"
        act.location = answer.headers.get("Location", "")
        self.journal.write(key=act.key, outcome=act.outcome, location=act.location)

    # -- what is sent --------------------------------------------------------------------------------

    def issue(self) -> Act | None:
        """Everything, a part or an advance of a deal of one's own, now and then of a colleague's."""
        lines = DealLine.objects.filter(deleted_at=None, is_optional=False)
        if self.rng.random() < 0.9:
            lines = lines.annotate(mine=F("deal") % self.of).filter(mine=self.number)
        free = lines.exclude(deal__in=Invoice.objects.exclude(state="cancelled").exclude(kind="part").values("deal"))
        deals = list(free.order_by("deal").values_list("deal", flat=True).distinct()[:NEW])
        if not deals:
            return None
        deal = self.rng.choice(deals)
        last = Invoice.objects.filter(deal=deal).exclude(kind="credit").order_by("-id").first()
        values = {
            "kind": self.rng.choice(["full"] * 6 + ["part"] * 3 + ["advance"]),
            "hold": self.rng.choice(["all"] * 6 + ["available"] * 2 + ["none"]),
            "due_days": "14", "language": "en", "terms": "", "percent": "30", "seen": str(last.pk if last else 0),
        }  # fmt: skip
        if values["kind"] == "part":
            values |= self.share({line.pk: line.quantity for line in lines.filter(deal=deal)})
        return self.act("issue", deal, f"/deals/{deal}/invoice", values)

    def pay(self) -> Act | None:
        invoice = self.one_of(Invoice.objects.filter(balance__gt=0, state__in=("issued", "part_paid")))
        if invoice is None:
            return None
        much = {"whole": Decimal(1), "half": Decimal("0.5"), "too much": Decimal("1.1")}[
            self.rng.choice(["whole", "whole", "half", "half", "too much"])
        ]
        amount = max((invoice.balance * much).quantize(Decimal("0.01")), Decimal("0.01"))
        today = clock.today("UTC").isoformat()
        values = {"amount": str(amount), "received_on": today, "method": "bank", "reference": invoice.number}
        return self.act("pay", invoice.pk, f"/invoices/{invoice.pk}/pay", values)

    def ship(self) -> Act | None:
        invoice = self.one_of(Invoice.objects.filter(delivery__in=("waiting", "part")).exclude(state="cancelled"))
        return None if invoice is None else self.of_lines("ship", invoice.pk, {})

    def cancel(self) -> Act | None:
        invoice = self.one_of(Invoice.objects.filter(state="issued").exclude(kind="credit"))
        return None if invoice is None else self.act("cancel", invoice.pk, f"/invoices/{invoice.pk}/cancel", {})

    def credit(self) -> Act | None:
        invoice = self.one_of(Invoice.objects.exclude(kind="credit").exclude(state__in=("cancelled", "credited")))
        more = {"why": "Not wanted"} | ({"goods_return": "on"} if self.rng.random() < 0.5 else {})
        return None if invoice is None else self.of_lines("credit", invoice.pk, more)

    def receive(self) -> Act | None:
        lines = PurchaseLine.objects.filter(received__lt=F("quantity"), order__state__in=("ordered", "part_received"))
        order = lines.order_by("order").values_list("order", flat=True).first()
        if order is None:
            return None
        left = {line.pk: line.quantity - line.received for line in lines.filter(order=order)}
        return self.act("receive", order, f"/purchase-orders/{order}/receive", self.share(left))

    def of_lines(self, kind: str, invoice_id: int, more: dict[str, str]) -> Act | None:
        lines = list(InvoiceLine.objects.filter(invoice=invoice_id, quantity__gt=0).select_related("product"))
        left = to_ship(lines) if kind == "ship" else credit_left(lines)
        chosen = self.share({id_: quantity for id_, quantity in left.items() if quantity > 0})
        return self.act(kind, invoice_id, f"/invoices/{invoice_id}/{kind}", more | chosen) if chosen else None

    def share(self, left: dict[int, Decimal]) -> dict[str, str]:
        """All of what is left, or some of it."""
        if self.rng.random() < 0.5:
            return {f"line.{id_}": f"{quantity.normalize():f}" for id_, quantity in left.items()}
        return {f"line.{id_}": str(self.rng.randint(1, max(1, int(quantity)))) for id_, quantity in left.items()}

    def one_of(self, rows: Any) -> Invoice | None:
        found: list[Invoice] = list(rows.order_by("-id")[:NEW])
        return self.rng.choice(found) if found else None

    def act(self, kind: str, on: int, path: str, values: dict[str, str]) -> Act:
        return Act(f"k{self.number}-{new_key()}"[:64], kind, on, path, values)


def number_in(location: str) -> int:
    """The id of the record to which an answer leads."""
    found = re.match(r"/[a-z-]+/(\d+)/$", location)
    assert found, location
    return int(found[1])


def run(journal: Path, cookie: tuple[str, str], *, number: int, of: int, seed: int, target: int, trouble: Path) -> None:
    """The life of one process that was just made; it never comes back."""
    try:
        clerk = Clerk(journal, cookie, number=number, of=of, seed=seed)
        clerk.repeat()
        clerk.work(target)
    except BaseException as problem:  # noqa: BLE001  # told to the parent, who stops everything
        import traceback

        with trouble.open("a") as out:
            out.write("".join(traceback.format_exception(problem)))
        os._exit(1)
    os._exit(0)
