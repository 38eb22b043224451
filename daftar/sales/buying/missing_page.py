"""The page of what is missing: pick rows, and purchase orders are made of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.catalogue.stock.age import age_words
from daftar.catalogue.stock.levels import has_goods
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.ids import new_key
from daftar.kernel.money import Money
from daftar.kernel.numbers import parse_decimal
from daftar.records.reader import Reader
from daftar.records.views.opening import opened
from daftar.sales.buying.missing import MOST, Missing, Pick, missing_list, order_missing, short_ones
from daftar.sales.models import PurchaseOrder
from daftar.ui.answers import go, is_fragment, toast
from daftar.ui.parts import Widget


@door("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def missing(request: Any) -> HttpResponseBase:
    """GET: what is missing or runs low. POST: drafts of the picked rows, one for each supplier."""
    reader, type_ = opened(request, "products")
    if type_.field("stock_missing") is None:
        raise NotAllowed()
    may_order = decide.may(reader.user, "add", "purchase_order")
    form = PlainForm({"once": new_key()}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        if not may_order:
            raise NotAllowed()
        picks = picked(form)
        if not form.errors:
            try:
                made = order_missing(picks, by=reader.user, once=form.typed("once")[:50])
            except Invalid as refused:
                form.refuse(refused)
            except Conflict as refused:
                form.errors[""] = refused.sentence
            else:
                return ordered(request, made)
    found = missing_list(reader)
    count = len(found) if len(found) < MOST else short_ones(reader.user).count()
    context = {
        "title": _("Missing goods"), "rows": [row_of(one, form, reader) for one in found], "may_order": may_order,
        "error": str(form.errors.get("", "")), "once": form.typed("once"), "shows_cost": type_.field("cost") is not None,
        "shows_supplier": type_.field("supplier") is not None, "more": max(count - len(found), 0), "most": MOST,
        "has_goods": bool(found) or has_goods(),
    }  # fmt: skip
    return render(request, "sales/buying_missing.html", context, status=422 if form.errors else 200)


def picked(form: PlainForm) -> list[Pick]:
    """The rows that were picked; sentences at "quantity.<product>"."""
    picks: list[Pick] = []
    for typed in (form.sent.getlist("ids") if form.sent is not None else [])[: MOST * 2]:
        if not typed.isdecimal() or len(typed) > 18:
            continue
        quantity, supplier = Decimal(0), form.typed(f"supplier.{typed}")
        with form.about(f"quantity.{typed}"):
            quantity = parse_decimal(form.typed(f"quantity.{typed}"), current(), places=3)
        picks.append(
            Pick(int(typed), quantity, int(supplier) if supplier.isdecimal() and len(supplier) <= 18 else None)
        )
    if not picks and not form.errors:
        form.errors[""] = _("Pick some rows first.")
    return picks


def ordered(request: Any, made: list[PurchaseOrder]) -> HttpResponseBase:
    """To the one draft, or to the list of drafts."""
    said = ngettext(
        "%(num)s draft was made. Look it through and order it.",
        "%(num)s drafts were made. Look them through and order them.",
        len(made),
    )
    words = said % {"num": current().number(len(made))}
    address = f"/purchase-orders/{made[0].pk}/" if len(made) == 1 else "/purchase-orders/?state=draft&sort=-created_at"
    answer = go(request, address)
    return toast(answer, words) if is_fragment(request) else answer


def row_of(one: Missing, form: PlainForm, reader: Reader) -> dict[str, Any]:
    """A row in words."""
    product, number = one.product, reader.formats.number
    cost = Money(product.cost, product.cost_currency) if product.cost is not None else None
    typed = form.typed(f"quantity.{product.pk}") if form.sent is not None else ""
    supplier = form.typed(f"supplier.{product.pk}") if form.sent is not None else str(one.supplier or "")
    name = reader.names.get("company", int(supplier)) if supplier.isdecimal() and len(supplier) <= 18 else None
    packs = ""
    if one.pack is not None and one.suggested:
        many = number((one.suggested / one.pack.factor).normalize())
        packs = _("%(many)s × %(pack)s") % {"many": many, "pack": one.pack.name}
    is_picked = str(product.pk) in form.several("ids") if form.sent is not None else one.suggested > 0
    return {
        "id": product.pk, "name": product.name, "code": product.code, "is_picked": is_picked,
        "missing": number(product.stock_missing.normalize()) if product.stock_missing else "",
        "wanted": number(product.stock_wanted.normalize()), "available": number(product.stock_available.normalize()),
        "age": age_words(product, reader.formats),
        "on_order": number(product.stock_on_order.normalize()), "drafted": number(one.drafted.normalize()) if one.drafted else "",
        "unit": product.unit.symbol if product.unit is not None else "",
        "level": number(product.reorder_level.normalize()) if product.reorder_level is not None else "",
        "typed": typed or number(one.suggested.normalize()), "packs": packs, "cost": reader.formats.money(cost) if cost is not None else "",
        "error": str(form.errors.get(f"quantity.{product.pk}", "")), "deals": one.deals, "more_deals": one.more_deals,
        "supplier": Widget(
            "lookup", f"supplier.{product.pk}", label=_("Supplier of %(name)s") % {"name": product.name}, value=supplier if name else "",
            shown=name or "", url="/lookup/company", error=str(form.errors.get(f"supplier.{product.pk}", "")),
        ),
    }  # fmt: skip
