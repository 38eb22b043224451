"""Stage fields that the company adds: each is a way of its own beside the declared stage, on types that have one and on types that have none."""

import datetime as dt

import pytest
from django.test import Client

from daftar.kernel.errors import Missing
from daftar.records import custom_fields, pipelines, reading, writing
from daftar.records.gate import StageRefused
from daftar.records.models import Event, Pipeline, Stage, StageSpan
from daftar.records.schema import current_schema


@pytest.fixture
def paperwork(shop):
    """Site visits live in the general table and have a stage already; now they have papers too."""
    row = custom_fields.add_field(site_visits(), "stage", "Papers", by=shop.olga)
    (pipeline,) = site_visits()["papers"].pipelines
    for name in ("Signed", "Filed"):
        pipelines.add_stage(pipeline.id, {"name": name}, by=shop.olga)
    return row


def site_visits():
    return current_schema().slug("site-visits")


def papers(name):
    found = site_visits()["papers"].find(name)
    assert found is not None
    return found


def visit(shop, **values):
    return writing.create(site_visits(), {"name": "Old mill", **values}, by=shop.sara, via="page")


def change(shop, row, **values):
    return writing.change(site_visits(), row.pk, values, by=shop.sara, via="page")


def page(shop, address, user=None):
    client = Client()
    client.force_login(user or shop.olga)
    return client.get(address)


def names(found):
    return [s.label for p in found for s in p.stages]


def test_a_new_stage_field_comes_with_a_pipeline_of_its_own(shop, paperwork):
    field = site_visits()["papers"]

    assert [p.label for p in field.pipelines] == ["Papers"]
    assert names(field.pipelines) == ["New", "Signed", "Filed", "Won", "Lost"]
    assert site_visits().stage_field.key == "stage"
    assert "New" not in names(site_visits().pipelines)


def test_a_record_is_on_no_custom_way_until_somebody_puts_it_there(shop, paperwork):
    assert site_visits()["papers"].get(visit(shop)) is None

    custom_fields.change_field(site_visits(), "papers", by=shop.olga, label="Papers", default="Signed")
    assert site_visits()["papers"].get(visit(shop)) == papers("Signed")
    custom_fields.change_field(site_visits(), "papers", by=shop.olga, label="Papers", required=True)
    assert site_visits()["papers"].get(visit(shop)) == papers("New")


def test_each_stage_field_has_stays_of_its_own(shop, paperwork):
    row = visit(shop, papers=papers("New"))

    change(shop, row, papers=papers("Signed"))
    stays = [
        (s.stage.key or s.stage.name, s.left_at is None)
        for s in StageSpan.objects.filter(record_id=row.pk).order_by("id")
    ]
    assert stays == [("planned", True), ("New", False), ("Signed", True)]

    change(shop, row, stage=shop.stage["measured"], roof="flat", day=dt.date(2026, 5, 1))
    change(shop, row, papers=None)
    stays = [
        (s.stage.key or s.stage.name, s.left_at is None)
        for s in StageSpan.objects.filter(record_id=row.pk).order_by("id")
    ]
    assert stays == [("planned", False), ("New", False), ("Signed", False), ("measured", True)]
    assert list(Event.objects.filter(record_id=row.pk).order_by("id").values_list("kind", flat=True)) == [
        "created", "moved", "moved", "moved",
    ]  # fmt: skip


def test_two_contracts_are_told_together_and_the_stage_that_stands_is_kept_too(shop, paperwork):
    pipelines.change_stage(papers("Filed"), {"required": ["cost", "day"]}, by=shop.olga)
    row = visit(shop)

    with pytest.raises(StageRefused) as refused:
        change(shop, row, stage=shop.stage["measured"], papers=papers("Filed"))
    assert refused.value.missing == ["roof", "day", "cost"]

    change(
        shop,
        row,
        papers=papers("Filed"),
        cost=shop.visits["cost"].parse("10 USD", shop.reader()),
        day=dt.date(2026, 5, 1),
    )
    with pytest.raises(StageRefused) as refused:
        change(shop, row, cost=None)
    assert refused.value.missing == ["cost"]


def test_the_next_stages_and_the_own_pipeline_are_kept(shop, paperwork):
    pipelines.change_stage(papers("New"), {"next_stages": [papers("Signed")]}, by=shop.olga)
    row = visit(shop, papers=papers("New"))

    with pytest.raises(StageRefused, match="Signed"):
        change(shop, row, papers=papers("Filed"))
    with pytest.raises(StageRefused):
        change(shop, row, papers=shop.stage["measured"])
    with pytest.raises(StageRefused):
        change(shop, row, stage=papers("Signed"))


