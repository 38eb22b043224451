"""What one client would pay for so many of a product on a day, and from which list that price is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.catalogue.price_table import client_price, currencies_asked, in_force
from daftar.kernel import clock
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money
from daftar.kernel.numbers import parse_decimal
from daftar.records import reading
from daftar.records.reader import Reader
from daftar.records.views.opening import opened
from daftar.ui.answers import form_page


@door("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def client_price_form(request: Any, record_id: int) -> HttpResponseBase:
    """GET: the form. POST: the form with its answer; nothing is stored."""
    reader, type_ = opened(request, "products")
    product: Any = reading.get(type_, record_id, reader.user)
    today = clock.today(reader.formats.zone)
    codes = currencies_asked(product, in_force(today), reader.formats.currency)
    first = {"quantity": "1", "day": reader.formats.date_numeric(today), "currency": codes[0]}
    form = PlainForm(first, request.POST if request.method == "POST" else None)
    answer = answered(form, product, reader, codes) if form.sent is not None else None
    company, name = company_of(form, reader)
    context = {
        "title": _("What does a client pay for “%(name)s”?") % {"name": type_.title_of(product)}, "error": "", "note": "", "hidden": {},
        "action": f"{type_.address(record_id)}price", "back": type_.address(record_id), "submit": _("Show the price"), "answer": answer,
        "body": "catalogue/_client_price.html",
        "widgets": [
            form.widget("lookup", "company", _("Company"), value=str(company or ""), shown=name, url="/lookup/company",
                        help=_("Empty: somebody of no group.")),
            form.input("quantity", _("Quantity"), inputmode="decimal", maxlength=20, required=True),
            form.widget("date", "day", _("Day"), value=form.typed("day"), required=True),
            form.select("currency", _("Currency"), [(code, code) for code in codes]),
        ],
    }  # fmt: skip
    return form_page(request, context, status=422 if form.errors else 200)


def company_of(form: PlainForm, reader: Reader) -> tuple[int | None, str]:
    """(id, name) of the company that was picked and that the reader may see."""
    typed = form.typed("company")
    if not typed.isdecimal() or len(typed) > 18:
        return None, ""
    name = reader.names.get("company", int(typed))
    return (int(typed), name) if name else (None, "")


def answered(form: PlainForm, product: Any, reader: Reader, codes: list[str]) -> dict[str, Any] | None:
    """Price and source in words; None with sentences at the fields."""
    quantity, day = Decimal(0), None
    with form.about("quantity"):
        quantity = parse_decimal(form.typed("quantity"), reader.formats, places=3)
        if not 0 < quantity < Decimal(10) ** 12:
            raise Invalid(_("Write how many, more than nothing."))
    with form.about("day"):
        day = parse_date(form.typed("day"), reader.formats)
    currency = form.choice("currency", codes)
    company, _name = company_of(form, reader)
    if form.typed("company") and company is None:
        form.errors["company"] = _("Choose one from the list that opens when you type.")
    if form.errors or day is None:
        return None
    price = client_price(product.pk, quantity, currency=currency, day=day, client_group=group_of(company, reader))
    if price.amount is None:
        return {
            "price": _("No price"),
            "source": _("Neither a list nor the product has one in this currency, or the rate is missing."),
        }
    source = price.list_name or _("sales price of the product")
    if price.from_quantity:
        source = _("%(list)s, from %(least)s") % {
            "list": source,
            "least": reader.formats.number(price.from_quantity.normalize()),
        }
    tax = _("with tax") if price.includes_tax else _("without tax")
    return {"price": reader.formats.money(Money(price.amount, currency)), "source": f"{source} · {tax}"}


def group_of(company_id: int | None, reader: Reader) -> str:
    """The customer group of a company; "" for none."""
    type_ = reader.schema.types.get("company")
    field = type_.whole.by_key.get("client_group") if type_ is not None else None
    if company_id is None or type_ is None or field is None:
        return ""
    return str(field.get(reading.get(type_, company_id, reader.user)) or "")
