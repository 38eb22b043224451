import pytest

from daftar.access.models import Installation
from daftar.records.models import Pipeline, Stage
from daftar.ui import menu


def test_the_conversion_is_prefilled_and_made_from_the_page(shop, at):
    shop.field("deal", "delivery")
    known = shop.make("contact", name="Ali R.", phones=shop.type("lead")["phones"].get(shop.lead()))
    lead = shop.lead()
    page = at(shop.sara).get(f"/leads/{lead.pk}/convert")
    html = page.content.decode()
    assert page.status_code == 200
    assert f'<option value="{known.pk}" selected>' in html
    assert 'value="Alvand Tools"' in html
    assert "The same phone or e-mail stands in other leads" in html

    sent = {
        "contact.how": str(known.pk), "company.how": "new", "company.name": "Alvand", "deal.how": "new",
        "deal.name": "Drills", "deal.amount": "5,000", "deal.amount.currency": "USD",
    }  # fmt: skip
    answer = at(shop.sara).post(f"/leads/{lead.pk}/convert", sent)

    lead = shop.fresh("lead", lead)
    assert answer["Location"] == f"/deals/{lead.deal_id}/"
    assert lead.contact_id == known.pk
    deal = shop.type("deal").model.objects.get(pk=lead.deal_id)
    assert (deal.name, deal.amount, deal.company.name) == ("Drills", 5000, "Alvand")


def test_a_mistake_in_the_conversion_comes_back_at_its_field(shop, at):
    lead = shop.lead()
    sent = {"company.how": "new", "company.name": "", "deal.how": "new", "deal.name": "D", "deal.amount": "many"}

    page = at(shop.sara).post(f"/leads/{lead.pk}/convert", sent, headers={"HX-Request": "true"})

    assert page.status_code == 422
    assert "many" in page.content.decode()
    assert shop.fresh("lead", lead).converted_at is None


@pytest.mark.parametrize("path", ["convert", "convert?x=1"])
def test_strangers_and_the_wrong_team_are_kept_out(shop, at, client, path):
    lead = shop.lead()
    assert client.get(f"/leads/{lead.pk}/{path}").status_code == 302
    assert at(shop.reza).get(f"/leads/{lead.pk}/{path}").status_code == 404
    assert at(shop.rita).get(f"/leads/{lead.pk}/{path}").status_code == 403
    assert at(shop.sara).get(f"/leads/{10**20}/{path}").status_code == 404


def test_a_deal_is_repeated_from_the_page_once(shop, at):
    deal = shop.deal()
    browser = at(shop.sara)
    assert "Drills for Alvand" in browser.get(f"/deals/{deal.pk}/repeat").content.decode()

    sent = {"name": "Again", "expected_close": "2026-12-01", "once": "key-1", "stage": str(shop.stage("new"))}
    first, second = (browser.post(f"/deals/{deal.pk}/repeat", sent)["Location"] for _ in "ab")

    assert first == second != f"/deals/{deal.pk}/"


def test_cards_offer_what_can_be_done(shop, at):
    browser = at(shop.sara)
    lead, deal = shop.lead(), shop.deal()
    assert f"/leads/{lead.pk}/convert" in browser.get(f"/leads/{lead.pk}/").content.decode()
    html = browser.get(f"/deals/{deal.pk}/").content.decode()
    assert "Win" in html
    assert "Words for the seller" in html
    assert f"/deals/{deal.pk}/repeat" in html


def test_lists_boards_and_cards_of_all_types_open(shop, at):
    browser = at(shop.sara)
    rows = {"leads": shop.lead(), "contacts": shop.make("contact", name="A"), "companies": shop.make("company", name="B"),
            "deals": shop.deal(), "products": shop.make("product", name="P")}  # fmt: skip
    for slug, row in rows.items():
        for path in ("", "board/", "new", "quick", f"{row.pk}/"):
            assert browser.get(f"/{slug}/{path}").status_code == 200, (slug, path)


def test_without_leads_the_menu_has_none(shop, rf):
    for uses_leads in (True, False):
        request = rf.get("/")
        request.user, request.company = shop.sara, Installation(uses_leads=uses_leads)
        assert ("lead" in [item.key for item in menu.items(request)]) is uses_leads


