"""What a movement on the account pays: proposed anew at each look, confirmed by a person, and taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Installation, User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Missing, Sentence
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.bank.loading import refuse_unless_may
from daftar.sales.bank.matching import Certainty, Match, OpenInvoice, match_all
from daftar.sales.bank.payers import Client
from daftar.sales.bank.reading.statement import Entry
from daftar.sales.issuing import VIA
from daftar.sales.models import Invoice, Payment, StatementLine
from daftar.sales.paying.record import Who, client_of, lock_client, record_payment
from daftar.sales.paying.refunding import bring_back, withdraw
from daftar.sales.paying.spreading import Share, lock_invoices, spread
from daftar.sales.paying.trail import tell_of

LATELY_PAID = timedelta(days=120)
AT_ONCE = 200
ZERO = Decimal(0)


def matches_of(lines: Sequence[StatementLine], by: User) -> dict[int, Match]:
    """What each open line seems to pay, by what is open now; by id of the line."""
    open_ = [line for line in lines if line.state == "open"]
    found = match_all([entry_of(line) for line in open_], open_invoices(by))
    return {line.pk: match for line, match in zip(open_, found, strict=True)}


def entry_of(line: StatementLine) -> Entry:
    return Entry(
        line.day, line.amount, line.currency, line.name, line.account, line.tax_id, line.purpose, line.reference, line.end_to_end,
        line.line, line.is_reversal,
    )  # fmt: skip


def open_invoices(by: User) -> list[OpenInvoice]:
    """Invoices that may be paid, and those that were paid lately, so that a second payment is told as such; four queries."""
    since = clock.today(Installation.load().time_zone) - LATELY_PAID
    seen: Any = decide.within(Invoice.objects.filter(deleted_at=None), by, "invoice")
    rows = seen.exclude(kind="credit").select_related("company", "contact")
    kept = [*rows.filter(state__in=("issued", "part_paid")), *rows.filter(state="paid", changed_at__date__gte=since)]
    accounts = learned_accounts({row.company_id for row in kept if row.company_id is not None})
    return [
        OpenInvoice(
            row.pk,
            row.number,
            max(row.balance or ZERO, ZERO),
            row.total_currency,
            client_known(row, accounts),
            row.due_on,
        )
        for row in kept
    ]


def client_known(row: Any, accounts: dict[int, set[str]]) -> Client:
    company, contact = row.company, row.contact
    names = [company.name, company.legal_name] if company is not None else []
    names += [contact.name] if contact is not None else []
    names.append(str(row.parties.get("client", {}).get("name", "")))
    own = {company.bank_account, *accounts.get(company.pk, ())} if company is not None else set()
    return Client(
        tuple(dict.fromkeys(name for name in names if name)),
        (company.tax_id,) if company is not None else (),
        tuple(sorted(one for one in own if one)),
    )


def learned_accounts(company_ids: set[int]) -> dict[int, set[str]]:
    """Accounts from which these clients paid before, as confirmed."""
    lines = StatementLine.objects.filter(state="matched", payment__company__in=company_ids).exclude(account="")
    found: dict[int, set[str]] = defaultdict(set)
    for company_id, account in lines.values_list("payment__company", "account").distinct():
        found[company_id].add(account)
    return found


# -- deciding ------------------------------------------------------------------------------------------


def confirm(line_id: int, invoice_ids: Sequence[int] = (), *, by: User, who: Who | None = None) -> Payment:
    """Record that the movement pays these invoices in this order, or is credit of a client when there are none.

    Errors: NotAllowed, Missing, Conflict (the line is decided, an invoice is paid meanwhile), Invalid. Nothing is saved then.
    """
    refuse_unless_may(by)
    shares = [Share(id_) for id_ in invoice_ids]
    with transaction.atomic():
        line = locked_line(line_id)
        if line.state != "open":
            raise Conflict(_("This line is decided already. Somebody was faster, or you pressed twice."))
        payment = paid_again(line, shares, who, by) if line.payment_id is not None else record_payment(
            Money(line.amount, line.currency), by=by, received_on=line.day, shares=shares, who=named(who, line), method="bank",
            reference=line.reference or line.end_to_end,
        )  # fmt: skip
        if line.name and payment.payer != line.name:
            writing.derive(current_schema().type("payment"), payment, {"payer": line.name}, by=by, via=VIA)
        line.payment = payment
        decide_line(line, "matched", by)
    return payment


def named(who: Who | None, line: StatementLine) -> Who | None:
    return Who(who.company_id, who.contact_id, line.name) if who is not None else None


def paid_again(line: StatementLine, shares: Sequence[Share], who: Who | None, by: User) -> Payment:
    """The payment of a match that was taken back pays now what it should: the same money is in the books once."""
    client = lock_client(who, shares, by)
    payment = bring_back(line.payment_id or 0, by=by)
    invoices = lock_invoices(shares, by)
    client = client or client_of(invoices[shares[0].invoice_id])
    derived = {"company": client.company_id, "contact": client.contact_id}
    writing.derive(current_schema().type("payment"), payment, derived, by=by, via=VIA)
    spread(payment, shares, invoices, by=by)
    tell_of(payment, list(invoices.values()), by=by, kind="paid")
    return payment


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many lines were confirmed, how many could not be and why the first one, and whether more are left."""

    count: int
    refused: int = 0
    why: Sentence = ""
    left: int = 0


