"""The settings of the company: an index, the company itself, exchange rates."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access import audit, choices
from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.kernel import clock
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import current
from daftar.kernel.ids import parse_id
from daftar.kernel.numbers import parse_decimal
from daftar.onboarding.company_form import company_widgets, read_company
from daftar.onboarding.places import settings_places
from daftar.records import rate_book
from daftar.records.models import ExchangeRate
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget


@door("settings", "settings")
def index(request: Any) -> HttpResponseBase:
    return render(
        request, "onboarding/settings.html", {"places": settings_places(request.user), "title": _("Settings")}
    )


@door("settings", "settings")
def company(request: Any) -> HttpResponseBase:
    """What holds for everybody; the base currency only until amounts are stored."""
    before: Installation = request.company
    keeps_currency = rate_book.is_money_stored()
    kept = {
        "company": before.name, "language": before.language, "calendar": before.calendar, "currency": before.currency,
        "rial_as": before.rial_as, "country": before.country, "time_zone": before.time_zone,
        "uses_leads": "1" if before.uses_leads else "0",
    }  # fmt: skip
    form = PlainForm(kept, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        changed = read_company(form, before, keeps_currency=keeps_currency, language=True)
        if not form.errors:
            with transaction.atomic():
                changed.save(force_update=True)
                audit.record_change(
                    "settings_changed",
                    audit.columns(before),
                    audit.columns(changed),
                    by=request.user,
                    name=_("Company"),
                )
            return toast(go(request, "/settings/company/"), _("Saved."))
    return render(request, "onboarding/form.html", {
        "title": _("Company"), "form": form, "action": "/settings/company/", "back": "/settings/",
        "widgets": company_widgets(form, keeps_currency=keeps_currency and "currency" not in form.errors),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("settings", "settings")
def rates(request: Any) -> HttpResponseBase:
    """The book of exchange rates, with a form for the next one."""
    form = PlainForm(
        {"day": current().date_numeric(clock.today(current().zone))}, request.POST if request.method == "POST" else None
    )
    if form.sent is not None:
        valued = keep_rate(request, form)
        if valued is not None:
            said = (
                _("Saved. %(count)s amounts have their value now.") % {"count": current().number(valued)}
                if valued
                else _("Saved.")
            )
            return toast(go(request, "/settings/rates/"), said)
    return show_rates(request, form)


def keep_rate(request: Any, form: PlainForm) -> int | None:
    """The number of amounts that the rate valued, or None when it was refused."""
    currency, day, rate = form.choice("currency", dict(choices.currencies())), None, None
    with form.about("day"):
        day = parse_date(form.typed("day"), current())
    with form.about("rate"):
        rate = parse_decimal(form.typed("rate"), current(), max_digits=20, places=8)
    if form.errors or day is None or rate is None:
        return None
    try:
        return rate_book.add_rate(currency, day, rate, by=request.user)
    except Invalid as refused:
        form.refuse(refused)
        return None


def show_rates(request: Any, form: PlainForm) -> HttpResponse:
    base = current().currency
    day = Widget(
        "date", "day", label=_("From"), value=form.typed("day"), required=True, error=str(form.errors.get("day", ""))
    )
    return render(request, "onboarding/rates.html", {
        "title": _("Exchange rates"), "base": base, "form": form, "rows": ExchangeRate.objects.all()[:500],
        "widgets": [
            form.select("currency", _("Currency"), [pair for pair in choices.currencies() if pair[0] != base]),
            day,
            form.input(
                "rate", _("One unit in %(base)s") % {"base": base}, required=True, inputmode="decimal", maxlength=40
            ),
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("settings", "settings")
@require_POST
def remove_rate(request: Any, rate_id: str) -> HttpResponseBase:
    rate_book.remove_rate(parse_id(rate_id), by=request.user)
    return toast(go(request, "/settings/rates/"), _("Removed. Amounts keep the value that they have."))
