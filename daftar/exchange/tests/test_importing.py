from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import User
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.report import in_words
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.knowing.guessing import guess_date_order, guess_decimal, guess_map
from daftar.exchange.reading.opening import open_source
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.records import writing
from daftar.records.models import ChoiceOption, Event, ExchangeRate, ExternalId, StageSpan
from daftar.records.reader import Reader

COMPANIES = "name,sector,employees,revenue,city,country,phone,mobile\n"


def test_a_file_becomes_records_through_the_field_kinds(shop):
    report = shop.load("company", COMPANIES + 'Acme,retail,"1,200",$22700.00,Rome,Italy,+39 06 6982,+39 312 345 6789\n')

    assert (report.created, report.refused, report.errors) == (1, 0, [])
    acme = shop.rows("company").get()
    assert (acme.name, acme.sector, acme.employees) == ("Acme", "retail", 1200)
    assert (acme.revenue, acme.revenue_currency) == (Decimal("22700"), "USD")
    assert acme.address == {"city": "Rome", "country": "Italy"}
    assert [(p["value"], p["label"]) for p in acme.phones] == [("+39066982", ""), ("+393123456789", "mobile")]
    assert acme.created_by == shop.olga
    assert Event.objects.get(type="company").via == "import"


@pytest.mark.parametrize(
    ("headings", "targets"),
    [
        ("Deal name,Stage,Amount,Close date", ["name", "stage", "amount", "expected_close"]),
        ("Название;Стадия;Сумма;Компания;Ответственный", ["name", "stage", "amount", "company", "owner"]),
        ("عنوان;مرحله;مبلغ;شركت;مسئول", ["name", "stage", "amount", "company", "owner"]),
        ("opportunity_id,sales_agent,product,account,deal_stage", ["number", "owner", "products", "company", "stage"]),
    ],
)
def test_columns_are_guessed_from_headings(shop, headings, targets):
    source = open_source(shop.file(f"{headings}\n"))

    assert [ts[0] if ts else "" for ts in guess_map(shop.type("deal"), source).columns.values()] == targets


def test_date_order_and_decimal_sign_are_guessed_only_when_proven():
    assert guess_date_order(["10/20/2016", "3/1/2017"]) == "mdy"
    assert guess_date_order(["20/10/2016"]) == "dmy"
    assert guess_date_order(["3/4/2017"]) == guess_date_order(["13/1/2017", "1/13/2017"]) == ""
    assert guess_decimal(["22 700,00", "5,5"]) == ","
    assert guess_decimal(["22,700.00"]) == "."
    assert guess_decimal(["1.234,56", "1,234.56"]) == guess_decimal(["22700"]) == ""


ROWS = [
    ("name,founded\n,1990\n", "name", "", "needed"),
    ("name,employees\nAcme,twelve\n", "employees", "twelve", "not a number"),
    ("name,employees\nAcme,-5\n", "employees", "-5", "between"),
    ("name,revenue\nAcme,12 XYZ\n", "revenue", "12 XYZ", "not a currency"),
    ("name,revenue\nAcme,1.2345.6\n", "revenue", "1.2345.6", "not a number"),
    ("name,phones\nAcme,call me\n", "phones", "call me", ""),
    ("name,emails\nAcme,at example\n", "emails", "at example", ""),
    ("name,sector\nAcme,technolgy\n", "sector", "technolgy", "Technology"),
    ("name,parent\nAcme,Nobody\n", "parent", "Nobody", "without this link"),
    ("name,owner\nAcme,Nobody\n", "owner", "Nobody", "There is no person"),
    ("name,owner\nAcme,Olgaa\n", "owner", "Olgaa", ""),
]


