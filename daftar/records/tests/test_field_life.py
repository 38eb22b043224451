"""Settings pages of a custom field's life: what uses it, another kind with a dry run, hiding, deleting, coming back."""

from datetime import timedelta

import pytest

from daftar.access.models import ApiKey, Installation, Role, User
from daftar.exchange.models import SavedMap
from daftar.kernel import clock
from daftar.records import custom_fields, field_bin, reading, saved_views, writing
from daftar.records.as_if import as_if
from daftar.records.field_uses import usage_of
from daftar.records.models import CustomField, RecordLink, Retyping, Stage
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.retyping.past import as_was
from daftar.records.schema import current_schema, schema_changed


@pytest.fixture
def owner(db):
    Installation.objects.create(pk=1, name="Oak")
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)


@pytest.fixture
def pages(client, owner):
    client.force_login(owner)
    return client


def deals():
    return current_schema().type("deal")


@pytest.fixture
def revenue(owner):
    """A field of text with 83 amounts and two that are none; three views and an import map use it."""
    key = custom_fields.add_field(deals(), "text", "Revenue", by=owner).key
    values = [*(f"{n}00 USD" for n in range(1, 84)), "very much", "ask Sara"]
    for n, value in enumerate(values):
        writing.create(deals(), {"name": f"Deal {n}", key: value}, by=owner, via="page")
    for name, query in {"Big": f"{key}.has=100", "By revenue": f"sort=-{key}", "Short": f"cols=name,{key}"}.items():
        saved_views.save(View.parse(deals(), query, Reader(owner)), name, by=owner, audience="everybody")
    SavedMap.objects.create(type="deal", headings="x", map={"columns": {"Umsatz": [key], "Name": ["name"]}}, by=owner)
    return key


def test_the_owner_makes_a_text_an_amount(pages, owner, revenue):
    page = f"/settings/fields/deal/{revenue}/kind"
    assert "Money" in pages.get(page).content.decode()

    dry = pages.get(f"{page}?kind=money").content.decode()

    assert "83 values fit" in dry
    assert "2 do not" in dry
    lost = {d.pk: d.custom[revenue] for d in reading.of_type(deals()) if not d.custom[revenue].endswith("USD")}
    assert set(lost.values()) == {"very much", "ask Sara"}
    for pk, raw in lost.items():
        assert f'href="/deals/{pk}/"' in dry
        assert raw in dry
    for name in ("Big", "By revenue", "Short", "“Umsatz”"):
        assert name in dry, name
    assert "It opens without this condition, and says so." in dry
    assert CustomField.objects.get(key=revenue).kind == "text"

    answer = pages.post(page, {"act": "begin", "kind": "money", "agreed": "2"})

    assert answer.status_code == 302
    assert deals()[revenue].kind == "money"
    found = View.parse(deals(), f"{revenue}.gte=8000", Reader(owner)).rows().count()
    assert found == 4
    done = pages.get(page).content.decode()
    assert "Undo" in done
    assert "revenue.has=100" in [view.query for view in saved_views.some_of(deals(), owner, 9)]
    assert "very much" in done
    assert pages.post(page, {"act": "undo"}).status_code == 302
    assert deals()[revenue].kind == "text"
    assert {d.custom[deals()[revenue].slot] for d in reading.of_type(deals()).filter(pk__in=lost)} == set(lost.values())


def test_somebody_types_a_misfit_before_the_yes(pages, owner, revenue):
    page = f"/settings/fields/deal/{revenue}/kind"
    pages.get(f"{page}?kind=money")
    writing.create(deals(), {"name": "Late", revenue: "no idea"}, by=owner, via="page")

    pages.post(page, {"act": "begin", "kind": "money", "agreed": "2"})

    waiting = pages.get(page).content.decode()
    assert "3 values do not" in waiting
    assert "no idea" in waiting
    assert deals()[revenue].kind == "text"
    pages.post(page, {"act": "drop"})
    assert deals()[revenue].kind == "text"
    pages.post(page, {"act": "begin", "kind": "money", "agreed": "3"})
    assert deals()[revenue].kind == "money"


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "begin", "kind": "stage"}, {"act": "begin", "kind": ""}, {"act": "agree"}, {"act": "undo"}, {"act": "drop"},
        {"act": "begin", "kind": "link", "to": "nothing"}, {"act": "begin", "kind": "link"},
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(pages, revenue, sent):
    answer = pages.post(f"/settings/fields/deal/{revenue}/kind", sent)

    assert answer.status_code == 422
    assert "notice--danger" in answer.content.decode()
    assert not Retyping.objects.exists()


@pytest.mark.parametrize("act", ["", "nonsense", "\x00"])
def test_an_unknown_act_is_a_bad_address(pages, revenue, act):
    assert pages.post(f"/settings/fields/deal/{revenue}/kind", {"act": act}).status_code == 400


@pytest.mark.parametrize("agreed", ["-1", "9" * 30, "two", "٢"])
def test_a_broken_number_agrees_to_nothing(pages, revenue, agreed):
    pages.post(f"/settings/fields/deal/{revenue}/kind", {"act": "begin", "kind": "money", "agreed": agreed})

    assert Retyping.objects.get().state == "ready"