def test_list_filter_order_and_board_read_it(shop, paperwork):
    filed, bare, signed = (
        visit(shop, name="B", papers=papers("Filed")), visit(shop, name="A"), visit(shop, name="C", papers=papers("Signed")),
    )  # fmt: skip
    with_papers = f'id="row-{filed.pk}"'

    assert with_papers in page(shop, f"/site-visits/?papers={papers('Filed')}").content.decode()
    assert with_papers not in page(shop, f"/site-visits/?papers.none={papers('Filed')}").content.decode()
    assert with_papers not in page(shop, "/site-visits/?papers.empty=").content.decode()
    assert with_papers in page(shop, "/site-visits/?papers=open").content.decode()
    listed = page(shop, "/site-visits/?sort=-papers&cols=name,papers").content.decode()
    assert listed.index(with_papers) < listed.index(f'id="row-{signed.pk}"') < listed.index(f'id="row-{bare.pk}"')
    board = page(shop, "/site-visits/board/?by=papers").content.decode()
    heads = [board.index(f'data-column="{key}"') for key in ("-", papers("New"), papers("Signed"), papers("Filed"))]
    assert heads == sorted(heads)
    assert board.index(f'id="card-{bare.pk}"') < heads[1] < board.index(f'id="card-{signed.pk}"')


def test_a_board_has_a_switch_between_the_pipelines_of_its_field(shop, paperwork):
    more = pipelines.add_pipeline(site_visits().key, "Long papers", by=shop.olga, field="papers")
    row = visit(shop, papers=site_visits()["papers"].find("Long papers/New"))

    board = page(shop, "/site-visits/board/?by=papers").content.decode()

    assert f"pipeline={more.pk}" in board
    assert "Visits" not in board.split("</header>")[-1]
    assert f'id="card-{row.pk}"' in page(shop, f"/site-visits/board/?by=papers&pipeline={more.pk}").content.decode()
    foreign = site_visits().pipelines[0].id
    assert page(shop, f"/site-visits/board/?by=papers&pipeline={foreign}").status_code == 400


def test_a_card_is_moved_on_its_board_and_back_to_nothing(shop, paperwork):
    row, client = visit(shop), Client()
    client.force_login(shop.sara)

    for to, kept in ((str(papers("Filed")), papers("Filed")), ("-", None)):
        assert client.post(f"/site-visits/{row.pk}/move", {"field": "papers", "to": to}).status_code == 302
        assert site_visits()["papers"].get(reading.get(site_visits(), row.pk, shop.sara)) == kept
    assert client.post(f"/site-visits/{row.pk}/move", {"field": "stage", "to": "-"}).status_code == 422


def test_what_the_file_of_an_export_says_is_read_again(shop, paperwork):
    more = pipelines.add_pipeline(site_visits().key, "Sent / received", by=shop.olga, field="papers")
    pipelines.add_stage(more.pk, {"name": "In / out"}, by=shop.olga)
    field, reader = site_visits()["papers"], shop.reader()

    for pipeline in field.pipelines:
        for stage in pipeline.stages:
            assert field.parse(field.export(stage.id, reader), reader) == stage.id


def test_deleting_a_stage_moves_what_stands_in_it_within_the_field(shop, paperwork):
    row = visit(shop, papers=papers("Signed"))
    with pytest.raises(pipelines.InUse):
        pipelines.remove_stage(papers("Signed"), by=shop.olga, move_to=shop.stage["measured"])

    assert pipelines.remove_stage(papers("Signed"), by=shop.olga, move_to=papers("Filed")) == 1

    kept = reading.get(site_visits(), row.pk, shop.sara)
    assert (site_visits()["papers"].get(kept), site_visits()["stage"].get(kept)) == (
        papers("Filed"),
        shop.stage["planned"],
    )


def test_hiding_the_field_keeps_pipelines_and_values(shop, paperwork):
    signed, row = papers("Signed"), visit(shop, papers=papers("Signed"))
    pipelines.change_stage(signed, {"required": ["cost"]}, by=shop.olga)
    pipeline = Pipeline.objects.get(field="papers")

    custom_fields.hide_field(site_visits(), "papers", by=shop.olga)
    change(shop, row, remarks="Nothing of the hidden contract is asked")
    assert page(shop, f"/settings/pipelines/{site_visits().key}/{pipeline.pk}/").status_code == 404
    with pytest.raises(Missing):
        pipelines.rename_pipeline(pipeline.pk, "Other", by=shop.olga)

    custom_fields.bring_back_field(site_visits(), "papers", by=shop.olga)
    assert site_visits()["papers"].get(reading.get(site_visits(), row.pk, shop.sara)) == signed
    assert names(site_visits()["papers"].pipelines)[:2] == ["New", "Signed"]