@pytest.mark.parametrize(("text", "column", "value", "said"), ROWS)
def test_a_fault_is_told_with_line_column_value_and_what_to_do(shop, text, column, value, said):
    report = shop.load("company", text + "Good,\n")

    assert [(e.line, e.column, e.value) for e in report.errors] == [(2, column, value)]
    assert said in report.errors[0].sentence
    assert shop.rows("company").filter(name="Good").exists()


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("31/12/2016", "dmy", "2016-12-31"),
        ("3/1/2017", "mdy", "2017-03-01"),
        ("3/1/2017", "dmy", "2017-01-03"),
        ("۱۳۹۵/۱۲/۱۳", "", "2017-03-03"),
    ],
)
def test_dates_are_read_in_the_order_that_was_said(shop, text, order, expected):
    shop.load("deal", f"name,expected close\nDrills,{text}\n", date_order=order)

    assert shop.rows("deal").get().expected_close.isoformat() == expected


@pytest.mark.parametrize(
    ("text", "order"), [("31/02/2016", "dmy"), ("12/31/2016", "dmy"), ("13/13/2016", ""), ("soon", "mdy")]
)
def test_dates_that_do_not_exist_are_refused(shop, text, order):
    report = shop.load(
        "deal",
        f"name,expected close\nDrills,{text}\n",
        columns={"name": "name", "expected close": "expected_close"},
        date_order=order,
    )

    assert (report.refused, report.errors[0].column, shop.rows("deal").count()) == (1, "expected close", 0)


@pytest.mark.parametrize(
    ("decimal", "text", "expected"),
    [
        (",", "22 700,50", "22700.5"),
        (",", "22.700,50", "22700.5"),
        (".", "22,700.50", "22700.5"),
        (".", "۲۲٬۷۰۰", "22700"),
    ],
)
def test_amounts_are_read_with_the_sign_that_was_said(shop, decimal, text, expected):
    shop.load("deal", f"name;amount\nDrills;{text}\n", decimal=decimal)

    assert shop.rows("deal").get().amount == Decimal(expected)


def test_links_are_matched_by_name_and_odd_spellings_are_told(shop):
    shop.load("product", "name,price\nGTX Pro,4821\nGTX Basic,550\n")
    report = shop.load("deal", "name,products\nOne,GTXPro\nTwo,gtx pro\nThree,GTX Pro; GTX Basic\n")

    assert (report.created, report.errors) == (3, [])
    assert [(o.value, o.near, o.what) for o in report.odd_values()] == [("GTXPro", "GTX Pro", "matched")]
    links = [[link.id for link in shop.type("deal")["products"].get(row)] for row in shop.rows("deal")]
    pro, basic = shop.rows("product").values_list("pk", flat=True)
    assert links == [[pro], [pro], [pro, basic]]


def test_a_name_that_two_records_have_is_not_guessed(shop):
    shop.load("company", "name\nAcme\nAcme\n")
    report = shop.load("deal", "name,company\nDrills,ACME\n")

    assert "can mean several: Acme" in report.errors[0].sentence


def test_unknown_things_are_made_when_asked(shop):
    report = shop.load(
        "deal",
        "name,company,products,owner,kind\nOne,Acme,GTX; MG,Boris,rental\nTwo,Acme,GTX,Boris,rental\nThree,Acme,GTX,Boris,rentl\n",
        unknown_choice="create",
        unknown_person="create",
        unknown_link="create",
    )

    assert (report.created, report.errors) == (3, [])
    assert shop.rows("company").count() == 1
    assert shop.rows("product").count() == 2
    boris = User.objects.get(name="Boris")
    assert (boris.email, boris.check_password("")) == (None, False)
    assert {row.owner for row in shop.rows("deal")} == {boris}
    assert sorted(ChoiceOption.objects.values_list("label", flat=True)) == ["rental", "rentl"]
    assert [(o.value, o.near) for o in report.odd_values() if o.what == "near_option"] == [("rentl", "rental")]


def test_a_person_may_be_left_out(shop):
    report = shop.load("deal", "name,owner\nOne,Boris\n", unknown_person="none")

    assert report.created == 1
    assert [o.what for o in report.odd_values()] == ["no_person"]


