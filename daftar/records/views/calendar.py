"""The calendar of a record type: the address words of the list, plus `by` (the date), `span` (month, week, day, agenda) and `on` (the day)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from daftar.access.audit.reads import rows_shown
from daftar.access.doors import door
from daftar.access.models import Row
from daftar.records import saved_views
from daftar.records.boards import face_fields
from daftar.records.calendars import CalendarView, Pile
from daftar.records.fields.base import Field
from daftar.records.fields.date_time import MORNING
from daftar.records.query.view import View
from daftar.records.views.board import EMPTY_SHOWN, shown, take
from daftar.records.views.cells import TONES, those_with_right
from daftar.records.views.list_parts import count_number, problems
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import Choice, at, bar
from daftar.ui import calendar as squares
from daftar.ui.answers import is_fragment
from daftar.ui.day_cards import DayCard
from daftar.ui.parts import Shown

SPANS = {
    "month": gettext_lazy("Month"), "week": gettext_lazy("Week"), "day": gettext_lazy("Day"),
    "agenda": gettext_lazy("Agenda"),
}  # fmt: skip
NEW_AT = f" {MORNING:%H:%M}"
FACTS = ("money", "decimal", "whole", "percent", "link", "text", "choice", "phones", "emails")
"""The kinds of which the first on a board's card is the fact beside the name, the first kind before the others."""


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One day as drawn: its square, its number of records in words, its cards, where the others are, and where a new one is made."""

    square: squares.Day
    count: int
    count_words: str
    cards: Sequence[DayCard]
    href: str
    more: str
    more_href: str
    add: str


@door("signed_in")
@require_safe
def index(request: Any, slug: str) -> HttpResponse:
    """The calendar of the address; as a fragment, its days alone."""
    reader, type_ = opened(request, slug)
    calendar = CalendarView.of(View.of_page(type_, request.GET, reader))
    if is_fragment(request):
        return render(request, "records/_calendar_body.html", body(calendar))
    view = calendar.view
    return render(
        request,
        "records/calendar.html",
        {
            **bar(view, "calendar"),
            **body(calendar),
            "problems": problems(view),
            "main_class": "fills",
            "day_fields": [
                Choice(str(f.label), here(view, by=f.key), f.key == calendar.field.key) for f in type_.day_fields
            ],
        },
        status=400 if view.problems else 200,
    )


def here(view: View, **words: str | None) -> str:
    return at(saved_views.path(view.type, "calendar"), view.address(**words))


def body(calendar: CalendarView) -> dict[str, Any]:
    """What the days need, with the head over them."""
    view, formats = calendar.view, calendar.formats
    piles = calendar.piles()
    rows = [row for pile in piles for row in pile.rows]
    rows_shown(view.reader.user, view.type.key, len(rows))
    drawn = days_of(calendar, piles, rows)
    lacking = calendar.count_without_day()
    return {
        "type": view.type,
        "field": calendar.field,
        "span": calendar.span,
        "title": title_of(calendar, piles),
        "days": [d for d, pile in zip(drawn, piles, strict=True) if is_listed(calendar, pile)],
        "weeks": [drawn[n : n + 7] for n in range(0, len(drawn), 7)],
        "weekdays": squares.weekdays(formats),
        "previous": here(view, on=calendar.turned(-1).isoformat()),
        "next": here(view, on=calendar.turned(1).isoformat()),
        "today": here(view, on=None),
        "spans": [
            Choice(str(label), here(view, span=key if key != "month" else None), key == calendar.span)
            for key, label in SPANS.items()
        ],
        "jump": saved_views.path(view.type, "calendar"),
        "jump_kept": [(key, text) for key, text in view.params() if key != "on"],
        "jump_value": formats.date_numeric(calendar.on),
        "without": without_words(lacking, calendar) if lacking else "",
        "without_href": list_address(calendar, f"{calendar.field.key}.empty", ""),
        "may_add": view.type.may_be_made(view.reader.user),
        "back": here(view),
    }


def days_of(calendar: CalendarView, piles: Sequence[Pile], rows: Sequence[Row]) -> list[DrawnDay]:
    """All days with their cards; names of people and linked records are fetched together."""
    faces = Faces(calendar, rows)
    return [
        DrawnDay(
            pile.square,
            pile.count,
            records_words(pile.count, calendar),
            [faces.card(row) for row in pile.rows],
            here(calendar.view, span="day", on=pile.square.iso),
            more_words(pile.more, calendar) if pile.more else "",
            list_address(calendar, f"{calendar.field.key}.is", pile.square.iso)
            if calendar.span == "day"
            else here(calendar.view, span="day", on=pile.square.iso),
            f"/{calendar.view.type.slug}/quick?{urlencode(new_on(calendar, pile))}" if can_be_moved(calendar) else "",
        )
        for pile in piles
    ]  # fmt: skip


def is_listed(calendar: CalendarView, pile: Pile) -> bool:
    """Whether a day stands in an agenda: those with records, and today."""
    return bool(pile.count or pile.square.is_today or calendar.span == "day")


def can_be_moved(calendar: CalendarView) -> bool:
    """Whether a person sets the date; what is worked out or only to be read stays where it is."""
    return not calendar.field.readonly


def new_on(calendar: CalendarView, pile: Pile) -> dict[str, str]:
    """The words that give a new record that day; a moment is said as typed, for its hour may not exist there."""
    return {calendar.field.key: f"{pile.square.iso}{NEW_AT if calendar.days.kind == 'date_time' else ''}"}


def list_address(calendar: CalendarView, word: str, text: str) -> str:
    """The list with one condition more on the date."""
    return calendar.view.type.address() + calendar.view.address(by=None, span=None, on=None, **{word: text})


# -- in words ------------------------------------------------------------------------------------------


def title_of(calendar: CalendarView, piles: Sequence[Pile]) -> str:
    formats = calendar.formats
    if calendar.span == "day":
        return piles[0].square.words
    if calendar.span == "week":
        return f"{formats.date(piles[0].day)} – {formats.date(piles[-1].day)}"
    year, month = squares.month_of(calendar.on, formats)
    return formats.month_name(month, year)


def records_words(count: int, calendar: CalendarView) -> str:
    if not count:
        return ""
    return ngettext("%(count)s record", "%(count)s records", count) % {"count": calendar.formats.number(count)}


def more_words(count: int, calendar: CalendarView) -> str:
    return _("+%(count)s more") % {"count": calendar.formats.number(count)}


def without_words(count: int, calendar: CalendarView) -> str:
    return _("“%(field)s” is empty: %(count)s") % {
        "field": calendar.field.label,
        "count": count_number(count, calendar.view.reader),
    }


# -- cards ---------------------------------------------------------------------------------------------


class Faces:
    """Draws the cards of one calendar; the facts are those of a board's card."""

    def __init__(self, calendar: CalendarView, rows: Sequence[Row]) -> None:
        self.calendar, self.type, self.reader = calendar, calendar.view.type, calendar.view.reader
        facts = [f for f in face_fields(self.type) if f.key not in (self.type.title_field.key, calendar.field.key)]
        self.owner = take(facts, ("person",))
        self.fact = next((f for kind in FACTS for f in facts if f.kind == kind), None)
        self.mark: Field | None = self.type.stage_field or next(iter(self.type.board_fields), None)
        chosen = [f for f in (self.owner, self.fact, self.mark) if f is not None]
        self.reader.load(self.type, rows, [self.type.title_field, *chosen])
        movable = can_be_moved(calendar)
        self.movable = those_with_right(self.type, rows, self.reader, "change") if movable else set()

    def card(self, row: Row) -> DayCard:
        href, days = self.type.address(row.pk), self.calendar.days
        return DayCard(
            row.pk,
            row.version,
            href,
            self.type.title_of(row),
            TONES.get(self.type.row_tone(row, self.reader), ""),
            days.time_words(days.get(row), self.reader),
            self.mark.show(self.mark.get(row), self.reader) if self.mark else EMPTY_SHOWN,
            self.short(row),
            shown(self.owner, row, self.reader),
            f"{href}field/{self.calendar.field.key}" if row.pk in self.movable else "",
        )

    def short(self, row: Row) -> Shown:
        """The fact; an amount as short as it can be said."""
        if self.fact is None or self.fact.kind != "money":
            return shown(self.fact, row, self.reader)
        return Shown(self.reader.formats.money(self.fact.get(row), "short"))
