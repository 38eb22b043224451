"""Small things that the forms of this room share: numbers, days, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from daftar.access.plain_form import PlainForm
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.formats import current
from daftar.kernel.numbers import parse_decimal, parse_percent, parse_whole
from daftar.sales.issuing import MustAsk


def whole(form: PlainForm, name: str) -> int:
    """A whole number of the form; 0 with a sentence at the field when it is none."""
    with form.about(name):
        return parse_whole(form.typed(name), current())
    return 0


def percent(form: PlainForm, name: str) -> Decimal | None:
    """A percentage, None where nothing stands."""
    with form.about(name):
        return parse_percent(form.typed(name), current()) if form.typed(name).strip() else None
    return None


def day(form: PlainForm, name: str) -> date | None:
    """A day, None where nothing stands."""
    with form.about(name):
        return parse_date(form.typed(name), current()) if form.typed(name).strip() else None
    return None


def quantities(form: PlainForm, sent: QueryDict, ids: Sequence[int]) -> dict[int, Decimal]:
    """How many of each line: the inputs `line.<id>`; those that are empty or 0 are left out."""
    found: dict[int, Decimal] = {}
    for id_ in ids:
        name = f"line.{id_}"
        typed = sent.get(name, "")
        if typed.strip():
            with form.about(name):
                found[id_] = parse_decimal(typed, current(), places=3)
    return {id_: quantity for id_, quantity in found.items() if quantity}


def refuse(form: PlainForm, refused: Any) -> None:
    """Keep a refusal at its field, or above the form."""
    if isinstance(refused, Invalid):
        form.refuse(refused)
    elif isinstance(refused, Conflict):
        form.errors[refused.field] = refused.sentence


def way_on(refused: Any) -> dict[str, Any]:
    """Where one goes on from a refusal, as the form shows it below the sentence: `label`, `href`, `in_dialog`; {} for nowhere."""
    return refused.way if isinstance(refused, MustAsk) else {}
