"""What papers and lines of a file come to by our rules, beside what the file says: each difference is told.

Shapes: `sums` of a map names the columns: `price` and `quantity` of a line or `full` of a paper (all lines before discount), `discount`,
`tax`, `adjustment`, and `total`, which is compared. All are amounts. Sums are compared to the smallest coin of the currency.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.report import SumTold
from daftar.exchange.importing.units import priced
from daftar.exchange.importing.work import Work
from daftar.exchange.models import ImportRun, SumDifference
from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.errors import Invalid
from daftar.kernel.neutral import neutral
from daftar.kernel.text import clean_text
from daftar.sales import totals

PARTS = ("price", "quantity", "full", "discount", "tax", "adjustment", "total")
ZERO, ONE = Decimal(0), Decimal(1)
LONGEST = 300


def compare(work: Work, rows: Iterable[tuple[Parsed, Any, Any]]) -> None:
    """Tell of rows that went in what they come to otherwise than the file says."""
    if "total" not in work.map.sums:
        return
    currency = work.reader.values.formats.currency
    for row, _values, _record in rows:
        said = said_in(work, row)
        told, ours = said.get("total"), worked_out(said, currency)
        work.report.compared += 1
        if told is None or ours is None or coins(told, currency) != ours:
            title = clean_text(row.title, max_length=LONGEST)
            work.report.tell_sum(SumTold(row.line, title, text(told, currency), text(ours, currency), currency))


def said_in(work: Work, row: Parsed) -> dict[str, Decimal]:
    """The parts that the row says as numbers."""
    found: dict[str, Decimal] = {}
    for part, heading in work.map.sums.items():
        cell = row.row.cells[work.headings.index(heading)].strip()
        try:
            if cell and part in PARTS:
                found[part] = priced(cell, work.reader.values.reader_of(heading).formats)
        except Invalid:
            continue  # it is no number: then nothing can be worked out of it
    return found


def worked_out(said: Mapping[str, Decimal], currency: str) -> Decimal | None:
    """By `sales.totals` the sum less its discount, and the tax and what was adjusted on top; None when the parts say too little."""
    price, quantity = said.get("price"), said.get("quantity")
    if price is None or quantity is None:
        price, quantity = said.get("full"), ONE
    if price is None:
        return None
    line = totals.Line(quantity, price, discount_amount=said.get("discount", ZERO))
    try:
        net = totals.total([line], totals.Terms(currency)).net
    except Invalid:
        return None
    return coins(net + said.get("tax", ZERO) + said.get("adjustment", ZERO), currency)


def coins(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(ONE.scaleb(-CURRENCIES[currency].minor_units), rounding=ROUND_HALF_UP)


def text(amount: Decimal | None, currency: str) -> str:
    """A plain number, with no more digits behind the point than it needs, but those of the coin."""
    if amount is None:
        return ""
    least = CURRENCIES[currency].minor_units
    bare = amount.normalize()
    exponent = bare.as_tuple().exponent
    return f"{bare:f}" if isinstance(exponent, int) and -exponent >= least else f"{coins(amount, currency):f}"


# -- kept and shown --------------------------------------------------------------------------------------


def kept(run: ImportRun, file: str, type_key: str, told: Iterable[SumTold]) -> list[SumDifference]:
    return [
        SumDifference(
            run=run, file=file[:200], type=type_key, line=one.line, title=one.title, currency=one.currency,
            told=one.told or None, ours=one.ours or None,
        )
        for one in told
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """One file on the page of differences. Shapes: sums are of rows that have both."""

    title: str
    compared: int
    differing: int


def of_run(run: ImportRun, behind: int = 0) -> QuerySet[SumDifference]:
    return run.differences.filter(pk__gt=behind).order_by("pk")


def differences_csv(run: ImportRun) -> Iterator[str]:
    """Every difference: file, line, name, what the file says, what it comes to, the difference, the currency."""
    yield line([_("File"), _("Line"), _("Name"), _("Sum in the file"), _("Recomputed"), _("Difference"), _("Currency")])
    for one in of_run(run).iterator(chunk_size=500):
        numbers = [text(each, one.currency) for each in (one.told, one.ours, one.difference)]
        yield line([neutral(one.file), str(one.line), neutral(one.title), *numbers, one.currency])


def line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
