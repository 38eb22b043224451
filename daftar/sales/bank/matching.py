"""Which invoices a movement on the account pays: certain, proposed or unknown, each with its reasons. Pure: knows no database.

Certain: the words name the invoices, the amount is exactly what is open on them, and the payer is not somebody else; or a reference that
only this payment has. The amount alone is at most proposed, and where two fit, both are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.sales.bank.numbers_in_text import How, NumberBook, last_run
from daftar.sales.bank.payers import Agreement, Client, agreement
from daftar.sales.bank.reading.statement import Entry, compact

MOST_CANDIDATES = 5
NOTHING = Decimal()


class Certainty(StrEnum):
    CERTAIN = "certain"
    PROPOSED = "proposed"
    UNKNOWN = "unknown"
    NOT_OURS = "outgoing"
    """Money that went out: shown, and pays nothing."""


class Reason(StrEnum):
    REFERENCE = "reference"
    NUMBER = "number"
    NUMBERS = "numbers"
    SHORT_NUMBER = "short_number"
    EXACT = "exact"
    LESS = "less"
    MORE = "more"
    SAME_TAX_ID = "same_tax_id"
    SAME_ACCOUNT = "same_account"
    SAME_NAME = "same_name"
    OTHER_PAYER = "other_payer"
    SEVERAL = "several"
    ALL_OPEN = "all_open"
    OLDEST_FIRST = "oldest_first"
    PAID = "paid"
    OTHER_CURRENCY = "other_currency"
    REVERSAL = "reversal"
    OUTGOING = "outgoing"
    NOTHING_KNOWN = "nothing_known"


WORDS: Mapping[Reason, Any] = {
    Reason.REFERENCE: _("The reference of the payment is the one of this invoice."),
    Reason.NUMBER: _("The purpose names the number of the invoice."),
    Reason.NUMBERS: _("The purpose names the numbers of these invoices."),
    Reason.SHORT_NUMBER: _("The purpose names the end of the number."),
    Reason.EXACT: _("The amount is exactly what is open."),
    Reason.LESS: _("The amount is less than what is open."),
    Reason.MORE: _("The amount is more than what is open; the rest stays as credit of the client."),
    Reason.SAME_TAX_ID: _("The tax number of the payer is the one of the client."),
    Reason.SAME_ACCOUNT: _("The account of the payer is the one of the client."),
    Reason.SAME_NAME: _("The payer is called like the client."),
    Reason.OTHER_PAYER: _("The payer seems to be somebody else than the client."),
    Reason.SEVERAL: _("Several invoices fit."),
    Reason.ALL_OPEN: _("It is all that this client owes."),
    Reason.OLDEST_FIRST: _("The client is known, the invoice is not: the oldest are taken first."),
    Reason.PAID: _("The invoice that the purpose names is paid already."),
    Reason.OTHER_CURRENCY: _("The invoice is in another currency."),
    Reason.REVERSAL: _("The bank takes an earlier movement back."),
    Reason.OUTGOING: _("Money that went out."),
    Reason.NOTHING_KNOWN: _("Neither a number nor the amount nor the payer is known."),
}
SHORT: Mapping[Reason, tuple[Any, str]] = {
    Reason.REFERENCE: (_("reference"), "green"), Reason.NUMBER: (_("number"), "green"), Reason.NUMBERS: (_("numbers"), "green"),
    Reason.SHORT_NUMBER: (_("end of the number"), "green"), Reason.EXACT: (_("exact sum"), "green"), Reason.LESS: (_("less"), "amber"),
    Reason.MORE: (_("more"), "amber"), Reason.SAME_TAX_ID: (_("tax number"), "green"), Reason.SAME_ACCOUNT: (_("account"), "green"),
    Reason.SAME_NAME: (_("name"), "green"), Reason.OTHER_PAYER: (_("another payer"), "red"), Reason.SEVERAL: (_("several fit"), "amber"),
    Reason.ALL_OPEN: (_("all that is owed"), "green"), Reason.OLDEST_FIRST: (_("oldest first"), "amber"), Reason.PAID: (_("paid already"), "red"),
    Reason.OTHER_CURRENCY: (_("another currency"), "red"), Reason.REVERSAL: (_("taken back by the bank"), "red"),
    Reason.OUTGOING: (_("went out"), "grey"), Reason.NOTHING_KNOWN: (_("nothing known"), "grey"),
}  # fmt: skip
"""The same as a mark in a row, with its colour: for, doubtful, against."""
_AGREED = {
    Agreement.TAX_ID: Reason.SAME_TAX_ID, Agreement.ACCOUNT: Reason.SAME_ACCOUNT, Agreement.NAME: Reason.SAME_NAME,
    Agreement.OTHER: Reason.OTHER_PAYER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """Units: `balance` is what is open, 0 of a paid one. Shapes: `references` are texts that only payments of this invoice carry."""

    id: int
    number: str
    balance: Decimal
    currency: str
    client: Client
    due: dt.date | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """So much of the money for this invoice."""

    invoice_id: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """Invoices that the movement may pay together, with the reasons for and against."""

    shares: tuple[Share, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Shapes: a certain match has one candidate, a proposed one or more (the likeliest first), the others none."""

    certainty: Certainty
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None


