"""Planned times as people type and read them."""

from __future__ import annotations

import datetime as dt

import pytest

from daftar.activities.due_words import Due, chips, parse_due, said, typed
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats, default_for

LONDON = Formats(tz="Europe/London", country="GB")
TEHRAN = default_for("fa")


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "reader", "at", "all_day"),
    [
        ("2026-11-24 10:00", LONDON, utc(2026, 11, 24, 10), False),
        ("2026-11-24", LONDON, utc(2026, 11, 24, 12), True),
        ("tomorrow 10:00", LONDON, utc(2026, 11, 24, 10), False),
        ("tomorrow", LONDON, utc(2026, 11, 24, 12), True),
        ("Tuesday 10:00", LONDON, utc(2026, 11, 24, 10), False),
        ("monday 2 pm", LONDON, utc(2026, 11, 30, 14), False),
        ("Fri", LONDON, utc(2026, 11, 27, 12), True),
        ("17:00", LONDON, utc(2026, 11, 23, 17), False),
        ("سه‌شنبه ۱۰:۰۰", TEHRAN, utc(2026, 11, 24, 6, 30), False),
        ("۱۴۰۵/۰۹/۰۳ ۱۰:۰۰", TEHRAN, utc(2026, 11, 24, 6, 30), False),
        ("فردا", TEHRAN, utc(2026, 11, 24, 8, 30), True),
        ("вторник 10:00", default_for("ru"), utc(2026, 11, 24, 7), False),
    ],
)
def test_a_time_is_read_as_people_say_it(monday, text, reader, at, all_day):
    assert parse_due(text, reader) == Due(at, all_day)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "Tuesday 25:00", "1405/13/01", "x" * 500])
def test_what_is_no_time_is_refused_at_its_field(monday, text):
    with pytest.raises(Invalid) as refused:
        parse_due(text, LONDON)

    assert refused.value.field == "due_at"


def test_what_stands_in_the_box_is_read_again_as_the_same(monday):
    for reader in (LONDON, TEHRAN, default_for("ru")):
        for due in (parse_due("tomorrow 10:30", reader), parse_due("tomorrow", reader)):
            assert parse_due(typed(due, reader), reader) == due


def test_quick_choices_are_days_of_the_readers_week(monday):
    english, persian = chips(LONDON), chips(TEHRAN)

    assert [c.label for c in english[:3]] == ["today 17:00", "tomorrow 10:00", "Wed 10:00"]
    assert persian[0].label == "امروز ۱۷:۰۰"
    assert all(parse_due(c.value, TEHRAN).at > monday for c in persian)
    assert dt.date(2026, 11, 27).isoformat() not in " ".join(c.value for c in persian), "Friday is no working day there"


def test_a_day_without_a_time_is_said_without_one(monday):
    due = parse_due("tomorrow", LONDON)

    assert said(due.at, due.all_day, LONDON) == "tomorrow"