@pytest.mark.parametrize(
    ("word", "owner"),
    [("", "Olga"), ("me", "Olga"), ("nobody", None), ("Hedi", "Hedi"), ("HEDI@shop.example", "Hedi"), ("id", "Hedi")],
)
def test_rows_without_an_owner_are_whose_the_map_says(shop, word, owner):
    word = str(shop.hedi.pk) if word == "id" else word
    report = shop.load("deal", "name,owner\nOne,\nTwo,Sara\n", owner=word)

    assert report.refused == 0
    assert [d.owner and d.owner.name for d in shop.rows("deal")] == [owner, "Sara"]
    shop.load("deal", "name\nThree\n", owner=word)
    assert [d.owner and d.owner.name for d in shop.rows("deal")] == [owner, "Sara", owner]


@pytest.mark.parametrize("word", ["Boris", "boris@shop.example", "999999", "\0", "S" * 5000])
def test_an_owner_who_is_not_here_stops_the_import(shop, word):
    with pytest.raises(Unreadable):
        shop.load("deal", "name\nOne\n", owner=word)


def test_since_when_a_record_stands_in_its_stage_is_what_the_file_says(shop):
    columns = {"name": "name", "stage": "stage", "moved": "@moved", "since": "@created"}
    shop.load("deal", "name,stage,moved,since\nOne,New,2026-03-05 10:00,2026-03-01 10:00\n", columns=columns)
    (deal,) = shop.rows("deal")
    (stay,) = StageSpan.objects.filter(record_id=deal.pk, type="deal")
    assert deal.stage_since == stay.entered_at == dt.datetime(2026, 3, 5, 10, tzinfo=dt.UTC)

    for day, ended in (("2026-04-01 10:00", "2026-04-01"), ("2026-03-10 10:00", "2026-04-01")):
        stage = "Qualified" if day.startswith("2026-04") else "New"
        shop.load(
            "deal",
            f"name,stage,moved\nOne,{stage},{day}\n",
            columns={k: columns[k] for k in ("name", "stage", "moved")},
            match="name",
        )
        stays = list(StageSpan.objects.filter(record_id=deal.pk, type="deal").order_by("id"))
        assert str(stays[-2].left_at.date()) == ended
        assert stays[-1].left_at is None
        assert shop.rows("deal").get().stage_since == stays[-1].entered_at


@pytest.mark.parametrize(
    ("existing", "name", "source", "comments", "updated"),
    [
        ("", "Deal B", "web", "from the file", 1), ("update", "Deal B", "web", "from the file", 1),
        ("keep", "By hand", "web", "from the file", 1), ("fill", "By hand", "partner", "from the file", 1), ("leave", "By hand", "partner", "", 0),
    ],
)  # fmt: skip
def test_what_becomes_of_records_that_are_here_is_chosen(shop, existing, name, source, comments, updated):
    columns = {"id": "@id", "name": "name", "source": "source", "comments": "comments"}
    shop.load("deal", "id,name,source,comments\n1,Deal A,partner,\n2,Other,partner,\n", columns=columns)
    deal = shop.rows("deal").first()
    writing.change(shop.type("deal"), deal.pk, {"name": "By hand"}, by=shop.sara, via="page")

    newer = "id,name,source,comments\n1,Deal B,web,from the file\n2,Other,partner,\n3,New,web,x\n"
    report = shop.load("deal", newer, columns=columns, existing=existing)

    deal.refresh_from_db()
    assert (deal.name, deal.source, deal.comments) == (name, source, comments)
    assert (report.created, report.updated, report.unchanged, report.refused) == (1, updated, 2 - updated, 0)
    kept = [(o.column, o.value, o.near) for o in report.odd_values() if o.what == "kept"]
    assert kept == ([("name", "Deal B", "By hand")] if existing == "keep" else [])


def test_a_link_within_the_file_is_kept_when_somebody_changed_it(shop):
    text, columns = "id,name,parent\n1,A,C\n2,B,C\n3,C,\n", {"id": "@id", "name": "name", "parent": "parent"}
    shop.load("company", text, columns=columns, existing="keep")
    a, b, _c = shop.rows("company")
    writing.change(shop.type("company"), a.pk, {"parent": b.pk}, by=shop.sara, via="page")

    report = shop.load("company", text, columns=columns, existing="keep")

    a.refresh_from_db()
    assert (a.parent_id, [(o.value, o.near) for o in report.odd_values()]) == (b.pk, [("C", "B")])