def match_all(entries: Sequence[Entry], invoices: Iterable[OpenInvoice]) -> list[Match]:
    """A match for each movement, in their order. What one is certain to pay is not open for the next."""
    book = Book(invoices)
    found = []
    for entry in entries:
        match = book.match(entry)
        if match.certainty is Certainty.CERTAIN and match.best is not None:
            book.pay(match.best)
        found.append(match)
    return found


class Book:
    """All invoices that may be paid, ready to be asked many times."""

    def __init__(self, invoices: Iterable[OpenInvoice]) -> None:
        self.invoices = {one.id: one for one in sorted(invoices, key=lambda one: (one.due or dt.date.max, one.id))}
        self.open = {one.id: one.balance for one in self.invoices.values()}
        self.numbers = NumberBook((one.id, one.number) for one in self.invoices.values())
        self.by_reference: dict[str, int] = {}
        self.by_payer: dict[tuple[str, str], list[int]] = defaultdict(list)
        for one in self.invoices.values():
            for text in (one.number, *one.references):
                self.by_reference.setdefault(compact(text), one.id)
            for key in one.client.known_by():
                self.by_payer[key].append(one.id)
        self.by_amount: dict[tuple[Decimal, str], list[int]] = defaultdict(list)
        for one in self.invoices.values():
            self.by_amount[one.balance, one.currency].append(one.id)

    def pay(self, candidate: Candidate) -> None:
        for share in candidate.shares:
            self.open[share.invoice_id] -= share.amount

    def match(self, entry: Entry) -> Match:
        """What the movement pays, by what is still open."""
        if entry.amount <= 0:
            return Match(Certainty.NOT_OURS, reasons=(Reason.OUTGOING,))
        if entry.is_reversal:
            return Match(Certainty.UNKNOWN, reasons=(Reason.REVERSAL,))
        return (
            self.by_own_reference(entry)
            or self.by_named(entry)
            or self.by_sum(entry)
            or self.by_client(entry)
            or nothing()
        )

    # -- by a reference of its own -------------------------------------------------------------------

    def by_own_reference(self, entry: Entry) -> Match | None:
        found = self.by_reference.get(compact(entry.end_to_end)) if len(compact(entry.end_to_end)) > 3 else None
        if found is None or self.invoices[found].currency != entry.currency or not 0 < entry.amount <= self.open[found]:
            return None
        how = Reason.EXACT if entry.amount == self.open[found] else Reason.LESS
        return Match(Certainty.CERTAIN, (Candidate((Share(found, entry.amount),), (Reason.REFERENCE, how)),))

    # -- by number -----------------------------------------------------------------------------------

    def by_named(self, entry: Entry) -> Match | None:
        named = self.numbers.named_in(f"{entry.purpose} {entry.end_to_end}")
        if not named:
            return None
        best = max(named.values())
        ids = [one for one, how in named.items() if how == best or (how > How.SHORT and best > How.SHORT)]
        usable = [one for one in ids if self.open[one] > 0 and self.invoices[one].currency == entry.currency]
        if not usable:
            return self.by_sum(entry) or self.by_client(entry) or Match(Certainty.UNKNOWN, reasons=(self.why_not(ids),))
        if best is How.SHORT and is_one_number_of_many(usable, self.invoices):
            return self.one_of(entry, usable)
        together = self.together(entry, usable, best)
        if Reason.EXACT not in together.reasons and len(usable) > 1:
            exact = [one for one in usable if self.open[one] == entry.amount]
            if len(exact) == 1:
                alone = self.together(entry, exact, best)
                return Match(Certainty.PROPOSED, (alone, together), (Reason.SEVERAL,))
        payer = self.payer_of(entry, usable)
        is_certain = (
            Reason.EXACT in together.reasons
            and payer is not Agreement.OTHER
            and (best > How.SHORT or payer > Agreement.UNKNOWN)
        )
        return Match(Certainty.CERTAIN if is_certain else Certainty.PROPOSED, (together,))

    def why_not(self, ids: Sequence[int]) -> Reason:
        return Reason.OTHER_CURRENCY if any(self.open[one] > 0 for one in ids) else Reason.PAID

    def together(self, entry: Entry, ids: Sequence[int], how: How) -> Candidate:
        """All named invoices as what one payment pays."""
        reasons = [Reason.SHORT_NUMBER if how is How.SHORT else Reason.NUMBER if len(ids) == 1 else Reason.NUMBERS]
        total = sum((self.open[one] for one in ids), NOTHING)
        reasons.append(Reason.EXACT if entry.amount == total else Reason.LESS if entry.amount < total else Reason.MORE)
        reasons += told(self.payer_of(entry, ids))
        return Candidate(self.shares(entry.amount, ids), tuple(reasons))

    def one_of(self, entry: Entry, ids: Sequence[int]) -> Match:
        """Several invoices end in the number that was named: which one it is, sum and payer say, or a person."""
        scored = sorted(ids, key=lambda one: (self.open[one] != entry.amount, -self.payer_of(entry, [one])))
        candidates = tuple(self.together(entry, [one], How.SHORT) for one in scored[:MOST_CANDIDATES])
        fitting = [
            one for one in ids if self.open[one] == entry.amount and self.payer_of(entry, [one]) > Agreement.UNKNOWN
        ]
        if len(fitting) == 1:
            return Match(Certainty.CERTAIN, (self.together(entry, fitting, How.SHORT),))
        return Match(Certainty.PROPOSED, candidates, (Reason.SEVERAL,))

    # -- by amount -----------------------------------------------------------------------------------

    def by_sum(self, entry: Entry) -> Match | None:
        """Invoices of which exactly so much is open; those of the payer, or of whoever it may be."""
        ids = [one for one in self.by_amount.get((entry.amount, entry.currency), ()) if self.open[one] == entry.amount]
        rated = [(self.payer_of(entry, [one]), one) for one in ids]
        rated = [(payer, one) for payer, one in rated if payer is not Agreement.OTHER]
        if not rated:
            return None
        best = max(payer for payer, _one in rated)
        kept = [one for payer, one in rated if payer == best or best is Agreement.UNKNOWN]
        candidates = tuple(
            Candidate((Share(one, entry.amount),), (Reason.EXACT, *told(self.payer_of(entry, [one])))) for one in kept
        )
        return Match(Certainty.PROPOSED, candidates[:MOST_CANDIDATES], (Reason.SEVERAL,) if len(kept) > 1 else ())

    # -- by payer ------------------------------------------------------------------------------------

    def by_client(self, entry: Entry) -> Match | None:
        """What the payer owes, the oldest first."""
        keys = Client((entry.name,), (entry.tax_id,), (entry.account,)).known_by()
        found = {one: None for key in keys for one in self.by_payer.get(key, ())}
        ids = [
            one for one in found
            if self.open[one] > 0 and self.invoices[one].currency == entry.currency
            and self.payer_of(entry, [one]) is not Agreement.OTHER
        ]  # fmt: skip
        if not ids:
            return None
        ids.sort(key=lambda one: (self.invoices[one].due or dt.date.max, one))
        total = sum((self.open[one] for one in ids), NOTHING)
        how = Reason.ALL_OPEN if total == entry.amount else Reason.OLDEST_FIRST
        more = [Reason.MORE] if entry.amount > total else []
        reasons = (how, *more, *told(self.payer_of(entry, ids)))
        return Match(Certainty.PROPOSED, (Candidate(self.shares(entry.amount, ids), reasons),))

    # -- common --------------------------------------------------------------------------------------

    def payer_of(self, entry: Entry, ids: Sequence[int]) -> Agreement:
        """How well the payer agrees with the clients of all these invoices: with the least agreeing one."""
        return min(
            agreement(self.invoices[one].client, name=entry.name, tax_id=entry.tax_id, account=entry.account)
            for one in ids
        )

    def shares(self, amount: Decimal, ids: Sequence[int]) -> tuple[Share, ...]:
        """The money over the invoices in their order, never more than is open on one."""
        made = []
        for one in ids:
            part = min(amount, self.open[one])
            if part > 0:
                made.append(Share(one, part))
                amount -= part
        return tuple(made)


def is_one_number_of_many(ids: Sequence[int], invoices: Mapping[int, OpenInvoice]) -> bool:
    """Whether several of these end in the same number, so that naming it means one of them."""
    return len({last_run(invoices[one].number) for one in ids}) < len(ids)


def told(payer: Agreement) -> tuple[Reason, ...]:
    return (_AGREED[payer],) if payer in _AGREED else ()


def nothing() -> Match:
    return Match(Certainty.UNKNOWN, reasons=(Reason.NOTHING_KNOWN,))
