"""Payments by hand: record one, assign what is free, pay back, take a mistake back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Installation, User
from daftar.access.plain_form import PlainForm
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.ids import new_key, parse_id
from daftar.kernel.money import Money, parse_money
from daftar.records import reading
from daftar.records.views.opening import opened
from daftar.sales.choices import METHODS
from daftar.sales.models import Invoice, Payment
from daftar.sales.paying.online import refund_online, way_back_of
from daftar.sales.paying.record import Who, record_payment
from daftar.sales.paying.refunding import paid_back, refund, withdraw
from daftar.sales.paying.spreading import Share, allocate, unallocate
from daftar.sales.views.forms import day, refuse
from daftar.sales.views.opening import show_form, to_change
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

ZERO = Decimal(0)
BY_HAND = [(key, name) for key, name in METHODS if key != "online"]


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def pay_invoice(request: Any, record_id: int) -> HttpResponseBase:
    """Record what came in for an invoice."""
    reader, type_ = opened(request, "invoices")
    invoice = cast(Invoice, reading.get(type_, record_id, reader.user))
    refuse_unless_may(reader.user)
    first = {"amount": current().money(Money(invoice.balance or ZERO, invoice.total_currency), "full")}
    form = PlainForm(first | common_first(), request.POST if request.method == "POST" else None)
    if form.sent is not None and (given := read(form, invoice.total_currency)) is not None:
        share = share_of(form, invoice, given["amount"])
        if not form.errors:
            try:
                payment = record_payment(**given, by=reader.user, shares=[share], once=form.typed("once")[:64])
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(go(request, type_.address(invoice.pk)), said(payment))
    return show_form(request, {
        "title": _("Payment of %(number)s") % {"number": invoice.number}, "action": f"{type_.address(record_id)}pay",
        "back": type_.address(record_id), "submit": _("Record the payment"), "error": str(form.errors.get("", "")),
        "hidden": {"once": form.typed("once")},
        "note": _("What is more than the invoice asks for stays as credit of the client."),
        "widgets": [
            *widgets(form),
            form.input(
                "settles", _("Pays of the invoice"), maxlength=60, inputmode="decimal",
                help=_("Only when it is not the whole amount, or when the currencies differ. Empty: at the rate of the day."),
            ),
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


def share_of(form: PlainForm, invoice: Invoice, amount: Money) -> Share:
    """What of the invoice the payment pays: all that is open, or what was typed; then the whole payment goes for it if currencies differ."""
    settles = amount_in(form, "settles", invoice.total_currency)
    if settles is None:
        return Share(invoice.pk)
    is_other = amount.currency != invoice.total_currency
    return Share(invoice.pk, settles.amount, amount.amount if is_other else None)


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def pay_client(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """Record what a company or contact paid without an invoice: their credit."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    refuse_unless_may(reader.user)
    form = PlainForm(common_first(), request.POST if request.method == "POST" else None)
    if form.sent is not None and (given := read(form, current().currency)) is not None:
        who = Who(record_id if type_.key == "company" else None, record_id if type_.key == "contact" else None)
        try:
            payment = record_payment(**given, by=reader.user, who=who, once=form.typed("once")[:64])
        except (Invalid, Conflict) as refused:
            refuse(form, refused)
        else:
            return toast(go(request, f"/payments/{payment.pk}/"), said(payment))
    return show_form(request, {
        "title": _("Payment of %(name)s") % {"name": type_.title_of(row)}, "action": f"{type_.address(record_id)}payment",
        "back": type_.address(record_id), "submit": _("Record the payment"), "error": str(form.errors.get("", "")),
        "hidden": {"once": form.typed("once")},
        "note": _("It pays no invoice yet: it is credit of the client until you assign it."), "widgets": widgets(form),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: Any, record_id: int) -> HttpResponseBase:
    """Pay an invoice with what is free of a payment."""
    reader, type_, row = to_change(request, "payments", record_id)
    payment = cast(Payment, row)
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        invoice_id = chosen(form, "invoice")
        invoice = Invoice.objects.filter(pk=invoice_id or 0).first()
        part = amount_in(form, "amount", invoice.total_currency if invoice is not None else payment.amount_currency)
        if not form.errors and invoice_id is not None:
            try:
                allocate(payment.pk, [Share(invoice_id, part.amount if part else None)], by=reader.user)
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(go(request, type_.address(payment.pk)), _("The payment is assigned."))
    free = current().money(Money(payment.free or ZERO, payment.amount_currency), "full")
    return show_form(request, {
        "title": _("Pay an invoice with it"), "action": f"{type_.address(record_id)}assign", "back": type_.address(record_id),
        "submit": _("Assign"), "error": str(form.errors.get("", "")), "note": _("Not assigned yet: %(free)s") % {"free": free},
        "widgets": [
            form.widget("lookup", "invoice", _("Invoice"), url="/lookup/invoice", value=form.typed("invoice"), required=True),
            form.input("amount", _("Amount"), maxlength=60, inputmode="decimal", help=_("Empty: as much as is open, as far as the money goes.")),
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_POST
def unassign(request: Any, record_id: int) -> HttpResponseBase:
    """Take a payment off one invoice."""
    reader, type_, payment = to_change(request, "payments", record_id)
    unallocate(payment.pk, parse_id(request.POST.get("invoice", "")), by=reader.user)
    return toast(go(request, type_.address(payment.pk)), _("The invoice is open again; the money is free."))


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def pay_back(request: Any, record_id: int) -> HttpResponseBase:
    """Keep that money went back, or pay it back through the provider that brought it."""
    reader, type_, row = to_change(request, "payments", record_id)
    payment = cast(Payment, row)
    refuse_unless_may(reader.user)
    left = Money((payment.amount or ZERO) - paid_back(payment), payment.amount_currency)
    form = PlainForm(
        {"amount": current().money(left, "full")} | common_first(), request.POST if request.method == "POST" else None
    )
    way = online_way(payment)
    if form.sent is not None:
        money, on = amount_in(form, "amount", payment.amount_currency), day(form, "received_on")
        if money is None and "amount" not in form.errors:
            form.errors["amount"] = _("This is needed.")
        elif money is not None and money.currency != payment.amount_currency:
            form.errors["amount"] = _("Money goes back in the currency in which it came.")
        if not form.errors and money is not None:
            try:
                if way and form.is_on("online"):
                    refund_online(payment.pk, money.amount, by=reader.user, once=form.typed("once")[:64])
                else:
                    refund(
                        payment.pk, money.amount, by=reader.user, on=on or today(), reference=form.text("reference", max_length=300),
                        comment=form.text("comment", max_length=4000, multiline=True), once=form.typed("once")[:64],
                        opens_invoices=form.is_on("opens"),
                    )  # fmt: skip
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(go(request, type_.address(payment.pk)), _("Recorded that money went back."))
    online = [form.check("online", _("Pay back through %(name)s now") % {"name": way})] if way else []
    return show_form(request, {
        "title": _("Pay back"), "action": f"{type_.address(record_id)}refund", "back": type_.address(record_id),
        "submit": _("Record it"), "error": str(form.errors.get("", "")),
        "hidden": {"once": form.typed("once")},
        "widgets": [
            form.input("amount", _("Amount"), required=True, maxlength=60, inputmode="decimal"), *online,
            form.widget("date", "received_on", _("Day"), value=form.typed("received_on")),
            form.check("opens", _("Open the invoices again that this money paid")),
            form.input("reference", _("Reference"), maxlength=300), form.area("comment", _("Own remarks"), rows=2),
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: Any, record_id: int) -> HttpResponseBase:
    """A payment that was recorded by mistake goes into the bin."""
    reader, type_, payment = to_change(request, "payments", record_id)
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            withdraw(payment.pk, by=reader.user)
        except (Invalid, Conflict) as refused:
            refuse(form, refused)
        else:
            return toast(go(request, "/payments/"), _("The payment is taken back; what it paid is open again."))
    return show_form(request, {
        "title": _("Recorded by mistake"), "action": f"{type_.address(record_id)}withdraw", "back": type_.address(record_id),
        "submit": _("Take it back"), "error": str(form.errors.get("", "")), "widgets": [],
        "note": _(
            "The payment goes into the bin, and the invoices that it paid are open again. "
            "If the money really came and went, record that it was paid back instead."
        ),
    }, status=422 if form.errors else 200)  # fmt: skip


# -- what these forms share ----------------------------------------------------------------------------


def refuse_unless_may(user: User) -> None:
    if not decide.may(user, "add", "payment"):
        raise NotAllowed()


def today() -> Any:
    return clock.today(Installation.load().time_zone)


def common_first() -> dict[str, Any]:
    return {"received_on": current().date_numeric(today()), "method": "bank", "once": new_key()}


def widgets(form: PlainForm) -> list[Widget]:
    return [
        form.input(
            "amount", _("Amount"), required=True, maxlength=60, inputmode="decimal",
            help=_("With the currency, when it is another one than the invoice's."),
        ),
        form.widget("date", "received_on", _("Received on"), value=form.typed("received_on"), required=True),
        form.select("method", _("Method"), BY_HAND),
        form.input("reference", _("Reference"), maxlength=300),
        form.area("comment", _("Own remarks"), rows=2),
    ]  # fmt: skip


def read(form: PlainForm, currency: str) -> dict[str, Any] | None:
    """The words of `record_payment`; None with sentences at the fields."""
    amount, on = amount_in(form, "amount", currency), day(form, "received_on")
    method = form.choice("method", dict(BY_HAND))
    for name, value in (("amount", amount), ("received_on", on)):
        if value is None and name not in form.errors:
            form.errors[name] = _("This is needed.")
    given = {
        "amount": amount, "received_on": on, "method": method, "reference": form.text("reference", max_length=300),
        "comment": form.text("comment", max_length=4000, multiline=True),
    }  # fmt: skip
    return None if form.errors else given


def amount_in(form: PlainForm, name: str, currency: str) -> Money | None:
    """The amount, None where nothing stands."""
    with form.about(name):
        return parse_money(form.typed(name), current(), currency) if form.typed(name).strip() else None
    return None


def chosen(form: PlainForm, name: str) -> int | None:
    """The id of a record that was looked up; a sentence at the field when there is none."""
    text = form.typed(name).strip()
    if text.isascii() and text.isdecimal() and len(text) < 19 and int(text):
        return int(text)
    form.errors[name] = _("Choose one of the list.")
    return None


def said(payment: Payment) -> str:
    free = payment.free or ZERO
    if free:
        money = current().money(Money(free, payment.amount_currency))
        return _("The payment is recorded; %(free)s of it is not assigned yet.") % {"free": money}
    return _("The payment is recorded.")


def online_way(payment: Payment) -> str:
    """Name of the provider through which the payment can go back; "" for none."""
    attempt = way_back_of(payment)
    return attempt.provider.name if attempt is not None else ""
