"""A bank's CSV: the columns are known by their headings, and a person can correct what was guessed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid, Sentence
from daftar.kernel.formats import Formats
from daftar.kernel.money import parse_money
from daftar.kernel.numbers import parse_decimal
from daftar.kernel.text import ascii_digits, fold, without_marks
from daftar.sales.bank.reading.headings import targets_of
from daftar.sales.bank.reading.letters import text_of
from daftar.sales.bank.reading.statement import (
    MOST_ENTRIES,
    Entry,
    Skipped,
    Statement,
    Unreadable,
    compact,
    shortened,
    too_many,
)

DELIMITERS = (";", ",", "\t", "|")
HEAD_WITHIN, MOST_COLUMNS, LONGEST_CELL = 40, 100, 20_000
ORDERS = ("ymd", "dmy", "mdy")
IN = {
    "c",
    "cr",
    "crdt",
    "credit",
    "in",
    "кт",
    "кредит",
    "приход",
    "поступление",
    "зачисление",
    "واریز",
    "بستانکار",
    "واریزی",
}
OUT = {"d", "dr", "dbit", "debit", "out", "дт", "дебет", "расход", "списание", "برداشت", "بدهکار", "برداشتی"}
_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_TWO_DIGIT_YEAR = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{2})(?=\D|$)", re.ASCII)
_DECIMAL_END = re.compile(r"([.,٫])\d{1,2}\D*$|([.,])\d{4,}\D*$")


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column means (its place from 0, None for none) and how its values are written.

    Shapes: `order` "dmy" | "mdy" | "ymd"; `decimal` "." | ","; `currency` ISO code for rows that name none;
    `per_unit` is 10 where the amounts are in toman; `account` is ours.
    """

    day: int | None = None
    value_day: int | None = None
    amount: int | None = None
    incoming: int | None = None
    outgoing: int | None = None
    direction: int | None = None
    currency_column: int | None = None
    name: int | None = None
    account_column: int | None = None
    tax_id: int | None = None
    purpose: int | None = None
    reference: int | None = None
    end_to_end: int | None = None
    order: str = "ymd"
    decimal: str = "."
    currency: str = ""
    per_unit: int = 1
    account: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Columns:
        """Errors: Unreadable for words or places that mean nothing."""
        known = {one.name: stored[one.name] for one in fields(cls) if one.name in stored}
        for key, value in known.items():
            is_place = key in PLACES
            if is_place and not (value is None or (type(value) is int and 0 <= value < MOST_COLUMNS)):
                raise Unreadable(_("Choose the columns anew."))
        made = cls(**known)
        if made.order not in ORDERS or made.decimal not in (".", ",") or made.per_unit not in (1, 10):
            raise Unreadable(_("Choose the columns anew."))
        if made.currency and made.currency not in CURRENCIES:
            raise Unreadable(_("Choose the columns anew."))
        return replace(made, account=compact(str(made.account)))