def test_its_pipelines_are_changed_on_the_page_of_all_others(shop, paperwork):
    client, base = Client(), f"/settings/pipelines/{site_visits().key}/"
    client.force_login(shop.olga)
    here = f"{base}fields/papers/"
    assert here in client.get("/settings/pipelines/").content.decode()
    assert client.get(here).status_code == 200

    assert client.post(here, {"name": "Visits"}).headers["Location"].startswith(here)
    made = Pipeline.objects.get(name="Visits", field="papers")
    sent = {
        "name": "Posted",
        "kind": "open",
        "colour": "teal",
        "required": ["cost"],
        "days_allowed": "3",
        "script": "Ask twice",
    }
    assert client.post(f"{base}{made.pk}/stages/new", sent).headers["Location"] == here
    stage = Stage.objects.get(name="Posted")
    assert client.post(f"{base}stages/{stage.pk}/", {"act": "up"}).headers["Location"].startswith(here)
    assert client.post(f"{base}{made.pk}/", {"act": "up"}).status_code == 302
    assert [p.label for p in site_visits()["papers"].pipelines] == ["Visits", "Papers"]
    assert client.post(f"{base}{made.pk}/archive", {}).status_code == 302
    assert [p.archived for p in site_visits()["papers"].pipelines] == [True, False]
    assert client.get(f"{base}fields/cost/").status_code == 404


def test_the_old_pipelines_stay_with_the_declared_stage(shop):
    assert set(Pipeline.objects.values_list("field", flat=True)) == {""}


def needing_roof_and_day(shop):
    """Three visits in "planned", two without a day and one without a roof; "measured" requires both."""
    return [
        visit(shop, name="A"), visit(shop, name="B", roof="flat"), visit(shop, name="C", roof="flat", day=dt.date(2026, 5, 1)),
    ]  # fmt: skip


def test_deleting_a_stage_says_first_what_its_records_will_lack(shop):
    first, _second, whole = needing_roof_and_day(shop)
    client, address = Client(), f"/settings/pipelines/{site_visits().key}/stages/{shop.stage['planned']}/remove"
    client.force_login(shop.olga)
    to = str(shop.stage["measured"])
    pipelines.add_stage(site_visits().pipelines[0].id, {"name": "Later"}, by=shop.olga)

    asked = client.post(address, {"move_to": to})

    html = asked.content.decode()
    assert asked.status_code == 422
    assert "1 of 3 have no “Roof”. 2 of 3 have no “Day”." in html
    assert site_visits()["stage"].get(reading.get(site_visits(), first.pk, shop.olga)) == shop.stage["planned"]
    later = str(site_visits()["stage"].find("Later"))
    assert client.post(address, {"move_to": to, "sure": later}).status_code == 422
    assert client.post(address, {"move_to": to, "sure": to}).status_code == 302

    assert "needs: Roof, Day" in client.get(f"/site-visits/{first.pk}/").content.decode()
    assert "needs:" not in client.get(f"/site-visits/{whole.pk}/").content.decode()


def test_what_is_owed_is_asked_for_when_the_record_moves_on_but_not_when_it_is_lost(shop):
    first, second, _whole = needing_roof_and_day(shop)
    pipelines.add_stage(site_visits().pipelines[0].id, {"name": "Later"}, by=shop.olga)
    pipelines.remove_stage(shop.stage["planned"], by=shop.olga, move_to=shop.stage["measured"])
    later = site_visits()["stage"].find("Later")

    with pytest.raises(StageRefused) as refused:
        change(shop, first, stage=later)
    assert refused.value.missing == ["roof", "day"]
    assert str(refused.value.errors["roof"]) == "“Roof” is needed in stage “Measured”."
    change(shop, first, remarks="Other fields are changed freely")
    change(shop, first, stage=shop.stage["cancelled"], remarks="They built nothing")
    change(shop, second, stage=later, day=dt.date(2026, 5, 1))


def test_nothing_is_asked_twice_where_nothing_lacks(shop):
    visit(shop, roof="flat", day=dt.date(2026, 5, 1))
    pipelines.add_stage(site_visits().pipelines[0].id, {"name": "Later"}, by=shop.olga)
    client = Client()
    client.force_login(shop.olga)
    address = f"/settings/pipelines/{site_visits().key}/stages/{shop.stage['planned']}/remove"

    assert client.post(address, {"move_to": str(shop.stage["measured"])}).status_code == 302
