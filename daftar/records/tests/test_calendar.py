"""The calendar: days of any date field with exact counts, and records that are taken from day to day through the one gate."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.kernel import clock
from daftar.records import custom_fields, saved_views, writing
from daftar.records.models import Event, SavedView
from daftar.records.schema import current_schema

CALENDAR = "/home-visits/calendar/"
DRAG = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{CALENDAR}?on=2026-05"}


@pytest.fixture(autouse=True)
def in_may():
    with clock.frozen("2026-05-14T10:00:00Z"):
        yield


def days(answer) -> dict[str, list[str]]:
    """Day → titles of the cards that stand on it, for days with any."""
    page, made = answer.content.decode(), {}
    for part in page.split('data-day="')[1:]:
        titles = re.findall(r'class="day-card__title">([^<]*)<', part)
        if titles:
            made[part[:10]] = titles
    return made


def counts(answer) -> dict[str, str]:
    """Day → its number of records, as read out."""
    found = re.findall(r'on=(\d{4}-\d\d-\d\d)" aria-label="[^"]*: (\d[^"]*) records?"', answer.content.decode())
    return dict(found)


def links(answer, words: str) -> str:
    found = re.search(rf'href="([^"]*)"[^>]*>[^<]*{words}', answer.content.decode())
    assert found, words
    return unescape(found[1])


def drag(client, row, to, *, by="day", version=1, headers=DRAG):
    return client.post(f"/home-visits/{row.pk}/day?by={by}", {"to": to, "version": version}, headers=headers)


def told(answer) -> dict:
    return json.loads(answer["HX-Trigger"])["toast"]


def add(office, kind: str, label: str, **how) -> str:
    """The key of a new custom field."""
    return custom_fields.add_field(office.type, kind, label, by=office.chief, **how).key


# -- the page --------------------------------------------------------------------------------------


def test_a_new_type_has_a_calendar_and_its_days_count_exactly(office):
    for number in range(7):
        office.visit(f"Room {number}", day=date(2026, 5, 12), cost=100)
    office.visit("Barn", day=date(2026, 4, 30))
    office.visit("Later", day=date(2026, 7, 1))
    office.visit("Some day")
    office.visit("Theirs", day=date(2026, 5, 12), by=office.rival)

    answer = office.client(office.seller).get(CALENDAR)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert days(answer) == {"2026-05-12": ["Room 6", "Room 5", "Room 4", "Room 3"], "2026-04-30": ["Barn"]}
    assert counts(answer) == {"2026-05-12": "7", "2026-04-30": "1"}
    assert "May 2026" in page
    assert "+3 more" in page
    assert "$100" in page
    assert "“Day” is empty: 1" in page
    assert 'aria-current="date"' in page.split('data-day="2026-05-14"')[1][:200]


def test_the_others_of_a_day_and_those_without_one_are_a_link_away(office):
    for number in range(7):
        office.visit(f"Room {number}", day=date(2026, 5, 12))
    office.visit("Some day")
    client = office.client(office.seller)
    answer = client.get(CALENDAR)

    assert len(days(client.get(links(answer, r"\+3 more")))["2026-05-12"]) == 7
    without = client.get(links(answer, "<bdi>“Day” is empty")).content.decode()
    assert "Some day" in without
    assert "Room" not in without


def test_it_filters_like_the_list_and_orders_a_day_like_it(office):
    for name, cost in (("Attic", 100), ("Barn", 5), ("Cellar", 70)):
        office.visit(name, day=date(2026, 5, 12), cost=cost)
    client = office.client(office.seller)

    assert days(client.get(f"{CALENDAR}?cost.gte=50&sort=subject"))["2026-05-12"] == ["Attic", "Cellar"]
    assert days(client.get(f"{CALENDAR}?sort=-cost"))["2026-05-12"] == ["Attic", "Cellar", "Barn"]
    assert days(client.get(f"{CALENDAR}?q=barn"))["2026-05-12"] == ["Barn"]


def test_pages_turn_and_a_day_can_be_typed(office):
    office.visit("Attic", day=date(2026, 6, 2))
    client = office.client(office.seller)
    answer = client.get(f"{CALENDAR}?cost.empty=")

    following = client.get(unescape(re.search(r'href="([^"]*)"[^>]*data-turn="on"', answer.content.decode())[1]))
    assert "June 2026" in following.content.decode()
    assert days(following) == {"2026-06-02": ["Attic"]}
    for typed in ("2026-06-28", "2026-06", "2 Jun 2026", "1405-03", "1405/03/12"):
        assert days(client.get(CALENDAR, {"on": typed})) == {"2026-06-02": ["Attic"]}, typed


@pytest.mark.parametrize("span", ["week", "day", "agenda"])
def test_other_lengths_of_time(office, span):
    office.visit("Attic", day=date(2026, 5, 14))
    office.visit("Barn", day=date(2026, 5, 11))
    office.visit("Cellar", day=date(2026, 5, 29))
    shown = {"week": {"Attic", "Barn"}, "day": {"Attic"}, "agenda": {"Attic", "Barn", "Cellar"}}

    answer = office.client(office.seller).get(f"{CALENDAR}?span={span}")

    assert {name for names in days(answer).values() for name in names} == shown[span]
    assert 'scope="row"' in answer.content.decode()


def test_the_month_and_the_week_are_the_readers(office):
    office.seller.language, office.seller.calendar = "fa", "jalali"
    office.seller.save()
    office.visit("Attic", day=date(2026, 3, 21))

    answer = office.client(office.seller).get(f"{CALENDAR}?on=2026-03-25")

    page = answer.content.decode()
    drawn = re.findall(r'data-day="([^"]*)"', page)
    assert "فروردین ۱۴۰۵" in page
    assert drawn[0] == "2026-03-21"  # 1 Farvardin is a Saturday
    assert days(answer) == {"2026-03-21": ["Attic"]}
    assert "on=2026-04-21" in page


def test_moments_stand_on_the_day_of_the_readers_clock_in_order_of_time(office):
    at = add(office, "date_time", "Begins")
    office.seller.time_zone = "Asia/Tehran"
    office.seller.save()
    for name, hour in (("Late", 21), ("Early", 3), ("Noon", 9)):
        office.visit(name, **{at: datetime(2026, 5, 12, hour, 30, tzinfo=UTC)})

    answer = office.client(office.seller).get(f"{CALENDAR}?by={at}")

    assert days(answer) == {"2026-05-12": ["Early", "Noon"], "2026-05-13": ["Late"]}
    assert re.findall(r'day-card__time">([^<]*)<', answer.content.decode())[0].startswith("07:00")


def test_custom_days_and_columns_of_time_have_calendars(office):
    due = add(office, "date", "Due")
    office.visit("Attic", **{due: date(2026, 5, 31)})

    client = office.client(office.seller)
    assert days(client.get(f"{CALENDAR}?by={due}")) == {"2026-05-31": ["Attic"]}
    made = client.get(f"{CALENDAR}?by=created_at")
    assert days(made) == {"2026-05-14": ["Attic"]}
    assert "is-movable" not in made.content.decode()
    assert "data-add" not in made.content.decode()


def test_what_a_formula_gives_shows_and_stays(office):
    key = add(office, "formula", "Follow up", settings={"formula": "day + 7", "gives": "date"})
    row = office.visit("Attic", day=date(2026, 5, 12))
    client = office.client(office.seller)

    answer = client.get(f"{CALENDAR}?by={key}")

    assert days(answer) == {"2026-05-19": ["Attic"]}
    assert "is-fixed" in answer.content.decode()
    assert drag(client, row, "2026-05-20", by=key).status_code == 403


def test_every_type_has_one(office):
    client = office.client(office.chief)
    for type_ in current_schema().types.values():
        if type_.day_fields and type_.key in ("lead", "contact", "company", "deal", "product", "home_visit", "user"):
            for field in type_.day_fields:
                address = f"{type_.address()}calendar/?by={field.key}"
                assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "query",
    ["by=subject", "by=%00", "span=year", "on=someday", "on=2026-13", "on=0001-01-01", "on=9999-12-31", "on=2026-02-30", "nonsense=1"],
)  # fmt: skip
def test_a_bad_address_is_named_and_the_calendar_stands(office, query):
    office.visit("Attic", day=date(2026, 5, 12))

    answer = office.client(office.seller).get(f"{CALENDAR}?{query}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert "Attic" in answer.content.decode()


@pytest.mark.parametrize("on", ["1900-01-01", "2199-12-31"])
@pytest.mark.parametrize("span", ["month", "week", "day", "agenda"])
@pytest.mark.parametrize("calendar", ["gregorian", "jalali"])
def test_the_ends_of_time_are_no_failure(office, on, span, calendar):
    office.seller.calendar = calendar
    office.seller.save()
    client = office.client(office.seller)

    answer = client.get(f"{CALENDAR}?span={span}&on={on}")

    assert answer.status_code in (200, 400)
    for turn in re.findall(r'href="([^"]*)"[^>]*data-turn', answer.content.decode()):
        assert client.get(unescape(turn)).status_code in (200, 400)


def test_a_fixed_number_of_queries_finds_the_cards_however_many_there_are(office):
    client = office.client(office.seller)
    office.visit("One", day=date(2026, 5, 12), colleague=office.mate.pk)
    few = queries(client)
    for number in range(60):
        office.visit(f"Room {number}", day=date(2026, 5, 1 + number % 3), by=office.mate, colleague=office.seller.pk)

    assert queries(client) == few <= 17
    with CaptureQueriesContext(connection) as seen:
        client.get(CALENDAR)
    assert sum("home" in q["sql"] and "calendar_day" in q["sql"] for q in seen) <= 2


def test_a_filter_may_name_the_days_by_which_the_statement_is_made(office):
    office.visit("Attic", day=date(2026, 5, 12))
    client = office.client(office.seller)

    for word in ("day.gte=1871-03-07", "day.gte=1872-04-09"):
        assert "Attic" in client.get(f"{CALENDAR}{'&' if '?' in CALENDAR else '?'}{word}").content.decode()


def queries(client) -> int:
    client.get(CALENDAR)
    with CaptureQueriesContext(connection) as seen:
        client.get(CALENDAR)
    return len(seen)


def test_a_hidden_date_has_no_calendar(office):
    from daftar.access.models import Role

    Role.objects.create(key="blind", name="Blind", grants={"types": {"*": {"see": "all"}}, "fields": {office.key: {"day": "hidden"}}})  # fmt: skip
    office.mate.roles = ["blind"]
    office.mate.save()
    row = office.visit("Attic", day=date(2026, 5, 12))
    client = office.client(office.mate)

    assert client.get(f"{CALENDAR}?by=day").status_code == 400
    assert drag(client, row, "2026-05-20").status_code in (403, 422)
    row.refresh_from_db()
    assert office.type["day"].get(row) == date(2026, 5, 12)


# -- with list, board and saved views ----------------------------------------------------------------


def test_list_board_and_calendar_hand_the_same_rows_to_each_other(office):
    office.visit("Attic", day=date(2026, 5, 12), cost=100)
    client = office.client(office.seller)
    page = client.get(f"{CALENDAR}?cost.gte=50&by=day&span=week&on=2026-05-12").content.decode()
    ways = {
        word: unescape(re.search(rf'href="([^"]*)"[^>]*aria-label="{word}"', page)[1]) for word in ("List", "Board")
    }

    for address in ways.values():
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Attic" in answer.content.decode()
        back = unescape(re.search(r'href="([^"]*)"[^>]*aria-label="Calendar"', answer.content.decode())[1])
        assert "cost=50" in back
        assert client.get(back).status_code == 200
    assert parse_qs(urlsplit(ways["List"]).query)["by"] == ["day"]
    assert "by" not in parse_qs(urlsplit(ways["Board"]).query)


def test_a_saved_view_opens_as_a_calendar_of_its_field(office):
    client = office.client(office.seller)
    office.visit("Attic", day=date(2026, 5, 12), cost=100)
    page = client.get(f"{CALENDAR}?cost.gte=50&by=day&span=week&on=2026-01-01").content.decode()
    save = unescape(re.search(r'href="(/home-visits/views/new[^"]*)"', page)[1])

    assert client.post(save, {"name": "Dear weeks", "audience": "own"}).status_code == 302

    view = SavedView.objects.get()
    assert (view.place, view.query) == ("calendar", "cost=50&by=day&span=week")
    opened = client.get(saved_views.address(view, office.type))
    assert days(opened) == {"2026-05-12": ["Attic"]}
    assert '<span class="note">changed' not in opened.content.decode()
    turned = client.get(unescape(re.search(r'href="([^"]*)"[^>]*data-turn="on"', opened.content.decode())[1]))
    assert "18 May 2026" in turned.content.decode() or "May 18" in turned.content.decode()


def test_the_filters_form_comes_back_to_the_calendar(office):
    answer = office.client(office.seller).get(
        "/home-visits/filter?.field=subject&.op=has&.to=calendar&.set=1&subject=attic&by=day&on=2026-06-01"
    )

    assert answer["Location"].startswith(f"{CALENDAR}?")
    assert "on=2026-06-01" in answer["Location"]


# -- taken to another day ----------------------------------------------------------------------------


def test_a_drag_sets_the_date_and_brings_the_days_up_to_date(office):
    row = office.visit("Attic", day=date(2026, 5, 12))
    client = office.client(office.seller)

    answer = drag(client, row, "2026-05-20")

    row.refresh_from_db()
    assert answer.status_code == 200
    assert office.type["day"].get(row) == date(2026, 5, 20)
    assert "<html" not in answer.content.decode()
    assert days(answer) == {"2026-05-20": ["Attic"]}
    assert "Attic" in told(answer)["text"]
    assert Event.objects.filter(record_id=row.pk, by=office.seller).count() == 2

    assert client.post(told(answer)["undo"], headers=DRAG).status_code == 204
    row.refresh_from_db()
    assert office.type["day"].get(row) == date(2026, 5, 12)


def test_undo_does_not_undo_what_somebody_did_since(office):
    row = office.visit("Attic", day=date(2026, 5, 12))
    client = office.client(office.seller)
    undo = told(drag(client, row, "2026-05-20"))["undo"]
    writing.change(office.type, row.pk, {"day": date(2026, 5, 22)}, by=office.mate, via="page")

    late = client.post(undo, headers=DRAG)

    assert late.status_code == 409
    assert "Mate changed Day" in told(late)["text"]
    row.refresh_from_db()
    assert office.type["day"].get(row) == date(2026, 5, 22)


def test_a_moment_keeps_its_time_where_the_clocks_change(office):
    at = add(office, "date_time", "Begins")
    office.seller.time_zone = "Europe/Berlin"
    office.seller.save()
    row = office.visit("Attic", **{at: datetime(2026, 3, 28, 1, 30, tzinfo=UTC)})  # 02:30 in Berlin
    client = office.client(office.seller)

    skipped = drag(client, row, "2026-03-29", by=at)
    assert skipped.status_code == 422
    assert "does not exist" in told(skipped)["text"]
    assert drag(client, row, "2026-03-30", by=at).status_code == 200
    row.refresh_from_db()
    assert office.type[at].get(row) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_the_second_of_two_is_told_who_set_which_date(office):
    row = office.visit("Attic", day=date(2026, 5, 12))
    assert drag(office.client(office.mate), row, "2026-05-15").status_code == 200

    second = drag(office.client(office.seller), row, "2026-05-20")

    assert second.status_code == 409
    assert "Mate changed Day to 15 May 2026" in unescape(second.content.decode())
    row.refresh_from_db()
    assert office.type["day"].get(row) == date(2026, 5, 15)


@pytest.mark.parametrize(
    ("to", "by", "version"),
    [
        ("", "day", 1), ("someday", "day", 1), ("\0", "day", 1), ("9999-01-01", "day", 1), ("2026-05-20", "subject", 1),
        ("2026-05-20", "nothing", 1), ("2026-05-20", "day", "one"), ("2026-05-20", "day", 99), ("x" * 5000, "day", 1),
    ],
)  # fmt: skip
def test_rubbish_is_refused_and_nothing_moves(office, to, by, version):
    row = office.visit("Attic", day=date(2026, 5, 12))

    answer = drag(office.client(office.seller), row, to, by=by, version=version)

    assert answer.status_code == 422
    assert told(answer)["text"]
    row.refresh_from_db()
    assert office.type["day"].get(row) == date(2026, 5, 12)
    assert Event.objects.count() == 1


def test_nobody_moves_what_they_may_not_see_or_change(office):
    row = office.visit("Attic", day=date(2026, 5, 12))
    for user, status in ((office.rival, 404), (office.reader, 403)):
        assert drag(office.client(user), row, "2026-05-20").status_code == status
    assert "is-movable" not in office.client(office.reader).get(CALENDAR).content.decode()
    assert drag(office.client(office.seller), row, "2026-05-20", by="created_at").status_code == 403
    writing.remove(office.type, row.pk, by=office.seller, via="page")
    assert drag(office.client(office.seller), row, "2026-05-20").status_code == 404
    assert office.client(office.seller).get(f"/home-visits/{row.pk}/day").status_code == 405


def test_without_scripts_links_and_forms_do_the_same(office):
    row = office.visit("Attic", day=date(2026, 5, 12))
    client = office.client(office.seller)
    page = client.get(f"{CALENDAR}?q=attic").content.decode()
    form = unescape(re.search(r'class="day-card__move" href="([^"]*)"', page)[1])

    shown = client.get(form).content.decode()
    back = unescape(re.search(r'name="back" value="([^"]*)"', shown)[1])
    done = client.post(form, {"day": "2026-05-21", "version": row.version, "back": back})

    assert done["Location"] == f"{CALENDAR}?q=attic"
    assert days(client.get(done["Location"])) == {"2026-05-21": ["Attic"]}
    assert client.post(form, {"day": "2026-05-22", "back": "//evil.example/"})["Location"] == "/"
    plain = client.post(f"/home-visits/{row.pk}/day?by=day", {"to": "2026-05-23", "back": CALENDAR})
    assert plain["Location"] == CALENDAR


def test_a_day_offers_a_new_record_with_its_date(office):
    client = office.client(office.seller)
    at = add(office, "date_time", "Begins")
    for by, value in (("day", 'value="2026-05-12"'), (at, 'value="2026-05-12 09:00"')):
        page = client.get(f"{CALENDAR}?by={by}").content.decode()
        add_on = unescape(re.search(rf'href="(/home-visits/quick\?{by}=2026-05-12[^"]*)"', page)[1])
        assert value in client.get(add_on).content.decode()
    assert "data-add" not in office.client(office.reader).get(CALENDAR).content.decode()
