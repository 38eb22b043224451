"""The recipe of opportunities: on small files of our own, and on the real ones where they are at hand."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from daftar.access.models import Department, Office, Role, User
from daftar.exchange.importing.unreadable import Unreadable
from daftar.kernel.errors import NotAllowed
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.accounts import start_in_role
from daftar.records.models import Event, ExternalId, Pipeline, StageSpan
from daftar.records.query.view import View
from daftar.records.reader import Reader

FILES = {
    "accounts.csv": "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
    "Acme,technolgy,1996,1100.04,2822,United States,\nBluth,retail,1993,4.5,9,Philipines,Acme\n",
    "products.csv": "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n",
    "sales_teams.csv": "sales_agent,manager,regional_office\nAnna Snelling,Dustin Brinkmann,Central\nMoses Frase,Dustin Brinkmann,Central\n"
    "Boris Faz,Rocco Neubert,East\n",
    "sales_pipeline.csv": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Moses Frase,GTXPro,Acme,Won,10/20/2016,3/1/2017,4514\nA2,Boris Faz,MG Special,Bluth,Lost,11/4/2016,3/18/2017,0\n"
    "A3,Boris Faz,MG Special,,Engaging,11/3/2016,,\nA4,Anna Snelling,GTXPro,,Prospecting,,,\n",
}


@pytest.fixture
def folder(shop, tmp_path):
    inner = tmp_path / "opportunities"
    inner.mkdir()
    for n, (_name, text) in enumerate(FILES.items()):
        (inner / f"{n}.csv").write_text(text)  # found by their headings, not by their names
    return inner


def test_the_files_become_people_products_companies_and_deals(shop, folder):
    code, said = shop.command("import", "--recipe", "opportunities", folder)

    assert code == 0, said
    assert sorted(Office.objects.values_list("name", flat=True)) == ["Central", "East"]
    boris = User.objects.get(name="Boris Faz")
    assert (boris.department.name, boris.department.head.name, boris.office.name, boris.roles) == (
        "Rocco Neubert",
        "Rocco Neubert",
        "East",
        [Role.SELLER],
    )
    assert Department.objects.get(name="Dustin Brinkmann").people.count() == 3
    assert set(User.objects.filter(roles=[Role.HEAD], office__isnull=False).values_list("name", flat=True)) == {
        "Dustin Brinkmann",
        "Rocco Neubert",
    }
    bluth = shop.rows("company").get(name="Bluth")
    assert (bluth.parent.name, bluth.founded, bluth.revenue, bluth.address) == (
        "Acme",
        1993,
        Decimal("4500000"),
        {"country": "Philipines"},
    )
    assert bluth.owner is None  # nobody's, so that the sellers of every team see it
    won, lost, open_, new = shop.rows("deal").order_by("number")
    assert (won.name, won.amount, won.owner.name, str(won.opened_on), str(won.closed_on), str(won.expected_close)) == (
        "GTX Pro · Acme",
        4514,
        "Moses Frase",
        "2016-10-20",
        "2017-03-01",
        "2017-03-01",
    )
    assert (str(won.created_at.date()), won.stage.name, won.stage.kind) == ("2016-10-20", "Won", "won")
    assert (
        str(won.stage_since.date())
        == str(StageSpan.objects.get(record_id=won.pk, type="deal").entered_at.date())
        == "2017-03-01"
    )
    assert str(open_.stage_since.date()) == "2016-11-03"
    assert (lost.amount, lost.stage.name, open_.closed_on, open_.amount) == (0, "Lost", None, None)
    assert (new.name, new.company, new.stage.name) == ("GTX Pro · A4", None, "Prospecting")
    for words in ("technolgy", "Technology", "GTXPro", "GTX Pro", "Philippines"):
        assert words in said


def test_loading_twice_changes_nothing(shop, folder):
    shop.command("import", "--recipe", "opportunities", folder)
    before = Event.objects.count(), Pipeline.objects.count(), ExternalId.objects.count(), User.objects.count()
    code, said = shop.command("import", "--recipe", "opportunities", folder)

    assert (code, before) == (
        0,
        (Event.objects.count(), Pipeline.objects.count(), ExternalId.objects.count(), User.objects.count()),
    )
    assert "Deals: 0 new, 0 updated, 4 unchanged, 0 refused" in said


def test_what_people_changed_since_is_kept_and_named_when_a_recipe_runs_again(shop, folder):
    shop.command("import", "--recipe", "opportunities", folder)
    won = shop.rows("deal").order_by("number")[0]
    writing.change(shop.type("deal"), won.pk, {"amount": Money(Decimal(5000), "USD")}, by=shop.olga, via="page")

    said = shop.command("import", "--recipe", "opportunities", folder)[1]
    won.refresh_from_db()
    assert won.amount == 5000
    assert "Deals: 0 new, 0 updated, 4 unchanged, 0 refused" in said
    assert "kept “5000" in said

    said = shop.command("import", "--recipe", "opportunities", folder, "--existing", "update")[1]
    won.refresh_from_db()
    assert (won.amount, "Deals: 0 new, 1 updated, 3 unchanged" in said) == (4514, True)


def test_a_rehearsal_leaves_no_trace(shop, folder):
    before = Event.objects.count(), Pipeline.objects.count(), User.objects.count()
    code, said = shop.command("import", "--recipe", "opportunities", folder, "--rehearse")

    assert (code, before) == (0, (Event.objects.count(), Pipeline.objects.count(), User.objects.count()))
    assert "Deals: 4 new" in said


def test_only_those_who_run_the_company_load_people(shop, folder):
    code, said = shop.command("import", "--recipe", "opportunities", folder, "--as", shop.hedi.email)

    assert (code, "not allowed" in said) == (2, True)
    assert Pipeline.objects.filter(key="opportunities").count() == 0


def test_a_missing_file_is_named(shop, folder):
    (folder / "1.csv").unlink()
    code, said = shop.command("import", "--recipe", "opportunities", folder)

    assert code == 2
    assert "products.csv" in said


def shared():
    named = os.environ.get("DAFTAR_SHARED")
    place = Path(named) if named else Path(__file__).resolve().parents[4] / "shared"
    return place / "data" / "opportunities"


@pytest.mark.slow
@pytest.mark.skipif(not shared().is_dir(), reason="the shared data (DAFTAR_SHARED or ../shared) is not here")
def test_the_real_files_load_whole(shop):
    code, said = shop.command("import", "--recipe", "opportunities", shared())

    assert code == 0, said
    Department.objects.filter(name="Sales", head=None).update(name="ours")
    counts = {
        key: shop.rows(key).exclude(name="ours").count()
        for key in ("company", "product", "deal", "office", "department")
    }
    assert counts == {"company": 85, "product": 7, "deal": 8800, "office": 3, "department": 6}
    heads = Department.objects.filter(head__isnull=False).values("head")
    assert User.objects.filter(department__isnull=False, office__isnull=False).exclude(pk__in=heads).count() == 35
    reader = Reader(shop.olga)
    for query, expected in [
        ("company.empty=", 1425),
        ("stage.kind=won", 4238),
        ("stage.kind=lost", 2473),
        ("closed_on.filled=", 6711),
        ("q=cancity&stage.kind=won", None),
    ]:
        view = View.parse(reader.schema.type("deal"), query, reader)
        assert not view.problems
        assert view.count() == expected or expected is None and view.count() > 0
    totals = View.parse(reader.schema.type("deal"), "stage.kind=won", reader).totals()
    lines = (shared() / "sales_pipeline.csv").read_text().splitlines()
    assert totals["amount"].sum == sum(Decimal(line.rsplit(",", 1)[1]) for line in lines if ",Won," in line)


@pytest.mark.parametrize(("type_key", "role"), [("user", "no-such-role"), ("company", "head")])
def test_a_map_gives_only_roles_there_are_and_only_to_people(shop, type_key, role):
    with pytest.raises(Unreadable, match="is no role in which"):
        shop.load(type_key, "name\nAnna\n", role=role)


def test_who_may_not_change_the_settings_gives_nobody_a_role(shop):
    with pytest.raises(NotAllowed):
        start_in_role([shop.sara], Role.ADMINISTRATOR, by=shop.sara)
