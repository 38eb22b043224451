"""The list of pairs, the page on which they become one, and the hints of forms: what each shows to whom."""

from __future__ import annotations

import pytest

from daftar.access.models import Role, User
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.links import Linked
from daftar.records.models import BulkRun, SamePair
from daftar.records.same import keeping


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


@pytest.fixture
def acme(shop):
    shop.one = shop.make("company", name="Acme Corporation", emails=[Typed("info@acme.example", "")])
    shop.other = shop.make("company", name="ACME corp.", emails=[Typed("sara@acme.example", "")])
    shop.far = shop.make("company", by=shop.reza, name="Zagros", owner=shop.reza.pk)
    shop.make("company", name="Zagros LLC")
    shop.deal(name="Bolts", company=shop.other.pk)
    for key in ("company", "contact", "lead"):
        keeping.look_through(shop.type(key))
    return shop


def form_of(shop, ids, **more):
    rows = shop.type("company").model.objects.in_bulk(ids)
    return {"ids": ",".join(map(str, ids)), **{f"version.{i}": rows[i].version for i in ids}, **more}


def test_the_list_tells_why_and_merges_and_takes_back(acme, at):
    client = at(acme.olga)
    page = text(client.get("/companies/same/"))
    assert "Acme Corporation" in page
    assert "same name" in page
    assert "mail addresses of the same domain" in page
    assert page.index("ACME corp.") < page.index("Zagros")  # the surest first
    assert "Zagros" not in text(client.get("/companies/same/?least=100"))

    ids = [acme.one.pk, acme.other.pk]
    page = text(client.get(f"/companies/merge?ids={ids[0]},{ids[1]}&then=same"))
    assert "Deals: 1" in page
    assert page.count(" checked") >= 2
    answer = client.post(
        "/companies/merge", form_of(acme, ids, into=ids[0], then="same", **{"pick.name": ids[1], "pick.emails": "all"})
    )
    assert answer.url == "/companies/same/"
    run = BulkRun.objects.get()
    kept = acme.fresh("company", acme.one)
    assert kept.name == "ACME corp."
    assert [e["value"] for e in kept.emails] == ["info@acme.example", "sara@acme.example"]
    assert client.get(f"/companies/{ids[1]}/").url == f"/companies/{ids[0]}/"
    assert "merged it with another one" in text(client.get(f"/companies/{ids[0]}/"))
    page = text(client.get("/changes/"))
    assert "Merged into" in page

    client.post(f"/changes/{run.pk}/undo")
    back = BulkRun.objects.get(undoes=run.change_set)
    page = text(client.get(f"/changes/{back.pk}/"))
    assert "took a merge back" in page
    assert "Do it again" not in page
    assert acme.fresh("company", acme.one).name == "Acme Corporation"
    assert not acme.fresh("company", acme.other).deleted_at


def test_what_was_added_is_asked_about_on_the_page(acme, at):
    client, ids = at(acme.olga), [acme.one.pk, acme.other.pk]
    client.post("/companies/merge", form_of(acme, ids))
    run = BulkRun.objects.get()
    deal = acme.deal(name="After all", company=ids[0])
    answer = client.post(f"/changes/{run.pk}/undo")
    page = text(client.get(answer.url))
    assert "Added meanwhile" in page
    assert "After all" in page
    back = BulkRun.objects.get(undoes=run.change_set)
    item = back.items.get(state="added")
    for wrong in ("", "999999", "x"):
        assert client.post(f"/changes/{back.pk}/give", {"item": item.pk, "to": wrong}).status_code in (400, 422)
    client.post(f"/changes/{back.pk}/give", {"item": item.pk, "to": ids[1]})
    assert acme.fresh("deal", deal).company_id == ids[1]
    assert "Added meanwhile" not in text(client.get(f"/changes/{back.pk}/"))


def test_not_the_same_is_remembered_and_may_be_asked_again(acme, at):
    client = at(acme.olga)
    pair = SamePair.objects.get(low=acme.one.pk)
    client.post("/companies/same/different", {"pair": pair.pk})
    assert "Acme Corporation" not in text(client.get("/companies/same/"))
    page = text(client.get("/companies/same/?show=different"))
    assert "Acme Corporation" in page
    assert "Olga" in page
    client.post("/companies/same/different", {"pair": pair.pk, "ask": "again"})
    assert "Acme Corporation" in text(client.get("/companies/same/"))
    for wrong in ("", "x", "999999"):
        assert client.post("/companies/same/different", {"pair": wrong}).status_code == 404


def test_who_may_not_merge_works_on_no_pairs(acme, at):
    client = at(acme.sara)  # a seller
    assert client.get("/companies/same/").status_code == 403
    assert client.get(f"/companies/merge?ids={acme.one.pk},{acme.other.pk}").status_code == 403
    assert client.post("/companies/same/different", {"pair": SamePair.objects.first().pk}).status_code == 403
    assert "/companies/same/" not in text(client.get("/companies/"))
    assert "/companies/same/" in text(at(acme.olga).get("/companies/"))


def test_only_pairs_of_which_one_sees_both(shop, at):
    phone = [Typed("+12025550143", "")]
    shop.make("lead", title="Ours", phones=phone, owner=shop.sara.pk)
    shop.make("lead", by=shop.reza, title="Theirs", phones=phone, owner=shop.reza.pk)
    keeping.look_through(shop.type("lead"))
    pair = SamePair.objects.get(type="lead")
    head = User.objects.create_user(
        "h@shop.example", "secret-head", name="Hana", role=Role.HEAD, department=shop.sara.department
    )

    assert "Theirs" in text(at(shop.olga).get("/leads/same/"))
    client = at(head)
    assert "Ours" not in text(client.get("/leads/same/"))
    assert client.post("/leads/same/different", {"pair": pair.pk}).status_code == 404
    assert client.get(f"/leads/merge?ids={pair.low},{pair.high}").status_code == 404
    assert (
        client.post(
            "/leads/merge", {"ids": f"{pair.low},{pair.high}", f"version.{pair.low}": 1, f"version.{pair.high}": 1}
        ).status_code
        == 404
    )
    assert not BulkRun.objects.exists()


