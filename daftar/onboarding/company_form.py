"""The company's settings as a form: on the first page and in the settings."""

from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.access import choices
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.kernel.currencies import CURRENCIES
from daftar.ui.parts import Widget


def company_widgets(form: PlainForm, *, keeps_currency: bool, language: bool = True) -> list[Widget]:
    """Name, language, calendar, currency, country, zone, leads or straight deals; rial or toman where rials are counted."""
    leads = (("1", _("With leads: enquiries first, deals from them")), ("0", _("Straight with deals")))
    money = (
        _("Amounts are stored already, so the base currency stays.")
        if keeps_currency
        else _("Sums and reports are in it. It stays once amounts are stored.")
    )
    currencies = [pair for pair in choices.currencies() if not keeps_currency or pair[0] == form.typed("currency")]
    return [
        form.input("company", _("Company"), required=True, maxlength=200, autocomplete="organization"),
        *([form.select("language", _("Language"), choices.languages())] if language else []),
        form.select("calendar", _("Calendar"), choices.CALENDARS),
        form.select("currency", _("Base currency"), currencies, help=money),
        *([form.select("rial_as", _("Rials are shown in"), choices.RIALS)] if form.typed("currency") == "IRR" else []),
        form.select(
            "country", _("Country"), choices.countries(), help=_("For phone numbers written without a country code.")
        ),
        form.select("time_zone", _("Time zone"), choices.zones()),
        form.select("uses_leads", _("How you work"), leads),
    ]


def read_company(
    form: PlainForm, before: Installation, *, keeps_currency: bool, language: bool = False
) -> Installation:
    """What was sent; errors stand in the form. A page that did not ask for rial or toman leaves it as it is."""
    currency = form.choice("currency", CURRENCIES)
    if keeps_currency and currency and currency != before.currency:
        form.errors["currency"] = _(
            "Amounts are stored already, each with its value in %(code)s. "
            "Another base currency would make those values wrong."
        ) % {"code": before.currency}
    return Installation(
        pk=1,
        name=form.text("company", max_length=200, required=True),
        language=form.choice("language", dict(choices.languages())) if language else before.language,
        calendar=form.choice("calendar", dict(choices.CALENDARS)),
        currency=currency,
        rial_as=form.choice("rial_as", dict(choices.RIALS)) if "rial_as" in (form.sent or ()) else before.rial_as,
        country=form.choice("country", dict(choices.countries())),
        time_zone=form.choice("time_zone", choices.zone_names()),
        uses_leads=form.choice("uses_leads", ("1", "0")) == "1",
    )