def test_every_use_is_named_with_what_becomes_of_it(owner, revenue):
    custom_fields.add_field(deals(), "formula", "Loud", by=owner, settings={"formula": "upper([Revenue])"})
    Role.objects.create(key="quiet", name="Quiet", grants={"fields": {"deal": {revenue: "hidden"}}})
    stage = Stage.objects.filter(pipeline__type="deal").first()
    Stage.objects.filter(pk=stage.pk).update(required=[revenue])
    ApiKey.objects.create(name="Shop", user=owner, hash="x", scopes={"deal": ["see"]})
    ApiKey.objects.create(name="Old", user=owner, hash="y", revoked_at=clock.now())
    schema_changed()
    company = current_schema().type("company")
    linked = custom_fields.add_field(company, "link", "Best deal", by=owner, settings={"to": "deal"}).key
    company = current_schema().type("company")
    saved_views.save(View.parse(company, f"{linked}.{revenue}.has=x", Reader(owner)), "Rich", by=owner)
    type_ = deals()

    gone = {(use.what, use.name): use for use in usage_of(type_, revenue, as_if(type_, revenue, None))}
    number = as_was(type_[revenue], "whole", {}, "revenue__0")
    turned = {(use.what, use.name): use for use in usage_of(type_, revenue, as_if(type_, revenue, number))}

    assert {what for what, _name in gone} == {"View", "Import map", "Formula", "Role", "Stage", "Key of a program"}
    assert gone["View", "Rich"].then
    assert gone["View", "Short"].then == "It opens without this column."
    assert gone["Formula", "Deals: Loud"].then.startswith("It will be empty")
    assert gone["Import map", "Column “Umsatz”"].then
    assert turned["View", "Big"].then
    assert not turned["View", "By revenue"].then
    assert not turned["View", "Short"].then
    assert turned["Formula", "Deals: Loud"].then.startswith("It will be empty")
    assert not turned["Import map", "Column “Umsatz”"].then
    assert [use.then for use in usage_of(type_, revenue)] == [""] * len(gone)
    assert current_schema().type("deal")[revenue].kind == "text"


def test_a_deleted_field_asks_for_its_name_and_comes_back_with_everything(pages, owner, revenue):
    page = f"/settings/fields/deal/{revenue}/delete"
    shown = pages.get(page).content.decode()
    assert "85 records have a value in it." in shown
    assert "“Umsatz”" in shown

    wrong = pages.post(page, {"typed": "Revenues"})
    assert wrong.status_code == 422
    assert revenue in deals().by_key
    assert pages.post(page, {"typed": "revenue "}).status_code == 302

    assert revenue not in deals().by_key
    assert "goes for good in 29 days" in pages.get("/settings/fields/deal/").content.decode()
    assert pages.get(f"/settings/fields/deal/{revenue}/").status_code == 404
    assert pages.get(page).status_code == 404
    opened = pages.get("/deals/?view=" + str(saved_views.some_of(deals(), owner, 1)[0].pk))
    assert opened.status_code == 400
    assert "There is no field" in opened.content.decode()
    assert pages.post(f"/settings/fields/deal/{revenue}/", {"act": "restore"}).status_code == 302
    assert View.parse(deals(), f"{revenue}.filled=", Reader(owner)).rows().count() == 85


def test_its_name_is_free_while_it_lies_in_the_bin(pages, owner, revenue):
    field_bin.delete_field(deals(), revenue, by=owner, typed="Revenue")
    other = custom_fields.add_field(deals(), "money", "Revenue", by=owner).key
    assert other != revenue

    pages.post(f"/settings/fields/deal/{revenue}/", {"act": "restore"})

    assert revenue not in deals().by_key
    custom_fields.change_field(deals(), other, label="Turnover", by=owner)
    pages.post(f"/settings/fields/deal/{revenue}/", {"act": "restore"})
    assert revenue in deals().by_key


def test_after_a_month_field_and_values_go_for_good(owner, revenue):
    links = custom_fields.add_field(deals(), "links", "Teams", by=owner, settings={"to": "user"}).key
    way = custom_fields.add_field(deals(), "stage", "Way", by=owner).key
    type_ = deals()
    from daftar.records.fields.links import Linked

    made = writing.create(type_, {"name": "Mill", links: [Linked(owner.pk)], revenue: "7"}, by=owner, via="page")
    for key, label in ((revenue, "Revenue"), (links, "Teams"), (way, "Way")):
        field_bin.delete_field(deals(), key, by=owner, typed=label)
    assert field_bin.forget_deleted() == 0
    CustomField.objects.update(deleted_at=clock.now() - timedelta(days=31))

    assert field_bin.forget_deleted() == 3

    assert not CustomField.objects.exists()
    assert not RecordLink.objects.filter(field=links).exists()
    assert reading.get(deals(), made.pk, owner).custom == {}
    assert not any(d.custom for d in reading.of_type(deals()))


def test_hiding_says_what_would_miss_it(pages, revenue):
    page = f"/settings/fields/deal/{revenue}/hide"
    assert "By revenue" in pages.get(page).content.decode()

    assert pages.post(page).status_code == 302

    assert CustomField.objects.get(key=revenue).hidden


def test_only_who_runs_the_company_comes_here(client, owner, revenue):
    seller = User.objects.create_user("sara@oak.example", "rain on copper", name="Sara", role=Role.SELLER)
    client.force_login(seller)

    for page in ("kind", "kind/progress", "hide", "delete"):
        assert client.get(f"/settings/fields/deal/{revenue}/{page}").status_code in (403, 404)
        assert client.post(f"/settings/fields/deal/{revenue}/{page}", {"act": "begin"}).status_code in (403, 404, 405)
    assert CustomField.objects.get(key=revenue).kind == "text"


@pytest.mark.parametrize("language", ["fa", pytest.param("ru", marks=pytest.mark.thorough)])
def test_the_pages_are_drawn_in_other_languages(pages, owner, revenue, language):
    User.objects.filter(pk=owner.pk).update(language=language)

    for page in (
        "kind",
        "kind?kind=money",
        "kind?kind=link",
        "kind?kind=choice",
        "kind?kind=link&to=company",
        "hide",
        "delete",
    ):
        assert pages.get(f"/settings/fields/deal/{revenue}/{page}").status_code == 200, page
