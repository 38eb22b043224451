"""The same lines three times: as they are now, as last quoted, as invoiced; and the cells in which they differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.sales.issuing import lines_of
from daftar.sales.models import DealLine, InvoiceLine, Quote, QuoteLine

CELLS = (
    ("name", _("Name")),
    ("quantity", _("Quantity")),
    ("unit", _("Unit")),
    ("price", _("Price")),
    ("discount", _("Discount")),
    ("tax", _("Tax")),
    ("is_optional", _("Optional")),
)
"""What is compared: what somebody wrote. Sums follow from it and are not marked a second time."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in three papers; None where the line does not stand in that one."""

    key: str
    now: Any
    quoted: Any
    invoiced: Any

    @property
    def is_stale(self) -> bool:
        """Whether the quote says something else than the deal."""
        return bool(self.now != self.quoted)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the deal, by whatever paper it is known."""

    name: str
    cells: Sequence[Cell]
    is_added: bool = False
    """Stands on the deal and not on the quote."""
    is_removed: bool = False
    """Stands on the quote and not on the deal any more."""

    @property
    def stale(self) -> list[Cell]:
        """The marked cells; of a line that came or went the line itself is the difference."""
        return [] if self.is_added or self.is_removed else [cell for cell in self.cells if cell.is_stale]


def compare(deal_id: int, quote: Quote | None) -> list[Row]:
    """The rows of the three columns, in the order of the deal; what is only quoted stands behind. Three queries."""
    now = {line.pk: line for line in lines_of(deal_id)}
    quoted = quoted_lines([quote.pk])[quote.pk] if quote is not None else {}
    return rows_of(now, quoted, invoiced_lines(deal_id), has_quote=quote is not None)


def rows_of(
    now: Mapping[int, Any], quoted: Mapping[int, Any], invoiced: Mapping[int, Any], *, has_quote: bool = True
) -> list[Row]:
    found = []
    for id_ in dict.fromkeys([*now, *quoted]):
        three = now.get(id_), quoted.get(id_), invoiced.get(id_)
        says = [said(line) if line is not None else {} for line in three]
        cells = [Cell(key, *(one.get(key) for one in says)) for key, _name in CELLS]
        name = next(line.name for line in three if line is not None)
        found.append(Row(name, cells, has_quote and three[1] is None, three[0] is None))
    return found


def said(line: Any) -> dict[str, Any]:
    """The cells of a line as they are compared."""
    return {
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit,
        "price": line.price,
        "discount": discount_of(line),
        "tax": line.tax_percent,
        "is_optional": line.is_optional,
    }


def discount_of(line: Any) -> tuple[str, Decimal] | None:
    """(in percent or as an amount, how much); None without one."""
    if line.discount_percent:
        return "percent", line.discount_percent
    return ("amount", line.discount_amount) if line.discount_amount else None


def quoted_lines(quote_ids: Collection[int]) -> dict[int, dict[int, QuoteLine]]:
    """Quote → line of the deal → line of the quote; one query."""
    found: dict[int, dict[int, QuoteLine]] = {id_: {} for id_ in quote_ids}
    for line in QuoteLine.objects.filter(quote__in=list(quote_ids), deleted_at=None).order_by("position", "id"):
        found[line.quote_id][line.deal_line_id or -line.pk] = line
    return found


def invoiced_lines(deal_id: int) -> dict[int, InvoiceLine]:
    """Line of the deal → the line of the newest invoice in which it stands."""
    rows = InvoiceLine.objects.filter(invoice__deal=deal_id, deal_line__isnull=False, deleted_at=None, quantity__gt=0)
    rows = rows.exclude(invoice__state="cancelled").order_by("id")
    return {line.deal_line_id or 0: line for line in rows}


def stale_quotes(quotes: Iterable[Quote]) -> dict[int, int]:
    """Quote → in how many places its deal says something else now; those that still agree are left out. Two queries."""
    open_ = {quote.pk: quote for quote in quotes if quote.deal_id is not None and quote.state in ("issued", "expired")}
    quoted = quoted_lines(open_)
    now: dict[int, dict[int, DealLine]] = {quote.deal_id or 0: {} for quote in open_.values()}
    for line in DealLine.objects.filter(deal__in=list(now), deleted_at=None).order_by("position", "id"):
        now[line.deal_id][line.pk] = line
    counts = {
        id_: sum(len(row.stale) or row.is_added or row.is_removed for row in rows_of(now[quote.deal_id or 0], quoted[id_], {}))
        for id_, quote in open_.items()
    }  # fmt: skip
    return {id_: count for id_, count in counts.items() if count}
