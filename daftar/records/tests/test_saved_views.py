"""Views with a name: saved, shared, opened first, sent, deleted, handed over."""

from __future__ import annotations

import json
import re

import pytest
from django.http import QueryDict

from daftar.access.models import AuditEntry, User
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.records import leaving, saved_views
from daftar.records.models import SavedView
from daftar.records.query.view import View

LIST = "/home-visits/"


@pytest.fixture
def kept(office):
    """What the seller sees dear visits by, as they saved it."""
    office.visit("Dear hall", cost=900)
    office.visit("Cheap hall", cost=5)

    def save(name="Dear ones", by=None, words="cost.gte=100&sort=subject", **how):
        by = by or office.seller
        view = View.parse(office.reads(by).schema.type(office.key), QueryDict(words), office.reads(by))
        return saved_views.save(view, name, by=by, **how)

    return save


def shown(page) -> str:
    return page.content.decode()


def test_a_view_is_saved_in_the_list_and_opens_again_by_its_number(office, kept):
    client = office.client(office.seller)
    kept()
    form = shown(client.get(LIST + "?cost.gte=100&sort=subject"))
    save = re.search(r'href="([^"]*/views/new[^"]*)"', form)[1].replace("&amp;", "&")

    answer = client.post(save, {"name": "  Dear halls ", "audience": "own"})
    page = shown(client.get(answer.headers["Location"]))

    view = SavedView.objects.get(name="Dear halls")
    assert answer.headers["Location"] == f"{LIST}?view={view.pk}"
    assert view.query == "cost=100&sort=subject"
    assert "Dear hall" in page
    assert "Cheap hall" not in page
    assert "Dear halls" in page


def test_words_behind_the_number_count_and_the_page_says_that_it_was_changed(office, kept):
    view = kept()
    client = office.client(office.seller)

    page = shown(client.get(f"{LIST}?view={view.pk}&cost.gte=1"))
    assert "Cheap hall" in page
    assert "changed" in page
    again = re.search(r'href="([^"]*\.replaces=\d+)"', page)[1].replace("&amp;", "&")
    client.post(again, {"name": view.name, "audience": "own"})

    view.refresh_from_db()
    assert view.query == "cost=1"
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    ("audience", "place", "sees"),
    [("own", None, {"seller"}), ("department", "north", {"seller", "mate"}), ("everybody", None, {"seller", "mate", "rival", "chief"})],
)  # fmt: skip
def test_who_sees_a_view(office, kept, audience, place, sees):
    view = kept()
    SavedView.objects.filter(pk=view.pk).update(
        audience=audience, department=office.seller.department_id if place else None
    )
    view.refresh_from_db()

    for name in ("seller", "mate", "rival", "chief"):
        person = User.objects.get(name=name.capitalize())
        type_ = office.reads(person).schema.type(office.key)
        assert (view in saved_views.seen(type_, person)) is (name in sees), name
        assert saved_views.is_seen(view, person) is (name in sees), name
        assert office.client(person).get(f"{LIST}?view={view.pk}").status_code == (200 if name in sees else 400)


def test_a_shared_view_shows_each_reader_what_they_may_see(office, kept):
    view = kept(by=office.chief, audience="everybody")
    office.visit("South hall", by=office.rival, cost=500)

    page = shown(office.client(office.rival).get(f"{LIST}?view={view.pk}"))

    assert "South hall" in page
    assert "Dear hall" not in page


def test_whom_one_may_share_with(office, kept):
    with pytest.raises(Invalid) as refused:
        kept(audience="everybody")
    assert "audience" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        kept(audience="department", department=office.rival.department_id)
    assert "department" in refused.value.errors

    assert kept(audience="department", department=office.seller.department_id).audience == "department"
    assert kept(by=office.chief, audience="everybody").audience == "everybody"


def test_who_sees_a_view_is_told_to_the_audit_log(office, kept):
    kept()
    shared = AuditEntry.objects.filter(what="view_shared").select_related("detail").order_by("number")
    assert not shared

    view = kept(name="All of us", by=office.chief, audience="everybody")
    saved_views.change(office.type, view.pk, "Only mine", by=office.chief)
    saved_views.change(office.type, view.pk, "Mine still", by=office.chief)
    view = saved_views.change(office.type, view.pk, "All again", by=office.chief, audience="everybody")
    saved_views.remove(office.type, view.pk, by=office.chief)

    told = [json.loads(entry.detail.body)["data"] for entry in shared.all()]
    assert [(one["name"], one["before"], one["audience"]) for one in told] == [
        ("All of us", "own", "everybody"),
        ("Only mine", "everybody", "own"),
        ("All again", "own", "everybody"),
        ("All again", "everybody", "own"),
    ]


