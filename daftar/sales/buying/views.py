"""Pages of a purchase order: made from its supplier, lines, send, receive, cancel."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.catalogue.models import Warehouse
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.ids import new_key
from daftar.records import reading
from daftar.records.views.opening import opened
from daftar.sales.buying.card import rows_context
from daftar.sales.buying.expecting import left, warehouse_of
from daftar.sales.buying.lines import lines_of
from daftar.sales.buying.orders import cancel_order, make_order, send_order
from daftar.sales.buying.receiving import MoreThanOrdered, receive_order
from daftar.sales.buying.rows import OrderRows
from daftar.sales.views.forms import day, quantities, refuse
from daftar.sales.views.invoices import rows_of
from daftar.sales.views.opening import show_form, to_change
from daftar.ui.answers import go, is_fragment, toast

SLUG = "purchase-orders"


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, record_id: int) -> HttpResponseBase:
    """GET: when the goods are expected. POST: make an empty draft and open it."""
    reader, type_ = opened(request, "companies")
    company = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "add", "purchase_order"):
        raise NotAllowed()
    form = PlainForm({"once": new_key()}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        expected_on = day(form, "expected_on")
        if not form.errors:
            try:
                order = make_order(record_id, [], by=reader.user, expected_on=expected_on, once=form.typed("once")[:64])
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return go(request, f"/{SLUG}/{order.pk}/")
    return show_form(request, {
        "title": _("Purchase order to “%(name)s”") % {"name": type_.title_of(company)}, "back": type_.address(record_id),
        "action": f"{type_.address(record_id)}purchase-order", "submit": _("Make a draft"), "error": str(form.errors.get("", "")),
        "hidden": {"once": form.typed("once")},
        "widgets": [form.widget("date", "expected_on", _("Expected on"), value=form.typed("expected_on"))],
    }, status=422 if form.errors else 200)  # fmt: skip


# -- lines -----------------------------------------------------------------------------------------------


def opened_rows(request: Any, record_id: int) -> OrderRows:
    """Errors: Missing, NotAllowed."""
    reader, _type, order = to_change(request, SLUG, record_id)
    return OrderRows(order, reader)  # type: ignore[arg-type]  # an order


@door("signed_in", "change")
@require_POST
def add(request: Any, record_id: int) -> HttpResponseBase:
    """Add a line; the cursor stands in the next one."""
    rows = opened_rows(request, record_id)
    return shown(request, rows, is_kept=rows.add(request.POST), focus="new")


@door("signed_in", "change")
@require_POST
def change(request: Any, record_id: int, part_id: int) -> HttpResponseBase:
    rows = opened_rows(request, record_id)
    return shown(request, rows, is_kept=rows.change(part_id, request.POST))


@door("signed_in", "change")
@require_POST
def remove(request: Any, record_id: int, part_id: int) -> HttpResponseBase:
    """Into the bin, with a way back in the answer."""
    rows = opened_rows(request, record_id)
    rows.remove(part_id)
    answer = shown(request, rows, is_kept=True)
    return toast(answer, _("The row is removed."), undo=f"/purchase-lines/{part_id}/restore")


def shown(request: Any, rows: OrderRows, *, is_kept: bool, focus: str = "") -> HttpResponseBase:
    """The table again; for a form without scripts the card, or the sentence of what is wrong."""
    type_ = rows.reader.schema.type("purchase_order")
    rows.whole.refresh_from_db()
    if is_fragment(request):
        context = rows_context(rows, type_) | {"focus": focus}
        return render(request, "sales/buying_lines.html", context, status=200 if is_kept else 422)
    if not is_kept:
        raise Conflict(" ".join(str(sentence) for errors in rows.errors.values() for sentence in errors.values()))
    return go(request, type_.address(rows.whole.pk))


# -- the order -------------------------------------------------------------------------------------------


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: Any, record_id: int) -> HttpResponseBase:
    """GET: when and where the goods are expected. POST: the order is sent, its goods are expected."""
    reader, type_, order = to_change(request, SLUG, record_id)
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    places = warehouses()
    if form.sent is not None:
        place = form.choice("warehouse", [key for key, _name in places]) if places else ""
        if not form.errors:
            try:
                send_order(record_id, by=reader.user, warehouse=warehouse(place))
            except (Invalid, Conflict) as refused:
                refuse_all(form, refused)
            else:
                return toast(go(request, type_.address(record_id)), _("The order is sent. Its goods are expected now."))
    return show_form(request, {
        "title": _("Send %(number)s") % {"number": type_.title_of(order)}, "action": f"{type_.address(record_id)}send",
        "back": type_.address(record_id), "submit": _("Order it"), "error": str(form.errors.get("", "")),
        "note": _("The lines stand from then on, and the goods count as on order."),
        "widgets": [form.select("warehouse", _("To the warehouse"), places)] if places else [],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: Any, record_id: int) -> HttpResponseBase:
    """GET: what has not come yet. POST: it came, wholly or in part; more than was ordered is asked about."""
    reader, type_, order = to_change(request, SLUG, record_id)
    if not decide.may(reader.user, "add", "stock_move"):
        raise NotAllowed()
    lines = lines_of(record_id)
    there, places = {line.pk: left(line) for line in lines}, warehouses()
    expected = warehouse_of(record_id)
    first = {"once": new_key(), "warehouse": expected.pk if expected is not None else ""}
    form = PlainForm(first, request.POST if request.method == "POST" else None)
    asks_more = False
    if form.sent is not None:
        came = quantities(form, form.sent, list(there))
        place = form.choice("warehouse", [key for key, _name in places]) if places else ""
        if not form.errors:
            try:
                order = receive_order(
                    record_id, came, by=reader.user, warehouse=warehouse(place), renew_cost=form.is_on("renew_cost"),
                    may_exceed=form.is_on("may_exceed"), once=form.typed("once")[:64],
                )  # fmt: skip
            except MoreThanOrdered as over:
                asks_more = True
                form.errors[""] = over.sentence
            except (Invalid, Conflict) as refused:
                refuse_all(form, refused)
            else:
                whole = order.state == "received"
                said = _("Everything has come.") if whole else _("The goods are in stock; the rest is still expected.")
                return toast(go(request, type_.address(record_id)), said)
    widgets = [form.select("warehouse", _("Into the warehouse"), places)] if places else []
    if may_set_costs(reader.user) and reader.schema.type("purchase_line").field("price") is not None:
        widgets.append(form.check("renew_cost", _("Their cost becomes the cost of the products")))
    if asks_more or form.is_on("may_exceed"):
        widgets.append(form.check("may_exceed", _("More came than was ordered; take it all")))
    rows = [(line.pk, line.name, line.unit, line.quantity, there[line.pk]) for line in lines]
    return show_form(request, {
        "title": _("Goods of %(number)s come") % {"number": type_.title_of(order)}, "action": f"{type_.address(record_id)}receive",
        "back": type_.address(record_id), "submit": _("Receive"), "error": str(form.errors.get("", "")),
        "hidden": {"once": form.typed("once")}, "widgets": widgets, "heads": (_("Ordered"), _("Not received yet"), _("Comes now")),
        "rows_note": "", "rows": rows_of(form, rows, there),
    }, body="sales/_quantities_body.html", status=422 if form.errors else 200)  # fmt: skip


def may_set_costs(user: Any) -> bool:
    return decide.may(user, "change", "product") and decide.field_level(user, "product", "cost") == "write"


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: Any, record_id: int) -> HttpResponseBase:
    """GET: what that means. POST: what has not come is not expected any more."""
    reader, type_, order = to_change(request, SLUG, record_id)
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            cancel_order(record_id, by=reader.user)
        except (Invalid, Conflict) as refused:
            refuse_all(form, refused)
        else:
            return toast(go(request, type_.address(record_id)), _("The order is cancelled."))
    came = any(line.received > Decimal(0) for line in lines_of(record_id))
    note = (
        _("What came stays in stock; the rest is not expected any more.")
        if came
        else _("Its goods are not expected any more.")
    )
    return show_form(request, {
        "title": _("Cancel %(number)s") % {"number": type_.title_of(order)}, "action": f"{type_.address(record_id)}cancel",
        "back": type_.address(record_id), "submit": _("Cancel the order"), "error": str(form.errors.get("", "")), "note": note, "widgets": [],
    }, status=422 if form.errors else 200)  # fmt: skip


def warehouses() -> list[tuple[str, str]]:
    """(id, name) of those in use, the usual one first; empty where there is only one."""
    rows = Warehouse.objects.filter(deleted_at=None, is_active=True).order_by("-is_default", "name", "id")
    found = [(str(id_), name) for id_, name in rows.values_list("pk", "name")]
    return found if len(found) > 1 else []


def warehouse(typed: str) -> Warehouse | None:
    return Warehouse.objects.filter(pk=int(typed), deleted_at=None).first() if typed.isdecimal() else None


def refuse_all(form: PlainForm, refused: Invalid | Conflict) -> None:
    """Keep a refusal at its fields; what belongs to none stands above the form."""
    refuse(form, refused)
    for key in [key for key in form.errors if key.startswith("item.") or key == "supplier"]:
        form.errors[""] = form.errors.pop(key)
