"""What a new company most likely wants, by the language of the page and the country that the browser names."""

from __future__ import annotations

import re
from typing import Any

from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.http import HttpRequest

from daftar.access.choices import zone_names
from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.formats import default_for


def guessed(request: HttpRequest, language: str) -> dict[str, Any]:
    """First values of the first page: calendar, currency, rial or toman, country, time zone."""
    base = default_for(language)
    values = {
        "calendar": base.calendar, "currency": base.currency, "rial_as": base.rial_as,
        "country": base.country, "time_zone": base.tz,
    }  # fmt: skip
    country = country_of(request.headers.get("Accept-Language", ""), language)
    if not country or country == base.country:
        return values
    money = [code for code in get_territory_currencies(country) if code in CURRENCIES]
    zone = zone_of(country)
    return values | {"country": country, "currency": money[0] if money else base.currency, "time_zone": zone or base.tz}


def country_of(accepted: str, language: str) -> str:
    """The country that the browser names beside this language ("en-GB" → "GB"); "" when it names none."""
    found = re.findall(r"\b([a-z]{2})-([A-Z]{2})\b", accepted[:200])
    countries = [country for lang, country in found if lang == language]
    known = get_global("territory_currencies")
    return next((country for country in countries if country in known), "")


def zone_of(country: str) -> str:
    """The time zone of a country that has only one."""
    territories = get_global("zone_territories")
    zones = [zone for zone in zone_names() if territories.get(zone) == country]
    return zones[0] if len(zones) == 1 else ""
