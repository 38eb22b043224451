"""One page of settings that leads to the small record types behind products."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access.doors import door
from daftar.records.reading import visible
from daftar.records.views.opening import reader_of


@door("settings", "settings")
@require_safe
def catalogue_settings(request: Any) -> HttpResponse:
    """Units, tax classes, price lists, warehouses: how many there are, and what each is for."""
    reader = reader_of(request)
    about = {
        "unit": _("In what products are counted, and how many digits a quantity may have"),
        "tax_class": _("Rates of tax, and which one new products get"),
        "price_list": _("Prices in a currency, for a group of clients, for a time"),
        "warehouse": _("Where goods lie, and where they go when nobody says"),
    }
    places = [
        {"name": type_.heading, "href": type_.address(), "icon": type_.icon, "about": words, "count": visible(type_, reader.user).count()}
        for key, words in about.items()
        for type_ in [reader.schema.type(key)]
    ]  # fmt: skip
    return render(request, "catalogue/settings.html", {"title": _("Catalogue"), "places": places})