def test_only_its_owner_and_who_runs_the_company_change_a_shared_view(office, kept):
    view = kept(audience="department", department=office.seller.department_id)
    type_ = office.type

    with pytest.raises(NotAllowed):
        saved_views.change(type_, view.pk, "Mine now", by=office.mate)
    with pytest.raises(Missing):
        saved_views.change(type_, view.pk, "Mine now", by=office.rival)
    assert office.client(office.mate).post(f"{LIST}views/{view.pk}/delete").status_code == 403
    assert office.client(office.rival).post(f"{LIST}views/{view.pk}/delete").status_code == 404
    form = shown(office.client(office.mate).get(f"{LIST}views/{view.pk}"))
    assert "mailto:?subject=Dear%20ones" in form
    assert 'name="name"' not in form

    SavedView.objects.filter(pk=view.pk).update(audience="everybody", department=None)
    saved_views.change(type_, view.pk, "For all", by=office.chief, audience="everybody")
    view.refresh_from_db()
    assert view.name == "For all"
    assert view.owner == office.seller


@pytest.mark.parametrize(("name", "field"), [("", "name"), ("   ", "name"), ("Dear ones", "name"), ("x" * 101, "name")])
def test_a_name_is_needed_and_is_there_once(office, kept, name, field):
    kept()

    with pytest.raises(Invalid) as refused:
        kept(name)
    assert field in refused.value.errors


def test_the_address_to_mail_is_the_configured_one_whatever_the_request_says(office, kept, settings):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://crm.example", ["*"]
    view = kept()

    form = shown(office.client(office.seller).get(f"{LIST}views/{view.pk}", headers={"Host": "evil.example"}))

    assert f"https://crm.example{LIST}?view={view.pk}" in form
    assert "evil.example" not in form


def test_views_of_other_departments_do_not_crowd_ones_own_out_of_the_menu(office, kept):
    for n in range(5):
        kept(f"A{n}", by=office.rival, audience="department", department=office.rival.department_id)
    mine = kept("Z")

    assert saved_views.some_of(office.type, office.seller, 3) == [mine]
    assert len(saved_views.some_of(office.type, office.rival, 3)) == 3


def test_one_person_keeps_so_many_views_and_no_more(office, kept, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 1)
    kept()

    with pytest.raises(Invalid) as refused:
        kept("Another")
    assert "name" in refused.value.errors
    kept(by=office.mate)


def test_what_cannot_be_read_is_not_saved(office):
    client = office.client(office.seller)

    answer = client.post(LIST + "views/new?price.gte=100", {"name": "Wrong", "audience": "own"})

    assert answer.status_code == 422
    assert "There is no field “price” here." in shown(answer)
    assert not SavedView.objects.exists()


def test_the_list_opens_with_the_first_view_and_all_rows_stay_one_click_away(office, kept):
    view = kept()
    client = office.client(office.seller)
    client.post(LIST + "views/first", {"view": view.pk})

    page = shown(client.get(LIST))
    assert "Cheap hall" not in page
    assert f'href="{LIST}?view=all"' in page
    assert "Cheap hall" in shown(client.get(LIST + "?view=all"))
    assert "Cheap hall" in shown(client.get(LIST + "?q=hall"))
    assert "Cheap hall" in shown(office.client(office.mate).get(LIST))

    client.post(LIST + "views/first", {})
    assert "Cheap hall" in shown(client.get(LIST))


def test_a_first_view_that_is_gone_leaves_the_plain_list(office, kept):
    view = kept(by=office.chief, audience="everybody")
    client = office.client(office.seller)
    client.post(LIST + "views/first", {"view": view.pk})
    SavedView.objects.filter(pk=view.pk).update(audience="own")
    assert "Cheap hall" in shown(client.get(LIST))

    saved_views.remove(office.type, view.pk, by=office.chief)
    assert client.get(LIST).status_code == 200
    answer = client.get(f"{LIST}?view={view.pk}")
    assert answer.status_code == 400
    assert "This view is not there any more" in shown(answer)


def test_file_and_list_of_a_view_have_the_same_rows(office, kept):
    view = kept()
    client = office.client(office.chief)
    SavedView.objects.filter(pk=view.pk).update(audience="everybody")

    lines = b"".join(client.get(f"{LIST}export.csv?view={view.pk}").streaming_content).decode().splitlines()

    assert [("Dear hall" in line, "Cheap hall" in line) for line in lines[1:]] == [(True, False)]


@pytest.mark.parametrize("number", ["x", "-1", "9" * 40, "1;2", "٣"])
def test_a_number_that_is_none_is_told(office, number):
    assert office.client(office.seller).get(LIST, {"view": number}).status_code == 400


def test_who_leaves_gives_their_views_away(office, kept):
    kept()
    kept("Dear ones (Seller)")
    kept(by=office.mate)
    run = leaving.begin(office.seller.pk, {"saved_views": [office.mate.pk]}, by=office.chief)
    leaving.carry_out(run.pk)

    names = set(SavedView.objects.filter(owner=office.mate).values_list("name", flat=True))
    assert names == {"Dear ones", "Dear ones (Seller)", "Dear ones (Seller) (Seller)"}