def confirm_certain(statement_id: int, *, by: User) -> Recorded:
    """Confirm every line of the statement that is certain now, each in a transaction of its own; at most 200 at a time."""
    refuse_unless_may(by)
    lines = list(StatementLine.objects.filter(statement=statement_id).order_by("line", "id"))
    certain = [(pk, match) for pk, match in matches_of(lines, by).items() if match.certainty is Certainty.CERTAIN]
    count, refused, why = 0, 0, ""
    for pk, match in certain[:AT_ONCE]:
        try:
            confirm(pk, [share.invoice_id for share in match.best.shares] if match.best else [], by=by)
            count += 1
        except DaftarError as problem:
            refused, why = refused + 1, why or str(problem.sentence)
    return Recorded(count, refused, why, max(len(certain) - AT_ONCE, 0))


def ignore(line_id: int, *, by: User) -> StatementLine:
    """The movement pays no invoice of ours. Errors: NotAllowed, Missing, Conflict."""
    return turn(line_id, "open", "ignored", by)


def reopen(line_id: int, *, by: User) -> StatementLine:
    """Take back that a line was ignored. Errors: NotAllowed, Missing, Conflict."""
    return turn(line_id, "ignored", "open", by)


def turn(line_id: int, before: str, after: str, by: User) -> StatementLine:
    refuse_unless_may(by)
    with transaction.atomic():
        line = locked_line(line_id)
        if line.state != before:
            raise Conflict(_("This line is decided already. Somebody was faster, or you pressed twice."))
        decide_line(line, after, by)
    return line


def undo(line_id: int, *, by: User) -> StatementLine:
    """Take a match back: the payment goes into the bin, its invoices are open, the line waits again.

    Errors: NotAllowed, Missing, Conflict when money of it went back.
    """
    refuse_unless_may(by)
    with transaction.atomic():
        line = locked_line(line_id)
        if line.state != "matched" or line.payment_id is None:
            raise Conflict(_("This line is matched with nothing any more."))
        withdraw(line.payment_id, by=by)
        decide_line(line, "open", by)
    return line


def locked_line(line_id: int) -> StatementLine:
    line = StatementLine.objects.select_for_update().filter(pk=line_id).first()
    if line is None:
        raise Missing()
    return line


def decide_line(line: StatementLine, state: str, by: User) -> None:
    line.state, line.decided_by, line.decided_at = state, by, clock.now()
    line.save(update_fields=["state", "payment", "decided_by", "decided_at"])
