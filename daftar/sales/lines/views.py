"""The editor of a deal's lines: one page, one form, one save."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.catalogue.models import Product, ProductPack, TaxClass
from daftar.catalogue.prices import Ask, prices_for
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.ids import new_key, parse_id
from daftar.kernel.money import CURRENCIES, Money
from daftar.records import reading
from daftar.records.reader import Reader
from daftar.records.searching.asked import Asked
from daftar.records.views.lookup import found
from daftar.records.views.opening import opened
from daftar.sales.issuing import lines_of, terms_of
from daftar.sales.lines.rules import why_closed
from daftar.sales.lines.saving import mark_of, save_lines
from daftar.sales.lines.showing import as_terms, choices, first_terms, rows_of, sums_of
from daftar.sales.lines.typed import LinesForm, Typed, amount_text, discount_text, typed_of
from daftar.sales.models import SaleTerms
from daftar.sales.more_fields import group_of
from daftar.sales.totals import Totals, total
from daftar.ui.answers import go, is_fragment, toast

ONE = Decimal(1)


@door("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: Any, record_id: int) -> HttpResponseBase:
    """GET: the lines. POST: save them all, or (`act` add) put one more row into the form where no script runs."""
    reader, type_ = opened(request, "deals")
    deal: Any = reading.get(type_, record_id, reader.user)
    may_change = decide.may(reader.user, "change", type_.key, deal)
    if request.method != "POST":
        lines = lines_of(deal.pk)
        terms = SaleTerms.objects.filter(deal=deal.pk).first() or first_terms(reader)
        typed = typed_of(lines, reader.formats)
        return show(
            request, reader, deal, typed, terms, added_up(typed, terms), {}, mark_of(deal.pk), may_change=may_change
        )
    if not may_change:
        raise NotAllowed()
    form = LinesForm(request.POST, reader.formats)
    if request.POST.get("act") == "add":
        add_row(form, request.POST, reader, client_group=group_of(deal.company, reader.schema))
        return show(
            request,
            reader,
            deal,
            form.lines,
            form.terms,
            added_up(form.lines, form.terms),
            form.errors,
            request.POST.get("mark", ""),
        )
    if not form.errors:
        try:
            save_lines(deal.pk, form.lines, form.terms, by=reader.user, mark=request.POST.get("mark", "")[:20])
        except Invalid as refused:
            form.take(refused)
        except Conflict as refused:
            return show(
                request,
                reader,
                deal,
                form.lines,
                form.terms,
                None,
                {"": refused.sentence},
                mark_of(deal.pk),
                status=409,
            )
        else:
            answer = go(request, type_.address(deal.pk) + "lines/")
            return toast(answer, _("Saved.")) if is_fragment(request) else answer
    return show(
        request, reader, deal, form.lines, form.terms, None, form.errors, request.POST.get("mark", ""), status=422
    )


def show(
    request: Any, reader: Reader, deal: Any, typed: list[Typed], terms: SaleTerms, sums: Totals | None, errors: Any, mark: str,
    *, status: int = 200, may_change: bool = True,
) -> HttpResponse:  # fmt: skip
    """The editor; of a conflict also what others saved, beside what was typed."""
    theirs = typed_of(lines_of(deal.pk), reader.formats) if status == 409 else []
    why_not = why_closed(deal)
    context = {
        "deal": deal, "title": deal.name, "back": f"/deals/{deal.pk}/", "action": f"/deals/{deal.pk}/lines/", "active": "deal",
        "rows": rows_of(typed, terms, sums, deal, reader, errors), "terms": terms, "sums": sums_of(sums, terms, reader), "mark": mark,
        "errors": {name: str(said) for name, said in errors.items()}, "theirs": theirs, "why_not": why_not,
        "may_change": may_change and not why_not, "discount": discount_text(terms, terms.currency, reader.formats),
        "look": look_of(terms.currency, reader), **choices(terms, reader),
    }  # fmt: skip
    return render(request, "sales/lines.html", context, status=status)


def look_of(currency: str, reader: Reader) -> dict[str, Any]:
    """How the page writes amounts: signs, digits and the place of the currency, taken from one that the server wrote."""
    formats, places = reader.formats, CURRENCIES[currency].minor_units
    is_toman = currency == "IRR" and formats.rial_as == "toman"
    sample = formats.number(Decimal("1234.5"), 1)
    digits = [place for place, sign in enumerate(sample) if sign.isdigit()]
    worth = formats.money(Money(Decimal(10), currency))
    numbers = [place for place, sign in enumerate(worth) if sign.isdigit()]
    group = sample[1] if digits[1] == 2 else ""
    return {
        "places": places + is_toman, "digits": 0 if is_toman else places, "group": group, "decimal": sample[digits[-1] - 1],
        "persian": not sample[0].isascii(), "money": worth[: numbers[0]] + "{n}" + worth[numbers[-1] + 1 :],
    }  # fmt: skip


def added_up(typed: list[Typed], terms: SaleTerms) -> Totals | None:
    """The sums, or None where the lines cannot be added up yet."""
    ids = {one.values["tax_class"] for one in typed if one.values.get("tax_class")}
    taxes = {tax.pk: tax for tax in TaxClass.objects.filter(pk__in=ids)}
    try:
        return total([one.counted(taxes) for one in typed], terms_of(terms))
    except Invalid:
        return None


@door("signed_in")
@require_safe
def row(request: Any, record_id: int) -> HttpResponseBase:
    """One more row for the form: a product (`product`, or `q` for its code or barcode), or free words (`name`)."""
    reader, type_ = opened(request, "deals")
    deal: Any = reading.get(type_, record_id, reader.user)
    terms = terms_in(request.GET, reader)
    one = new_row(request.GET, terms, reader, client_group=group_of(deal.company, reader.schema))
    if one is None:
        raise Missing()
    context = {
        "row": rows_of([one], terms, added_up([one], terms), deal, reader, {})[0],
        "may_change": True,
        **choices(terms, reader),
    }
    return render(request, "sales/_line.html", context)


def terms_in(sent: QueryDict, reader: Reader) -> SaleTerms:
    """The terms that stand in the form now."""
    return LinesForm(QueryDict(sent.urlencode()), reader.formats).terms


def add_row(form: LinesForm, sent: QueryDict, reader: Reader, *, client_group: str) -> None:
    """The row that was asked for by its words, without scripts."""
    typed = (sent.get("add__text") or sent.get("add", "")).strip()
    if not typed:
        return
    words = QueryDict(mutable=True)
    words["q"] = words["name"] = typed
    one = new_row(words, form.terms, reader, client_group=client_group) or new_row(
        words, form.terms, reader, is_free=True
    )
    if one is not None:
        form.lines.append(one)


def new_row(
    asked: QueryDict, terms: SaleTerms, reader: Reader, *, is_free: bool = False, client_group: str = ""
) -> Typed | None:  # fmt: skip
    """A row with the product's name, unit, tax and today's price; of free words one with just these. None where there is no such product."""
    token = f"n{new_key()[:12]}"
    default = TaxClass.objects.filter(deleted_at=None).order_by("-is_default", "-percent").first()
    if is_free or ("q" not in asked and asked.get("name")):
        name = asked.get("name", "").strip()[:500]
        values: dict[str, Any] = {
            "name": name,
            "quantity": ONE,
            "factor": ONE,
            "tax_class": default.pk if default and default.is_default else None,
        }
        return Typed(token, values, raw_new(values, terms, reader)) if name else None
    product, pack = asked_product(asked, reader)
    if product is None:
        return None
    factor = pack.factor if pack is not None else ONE
    price = prices_for(
        [Ask(product.pk, factor)],
        currency=terms.currency,
        day=clock.today(reader.formats.zone),
        price_list=terms.price_list_id,
        client_group=client_group,
    )[0]
    values = {
        "name": product.name, "code": product.code, "product": product.pk, "quantity": ONE, "factor": factor,
        "unit": pack.name if pack is not None else product.unit.symbol or product.unit.name if product.unit is not None else "",
        "tax_class": product.tax_class_id or (default.pk if default and default.is_default else None), "price_list": price.list_id,
        "price": None if price.amount is None else as_terms(price.amount * factor, price.includes_tax, terms, product),
    }  # fmt: skip
    return Typed(token, values, raw_new(values, terms, reader))


def asked_product(asked: QueryDict, reader: Reader) -> tuple[Product | None, ProductPack | None]:
    """The product by id, or the one whose code, barcode or pack's barcode was typed, or the only one that the words find."""
    type_ = reader.schema.type("product")
    seen: Any = reading.visible(type_, reader.user)
    if picked := asked.get("product", ""):
        return seen.select_related("unit", "tax_class").filter(pk=parse_id(picked)).first(), None
    words = asked.get("q", "").strip()[:200]
    if not words:
        return None, None
    exact = seen.filter(code=words) | seen.filter(barcode=words)
    product = exact.select_related("unit", "tax_class").order_by("id").first()
    if product is not None:
        return product, None
    pack = ProductPack.objects.filter(barcode=words, deleted_at=None).exclude(barcode="").first()
    if pack is not None:
        return seen.select_related("unit", "tax_class").filter(pk=pack.product_id).first(), pack
    if not Asked.of(words):
        return None, None
    rows = found(type_, words, reader, 2)
    return (seen.select_related("unit", "tax_class").get(pk=rows[0].pk), None) if len(rows) == 1 else (None, None)


def raw_new(values: dict[str, Any], terms: SaleTerms, reader: Reader) -> dict[str, str]:
    raw = {
        name: str(values.get(name) or "")
        for name in ("name", "code", "description", "group", "unit", "product", "tax_class", "price_list")
    }
    price = values.get("price")
    return raw | {
        "quantity": reader.formats.number(values["quantity"]), "factor": f"{values['factor'].normalize():f}", "discount": "",
        "price": "" if price is None else amount_text(price, terms.currency, reader.formats), "is_optional": "", "is_price_typed": "",
    }  # fmt: skip
