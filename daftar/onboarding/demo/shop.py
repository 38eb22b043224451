"""The shop while it is being made: its words, its people, its chance, and how everything is written."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from daftar.access.models import Installation, User
from daftar.kernel import clock
from daftar.kernel.formats import current
from daftar.kernel.money import CURRENCIES, Money
from daftar.onboarding.demo.cast import Cast
from daftar.onboarding.demo.words.shape import Words
from daftar.onboarding.demo.words.trade import TRADE
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.records.schema import Schema, current_schema
from daftar.records.types import RecordType

PER_DOLLAR = {
    "USD": Decimal(1), "EUR": Decimal("0.9"), "GBP": Decimal("0.8"), "IRR": Decimal(600_000), "RUB": Decimal(90),
    "AED": Decimal("3.67"), "TRY": Decimal(35), "CNY": Decimal("7.2"),
}  # fmt: skip
"""Invented, round rates; a base currency that is not named here counts like dollars."""


@dataclass
class Shop:
    """Shapes: `others` names what is made besides records, for the removal."""

    words: Words
    company: Installation
    cast: Cast
    change_set: ChangeSet
    chance: random.Random = field(default_factory=lambda: random.Random("daftar demo"))  # noqa: S311  # no secret
    others: dict[str, Any] = field(default_factory=dict)
    products: list[Any] = field(default_factory=list)
    hour: Any = None
    bundle: Any = None
    floor: Any = None
    companies: list[Any] = field(default_factory=list)
    contacts: list[Any] = field(default_factory=list)
    leads: list[Any] = field(default_factory=list)
    deals: list[Any] = field(default_factory=list)
    papered: list[tuple[Any, str, float]] = field(default_factory=list)
    """Deals of which papers are written, how they end, and how many days ago they came to their stage."""
    schema: Schema | None = None

    def __post_init__(self) -> None:
        self.trade = TRADE[self.words.language]
        self.now = clock.now()
        self.today = clock.today(current().zone)

    # -- writing -----------------------------------------------------------------------------------

    def type(self, key: str) -> RecordType:
        if self.schema is None:
            self.schema = current_schema()
        return self.schema.type(key)

    def has_new_schema(self) -> None:
        """Call after changing fields or options."""
        self.schema = None

    def add(self, key: str, rows: Sequence[tuple[User, dt.datetime, Mapping[str, Any]]]) -> list[Any]:
        """Make records of one type, each by its person and at its time; in the order given."""
        made: dict[int, Any] = {}
        for person in dict.fromkeys(by for by, _at, _values in rows):
            mine = [n for n, row in enumerate(rows) if row[0] == person]
            answers = writing.create_many(
                self.type(key), [rows[n][2] for n in mine], by=person, via="demo",
                at=[rows[n][1] for n in mine], change_set=self.change_set,
            )  # fmt: skip
            for n, answer in zip(mine, answers):
                if isinstance(answer, Exception):
                    raise answer
                made[n] = answer
        return [made[n] for n in range(len(rows))]

    def of(self, person_id: int) -> User:
        """The person of the cast with this id."""
        return next(person for person in self.cast.everybody if person.pk == person_id)

    def change(self, key: str, row: Any, values: Mapping[str, Any], *, by: User, at: dt.datetime) -> Any:
        return writing.change(self.type(key), row.pk, values, by=by, via="demo", at=at, change_set=self.change_set)

    # -- chance ------------------------------------------------------------------------------------

    def pick(self, of: Sequence[Any]) -> Any:
        return self.chance.choice(of)

    def when(self, days: float, hour: int | None = None) -> dt.datetime:
        """A time in working hours that many days from today (negative: ago)."""
        day = self.today + dt.timedelta(days=round(days))
        hour = self.chance.randint(9, 17) if hour is None else hour
        local = dt.datetime.combine(day, dt.time(hour, self.chance.choice((0, 10, 15, 30, 45))), current().zone)
        return local.astimezone(dt.UTC)

    def past(self, days: float) -> dt.datetime:
        """A working time that many days ago, never in the future."""
        return min(self.when(-days), self.now - dt.timedelta(minutes=self.chance.randint(3, 50)))

    def number(self, pattern: str) -> str:
        """A phone number of the pattern; "#" becomes a digit."""
        return "".join(str(self.chance.randint(0, 9)) if sign == "#" else sign for sign in pattern)

    # -- money -------------------------------------------------------------------------------------

    @property
    def base(self) -> str:
        return self.company.currency

    @property
    def foreign(self) -> list[str]:
        return [code for code in ("USD", "EUR") if code != self.base][:2]

    def money(self, dollars: float, currency: str = "") -> Money:
        """The worth of so many dollars, rounded as people round."""
        code = currency or self.base
        amount = Decimal(str(dollars)) * PER_DOLLAR.get(code, Decimal(1))
        step = Decimal(10) ** (max(amount.adjusted() - 2, -CURRENCIES[code].minor_units))
        return Money((amount / step).to_integral_value() * step, code)

    def name(self) -> tuple[str, str]:
        return self.pick(self.words.first_names), self.pick(self.words.last_names)