def test_what_is_hidden_gives_no_reason_and_is_not_touched(shop, at):
    phone = [Typed("+12025550143", "")]
    one = shop.make("contact", name="Ann Lee", phones=phone, tags=["a"])
    other = shop.make("contact", name="Bob Ray", phones=[*phone, Typed("+12025550199", "")], tags=["b"])
    twins = [shop.make("contact", name="Maryam Rezaei", phones=[Typed("+12025550111", "")]) for _n in range(2)]
    keeping.look_through(shop.type("contact"))
    every = dict.fromkeys(("see", "add", "change", "delete", "merge"), "all")
    grants = {"types": {"*": every}, "fields": {"contact": {"phones": "hidden"}}}
    Role.objects.create(key="blind", name="Blind", grants=grants)
    blind = User.objects.create_user(
        "b@shop.example", "secret-blind", name="Bea", role="blind", department=shop.sara.department
    )

    client = at(blind)
    page = text(client.get("/contacts/same/"))
    assert "Ann Lee" not in page
    assert "Maryam Rezaei" in page
    assert "same phone" not in page
    assert f"/contacts/{twins[0].pk}/" in page
    page = text(client.get(f"/contacts/merge?ids={one.pk},{other.pk}"))
    assert "555" not in page
    assert "href" not in text(client.post("/contacts/known", {"phones.value": "+12025550143"}))
    sent = {"ids": f"{one.pk},{other.pk}", f"version.{one.pk}": 1, f"version.{other.pk}": 1, "pick.phones": other.pk}
    assert client.post("/contacts/merge", sent).status_code == 302
    kept = shop.fresh("contact", one)
    assert [p["value"] for p in kept.phones] == ["+12025550143"]
    assert kept.tags == ["a", "b"]


def test_broken_and_hostile_addresses(acme, at):
    client, one, other = at(acme.olga), acme.one.pk, acme.other.pk
    for query in (
        "",
        "ids=",
        f"ids={one}",
        f"ids={one},{one}",
        "ids=x,y",
        "ids=1,2,3,4,5,6",
        f"ids={one},%00",
        "ids=" + "9" * 500,
    ):
        assert client.get(f"/companies/merge?{query}").status_code == 400
    assert "with itself" in text(client.get(f"/companies/merge?ids={one},{one}"), 400)
    assert client.get(f"/companies/merge?ids={one},999999").status_code == 404
    for query in ("least=x", "least=-1", "show=x", "after=x", "after=1", "after=1.x", "after=99999999.1"):
        assert client.get(f"/companies/same/?{query}").status_code == 400
    assert client.get("/deals/same/").status_code == 404  # deals do not say what makes them the same
    assert client.get("/users/merge?ids=1,2").status_code in (403, 404)
    page = text(client.post("/companies/merge", {"ids": f"{one},{other}", "into": one}), 422)
    assert "broken" in page
    text(client.post("/companies/merge", form_of(acme, [one, other], into=999)), 422)
    text(client.post("/companies/merge", form_of(acme, [one, other], **{"pick.name": "999"})), 422)
    assert not BulkRun.objects.exists()


def test_a_stale_form_is_a_409_with_the_values_of_now(acme, at):
    client, ids = at(acme.olga), [acme.one.pk, acme.other.pk]
    sent = form_of(acme, ids)
    writing.change(acme.type("company"), ids[1], {"name": "Acme of now"}, by=acme.sara, via="page")
    page = text(client.post("/companies/merge", sent), 409)
    assert "was changed while you were choosing" in page
    assert "Acme of now" in page
    client.post("/companies/merge", form_of(acme, ids))
    page = text(client.post(f"/companies/{ids[1]}/field/name", {"name": "X", "version": 2}), 409)
    assert "merged into" in page


def test_markup_in_names_stays_words(acme, at):
    bad = acme.make("company", name="<img src=x onerror=alert(1)>")
    page = text(at(acme.olga).get(f"/companies/merge?ids={acme.one.pk},{bad.pk}"))
    assert "<img src=x" not in page


def test_few_picked_rows_of_a_list_are_merged(acme, at):
    client = at(acme.olga)
    assert "/companies/bulk/merge" in text(client.get("/companies/"))
    answer = client.get("/companies/bulk/merge", {"ids": [acme.one.pk, acme.other.pk]})
    assert answer.url == f"/companies/merge?ids={acme.one.pk},{acme.other.pk}"
    assert client.get("/companies/bulk/merge", {"ids": acme.one.pk}).status_code == 400
    assert client.get("/companies/bulk/merge", {"all": "1"}).status_code == 400
    assert at(acme.sara).get("/companies/bulk/merge", {"ids": [acme.one.pk, acme.other.pk]}).status_code == 403


def test_a_form_says_who_is_alike_and_why(acme, at):
    company = acme.make("company", name="Alvand")
    twin = acme.make("contact", name="Mohammad Rezaei", companies=[Linked(company.pk)])
    keeping.keep_up()
    page = text(at(acme.sara).post("/contacts/known", {"name": "محمد رضایی", "companies": company.pk}))
    assert f"/contacts/{twin.pk}/" in page
    assert "in the same company" in page
    assert "similar name" in page