def test_nothing_is_made_for_a_row_that_is_refused(shop):
    report = shop.load(
        "deal", "name,company,kind,amount\nOne,Acme,rental,lots\n", unknown_choice="create", unknown_link="create"
    )

    assert report.refused == 1
    assert not shop.rows("company").exists()
    assert not ChoiceOption.objects.exists()


def test_links_inside_one_file_are_set_when_all_rows_are_in(shop):
    report = shop.load("company", "name,subsidiary of\nChild,Mother\nMother,\nOrphan,Ghost\n")

    child, mother, orphan = shop.rows("company")
    assert (child.parent, orphan.parent) == (mother, None)
    assert (report.created, [e.line for e in report.errors]) == (3, [4])


def test_the_same_file_again_changes_nothing(shop):
    text = "id,name,amount,products\nA1,One,100,\nA2,Two,200,\n"
    words = {"columns": {"id": ["@id", "number"], "name": "name", "amount": "amount"}, "system": "old"}
    first = shop.load("deal", text, **words)
    events = Event.objects.count()
    again = shop.load("deal", text, **words)
    changed = shop.load("deal", text.replace("200", "250").replace("100", ""), **words)

    assert (first.created, again.unchanged, again.created) == (2, 2, 0)
    assert (changed.updated, changed.unchanged) == (1, 1)
    assert [row.amount for row in shop.rows("deal")] == [Decimal(100), Decimal(250)]
    assert Event.objects.count() == events + 1
    assert ExternalId.objects.filter(system="old", type="deal").count() == 2


def test_rows_are_known_again_by_name(shop):
    words = {"columns": {"name": "name", "sector": "sector"}, "match": "name"}
    first = shop.load("company", "name,sector\nAcme,retail\nACME,retail\nBolt,\n", **words)
    again = shop.load("company", "name,sector\nacme,finance\nBolt,\n", **words)

    assert (first.created, first.repeated) == (2, 1)
    assert (again.updated, again.unchanged) == (1, 1)
    assert [row.sector for row in shop.rows("company")] == ["finance", ""]


def test_a_record_in_the_bin_is_not_made_twice(shop):
    words = {"columns": {"id": "@id", "name": "name"}, "system": "old"}
    shop.load("deal", "id,name\nA1,One\n", **words)
    writing.remove(shop.type("deal"), shop.rows("deal").get().pk, by=shop.olga, via="page")
    report = shop.load("deal", "id,name\nA1,One\n", **words)

    assert (report.refused, shop.rows("deal").count()) == (1, 1)
    assert "bin" in report.errors[0].sentence


@pytest.mark.parametrize("stage", ["new", "proposal", "won", "lost"])
@pytest.mark.parametrize("given", ["", "2027-01-05"])
@pytest.mark.parametrize("amount", ["", "100"])
def test_the_stage_contract_gives_the_verdict_of_writing(shop, stage, given, amount):
    label = shop.schema.stage(shop.stage(stage)).label
    report = shop.load(
        "deal",
        f"name,stage,expected close,amount\nDrills,{label},{given},{amount}\n",
        columns={"name": "name", "stage": "stage", "expected close": "expected_close", "amount": "amount"},
    )
    reader_type = shop.type("deal")
    reader = Reader(shop.olga)
    values = {"name": "Drills", "stage": shop.stage(stage)}
    values |= {k: reader_type[k].parse(v, reader) for k, v in (("expected_close", given), ("amount", amount)) if v}
    try:
        writing.create(reader_type, values, by=shop.olga, via="page")
        verdict = []
    except Invalid as refused:
        verdict = [str(s) for s in refused.errors.values()]

    assert [e.sentence for e in report.errors] == verdict
    assert report.created == (not verdict)


