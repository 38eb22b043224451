"""What the columns of our files are called, also those that are no fields or hold a part of one; the importing side reads them by the same words."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.exchange.importing.targets import CHANGED, CREATED, SOURCE_ID, target_of
from daftar.records.fields.base import Field
from daftar.records.types import RecordType


def id_heading() -> str:
    """The number of the record in the installation that wrote the file."""
    return _("ID")


def currency_heading(heading: str) -> str:
    """The column beside an amount that says its currency."""
    return _("%(field)s: currency") % {"field": heading}


def headings(fields: Sequence[Field]) -> list[str]:
    """Labels; the key beside a label that comes twice."""
    labels = [str(f.label) for f in fields]
    return [f"{label} ({f.key})" if labels.count(label) > 1 else label for f, label in zip(fields, labels, strict=True)]


def own_targets(type_: RecordType, found: Sequence[str]) -> dict[str, str]:
    """Heading → target of what stands beside the fields; ids only where the headings show that the file is one of ours.

    Shapes: JSON lines have keys as headings (`id`, `amount.currency`), the others labels in one of our languages.
    """
    targets = {heading: heading for heading in found if "." in heading and target_of(type_, heading)}
    if {"id", "created_at", "changed_at"} <= set(found):
        return {**targets, "id": SOURCE_ID, "created_at": CREATED, "changed_at": CHANGED}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            money = {
                currency_heading(label): f"{f.key}.currency"
                for f in type_.fields
                if f.kind == "money"
                for label in (str(f.label), f"{f.label} ({f.key})")
            }
            targets |= {heading: money[heading] for heading in found if target_of(type_, money.get(heading, ""))}
            made, changed = (str(type_[key].label) for key in ("created_at", "changed_at"))
            if {id_heading(), made, changed} <= set(found):
                targets |= {id_heading(): SOURCE_ID, made: CREATED, changed: CHANGED}
    return targets