PLACES = (
    "day", "value_day", "amount", "incoming", "outgoing", "direction", "currency_column", "name", "account_column", "tax_id",
    "purpose", "reference", "end_to_end",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """The file as rows of text. `head` is the place of the heading row, -1 when none was known."""

    rows: Sequence[tuple[int, Sequence[str]]]
    head: int
    delimiter: str
    encoding: str

    @property
    def headings(self) -> Sequence[str]:
        if self.head >= 0:
            return self.rows[self.head][1]
        return [str(place + 1) for place in range(max(len(cells) for _line, cells in self.rows))]

    @property
    def body(self) -> Sequence[tuple[int, Sequence[str]]]:
        return self.rows[self.head + 1 :]


def open_table(raw: bytes, *, encoding: str = "") -> Table:
    """The rows, parted by the sign that makes the best headings. Errors: Unreadable for a file without rows."""
    text, codec = text_of(raw, encoding)
    best: tuple[int, int, Table] | None = None
    for sign in DELIMITERS:
        rows = rows_of(text, sign)
        head, points = heading_of(rows)
        wide = max((len(cells) for _line, cells in rows[:HEAD_WITHIN]), default=0)
        if best is None or (points, wide) > best[:2]:
            best = points, wide, Table(rows, head, sign, codec)
    if best is None or not best[2].rows:
        raise Unreadable(_("This file is empty. Download it from the bank again."))
    if best[1] < 2:
        raise Unreadable(
            _("This file is neither a table nor a statement. Ask the bank for CSV, camt.053 or the file for 1C.")
        )
    return best[2]


def rows_of(text: str, sign: str) -> list[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    rows: list[tuple[int, Sequence[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in cells):
                    return []
                rows.append((reader.line_num, cells))
            if len(rows) > MOST_ENTRIES + HEAD_WITHIN:
                raise too_many()
    except csv.Error:
        return []
    return rows


def heading_of(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, int]:
    """(place of the row that names a day and an amount, how many columns it names); banks write a few lines before it."""
    for place, (_line, cells) in enumerate(rows[:HEAD_WITHIN]):
        found = targets_of([folded(cell) for cell in cells])
        if "day" in found and {"amount", "incoming", "outgoing"} & set(found):
            return place, len(found)
    return -1, 0


def folded(heading: str) -> str:
    return fold(_BRACKETS.sub(" ", heading))


# -- guessing ------------------------------------------------------------------------------------------


def propose(table: Table, formats: Formats) -> Columns:
    """What the columns most likely mean; `formats` are those of the reader, and settle what the file leaves open."""
    found = targets_of([folded(heading) for heading in table.headings]) if table.head >= 0 else {}
    if "incoming" in found and "outgoing" in found:
        found.pop("amount", None)
    if "direction" in found and not knows_directions(column(table, found["direction"])):
        found.pop("direction")
    money = [found[key] for key in ("amount", "incoming", "outgoing") if key in found]
    currency, per_unit = currency_named([table.headings[place] for place in money], formats)
    return Columns(
        day=found.get("day", found.get("value_day")),
        value_day=found.get("value_day"),
        amount=found.get("amount"),
        incoming=found.get("incoming"),
        outgoing=found.get("outgoing"),
        direction=found.get("direction"),
        currency_column=found.get("currency"),
        name=found.get("name"),
        account_column=found.get("account"),
        tax_id=found.get("tax_id"),
        purpose=found.get("purpose"),
        reference=found.get("reference"),
        end_to_end=found.get("end_to_end"),
        order=likely_order(column(table, found["day"]) if "day" in found else [], formats),
        decimal=likely_decimal([text for place in money for text in column(table, place)], formats),
        currency=currency or formats.currency,
        per_unit=per_unit,
    )


def column(table: Table, place: int) -> list[str]:
    cells = (cells[place].strip() for _line, cells in table.body if place < len(cells))
    return [cell for cell in cells if cell][:500]


def knows_directions(texts: Sequence[str]) -> bool:
    words = {fold(text) or text for text in texts}
    return bool(words) and words <= IN | OUT | {"+", "-"}


def currency_named(headings: Sequence[str], formats: Formats) -> tuple[str, int]:
    """(currency, rials to its unit) that stand in a heading: "Amount (EUR)", "مبلغ (ریال)", "Сумма, руб."."""
    for heading in headings:
        for word in [*_BRACKETS.findall(heading), *re.split(r"[\s,()]+", heading)]:
            bare = word.strip(" .")
            if len(bare) < 2 or (len(bare) == 3 and bare.isascii() and not bare.isupper()):  # "All" is also a currency
                continue
            try:
                unit = parse_money(f"1 {word.strip()}", formats, "USD")
            except Invalid:
                continue
            return unit.currency, int(unit.amount)
    return "", 1


def likely_order(texts: Sequence[str], formats: Formats) -> str:
    fits = [order for order in ORDERS if texts and all(day_in(text, order) for text in texts[:200])]
    if len(fits) == 1:
        return fits[0]
    is_american = formats.language == "en" and formats.country in ("US", "PH")
    usual = "mdy" if is_american else "dmy"
    return usual if usual in fits or not fits else fits[0]


def likely_decimal(texts: Sequence[str], formats: Formats) -> str:
    votes = {".": 0, ",": 0}
    for text in texts:
        found = _DECIMAL_END.search(without_marks(ascii_digits(text)))
        sign = (found[1] or found[2]) if found else ""
        if sign in votes:
            votes[sign] += 1
    if votes["."] != votes[","]:
        return "." if votes["."] > votes[","] else ","
    return "," if formats.language == "ru" else "."


# -- reading -------------------------------------------------------------------------------------------


def read(table: Table, columns: Columns) -> Statement:
    """The movements of the table. Rows without a day or an amount (totals, remarks) are skipped with the reason.

    Errors: Unreadable when the columns of day or amount are not chosen, or no row can be read.
    """
    if columns.day is None:
        raise Unreadable(_("Say which column holds the day of the payment."), field="day")
    if columns.amount is None and columns.incoming is None:
        raise Unreadable(_("Say which column holds the amount, or what came in."), field="amount")
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    for line, cells in table.body:
        try:
            entries.append(Row(cells, columns, line).entry())
        except Invalid as refused:
            skipped.append(Skipped(line, refused.sentence))
    if not entries:
        why: Sentence = skipped[0].why if skipped else _("There are no rows below the headings.")
        raise Unreadable(format_lazy(_("No row of this file can be read. {why}"), why=why))
    days = [entry.day for entry in entries]
    currencies = {entry.currency for entry in entries}
    currency = currencies.pop() if len(currencies) == 1 else columns.currency
    return Statement(columns.account, currency, min(days), max(days), None, None, entries, skipped)


class Row:
    """One row on its way to an entry."""

    def __init__(self, cells: Sequence[str], columns: Columns, line: int) -> None:
        self.cells, self.columns, self.line = cells, columns, line

    def cell(self, place: int | None) -> str:
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""

    def entry(self) -> Entry:
        """Errors: Invalid with the reason why this row is no movement."""
        columns = self.columns
        day = day_in(self.cell(columns.day), columns.order)
        if day is None:
            raise Invalid(format_lazy(_("Line {line} has no day, so it is left out."), line=self.line))
        amount = self.amount()
        if not amount:
            raise Invalid(format_lazy(_("Line {line} has no amount, so it is left out."), line=self.line))
        return Entry(
            day=day,
            amount=amount,
            currency=self.currency(),
            name=shortened(self.cell(columns.name), 250),
            account=compact(self.cell(columns.account_column)),
            tax_id=shortened(self.cell(columns.tax_id), 50),
            purpose=shortened(self.cell(columns.purpose)),
            reference=shortened(self.cell(columns.reference), 140),
            end_to_end=shortened(self.cell(columns.end_to_end), 140),
            line=self.line,
        )

    def amount(self) -> Decimal:
        columns = self.columns
        if columns.incoming is not None or columns.outgoing is not None:
            came, went = self.number(columns.incoming), self.number(columns.outgoing)
            if came or went:
                return abs(came) - abs(went)
        value = self.number(columns.amount)
        way = fold(self.cell(columns.direction)) or self.cell(columns.direction)
        if way in OUT or way == "-":
            return -abs(value)
        return abs(value) if way in IN or way == "+" else value

    def number(self, place: int | None) -> Decimal:
        text = self.cell(place)
        if text in ("", "-", "—", "–"):
            return Decimal()
        if text.endswith(("-", "−")):  # 1.234,56-
            text = f"-{text[:-1]}"
        bare = re.sub(r"[^\d۰-۹٠-٩.,٫٬'’\s+\-−()]", "", text)
        if bare.startswith("(") and bare.endswith(")"):
            bare = f"-{bare[1:-1]}"
        formats = Formats(language="en" if self.columns.decimal == "." else "de")
        return parse_decimal(bare, formats) * self.columns.per_unit

    def currency(self) -> str:
        said = self.cell(self.columns.currency_column)
        if not said:
            if self.columns.currency:
                return self.columns.currency
            raise Invalid(_("Say in which currency the amounts are."))
        return parse_money(f"1 {said}", Formats(language=""), "USD").currency


def day_in(text: str, order: str) -> dt.date | None:
    """The day in the cell, or None."""
    bare = without_marks(ascii_digits(text)).strip()
    short = _TWO_DIGIT_YEAR.match(bare)
    if short and order != "ymd":
        bare = f"{short[1]}.{short[2]}.20{short[3]}" if order == "dmy" else f"{short[1]}/{short[2]}/20{short[3]}"
    try:
        return parse_date(bare, Formats(language=""), order=order)
    except Invalid:
        pass
    head = bare.split(" ")[0].split("T")[0]  # a time in a form of its own behind the day
    try:
        return parse_date(head, Formats(language=""), order=order) if head != bare else None
    except Invalid:
        return None
