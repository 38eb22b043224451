"""The editor of a deal's lines: one page, one form, one save."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.catalogue.models import TaxClass
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.money import CURRENCIES, Money, words_of
from daftar.kernel.numbers import habits
from daftar.records import reading
from daftar.records.reader import Reader
from daftar.records.views.opening import opened
from daftar.sales.approving.showing import block_of
from daftar.sales.issuing import lines_of, terms_of
from daftar.sales.lines import currency
from daftar.sales.lines.adding import add_row, new_row, rearranged, terms_in
from daftar.sales.lines.approvals import limit_of
from daftar.sales.lines.rules import why_closed
from daftar.sales.lines.saving import mark_of, save_lines
from daftar.sales.lines.showing import choices, first_terms, plain, rows_of, sums_of
from daftar.sales.lines.typed import LinesForm, Typed, discount_text, typed_of
from daftar.sales.models import SalesSettings, SaleTerms
from daftar.sales.more_fields import group_of
from daftar.sales.totals import Totals, total
from daftar.ui.answers import go, is_fragment, toast


@dataclass
class Page:
    """What the editor shows. Shapes: `form` is what was sent, None of stored lines; `opened` the row whose more stands open."""

    typed: list[Typed]
    terms: SaleTerms
    mark: str
    form: LinesForm | None = None
    errors: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    opened: str = ""


@door("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: Any, record_id: int) -> HttpResponseBase:
    """GET: the lines. POST: save them all, or do to the form what `act` says; then nothing is saved yet."""
    reader, type_ = opened(request, "deals")
    deal: Any = reading.get(type_, record_id, reader.user)
    may_change = decide.may(reader.user, "change", type_.key, deal)
    if request.method != "POST":
        terms = SaleTerms.objects.filter(deal=deal.pk).first() or first_terms(reader)
        page = Page(typed_of(lines_of(deal.pk), reader.formats), terms, mark_of(deal.pk))
        return show(request, reader, deal, page, may_change=may_change)
    if not may_change:
        raise NotAllowed()
    form, act = LinesForm(request.POST, reader.formats), request.POST.get("act", "")
    if act:
        form, opened_row = acted(form, act, deal, reader)
        return show(request, reader, deal, sent_page(request, form, opened=opened_row))
    if form.must_ask:
        return show(request, reader, deal, sent_page(request, form, status=422))
    if not form.errors:
        try:
            save_lines(deal.pk, form.lines, form.terms, by=reader.user, mark=request.POST.get("mark", "")[:20])
        except Invalid as refused:
            form.take(refused)
        except Conflict as refused:
            form.errors[""] = refused.sentence
            page = sent_page(request, form, status=409)
            page.mark = mark_of(deal.pk)
            return show(request, reader, deal, page)
        else:
            answer = go(request, type_.address(deal.pk) + "lines/")
            return toast(answer, _("Saved.")) if is_fragment(request) else answer
    return show(request, reader, deal, sent_page(request, form, status=422))


def sent_page(request: Any, form: LinesForm, *, status: int = 200, opened: str = "") -> Page:
    return Page(form.lines, form.terms, request.POST.get("mark", ""), form, dict(form.errors), status, opened)


def acted(form: LinesForm, act: str, deal: Any, reader: Reader) -> tuple[LinesForm, str]:
    """The form after one of the buttons that save nothing, and the row whose more stands open then."""
    if act == "add":
        add_row(form, form.sent, reader, client_group=group_of(deal.company, reader.schema))
    elif act == "heading":
        form.last_heading = form.last_heading or ""
    elif act.startswith("currency."):
        return currency.turned(form, act.partition(".")[2], deal, reader), ""
    return form, rearranged(form, act)


def show(request: Any, reader: Reader, deal: Any, page: Page, *, may_change: bool = True) -> HttpResponse:
    """The editor; of a conflict also what others saved, beside what was typed."""
    theirs = typed_of(lines_of(deal.pk), reader.formats) if page.status == 409 else []
    why_not, terms, form = why_closed(deal, reader.schema), page.terms, page.form
    settings = SalesSettings.load()
    limit = limit_of(reader.user, settings)
    must_ask = form is not None and form.must_ask
    in_ = form.currency if form is not None else terms.currency
    sums = None if page.errors or must_ask else added_up(page.typed, terms)
    context = {
        "deal": deal, "title": deal.name, "back": f"/deals/{deal.pk}/", "action": f"/deals/{deal.pk}/lines/", "active": "deal",
        "rows": rows_of(page.typed, terms, sums, deal, reader, page.errors, limit), "terms": terms, "sums": sums_of(sums, terms, reader),
        "errors": {name: str(said) for name, said in page.errors.items()}, "theirs": theirs, "why_not": why_not, "mark": page.mark,
        "may_change": may_change and not why_not, "prices_in": in_, "look": look_of(terms.currency, reader), "opened": page.opened,
        "discount": form.sent.get("discount", "") if form is not None else discount_text(terms, terms.currency, reader.formats),
        "question": currency.question(form, deal, reader) if form is not None and must_ask else None,
        "last_heading": form.last_heading if form is not None else None, "is_changed": form is not None, **choices(terms, reader),
        "approval": block_of(deal, reader, settings, editor=True), "limit": None if limit is None else plain(limit),
    }  # fmt: skip
    return render(request, "sales/lines.html", context, status=page.status)


def look_of(code: str, reader: Reader) -> dict[str, Any]:
    """How the page reads and writes amounts: signs, digits and the place of the currency, taken from one that the server wrote."""
    formats, places = reader.formats, CURRENCIES[code].minor_units
    is_toman = code == "IRR" and formats.rial_as == "toman"
    sample = formats.number(Decimal("1234.5"), 1)
    digits = [place for place, sign in enumerate(sample) if sign.isdigit()]
    worth = formats.money(Money(Decimal(10), code))
    numbers = [place for place, sign in enumerate(worth) if sign.isdigit()]
    group, point = habits(formats)
    return {
        "places": places + is_toman, "digits": 0 if is_toman else places, "group": sample[1] if digits[1] == 2 else "",
        "decimal": sample[digits[-1] - 1], "persian": not sample[0].isascii(), "money": worth[: numbers[0]] + "{n}" + worth[numbers[-1] + 1 :],
        "habits": json.dumps({"group": group, "decimal": point}), "words": json.dumps(words_of(code, formats)),
    }  # fmt: skip


def added_up(typed: list[Typed], terms: SaleTerms) -> Totals | None:
    """The sums, or None where the lines cannot be added up yet."""
    ids = {one.values["tax_class"] for one in typed if one.values.get("tax_class")}
    taxes = {tax.pk: tax for tax in TaxClass.objects.filter(pk__in=ids)} if ids else {}
    try:
        return total([one.counted(taxes) for one in typed], terms_of(terms))
    except Invalid:
        return None


@door("signed_in")
@require_safe
def row(request: Any, record_id: int) -> HttpResponseBase:
    """One more row for the form: a product (`product`, or `q` for its code or barcode), or free words (`name`); 204 where nothing is so called."""
    reader, type_ = opened(request, "deals")
    deal: Any = reading.get(type_, record_id, reader.user)
    terms = terms_in(request.GET, reader)
    one = new_row(request.GET, terms, reader, client_group=group_of(deal.company, reader.schema))
    if one is None:
        return HttpResponse(status=204)
    limit = limit_of(reader.user)
    context = {
        "row": rows_of([one], terms, added_up([one], terms), deal, reader, {}, limit)[0] | {"heading": None},
        "may_change": True,
        "limit": None if limit is None else plain(limit),
        **choices(terms, reader),
    }
    return render(request, "sales/_line.html", context)
