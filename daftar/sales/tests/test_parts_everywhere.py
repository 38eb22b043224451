"""Parts of a record at every door: lists, cards, files, bulk undo, roles, search; and what higher rooms add to a type."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access import decide
from daftar.access.held import grants_of
from daftar.access.models import Role
from daftar.catalogue.models import ProductPack
from daftar.kernel.errors import Invalid, Missing
from daftar.records import reading, schema, types, writing, writing_many
from daftar.records.bulk import runs
from daftar.records.fields import Link, Text, Whole
from daftar.records.models import BulkRun, ChangeSet
from daftar.records.query.view import View
from daftar.records.role_words import sentences
from daftar.records.schema import current_schema
from daftar.sales.models import DealLine, InvoiceLine
from daftar.sales.tests.conftest import usd


@pytest.fixture
def two_deals(shop, store):
    """One of Sara's, one of Reza's."""
    return (
        store.deal(("Drill", 1, 10)),
        store.deal(("Saw", 1, 10), by=shop.reza, owner=shop.reza.pk, company=None, contact=None),
    )


def test_what_one_may_not_see_is_in_no_list_file_count_or_sum(shop, store, at, two_deals):
    page = at(shop.sara)

    for address in ("/deal-lines/", "/deal-lines/?q=saw", "/deal-lines/?sort=-gross", "/deal-lines/?group=product"):
        assert b"Saw" not in page.get(address).content, address
    assert page.get("/deal-lines/export.csv").status_code == 403  # sellers export nothing
    hers = at(shop.olga).get("/deal-lines/export.csv").getvalue().decode()
    assert "Drill" in hers and "Saw" in hers


def test_a_head_exports_the_lines_of_deals_that_he_may_export(shop, store, at, two_deals):
    hedi = type(shop.olga).objects.create_user(
        "hedi@shop.example", "secret-hedi", name="Hedi", role=Role.HEAD, department=shop.sara.department
    )
    text = at(hedi).get("/deal-lines/export.csv").getvalue().decode()

    assert "Drill" in text and "Saw" not in text


def test_filters_through_a_link_show_nothing_of_other_peoples_deals(shop, store, two_deals):
    reader = shop.reader(shop.sara)
    view = View.parse(reader.schema.type("deal_line"), "deal.owner=me", reader)

    assert [row.name for row in view.rows()] == ["Drill"]
    reader = shop.reader(shop.reza)
    view = View.parse(reader.schema.type("deal_line"), f"deal.owner={shop.sara.pk}", reader)
    assert list(view.rows()) == []


def test_many_lines_are_judged_by_their_deals_with_a_few_queries(shop, store):
    line_type = shop.type("deal_line")
    ids = [line.pk for n in range(8) for line in store.lines(store.deal((f"Drill {n}", 1, 10)))]

    with CaptureQueriesContext(connection) as few:
        writing_many.change_many(line_type, dict.fromkeys(ids[:2], {"name": "X"}), by=shop.sara, via="bulk")
    with CaptureQueriesContext(connection) as more:
        answers = writing_many.change_many(line_type, dict.fromkeys(ids[2:], {"name": "X"}), by=shop.sara, via="bulk")

    assert len(more) <= len(few) + 1
    assert all(isinstance(answer, DealLine) for answer in answers.values())


def test_many_lines_of_somebody_else_are_missing_and_stay(shop, store, two_deals):
    line = store.lines(two_deals[1])[0]
    type_ = shop.type("deal_line")

    assert isinstance(
        writing_many.change_many(type_, {line.pk: {"name": "X"}}, by=shop.sara, via="bulk")[line.pk], Missing
    )
    assert isinstance(writing_many.remove_many(type_, [line.pk], by=shop.sara, via="bulk")[line.pk], Missing)
    assert {li.name for li in store.lines(two_deals[1])} == {"Saw"}


def test_a_part_is_made_for_many_wholes_with_one_question(shop, store):
    deals = [store.deal(("Drill", 1, 10)).pk for _ in range(6)]
    type_ = shop.type("deal_line")

    def cost(some):
        with CaptureQueriesContext(connection) as asked:
            made = writing.create_many(type_, [{"deal": pk, "name": "Saw"} for pk in some], by=shop.sara, via="import")
        assert not any(isinstance(one, Invalid) for one in made)
        return len(asked)

    assert (
        cost(deals[1:]) <= cost(deals[:1]) + 1
    )  # rows that change alike are stored by two statements, one alone by one


def test_lines_of_one_bad_whole_are_refused_and_the_others_go_on(shop, store, two_deals):
    values = [{"deal": deal.pk, "name": "New"} for deal in two_deals] + [{"deal": 10**9, "name": "New"}]
    made = writing.create_many(shop.type("deal_line"), values, by=shop.sara, via="import")

    assert [isinstance(one, Invalid) for one in made] == [False, True, True]
    assert "deal" in made[1].errors and made[1].errors == made[2].errors  # no difference tells that it exists


def test_an_import_with_wholes_and_parts_is_taken_back_and_done_again(shop):
    change_set = ChangeSet.objects.create(by=shop.olga, via="import", title="Two files")
    more = {"by": shop.olga, "via": "import", "change_set": change_set}
    (product,) = writing.create_many(shop.type("product"), [{"name": "Nails"}], **more)
    writing.create_many(shop.type("product_pack"), [{"product": product.pk, "name": "Box", "factor": 100}], **more)
    packs = shop.type("product_pack")

    run = runs.begin_undo(change_set, by=shop.olga)
    assert not reading.visible(packs, shop.olga).exists()
    assert ProductPack.objects.get().deleted_at is not None

    runs.begin_undo(BulkRun.objects.get(pk=run.pk).change_set, by=shop.olga)
    assert reading.visible(packs, shop.olga).get().name == "Box"


def test_a_cost_that_a_role_hides_is_nowhere_on_lines(shop, store, at):
    deal = store.deal((store.product(price=100, cost=usd(77)), 1, 100))
    role = Role.objects.get(key=Role.SELLER)
    role.grants = {**role.grants, "fields": {"deal_line": {"cost": "hidden"}}}
    role.save()
    line = store.lines(deal)[0]
    page = at(shop.sara)

    assert b"Cost of one" not in page.get(f"/deal-lines/{line.pk}/").content
    assert b"Cost of one" in at(shop.olga).get(f"/deal-lines/{line.pk}/").content
    assert page.get("/deal-lines/?cost.gte=1").status_code != 500
    assert any("cost" in sentence.lower() for sentence in sentences(grants_of(role), current_schema()))
    assert "deal" not in shop.type("deal_line").closable  # by it the line is reached


def test_the_page_of_a_role_offers_fields_of_parts_and_no_scopes_of_them(shop, at):
    page = at(shop.olga).get("/settings/roles/seller/").content.decode()

    assert 'value="deal_line.cost"' in page
    assert "types.deal_line." not in page


def test_nobody_shares_takes_or_asks_who_sees_a_line(shop, store, at):
    line = store.lines(store.deal(("Drill", 1, 10)))[0]
    page = at(shop.olga)

    assert page.get(f"/deal-lines/{line.pk}/who").status_code == 404
    assert page.post(f"/deal-lines/{line.pk}/take").status_code == 404


def test_the_search_of_everything_finds_no_lines(shop, store, at):
    store.deal(("Unmistakable", 1, 10))

    assert b"Unmistakable" not in at(shop.olga).get("/search/?q=unmistakable").content.replace(b"q=unmistakable", b"")


def test_new_invoice_is_no_command(shop, at):
    answer = at(shop.olga).get("/search/palette?q=new")
    assert b"/invoices/quick" not in answer.content


# -- declaring -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", [None, Text("deal"), "optional"])
def test_a_part_names_a_required_link_to_its_whole(link):
    fields = [Text("name", title=True), *([Link("deal", to="deal")] if link == "optional" else [link] if link else [])]
    with pytest.raises(TypeError):
        type(
            "Broken",
            (types.RecordType,),
            {"key": "broken_part", "model": DealLine, "part_of": "deal", "fields": fields},
        )
    types.DECLARED.pop("broken_part", None)


def test_a_part_has_no_parts():
    fields = [Text("name", title=True), Link("deal_line", to="deal_line", required=True)]
    with pytest.raises(TypeError):
        type(
            "Broken",
            (types.RecordType,),
            {"key": "broken_part", "model": InvoiceLine, "part_of": "deal_line", "fields": fields},
        )
    types.DECLARED.pop("broken_part", None)


@pytest.fixture
def from_above(shop):
    """A higher room that adds a field and a rule to deals."""

    @types.more_fields(on="deal")
    def more():
        return [Whole("margin_points", "Points"), Text("told_by", "Told by", readonly=True)]

    @types.rules(on="deal")
    class Points(types.Rules):
        def prepare(self, draft):
            if "margin_points" in draft.changed:
                draft.set("told_by", "the room above")

        def check(self, draft):
            points = draft.value("margin_points")
            return {"margin_points": "Fewer, please."} if points and points > 10 else {}

    schema._kept = None
    yield
    types.MORE_FIELDS["deal"].remove(more)
    types.RULES["deal"] = [rule for rule in types.RULES["deal"] if type(rule) is not Points]
    schema._kept = None


def test_fields_of_a_higher_room_are_kept_shown_and_filtered(shop, store, from_above, at):
    deal = store.deal(("Drill", 1, 10), margin_points=7)
    type_ = shop.type("deal")
    keys = [f.key for f in type_.fields]

    assert type_.by_key["margin_points"].get(deal) == 7 and type_.by_key["told_by"].get(deal) == "the room above"
    assert keys.index("margin_points") == len(type_.declared)
    assert "margin_points" not in type_.foremost
    reader = shop.reader(shop.sara)
    assert [row.pk for row in View.parse(reader.schema.type("deal"), "margin_points.gte=5", reader).rows()] == [deal.pk]
    assert b"the room above" in at(shop.sara).get(f"/deals/{deal.pk}/").content


def test_rules_of_a_higher_room_hold_at_every_door(shop, store, from_above):
    deal = store.deal(("Drill", 1, 10), margin_points=7)
    type_ = shop.type("deal")

    with pytest.raises(Invalid) as refused:
        writing.change(type_, deal.pk, {"margin_points": 11}, by=shop.sara, via="page")
    assert "margin_points" in refused.value.errors
    answers = writing_many.change_many(type_, {deal.pk: {"margin_points": 12}}, by=shop.sara, via="bulk")
    assert isinstance(answers[deal.pk], Invalid)
    with pytest.raises(Invalid):
        writing.change(type_, deal.pk, {"told_by": "me"}, by=shop.sara, via="page")


def test_rights_of_parts_are_those_of_the_whole_word_by_word(shop, store, two_deals):
    line = store.lines(two_deals[0])[0]

    for who in (shop.sara, shop.reza, shop.olga, shop.rita):
        for action, of_whole in [("see", "see"), ("change", "change"), ("delete", "change"), ("export", "export")]:
            assert decide.may(who, action, "deal_line", line) == decide.may(who, of_whole, "deal", two_deals[0]), (
                who,
                action,
            )
            rows = decide.within(DealLine.objects.all(), who, "deal_line", action)
            assert rows.filter(pk=line.pk).exists() == decide.may(who, action, "deal_line", line), (who, action)
