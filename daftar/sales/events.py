"""What this room tells others, after it is stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuoteAnswered:
    """A client accepted or declined a quote. Shapes: `state` is accepted or declined; `name` is who decided; `via` is "client"
    on their own page, else `by_id` noted it."""

    quote_id: int
    state: str
    name: str
    via: str = "sale"
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class InvoiceIssued:
    """An invoice or credit note was issued."""

    invoice_id: int


@dataclass(frozen=True, slots=True)
class InvoicePaid:
    """Nothing is left to be paid of an invoice."""

    invoice_id: int


@dataclass(frozen=True, slots=True)
class PageOpened:
    """A client opened the page of a deal, for the first time since its papers changed."""

    deal_id: int
    link_id: int


@dataclass(frozen=True, slots=True)
class ClientAsked:
    """A client wrote on the page of a deal."""

    deal_id: int
    activity_id: int


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """Money came in: by hand, from a statement, through a provider."""

    payment_id: int


@dataclass(frozen=True, slots=True)
class PaymentWrong:
    """A provider says that other money came than was asked for."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class DiscountAsked:
    """Somebody asks for a discount above what they may give."""

    approval_id: int


@dataclass(frozen=True, slots=True)
class DiscountDecided:
    """Somebody said yes or no to a discount. Shapes: `state` is approved or declined."""

    approval_id: int
    state: str
    by_id: int