def test_a_rehearsal_predicts_the_run_and_changes_nothing(shop):
    text = "name,company,kind,owner,amount\nOne,Acme,rental,Boris,1\nTwo,Bolt,sale,Olga,x\n,Acme,sale,Olga,2\n"
    words = {"unknown_choice": "create", "unknown_person": "create", "unknown_link": "create"}
    before = Event.objects.count(), User.objects.count(), ChoiceOption.objects.count()
    rehearsal = shop.load("deal", text, rehearse=True, **words)
    after = Event.objects.count(), User.objects.count(), ChoiceOption.objects.count()
    run = shop.load("deal", text, **words)

    assert before == after
    assert rehearsal.to_json() == run.to_json()
    assert (run.created, run.refused) == (1, 2)
    assert "Rehearsal" in in_words([rehearsal], rehearsed=True)


def test_rights_are_those_of_the_person(shop):
    with pytest.raises(NotAllowed):
        shop.load("deal", "name\nOne\n", by=shop.sara)
    with pytest.raises(NotAllowed):
        shop.load("user", "name\nBoris\n", by=shop.hedi)
    report = shop.load(
        "deal",
        "name,owner,kind\nOne,Boris,\nTwo,,rental\n",
        by=shop.hedi,
        unknown_person="create",
        unknown_choice="create",
    )

    assert report.refused == 2
    assert "only those who run the company" in report.errors[1].sentence


@pytest.mark.parametrize("rate", [None, Decimal("1.1")])
def test_queries_do_not_grow_with_rows(shop, rate):
    """Not even for amounts in another currency: with a rate for it, and without."""
    if rate:
        ExchangeRate.objects.create(currency="EUR", day="2020-01-01", rate=rate)
    shop.load("company", "name\n" + "".join(f"Company {n}\n" for n in range(50)))
    shop.load("product", "name\nGTX Pro\nMG\n")

    def cost(rows, mark):
        text = "id,name,stage,company,products,owner,amount\n" + "".join(
            f"{mark}{n},Deal {n},New,Company {n % 50},GTXPro; MG,Sara,{n}\n" for n in range(rows)
        )
        columns = {
            "id": ["@id", "number"],
            **{h: h for h in ("name", "stage", "company", "products", "owner", "amount")},
        }
        with CaptureQueriesContext(connection) as queries:
            assert shop.load("deal", text, columns=columns, currency="EUR").created == rows
        return len(queries), sum(q["sql"].startswith("SELECT") for q in queries)

    few, many = cost(20, "a"), cost(500, "b")
    assert few[1] == many[1]
    assert many[0] <= 66  # SQLite takes so many values at once: inserts come in some pieces
    assert shop.rows("deal").get(number="b10").amount_base == (Decimal(11) if rate else None)


def test_maps_say_what_is_wrong_with_them(shop):
    source = open_source(shop.file("name,city\nAcme,Rome\n"))
    for kept, said in [
        ({}, "columns"),
        ({"columns": {"name": "name"}, "colour": "red"}, "colour"),
        ({"columns": {"name": "name"}, "date_order": "ydm"}, "date_order"),
        ({"columns": {"name": "name"}, "existing": "burn"}, "existing"),
        ({"columns": {"name": "name"}, "currency": "XXQ"}, "XXQ"),
        ({"columns": {"name": "name"}, "times": {"name": "NaN"}}, "NaN"),
        ({"columns": {"nam": "name"}}, "no column “nam”"),
        ({"columns": {"name": "created_at"}}, "created_at"),
        ({"columns": {"name": "address.moon"}}, "address.moon"),
        ({"columns": {"name": ""}}, "No column"),
    ]:
        with pytest.raises(Unreadable, match=said):
            ImportMap.from_json(kept).check_for(shop.type("company"), source.headings)


def test_a_map_survives_json():
    made = ImportMap.from_json(
        {"columns": {"a": ["x", "y"], "b": ""}, "times": {"a": 1000}, "compose": {"x": [["a", "b"]]}, "decimal": ","}
    )

    assert ImportMap.from_json(made.to_json()) == made
    assert made.columns == {"a": ("x", "y"), "b": ()}
