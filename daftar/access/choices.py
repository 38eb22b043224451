"""The words of settings of language, calendar, digits, zone, week, country and currency, for selects."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.formats import current

CALENDARS = (("gregorian", _("Gregorian")), ("jalali", _("Jalali")))
DIGITS = (("latin", _("Latin (0–9)")), ("persian", _("Persian (۰–۹)")))
RIALS = (("rial", _("Rial")), ("toman", _("Toman")))
THEMES = (("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark")))
DENSITIES = (("default", _("Default")), ("compact", _("Compact")))
NEAR_CURRENCIES = ("USD", "EUR", "IRR", "RUB", "AED", "GBP", "TRY", "CNY")
ZONE_AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


def languages() -> list[tuple[str, str]]:
    return [(code, name) for code, name in settings.LANGUAGES]


def week_days() -> list[tuple[str, str]]:
    return [(str(n), current().weekday_name(n)) for n in range(7)]


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    return ("UTC", *sorted(z for z in available_timezones() if z.startswith(ZONE_AREAS)))


def zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in zone_names()]


def currencies() -> list[tuple[str, str]]:
    """Code and name of every currency, the ones near to our readers first."""
    return list(_currencies(translation.get_language() or "en"))


@lru_cache(maxsize=8)
def _currencies(language: str) -> tuple[tuple[str, str], ...]:
    rest = sorted(set(CURRENCIES) - set(NEAR_CURRENCIES))
    return tuple((code, f"{code} · {CURRENCIES[code].name(language)}") for code in (*NEAR_CURRENCIES, *rest))


def countries() -> list[tuple[str, str]]:
    """ISO code and name of every country, in the reader's order."""
    return list(_countries(translation.get_language() or "en"))


@lru_cache(maxsize=8)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(language.replace("-", "_")).territories
    known = [(code, str(name)) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return tuple(
        sorted(
            (pair for pair in known if pair[0] not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}), key=lambda p: p[1]
        )
    )


def as_company() -> str:
    """The word of a select for "what the company has"."""
    return _now("As the company")
