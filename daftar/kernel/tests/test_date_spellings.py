"""Three hundred ways in which files write a day or a moment: read as what they say, or refused."""

import datetime as dt

import pytest

from daftar.kernel.dates import parse_date_time
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats
from daftar.kernel.jalali import jalali

DAYS = [dt.date(2021, 4, 15), dt.date(2016, 10, 20), dt.date(2024, 2, 29), dt.date(1999, 12, 31), dt.date(2030, 1, 25)]
EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
RU = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
RU_SHORT = ["янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."]
FA = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NOON = dt.time()
LATE, SECOND = dt.time(23, 3), dt.time(23, 3, 7)


def ways(day: dt.date) -> list[tuple[str, dt.time]]:
    """Every spelling of the day, with the time of day that it says."""
    y, m, d = f"{day.year}", f"{day.month:02}", f"{day.day:02}"
    month, short, ru, ru_short = EN[day.month - 1], EN[day.month - 1][:3], RU[day.month - 1], RU_SHORT[day.month - 1]
    jy, jm, jd = jalali(day)
    iso = f"{y}-{m}-{d}"
    return [
        (iso, NOON), (f"{y}/{m}/{d}", NOON), (f"{y}.{m}.{d}", NOON), (f"{y}{m}{d}", NOON), (f"{y}-{day.month}-{day.day}", NOON),
        (f"{iso} 23:03", LATE), (f"{iso} 23:03:07", SECOND), (f"{iso}T23:03:07", SECOND), (f"{iso}T23:03", LATE),
        (f"{iso}T23:03:07Z", SECOND), (f"{iso}T23:03:07.123Z", SECOND), (f"{iso} 23:03:07 UTC", SECOND), (f"{iso} 23:03:07.000000", SECOND),
        (f"{iso}T23:03:07+00:00", SECOND), (f"{iso}T23:03:07+0000", SECOND), (f"{iso} 23:03:07+00", SECOND), (f"{iso} 11:03 pm", LATE),
        (f"{d}.{m}.{y}", NOON), (f"{d}.{m}.{y} 23:03", LATE), (f"{d}.{m}.{y}, 23:03:07", SECOND), (f"{day.day}.{day.month}.{y}", NOON),
        (f"{day.day} {month} {y}", NOON), (f"{day.day} {short} {y}", NOON), (f"{d}-{short}-{y}", NOON), (f"{d}/{short}/{y}", NOON),
        (f"{day.day} {short}, {y} 23:03:07", SECOND), (f"{d} {short.upper()} {y} 23:03", LATE), (f"{month} {day.day}, {y}", NOON),
        (f"{short} {day.day} {y}", NOON), (f"{short}. {day.day}, {y} 11:03 PM", LATE), (f"{month} {day.day}th, {y} at 11:03 PM", LATE),
        (f"{WEEK[day.weekday()]}, {month} {day.day}, {y}", NOON), (f"{WEEK[day.weekday()][:3]}, {d} {short} {y} 23:03:07 +0000", SECOND),
        (f"{WEEK[day.weekday()][:3]} {short} {d} {y}", NOON), (f"{y} {short} {d}", NOON),
        (f"{day.day} {ru} {y}", NOON), (f"{day.day} {ru} {y} г.", NOON), (f"{day.day} {ru} {y} года в 23:03", LATE),
        (f"{day.day} {ru_short} {y} г., 23:03:07", SECOND), (f"{day.day} {ru.upper()} {y}", NOON),
        (f"{jy}/{jm:02}/{jd:02}", NOON), (f"{jy}/{jm:02}/{jd:02}".translate(PERSIAN), NOON), (f"{jy}-{jm}-{jd}", NOON),
        (f"{jd} {FA[jm - 1]} {jy}".translate(PERSIAN), NOON), (f"{jd} {FA[jm - 1]} {jy} ساعت 23:03".translate(PERSIAN), LATE),
        (f"{jd} {FA[jm - 1]} ماه {jy}", NOON), (f"{jy}/{jm:02}/{jd:02} 23:03:07".translate(PERSIAN), SECOND),
        (f"{y}/{m}/{d}".translate(ARABIC), NOON), (f"{y}/{m}/{d} 23:03".translate(PERSIAN), LATE), (f"  {iso}  ", NOON),
        (f"{d}\u00a0{short}\u00a0{y}", NOON), (f"\u200e{iso}\u200f", NOON), (f"{iso}\t23:03", LATE),
    ]  # fmt: skip


SPELLINGS = [(text, dt.datetime.combine(day, time, dt.UTC)) for day in DAYS for text, time in ways(day)]
SLASHED = [
    ("10/20/2016", "mdy", (2016, 10, 20)), ("10/20/2016", "", (2016, 10, 20)), ("20/10/2016", "dmy", (2016, 10, 20)),
    ("20/10/2016", "", (2016, 10, 20)), ("3/4/2017", "dmy", (2017, 4, 3)), ("3/4/2017", "mdy", (2017, 3, 4)), ("03-04-2017", "dmy", (2017, 4, 3)),
    ("5/5/2017", "", (2017, 5, 5)), ("4/15/2021 11:03:00 PM", "mdy", (2021, 4, 15)), ("15 04 2021", "", (2021, 4, 15)),
    ("2021-04-15T23:03:07+03:30", "", (2021, 4, 15)), ("2021-04-15 01:00 +0300", "", (2021, 4, 14)), ("2021-04-15T23:03:00-05", "", (2021, 4, 16)),
    ("2021-04-15 23:03:00+03", "", (2021, 4, 15)), ("15 04 1400", "", (2021, 7, 6)),
]  # fmt: skip
NONE = [
    "3/4/2017", "31/02/2016", "2021-13-01", "2021-02-30", "15/04/21", "15-Apr-21", "April 2021", "2021-04", "44301", "1,234", "soon", "0000-00-00",
    "Friday, April 15, 2021", "2021-04-15 24:00", "2021-04-15 23:60", "15.IV.2021", "2021-W15-4", "1404/12/30", "15 мая", "2021-04-15 23:03 +25:00",
    "2021-04-15 23:03+3", "1899-12-31", "2201-01-01", "-", "N/A", "2021--04-15", "15/04-2021", "32 Jan 2021", "Apr 15 16 2021",
]  # fmt: skip
NOWHERE = Formats(language="", country="", tz="UTC")


def test_there_are_three_hundred():
    assert len(dict(SPELLINGS)) + len(SLASHED) + len(NONE) >= 300


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_spellings_are_read_as_what_they_say(day):
    wrong = []
    for text, moment in SPELLINGS:
        if moment.date() == day and parse_date_time(text, NOWHERE) != moment:
            wrong.append((text, parse_date_time(text, NOWHERE)))
    assert wrong == []


@pytest.mark.parametrize(("text", "order", "day"), SLASHED)
def test_an_order_settles_what_signs_leave_open(text, order, day):
    assert parse_date_time(text, NOWHERE, order=order).date() == dt.date(*day)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date_is_refused_with_a_sentence(text):
    with pytest.raises(Invalid) as refused:
        parse_date_time(text, NOWHERE)
    assert len(str(refused.value)) > 10
