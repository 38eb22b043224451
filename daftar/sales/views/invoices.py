"""Invoices: issue one, ship its goods, cancel or credit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.ids import new_key
from daftar.sales.choices import INVOICE_KINDS, LANGUAGES
from daftar.sales.invoicing.correct import cancel_invoice, credit_invoice
from daftar.sales.invoicing.goods_state import goods_of, hold_again
from daftar.sales.invoicing.holding import ship
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.invoicing.left import credit_left, goods, to_ship
from daftar.sales.invoicing.remaining import remaining
from daftar.sales.issuing import lines_of
from daftar.sales.models import Invoice, InvoiceLine, Quote, SalesSettings
from daftar.sales.views.forms import day, percent, quantities, refuse, way_on, whole
from daftar.sales.views.opening import show_form, to_change
from daftar.ui.answers import go, is_fragment, toast
from daftar.ui.parts import Widget

ISSUED = INVOICE_KINDS[:3]


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: Any, record_id: int) -> HttpResponseBase:
    """GET: everything, a part or an advance; when it is due; what is held. POST: issue it and open it."""
    reader, type_, _deal = to_change(request, "deals", record_id)
    if not decide.may(reader.user, "add", "invoice"):
        raise NotAllowed()
    lines = lines_of(record_id)
    left = remaining(lines, record_id)
    form = PlainForm(first_values(record_id), request.POST if request.method == "POST" else None)
    way: dict[str, Any] = {}
    if form.sent is not None and (wish := wish_of(form, list(left))) is not None:
        try:
            invoice = issue_invoice(
                record_id,
                wish,
                by=reader.user,
                quote_id=accepted_quote(record_id),
                seen=whole(form, "seen"),
                once=form.typed("once")[:64],
            )
        except (Invalid, Conflict) as refused:
            refuse(form, refused)
            way = way_on(refused)
        else:
            answer = go(request, f"/invoices/{invoice.pk}/")
            said = _("The invoice %(number)s is issued.") % {"number": invoice.number}
            return toast(answer, said) if is_fragment(request) else answer
    return show_form(request, {
        "title": _("Issue an invoice"), "action": f"{type_.address(record_id)}invoice", "back": type_.address(record_id),
        "submit": _("Issue"), "error": str(form.errors.get("", "")), "way": way, "hidden": {"seen": form.typed("seen"), "once": form.typed("once")},
        "widgets": issue_widgets(form),
        "rows": rows_of(form, [(line.pk, line.name, line.unit, line.quantity, left[line.pk]) for line in lines if left[line.pk]], left),
        "heads": (_("On the deal"), _("Not invoiced yet"), _("On this invoice")), "rows_note": _("For a part invoice: how much of each line."),
    }, body="sales/_quantities_body.html", status=422 if form.errors else 200)  # fmt: skip


def first_values(deal_id: int) -> dict[str, Any]:
    """What the form starts with."""
    settings = SalesSettings.load()
    last = Invoice.objects.filter(deal=deal_id, deleted_at=None).exclude(kind="credit").order_by("-id").first()
    return {
        "kind": "full", "hold": "all", "due_days": settings.due_days, "terms": settings.invoice_terms,
        "language": last.language if last is not None else Installation.load().language, "seen": last.pk if last is not None else 0,
        "once": new_key(),
    }  # fmt: skip


def issue_widgets(form: PlainForm) -> list[Widget]:
    holds = [
        ("all", _("All goods, or the invoice is not issued")), ("available", _("Only lines that are in stock in full")), ("none", _("Nothing")),
    ]  # fmt: skip
    return [
        form.select("kind", _("Kind"), [(key, name) for key, name in ISSUED]),
        form.input("percent", _("Advance, %"), inputmode="decimal", maxlength=10, help=_("Only for an advance invoice.")),
        form.input("due_days", _("Due in so many days"), required=True, inputmode="numeric", maxlength=5),
        form.select("hold", _("Hold in stock"), holds),
        form.widget("date", "hold_until", _("Hold until"), value=form.typed("hold_until")),
        form.select("language", _("Language"), LANGUAGES),
        form.area("terms", _("Terms"), rows=3),
    ]  # fmt: skip


def wish_of(form: PlainForm, line_ids: Sequence[int]) -> Wish | None:
    """What the form asks for; None with sentences at its fields."""
    kind: Any = form.choice("kind", [key for key, _name in ISSUED])
    hold: Any = form.choice("hold", ("all", "available", "none"))
    wish = Wish(
        kind=kind,
        hold=hold,
        percent=percent(form, "percent") if kind == "advance" else None,
        quantities=quantities(form, form.sent, line_ids) if kind == "part" and form.sent is not None else {},
        due_days=whole(form, "due_days"),
        hold_until=day(form, "hold_until"),
        language=form.choice("language", dict(LANGUAGES)),
        terms=form.text("terms", max_length=20_000, multiline=True),
    )
    return None if form.errors else wish


def accepted_quote(deal_id: int) -> int | None:
    """The quote that the client said yes to last."""
    found = Quote.objects.filter(deal=deal_id, state="accepted", deleted_at=None).order_by("-id")
    return found.values_list("pk", flat=True).first()


def rows_of(
    form: PlainForm, lines: Sequence[tuple[int, str, str, Decimal, Decimal]], first: Mapping[int, Decimal]
) -> list[dict[str, Any]]:
    """Rows of the table of quantities: (id, name, unit, all, left) of each line."""
    number = current().number
    return [
        {
            "id": id_, "name": name, "unit": unit, "all": number(all_.normalize()), "left": number(left.normalize()),
            "typed": form.typed(f"line.{id_}") if form.sent is not None else number(first[id_].normalize()),
            "error": str(form.errors.get(f"line.{id_}", "")),
        }
        for id_, name, unit, all_, left in lines
    ]  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def shipping(request: Any, record_id: int) -> HttpResponseBase:
    """GET: what has not left yet. POST: let it leave."""
    reader, type_, invoice = to_change(request, "invoices", record_id)
    lines = goods(list(InvoiceLine.objects.filter(invoice=invoice.pk).select_related("product").order_by("position")))
    left = {id_: quantity for id_, quantity in to_ship(lines).items() if quantity}
    form = PlainForm({"once": new_key()}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        chosen = quantities(form, form.sent, list(left))
        if not form.errors:
            try:
                ship(record_id, chosen, by=reader.user, once=form.typed("once")[:64])
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(go(request, type_.address(record_id)), _("The goods have left the stock."))
    return show_form(request, {
        "title": _("Goods of %(number)s leave") % {"number": type_.title_of(invoice)}, "action": f"{type_.address(record_id)}ship",
        "back": type_.address(record_id), "submit": _("Ship"), "error": str(form.errors.get("", "")), "hidden": {"once": form.typed("once")},
        "widgets": [], "heads": (_("On the invoice"), _("Not shipped yet"), _("Leaves now")), "rows_note": "",
        "rows": rows_of(form, [(line.pk, line.name, line.unit, line.quantity, left[line.pk]) for line in lines if line.pk in left], left),
    }, body="sales/_quantities_body.html", status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: Any, record_id: int) -> HttpResponseBase:
    """GET: what is not held of the goods, and what is there. POST: hold it again."""
    reader, type_, invoice = to_change(request, "invoices", record_id)
    rows = InvoiceLine.objects.filter(invoice=invoice.pk, deleted_at=None).select_related("product__unit")
    goods_ = {id_: one for id_, one in goods_of(invoice, list(rows.order_by("position", "id"))).items() if one.not_held}  # type: ignore[arg-type]
    last = clock.today(Installation.load().time_zone) + timedelta(days=SalesSettings.load().hold_days)
    form = PlainForm({"until": current().date_numeric(last)}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        chosen, until = quantities(form, form.sent, list(goods_)), day(form, "until")
        if not form.errors:
            try:
                hold_again(record_id, chosen, by=reader.user, until=until)
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(go(request, type_.address(record_id)), _("The goods are held again."))
    shown = [(id_, one.line.name, one.line.unit, one.not_held, one.available) for id_, one in goods_.items()]
    return show_form(request, {
        "title": _("Hold goods of %(number)s") % {"number": type_.title_of(invoice)}, "action": f"{type_.address(record_id)}hold",
        "back": type_.address(record_id), "submit": _("Hold"), "error": str(form.errors.get("", "")),
        "widgets": [form.widget("date", "until", _("Hold until"), value=form.typed("until"))],
        "heads": (_("Not held"), _("Available"), _("Hold now")), "rows_note": "",
        "rows": rows_of(form, shown, {id_: one.can_be_held for id_, one in goods_.items()}),
    }, body="sales/_quantities_body.html", status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: Any, record_id: int) -> HttpResponseBase:
    """Take back an invoice of which nothing came."""
    reader, type_, invoice = to_change(request, "invoices", record_id)
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        why = form.text("why", max_length=500)
        if not form.errors:
            try:
                cancel_invoice(record_id, by=reader.user, why=why)
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(go(request, type_.address(record_id)), _("The invoice is cancelled; its goods are free."))
    return show_form(request, {
        "title": _("Cancel %(number)s") % {"number": type_.title_of(invoice)}, "action": f"{type_.address(record_id)}cancel",
        "back": type_.address(record_id), "submit": _("Cancel the invoice"), "error": str(form.errors.get("", "")),
        "note": _("Its number stays in the books, and its goods are free again."),
        "widgets": [form.input("why", _("Why"), maxlength=500)],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def credit(request: Any, record_id: int) -> HttpResponseBase:
    """Write a credit note over all or a part of an invoice."""
    reader, type_, invoice = to_change(request, "invoices", record_id)
    if not decide.may(reader.user, "add", "invoice"):
        raise NotAllowed()
    lines = list(InvoiceLine.objects.filter(invoice=invoice.pk, deleted_at=None).order_by("position"))
    left = {id_: quantity for id_, quantity in credit_left(lines).items() if quantity}
    form = PlainForm({"once": new_key()}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        chosen, why = quantities(form, form.sent, list(left)), form.text("why", max_length=2000)
        if not form.errors:
            try:
                note = credit_invoice(
                    record_id,
                    chosen,
                    by=reader.user,
                    why=why,
                    goods_return=form.is_on("goods_return"),
                    once=form.typed("once")[:64],
                )
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(
                    go(request, type_.address(note.pk)),
                    _("The credit note %(number)s is issued.") % {"number": note.number},
                )
    return show_form(request, {
        "title": _("Credit note for %(number)s") % {"number": type_.title_of(invoice)}, "action": f"{type_.address(record_id)}credit",
        "back": type_.address(record_id), "submit": _("Issue the credit note"), "error": str(form.errors.get("", "")),
        "hidden": {"once": form.typed("once")}, "heads": (_("On the invoice"), _("Not credited yet"), _("On the credit note")), "rows_note": "",
        "widgets": [form.input("why", _("Why"), maxlength=2000), form.check("goods_return", _("Goods that had left come back into stock"))],
        "rows": rows_of(form, [(line.pk, line.name, line.unit, line.quantity, left[line.pk]) for line in lines if line.pk in left], left),
    }, body="sales/_quantities_body.html", status=422 if form.errors else 200)  # fmt: skip
