"""The list: rows, order, filters and columns are the address; what cannot be read is named and the rest kept."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.records.models import ListSetting

LIST = "/home-visits/"


def names(answer) -> list[str]:
    page = answer.content.decode()
    return re.findall(
        r'<th class="col--name[^"]*" scope="row"[^>]*>(?:<span id="lacks-[^>]*></span>)?<a[^>]*><bdi>([^<]*)</bdi>',
        page,
    )


def test_a_new_type_has_a_list(office):
    office.visit("Roof of the school", cost=1200)

    page = office.client(office.seller).get(LIST).content.decode()

    assert "Roof of the school" in page
    assert "$1,200" in page
    assert "Asked for" in page
    assert 'href="/home-visits/board/"' in page
    assert 'href="/home-visits/quick"' in page


def test_every_field_that_can_be_asked_about_stands_in_the_menu_of_filters(office):
    page = office.client(office.seller).get(LIST).content.decode()

    asked = {field.key for field in office.type.fields if field.operators()}
    assert asked <= set(re.findall(r"/home-visits/filter\?[^\"]*\.field=(\w+)", page))
    assert "=this_month" in page
    assert 'href="/home-visits/filter?' in page


def test_the_menu_leads_to_a_type_that_one_may_see(office):
    from daftar.records import menu_entries

    menu_entries.register()
    page = office.client(office.seller).get(LIST).content.decode()
    assert 'href="/home-visits/"' in page
    assert "Home visits" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Cellar", "Barn", "Attic"]),
        ("sort=subject", ["Attic", "Barn", "Cellar"]),
        ("sort=-subject", ["Cellar", "Barn", "Attic"]),
        ("sort=-cost", ["Cellar", "Barn", "Attic"]),
        ("q=bar", ["Barn"]),
        ("owner=me", ["Cellar", "Attic"]),
        ("cost.gte=20", ["Cellar", "Barn"]),
        ("kind=repair", ["Barn"]),
        ("kind.empty=", ["Cellar", "Attic"]),
        ("stage=open", ["Cellar", "Barn", "Attic"]),
        ("stage=won", []),
        ("day=this_month", []),
        ("where=or(subject.has(att),cost.gte(30))", ["Cellar", "Attic"]),
    ],
)
def test_the_address_chooses_rows_and_order(office, query, found):
    office.visit("Attic", cost=10)
    office.visit("Barn", cost=20, by=office.mate, kind="repair")
    office.visit("Cellar", cost=30)

    answer = office.client(office.seller).get(f"{LIST}?{query}")

    assert answer.status_code == 200
    assert names(answer) == found


def test_every_condition_can_be_taken_out_again(office):
    office.visit("Attic", kind="repair")

    page = office.client(office.seller).get(f"{LIST}?kind=repair&owner=me&q=attic").content.decode()

    assert 'href="/home-visits/?q=attic&amp;owner=me"' in page
    assert "Repair" in page
    assert ">me<" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("nonsense=1", "There is no field “nonsense” here."),
        ("where=and(subject.is(a)", "The filter cannot be read"),
        ("where=" + "not(" * 40, "too many parts"),
        ("sort=phones", "cannot be sorted"),
        ("after=!!!", "page mark is broken"),
        ("after=WyJ0IiwieCIsMV0", "page mark is broken"),
        ("after=WyIiLCJhYmMiLDFd", "page mark is broken"),
        ("before=" + "A" * 3000, "page mark is broken"),
        ("stage=99999999999999999999", "cannot be read"),
        ("owner=99999999999999999999", "cannot be read"),
        ("colleague=-1", "cannot be read"),
        ("cost.gte=12abc", "cannot be read"),
        ("cost.between=1", "cannot be read"),
        ("subject.near=1", "cannot be read"),
        ("subject=%00", "cannot be read"),
        ("%00=1", "There is no field"),
        ("day=2026-13-45", "cannot be read"),
    ],
)
def test_a_bad_address_is_named_and_the_rest_is_kept(office, query, said):
    office.visit("Attic")
    office.visit("Barn")

    answer = office.client(office.seller).get(f"{LIST}?q=attic&{query}")

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert names(answer) == ["Attic"]


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ED%A0%80", "cols=%00,zzz", "limit=-5", "limit=99999999999999999999", "subject=%ED%A0%80"]
)
def test_strange_signs_do_no_harm(office, query):
    assert office.client(office.seller).get(f"{LIST}?{query}").status_code in (200, 400)


def test_pages_follow_each_other_and_lead_back(office):
    for number in range(7):
        office.visit(f"Room {number}")
    client = office.client(office.seller)

    first = client.get(f"{LIST}?limit=3&sort=subject")
    assert names(first) == ["Room 0", "Room 1", "Room 2"]
    assert "3 of 7" in first.content.decode()
    second = client.get(link(first, "next"))
    assert names(second) == ["Room 3", "Room 4", "Room 5"]
    assert names(client.get(link(second, "next"))) == ["Room 6"]
    assert names(client.get(link(second, "prev"))) == ["Room 0", "Room 1", "Room 2"]


def link(answer, rel: str) -> str:
    found = re.search(rf'href="([^"]*)" rel="{rel}"', answer.content.decode())
    assert found
    return found.group(1).replace("&amp;", "&")


def test_the_foot_counts_and_sums_what_one_sees(office):
    office.visit("Attic", cost=1000)
    office.visit("Barn", cost=500)
    office.visit("Theirs", cost=7000, by=office.rival)

    page = office.client(office.seller).get(LIST).content.decode()

    assert "2 rows" in page
    assert "$1,500" in page
    assert "7,000" not in page
    assert "8,500" not in page


def test_very_many_rows_are_summed_apart(office, monkeypatch):
    from daftar.records.query import view
    from daftar.records.views import list as list_page
    from daftar.records.views import list_parts

    monkeypatch.setattr(view, "COUNTED", 2)
    monkeypatch.setattr(list_page, "COUNTED", 2)
    monkeypatch.setattr(list_parts, "COUNTED", 2)
    for number in range(4):
        office.visit(f"Room {number}", cost=100)
    client = office.client(office.seller)

    page = client.get(LIST).content.decode()
    assert "2+" in page
    assert "$400" not in page
    assert 'hx-get="/home-visits/totals' in page
    foot = client.get("/home-visits/totals", headers={"HX-Request": "true"}).content.decode()
    assert foot.strip().startswith("<tr")
    assert "$400" in foot
    assert "$400" in client.get("/home-visits/totals").content.decode()


def test_another_department_sees_nothing_of_it(office):
    row = office.visit("Secret roof", cost=1234)
    client = office.client(office.rival)

    for address in (
        LIST,
        f"{LIST}?q=roof",
        "/home-visits/board/",
        "/home-visits/totals",
        "/home-visits/bin/",
        f"/lookup/{office.key}?q=roof",
    ):
        page = client.get(address).content.decode()
        assert "Secret roof" not in page, address
        assert "1,234" not in page, address
    assert "0 rows" in client.get(LIST).content.decode()
    assert client.get(f"/home-visits/{row.pk}/").status_code == 404
    assert client.post(f"/home-visits/{row.pk}/move", {"to": office.stages["planned"], "version": 1}).status_code == 404
    assert office.stage_of(row) == "asked"


def test_strangers_are_sent_to_sign_in(office, client):
    for address in (
        LIST,
        "/home-visits/board/",
        "/home-visits/bin/",
        "/lookup/user",
        "/home-visits/filter?.field=owner",
        "/home-visits/columns",
    ):
        assert client.get(address).status_code == 302, address


def test_an_unknown_type_is_missing(office):
    client = office.client(office.seller)
    for address in (
        "/nothings/",
        "/nothings/board/",
        "/lookup/nothing",
        "/home-visits/99999999999999999999/move",
        "/home-visits/filter?.field=no",
    ):
        assert client.get(address).status_code == 404, address


def test_names_of_users_are_text_and_never_markup(office):
    marker = '<img src=x onerror="boom()">'
    office.visit(marker, phones=[])
    client = office.client(office.seller)

    for address in (
        LIST,
        f"{LIST}?q=%3Cimg",
        "/home-visits/board/",
        f"/lookup/{office.key}",
        f"{LIST}?subject={marker}",
        f"{LIST}?{marker}=1",
    ):
        page = client.get(address).content.decode()
        assert "<img src=x" not in page, address
        assert "&lt;img src=x" in page, address


@pytest.mark.parametrize("address", [LIST, f"{LIST}?sort=subject&owner=me&stage=open", "/home-visits/board/"])
def test_queries_do_not_grow_with_rows(office, address):
    client = office.client(office.seller)
    for number in range(5):
        office.visit(f"Room {number}", colleague=office.mate.pk, cost=5)
    few = queries(client, address)
    for number in range(95):
        office.visit(f"Hall {number}", by=office.mate, colleague=office.seller.pk, cost=5)

    assert queries(client, address) == few <= 17


def test_names_that_one_may_not_see_are_asked_for_once(office):
    client = office.client(office.mate)
    for number in range(3):
        hidden = office.visit(f"Hidden {number}", by=office.rival)
        office.visit(f"Room {number}", belongs=hidden.pk, by=office.chief, owner=office.mate.pk)
    few = queries(client, LIST)
    for number in range(20):
        hidden = office.visit(f"Hidden {number}", by=office.rival)
        office.visit(f"Hall {number}", belongs=hidden.pk, by=office.chief, owner=office.mate.pk)

    assert queries(client, LIST) == few
    assert "Hidden" not in client.get(LIST).content.decode()


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_columns_are_chosen_ordered_and_forgotten(office):
    office.visit("Attic")
    client = office.client(office.seller)
    heads = lambda: re.findall(r'data-column="(\w+)"', client.get(LIST).content.decode())  # noqa: E731
    shipped = heads()

    client.post("/home-visits/columns", {"order": ["day", "kind", "stage"], "show": ["kind", "day"], "save": "1"})
    assert heads() == ["subject", "day", "kind"]
    form = client.post(
        "/home-visits/columns", {"order": ["day", "kind"], "show": ["kind", "day"], "up": "kind"}
    ).content.decode()
    assert re.findall(r'name="order" value="(\w+)"', form)[:2] == ["kind", "day"]
    assert heads() == ["subject", "day", "kind"]
    assert client.post("/home-visits/columns", {"cols": "subject,stage,zzz,owner"}).status_code == 204
    assert heads() == ["subject", "stage", "owner"]
    client.post("/home-visits/columns", {"reset": "1"})
    assert heads() == shipped
    assert not ListSetting.objects.exists()


def test_the_way_back_from_the_columns_stays_inside(office):
    answer = office.client(office.seller).post("/home-visits/columns", {"reset": "1", "back": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_a_filter_form_answers_with_an_address(office):
    client = office.client(office.seller)

    form = client.get("/home-visits/filter?.field=cost&.op=between&q=a&owner=me").content.decode()
    assert form.count('name="cost"') == 2
    assert 'name="owner" value="me"' in form
    answer = client.get("/home-visits/filter?.field=cost&.op=between&.set=1&q=a&cost=5&cost=9&cost.gte=1")
    assert answer["Location"] == "/home-visits/?q=a&cost.between=5,9"
    assert (
        client.get("/home-visits/filter?.field=kind&.op=empty&.to=board")["Location"]
        == "/home-visits/board/?kind.empty="
    )
    bad = client.get("/home-visits/filter?.field=cost&.set=1&cost=abc")
    assert bad.status_code == 400
    assert "cannot be read" in bad.content.decode()
    named = client.get("/home-visits/filter?.field=owner&.set=1&owner=&owner__text=mate")
    assert named["Location"] == f"/home-visits/?owner={office.mate.pk}"


def test_the_bin_shows_who_deleted_what_and_only_to_those_who_may(office):
    from daftar.records import writing

    mine, theirs = office.visit("Old hall"), office.visit("Mate's hall", by=office.mate)
    for row in (mine, theirs):
        writing.remove(office.type, row.pk, by=office.chief, via="page")

    page = office.client(office.seller).get("/home-visits/bin/").content.decode()
    assert "Old hall" in page
    assert "Mate" in page
    assert "Chief" in page
    assert f"/home-visits/{mine.pk}/restore" in page
    assert f"/home-visits/{theirs.pk}/restore" not in page
    assert "Old hall" not in office.client(office.seller).get(LIST).content.decode()
    assert "Old hall" not in office.client(office.rival).get("/home-visits/bin/").content.decode()
    assert office.client(office.seller).get("/home-visits/bin/?after=zzz").status_code == 400


def test_a_look_up_offers_what_begins_so_first(office):
    office.visit("Great hall")
    office.visit("Hall of the town")
    client = office.client(office.seller)

    words = re.findall(r'data-label="([^"]*)"', client.get(f"/lookup/{office.key}?q=HALL").content.decode())
    assert words == ["Hall of the town", "Great hall"]
    office.mate.is_active = False
    office.mate.save()
    people = client.get("/lookup/user?q=").content.decode()
    assert "Seller" in people
    assert "Mate" not in people
    assert "Rival" in client.get("/lookup/user?q=riv").content.decode()
    assert client.get(f"/lookup/{office.key}?q=%00%ED%A0%80").status_code == 200


def test_a_reader_may_look_and_not_touch(office):
    row = office.visit("Attic")
    client = office.client(office.reader)

    page = client.get(LIST).content.decode()
    assert "Attic" in page
    assert "data-edit-url" not in page
    assert "/home-visits/quick" not in page
    assert (
        client.post(f"/home-visits/{row.pk}/move", {"to": office.stages["cancelled"], "version": 1}).status_code == 403
    )


def test_an_edit_in_a_list_gives_the_cell_back_and_the_title_stays_a_link(office):
    row = office.visit("Attic", cost=5)
    client = office.client(office.seller)
    looked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/home-visits/?sort=cost"}

    title = client.post(f"/home-visits/{row.pk}/field/subject", {"subject": "Loft", "version": 1}, headers=looked)
    assert f'<a href="/home-visits/{row.pk}/">' in title.content.decode()
    cost = client.post(
        f"/home-visits/{row.pk}/field/cost", {"cost": "7", "cost.currency": "USD", "version": 2}, headers=looked
    )
    assert "$7.00" in cost.content.decode()
    assert "tools" not in cost.content.decode()


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_as_many_queries_as_five(office):
    from daftar.records.models import Entity

    client = office.client(office.seller)
    for number in range(5):
        office.visit(f"Room {number}", cost=5, colleague=office.mate.pk)
    addresses = ("/home-visits/", "/home-visits/board/", f"/lookup/{office.key}?q=room")
    few = {address: queries(client, address) for address in addresses}
    like = office.visit("Like this", cost=5, colleague=office.mate.pk)
    kept = {f.attname: getattr(like, f.attname) for f in Entity._meta.concrete_fields if f.attname != "id"}
    Entity.objects.bulk_create((Entity(**kept) for _ in range(100_000)), batch_size=5_000)

    many = {address: queries(client, address) for address in addresses}

    # One less on the list: very many rows are summed by a request of their own.
    assert many == {**few, "/home-visits/": few["/home-visits/"] - 1}
    assert "10,000+" in client.get("/home-visits/").content.decode()
