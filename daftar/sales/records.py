"""The declarations of a sale: lines, quotes, invoices, payments, purchase orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock
from daftar.records.draft import Draft
from daftar.records.fields import (  # type: ignore[attr-defined]  # loaded by file
    Choice,
    Date,
    DateTime,
    Decimals,
    Link,
    LongText,
    Money,
    Percent,
    Person,
    Text,
    Whole,
    YesNo,
)
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.types import RecordType, Section
from daftar.sales import choices
from daftar.sales.buying import lines as buying
from daftar.sales.lines import list_prices
from daftar.sales.lines import rules as lines
from daftar.sales.models import (
    DealLine,
    Invoice,
    InvoiceLine,
    Payment,
    PurchaseLine,
    PurchaseOrder,
    Quote,
    QuoteLine,
)

STATES_OF_STAND_INS = {"quote": "withdrawn", "invoice": "cancelled", "purchase_order": "cancelled"}
LINE = "position name product quantity unit price discount_percent discount_amount tax_name tax_percent net gross cost"


def line_fields(*, is_issued: bool) -> list[Field]:
    """What every line has; `is_issued` for those of papers, which nobody changes."""
    return [
        Text("name", _("Name"), title=True, max_length=500, readonly=is_issued),
        Link("product", _("Product"), to="product", readonly=is_issued, quick=True),
        Decimals("quantity", _("Quantity"), readonly=is_issued, quick=True),
        Text("unit", _("Unit"), max_length=100, readonly=is_issued),
        Money("price", _("Price"), readonly=is_issued, quick=True),
        Percent("discount_percent", _("Discount, %"), readonly=is_issued),
        Money("net", _("Without tax"), total=True, readonly=True),
        Money("gross", _("With tax"), total=True, readonly=True),
        Decimals("discount_amount", _("Discount, amount"), readonly=is_issued),
        Text("tax_name", _("Tax"), max_length=100, readonly=True),
        Percent("tax_percent", _("Tax rate"), readonly=True),
        Text("code", _("Code"), max_length=100, code=True, readonly=is_issued),
        Text("group", _("Heading"), max_length=200, readonly=is_issued),
        YesNo("is_optional", _("Optional"), readonly=is_issued),
        LongText("description", _("Description"), readonly=is_issued),
        Decimals("factor", _("Base units in one"), readonly=is_issued),
        Money("cost", _("Cost of one"), readonly=True),
        Whole("position", _("Place"), low=0, readonly=True),
    ]


class Paper(RecordType):
    """What papers have in common. Those that came from a file are history: nothing here moved goods or money by them."""

    def stand_in(self, name: str) -> Mapping[str, Any]:
        """A paper that counts nowhere and says why it is there."""
        said = _now("Stands for “%(number)s”, whose lines were imported and which was in none of the files.")
        return {"number": name, "state": STATES_OF_STAND_INS[self.key], "comment": said % {"number": name}}


class DealLineType(RecordType):
    key, model, icon = "deal_line", DealLine, "list"
    names = _("line of a deal"), _("lines of deals")
    in_menu, part_of = False, "deal"
    made_from = _("Lines are written on their deal.")
    fields = [
        Link("deal", _("Deal"), to="deal", required=True),
        *line_fields(is_issued=False),
        Link("tax_class", _("Tax class"), to="tax_class"),
        Link("price_list", _("Price from"), to="price_list", readonly=True),
        YesNo("is_price_typed", _("Price was typed"), readonly=True),
        Money("list_price", _("List price"), readonly=True),
    ]
    card = [Section(_("Line"), f"deal {LINE} list_price")]

    def prepare(self, draft: Draft) -> None:
        lines.prepare(draft)
        list_prices.prepare(draft)

    def check(self, draft: Draft) -> Mapping[str, str]:
        return lines.errors(draft)

    def may_be_removed(self, row: Any) -> str:
        return lines.why_closed(row.deal)

    def may_be_restored(self, row: Any) -> str:
        return lines.why_closed(row.deal)


class QuoteType(Paper):
    key, model, icon = "quote", Quote, "file-text"
    names = _("quote"), _("quotes")
    in_search = True
    in_menu = False
    made_from = _("A quote is issued from the lines of a deal.")
    made_at = _("Deals"), "/deals/"
    fields = [
        Text("number", _("Number"), title=True, max_length=60, code=True, readonly=True),
        Choice("state", _("State"), options=choices.QUOTE_STATES, open=False, readonly=True),
        Money("total", _("Total"), total=True, readonly=True),
        Link("company", _("Company"), to="company", readonly=True),
        Link("contact", _("Contact"), to="contact", readonly=True),
        Date("issued_on", _("Issued on"), readonly=True),
        Date("valid_until", _("Valid until"), readonly=True),
        DateTime("opened_at", _("Opened by the client"), readonly=True),
        Person("owner", _("Owner"), assigns=True),
        Link("deal", _("Deal"), to="deal", readonly=True),
        Whole("quote_version", _("Version"), low=1, readonly=True),
        Money("net", _("Without tax"), total=True, readonly=True),
        DateTime("sent_at", _("Sent"), readonly=True),
        DateTime("answered_at", _("Answered"), readonly=True),
        Text("answered_by", _("Answered by"), max_length=200, readonly=True, personal="personal"),
        LongText("answer", _("The client's words"), readonly=True, personal="personal"),
        Link("replaces", _("Replaces"), to="quote", readonly=True),
        LongText("terms", _("Terms"), readonly=True),
        LongText("comment", _("Own remarks")),
        YesNo("tax_included", _("Prices include tax"), readonly=True),
        Choice("rounding", _("Rounded"), options=choices.ROUNDINGS, open=False, readonly=True),
        Percent("discount_percent", _("Discount, %"), readonly=True),
        Decimals("discount_amount", _("Discount, amount"), readonly=True),
        Choice("language", _("Language"), options=choices.LANGUAGES, open=False, readonly=True),
    ]
    card = [
        Section(_("Quote"), "number quote_version state deal company contact issued_on valid_until owner"),
        Section(_("Sum"), "net total tax_included rounding discount_percent discount_amount"),
        Section(_("Course"), "sent_at opened_at answered_at answered_by answer replaces"),
        Section(_("More"), "terms comment language"),
    ]
    head = "state total company valid_until"
    beside = "state total"

    def may_be_removed(self, row: Any) -> str:
        return _now("An issued quote stays. Withdraw it instead.") if row.deal_id else ""


class QuoteLineType(RecordType):
    key, model, icon = "quote_line", QuoteLine, "list"
    names = _("line of a quote"), _("lines of quotes")
    in_menu, part_of = False, "quote"
    made_from = _("The lines of a quote are those of its deal on the day of issue.")
    fields = [
        Link("quote", _("Quote"), to="quote", required=True, readonly=True),
        *line_fields(is_issued=True),
        Link("deal_line", _("Line of the deal"), to="deal_line", readonly=True, in_list=False),
    ]
    card = [Section(_("Line"), f"quote {LINE}")]


class InvoiceType(Paper):
    menu_order, menu_group = 60, "billing"
    key, model, icon, letter = "invoice", Invoice, "receipt-text", "i"
    names = _("invoice"), _("invoices")
    made_from = _("An invoice is issued from a deal or a quote.")
    made_at = _("Deals"), "/deals/"
    fields = [
        Text("number", _("Number"), title=True, max_length=60, code=True, readonly=True),
        Choice("state", _("State"), options=choices.INVOICE_STATES, open=False, readonly=True),
        Money("total", _("Total"), total=True, readonly=True),
        Money("balance", _("To be paid"), total=True, readonly=True),
        Link("company", _("Company"), to="company", readonly=True),
        Date("due_on", _("Due on"), readonly=True),
        Date("issued_on", _("Issued on"), readonly=True),
        Choice("delivery", _("Delivery"), options=choices.DELIVERIES, open=False, readonly=True),
        Person("owner", _("Owner"), assigns=True),
        Choice("kind", _("Kind"), options=choices.INVOICE_KINDS, open=False, readonly=True),
        Link("deal", _("Deal"), to="deal", readonly=True),
        Link("contact", _("Contact"), to="contact", readonly=True),
        Link("quote", _("Quote"), to="quote", readonly=True),
        Money("net", _("Without tax"), total=True, readonly=True),
        Money("paid", _("Paid"), total=True, readonly=True),
        Link("of_invoice", _("Corrects the invoice"), to="invoice", readonly=True),
        Date("hold_until", _("Goods are held until"), readonly=True),
        DateTime("sent_at", _("Sent"), readonly=True),
        DateTime("reminded_at", _("Reminded"), readonly=True),
        DateTime("unreached_at", _("No address to remind"), readonly=True),
        LongText("terms", _("Terms"), readonly=True),
        LongText("comment", _("Own remarks")),
        YesNo("tax_included", _("Prices include tax"), readonly=True),
        Choice("rounding", _("Rounded"), options=choices.ROUNDINGS, open=False, readonly=True),
        Percent("discount_percent", _("Discount, %"), readonly=True),
        Decimals("discount_amount", _("Discount, amount"), readonly=True),
        Decimals("rate", _("Rate of the day"), readonly=True, in_list=False),
        Choice("language", _("Language"), options=choices.LANGUAGES, open=False, readonly=True),
    ]
    card = [
        Section(_("Invoice"), "number kind state deal quote company contact issued_on due_on owner"),
        Section(
            _("Sum"), "net total paid balance tax_included rounding discount_percent discount_amount rate of_invoice"
        ),
        Section(_("Delivery"), "delivery hold_until"),
        Section(_("More"), "sent_at reminded_at unreached_at terms comment language"),
    ]
    head = "state balance company due_on"
    beside = "state total"

    def may_be_removed(self, row: Any) -> str:
        return _now("An issued invoice stays. Cancel it, or write a credit note.") if row.deal_id else ""

    def more_views(self, reader: Reader) -> Any:
        """What clients owe, and what they owe too long."""
        today = clock.today(reader.formats.zone).isoformat()
        owed = ("state", "in", ("issued", "part_paid"))
        late = [owed, ("due_on", "lt", (today,))]
        unreached = [*late, ("unreached_at", "filled", ())]
        return [(_("To be paid"), [owed]), (_("Overdue"), late), (_("Overdue, no address to remind"), unreached)]

    def row_tone(self, row: Any, reader: Reader) -> str:
        is_open = row.state in ("issued", "part_paid") and row.kind != "credit"
        return "late" if is_open and row.due_on and row.due_on < clock.today(reader.formats.zone) else ""


class InvoiceLineType(RecordType):
    key, model, icon = "invoice_line", InvoiceLine, "list"
    names = _("line of an invoice"), _("lines of invoices")
    in_menu, part_of = False, "invoice"
    made_from = _("The lines of an invoice are those of its deal on the day of issue.")
    fields = [
        Link("invoice", _("Invoice"), to="invoice", required=True, readonly=True),
        *line_fields(is_issued=True),
        Decimals("shipped", _("Shipped"), readonly=True),
        Link("deal_line", _("Line of the deal"), to="deal_line", readonly=True, in_list=False),
        Link("advance", _("Takes off the advance"), to="invoice_line", readonly=True, in_list=False),
        Link("credits", _("Takes back the line"), to="invoice_line", readonly=True, in_list=False),
    ]
    card = [Section(_("Line"), f"invoice {LINE} shipped")]


class PaymentType(RecordType):
    key, model, icon = "payment", Payment, "banknote"
    names = _("payment"), _("payments")
    in_search = True
    in_menu = False
    made_from = _("A payment is recorded on its invoice, from a bank statement, or by the client's page.")
    made_at = _("Invoices"), "/invoices/"
    default_sort = "-received_on"
    fields = [
        Text("payer", _("Payer"), title=True, required=False, readonly=True, personal="personal"),
        Money("amount", _("Amount"), total=True, readonly=True),
        Date("received_on", _("Received on"), readonly=True),
        Choice("method", _("Method"), options=choices.METHODS, open=False, readonly=True),
        Link("company", _("Company"), to="company", readonly=True),
        Link("contact", _("Contact"), to="contact", readonly=True),
        Money("free", _("Not assigned yet"), total=True, readonly=True),
        Text("reference", _("Reference"), code=True, readonly=True, searched=True),
        Person("owner", _("Owner"), assigns=True),
        Link("refund_of", _("Pays back"), to="payment", readonly=True),
        LongText("comment", _("Own remarks")),
    ]
    card = [
        Section(_("Payment"), "payer amount received_on method company contact free refund_of owner"),
        Section(_("More"), "reference comment"),
    ]
    head = "amount received_on method company"
    beside = "received_on amount"

    def may_be_removed(self, row: Any) -> str:
        return _now("A payment stays in the books. Record that it was paid back, or take it back as a mistake.")

    def may_be_restored(self, row: Any) -> str:
        return _now("This payment was taken back as a mistake. Record it again.")


class PurchaseOrderType(Paper):
    key, model, icon = "purchase_order", PurchaseOrder, "truck"
    names = _("purchase order"), _("purchase orders")
    in_search = True
    in_menu = False
    made_from = _("A purchase order is made from what is missing, or from a supplier's page.")
    made_at = _("Missing goods"), "/products/missing/"
    fields = [
        Text("number", _("Number"), title=True, max_length=60, code=True, readonly=True),
        Choice("state", _("State"), options=choices.PURCHASE_STATES, open=False, readonly=True),
        Link("supplier", _("Supplier"), to="company", readonly=True),
        Money("total", _("Total"), total=True, readonly=True),
        Date("ordered_on", _("Ordered on"), readonly=True),
        Date("expected_on", _("Expected on")),
        Person("owner", _("Owner"), assigns=True),
        Money("net", _("Without tax"), total=True, readonly=True),
        LongText("comment", _("Own remarks")),
    ]
    card = [
        Section(_("Purchase order"), "number state supplier ordered_on expected_on owner"),
        Section(_("Sum"), "net total"),
        Section(_("More"), "comment"),
    ]
    head = "state supplier total expected_on owner"

    def may_be_removed(self, row: Any) -> str:
        return (
            ""
            if row.is_history or row.state in ("draft", "cancelled")
            else _now("This order was sent. Cancel it first.")
        )

    def check(self, draft: Draft) -> Mapping[str, str]:
        first, last = draft.value("ordered_on"), draft.value("expected_on")
        if first and last and last < first:
            return {"expected_on": _now("This day is before the day of the order.")}
        return {}


class PurchaseLineType(RecordType):
    key, model, icon = "purchase_line", PurchaseLine, "list"
    names = _("line of a purchase order"), _("lines of purchase orders")
    in_menu, part_of = False, "order"
    made_from = _("Lines are written on their purchase order.")
    fields = [
        Link("order", _("Purchase order"), to="purchase_order", required=True),
        *line_fields(is_issued=False),
        Decimals("received", _("Received"), readonly=True),
    ]
    card = [Section(_("Line"), f"order {LINE} received")]

    def prepare(self, draft: Draft) -> None:
        buying.prepare(draft)

    def check(self, draft: Draft) -> Mapping[str, str]:
        return buying.errors(draft)

    def may_be_removed(self, row: Any) -> str:
        order = row.order
        return "" if order.is_history or order.state == "draft" else buying.sent_already(order)
