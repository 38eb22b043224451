"""How a person wants to read: language, calendar, digits, zone, week; what is not chosen follows the company, then the language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from daftar.access.models import Installation, User
from daftar.kernel.formats import Formats, default_for


def formats_for(user: User | None, company: Installation | None = None, *, language: str = "") -> Formats:
    """The formats of the person inside the company; of the company alone, in `language` if given, for strangers."""
    company = company or Installation.load()
    language = (user.language if user else language) or company.language
    base = default_for(language)
    same = language == company.language
    chosen: dict[str, Any] = {
        "tz": (user.time_zone if user else "") or company.time_zone,
        "calendar": (user.calendar if user else "") or (company.calendar if same else base.calendar),
        "digits": (user.digits if user else "") or base.digits,
        "currency": company.currency,
        "country": company.country,
        "rial_as": company.rial_as,
        "first_day": user.first_day if user and user.first_day is not None else base.first_day,
    }
    return replace(base, **chosen)