def test_pipelines_are_for_those_who_run_the_company(shop, at, client):
    client.raise_request_exception = False
    for path in ("/settings/pipelines/", "/settings/pipelines/deal/"):
        assert at(shop.sara).get(path).status_code == 403
        assert at(shop.olga).get(path).status_code == 200
    assert at(shop.olga).get("/settings/pipelines/contact/").status_code == 404


def test_a_stage_is_changed_on_its_page(shop, at):
    stage = Stage.objects.get(pk=shop.stage("qualified"))
    address = f"/settings/pipelines/deal/stages/{stage.pk}/"
    browser = at(shop.olga)
    html = browser.get(address).content.decode()
    assert "Agree who decides" in html

    sent = {
        "name": "Qualified", "kind": "open", "colour": "pink", "probability": "45", "idle_days": "", "days_allowed": "9",
        "required": ["", "company"], "next_stages": ["", str(shop.stage("proposal"))],
        "script": "Agree who decides, by what and when. No offer without a date on which it will be discussed.",
    }  # fmt: skip
    assert browser.post(address, sent).status_code == 302

    stage.refresh_from_db()
    assert (stage.name, stage.script, stage.colour, stage.probability) == ("", "", "pink", 45)
    assert (stage.idle_days, stage.days_allowed, stage.required) == (None, 9, ["company"])
    assert shop.schema.stage(stage.pk).next_stages == {shop.stage("proposal")}
    assert browser.post(address, {**sent, "probability": "900"}).status_code == 422


def test_a_pipeline_is_made_and_filled_on_its_page(shop, at):
    browser = at(shop.olga)
    browser.post("/settings/pipelines/deal/", {"name": "Service"})
    pipeline = Pipeline.objects.get(name="Service")

    browser.post(
        f"/settings/pipelines/deal/{pipeline.pk}/stages/new", {"name": "Visit", "kind": "open", "colour": "teal"}
    )

    assert [s.label for s in shop.schema.pipelines[pipeline.pk].stages] == ["New", "Visit", "Won", "Lost"]
    assert browser.post("/settings/pipelines/deal/", {"name": "service"}).status_code == 422
    assert browser.get("/settings/pipelines/deal/").status_code == 200


def test_deleting_a_stage_in_use_asks_where_its_records_go(shop, at):
    deal = shop.deal(stage=shop.stage("qualified"))
    browser, address = at(shop.olga), f"/settings/pipelines/deal/stages/{shop.stage('qualified')}/remove"
    assert "1 records" in browser.get(address).content.decode()
    assert browser.post(address, {}).status_code == 422

    to = {"move_to": str(shop.stage("proposal"))}
    assert "1 of 1 have no “Expected close”." in browser.post(address, to).content.decode()
    assert shop.stage_of(shop.fresh("deal", deal)) == "qualified"
    assert browser.post(address, {**to, "sure": to["move_to"]}).status_code == 302

    assert shop.stage_of(shop.fresh("deal", deal)) == "proposal"
    assert browser.get(address).status_code == 404


def test_a_pipeline_can_be_archived_but_not_the_last_one(shop, at):
    browser = at(shop.olga)
    browser.post("/settings/pipelines/deal/", {"name": "Service"})
    service = Pipeline.objects.get(name="Service")
    shop.deal(stage=shop.schema.pipelines[service.pk].stages[0].id)

    assert (
        browser.post(f"/settings/pipelines/deal/{service.pk}/archive", {"move_to": str(shop.stage("new"))}).status_code
        == 302
    )
    assert shop.schema.pipelines[service.pk].archived
    sales = Pipeline.objects.get(type="deal", key="sales")
    assert browser.post(f"/settings/pipelines/deal/{sales.pk}/archive", {}).status_code == 409
    browser.post(f"/settings/pipelines/deal/{service.pk}/", {"act": "use_again"})
    assert not shop.schema.pipelines[service.pk].archived


def test_stages_and_pipelines_are_put_in_order(shop, at):
    browser = at(shop.olga)
    browser.post(f"/settings/pipelines/deal/stages/{shop.stage('qualified')}/", {"act": "up"})

    keys = [s.key for s in shop.type("deal").pipelines[0].stages]
    assert keys[:3] == ["qualified", "new", "proposal"]
