"""The units, tax classes and the warehouse that a new company starts with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from daftar.access.models import Installation
from daftar.catalogue.models import TaxClass, Unit, Warehouse
from daftar.kernel.after_migrate import is_whole

UNITS: tuple[tuple[Any, Any, int], ...] = (
    (_("piece"), _("pc"), 0),
    (_("set"), _("set"), 0),
    (_("hour"), _("h"), 2),
    (_("day"), _("d"), 1),
    (_("kilogram"), _("kg"), 3),
    (_("ton"), _("t"), 3),
    (_("litre"), _("l"), 3),
    (_("metre"), _("m"), 2),
    (_("square metre"), _("m²"), 2),
    (_("cubic metre"), _("m³"), 3),
)


def install_units(apps: Any = None, **_ignored: Any) -> None:
    """Make the shipped units where there are none, in the company's language (after each migrate; safe to repeat)."""
    if not is_whole(apps) or Unit.objects.exists():
        return
    with override(Installation.load().language):
        Unit.objects.bulk_create([Unit(name=str(name), symbol=str(symbol), decimals=n) for name, symbol, n in UNITS])
        TaxClass.objects.bulk_create([TaxClass(name=str(_("Without tax")), percent=0)])
        Warehouse.objects.bulk_create([Warehouse(name=str(_("Main warehouse")), is_default=True)])


def tax_of_new(reader: Any) -> int | None:
    """The tax class that new products get; asked once for all that one reader makes."""
    kept: dict[str, int | None] = reader.__dict__
    if "_tax_of_new" not in kept:
        marked = TaxClass.objects.filter(is_default=True, deleted_at=None).order_by("id")
        kept["_tax_of_new"] = marked.values_list("pk", flat=True).first()
    return kept["_tax_of_new"]


def speak(language: str) -> None:
    """Say the shipped units that nobody changed yet in another language: the company has just chosen one."""
    known: dict[str, int] = {}
    for one, _name in settings.LANGUAGES:
        with override(one):
            known |= {str(name): n for n, (name, _symbol, _decimals) in enumerate(UNITS)}
    with override(language):
        for unit in Unit.objects.filter(version=1, name__in=known, created_by=None):
            name, symbol, _decimals = UNITS[known[unit.name]]
            Unit.objects.filter(pk=unit.pk).update(name=str(name), symbol=str(symbol))
        TaxClass.objects.filter(version=1, created_by=None, percent=0).update(name=str(_("Without tax")))
        Warehouse.objects.filter(version=1, created_by=None, is_default=True).update(name=str(_("Main warehouse")))
