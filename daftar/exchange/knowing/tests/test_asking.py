"""What is asked and not guessed, what is told, and who may have what made."""

from __future__ import annotations

import pytest

from daftar.exchange.knowing.stages import kind_of
from daftar.exchange.knowing.table import id_stem
from daftar.kernel.formats import Formats
from daftar.records import custom_fields, custom_types
from daftar.records.custom_fields import OptionEdit
from daftar.records.schema import current_schema


def codes(proposal):
    return [q.code for q in proposal.questions]


def deals(*amounts):
    return "Deal name;Amount;Close date\n" + "".join(f"Deal {n};{a};2024-05-{n + 10}\n" for n, a in enumerate(amounts))


def test_two_decimal_signs_in_one_column_are_asked_with_rows_of_both(desk):
    proposal = desk.propose(("deals.csv", deals("1.234,56", "1,234.56", "2.000,10", "99.5")))
    asked = next(q for q in proposal.questions if q.code == "mixed_numbers")
    assert asked.blocks
    assert {s["value"] for s in asked.samples} == {"1.234,56", "1,234.56", "2.000,10", "99.5"}
    assert {s["line"] for s in asked.samples} == {2, 3, 4, 5}
    assert [c.change for c in asked.choices] == [{"numbers": {"Amount": "."}}, {"numbers": {"Amount": ","}}]
    assert "decimal" not in proposal.steps[0].map


def test_one_decimal_sign_is_not_asked(desk):
    proposal = desk.propose(("deals.csv", deals("1.234,56", "2.000,10", "3.000")))
    assert codes(proposal) == []
    assert proposal.steps[0].map["decimal"] == ","


def test_a_number_of_two_meanings_is_asked_unless_another_file_tells(desk):
    proposal = desk.propose(("deals.csv", deals("1,234", "2,000")))
    assert codes(proposal) == ["open_numbers"]
    assert proposal.blocking == []
    both = desk.propose(("deals.csv", deals("1,234", "2,000")), ("products.csv", "Product;Price\nA;1,200.50\nB;7.25\n"))
    assert codes(both) == []
    assert {s.map["decimal"] for s in both.steps} == {"."}


def test_day_or_month_first_is_asked_unless_the_values_prove_it(desk):
    open_ = desk.propose(("deals.csv", "Deal name,Close date\nA,03/04/2024\nB,05/06/2024\n"))
    (asked,) = open_.questions
    assert (asked.code, asked.blocks) == ("open_dates", True)
    assert [c.change["dates"]["Close date"] for c in asked.choices] == ["dmy", "mdy", "ymd"]
    assert codes(desk.propose(("deals.csv", "Deal name,Close date\nA,03/04/2024\nB,25/06/2024\n"))) == []


def test_another_column_of_the_same_hand_settles_day_and_month(desk):
    proposal = desk.propose(
        ("deals.csv", "Deal name,Close date,Created\nA,03/04/2024,01/31/2024\nB,05/06/2024,02/28/2024\n")
    )
    assert codes(proposal) == []
    assert proposal.steps[0].map["date_order"] == "mdy"
    assert "dates" not in proposal.steps[0].map


def test_each_column_has_an_order_of_its_own(desk):
    step = desk.one("deals.csv", "Deal name,Close date,Created\nA,2024-04-30,31/01/2024\nB,2024-06-05,28/02/2024\n")
    assert {step.map["date_order"], *step.map["dates"].values()} == {"ymd", "dmy"}


def test_a_column_twice_is_told(desk):
    proposal = desk.propose(
        ("contacts.csv", "Name,Phone,Phone\nAnna Smith,+12125550100,+12125550101\nBen Jones,+12125550102,\n")
    )
    assert codes(proposal) == ["doubled_heading"]
    assert proposal.steps[0].map["columns"] == {"Name": ["name"], "Phone": ["phones"], "Phone (2)": ["phones"]}


@pytest.mark.parametrize(
    "first", ["Anna,anna@acme.example,+1 212 555 0100", "1,2,3", "2024-01-05,12.50,anna@acme.example"]
)
def test_a_heading_row_of_data_is_stopped(desk, first):
    proposal = desk.propose(("list.csv", f"{first}\nBen,ben@acme.example,+1 212 555 0101\n"))
    assert "data_as_headings" in [q.code for q in proposal.blocking]


def test_years_of_two_digits_are_told(desk):
    proposal = desk.propose(("deals.csv", "Deal name,Close date\nA,30.04.24\nB,05.06.24\n"))
    assert "short_years" in codes(proposal)


def test_owners_who_are_not_here_are_named(desk):
    proposal = desk.propose(("deals.csv", "Deal name,Owner,Amount\nA,Olga,10\nB,Hans Gone,20\nC,Hans Gone,30\n"))
    (asked,) = proposal.questions
    assert (asked.code, asked.samples) == ("unknown_people", [{"value": "Hans Gone", "count": 2}])
    assert [c.change for c in asked.choices if c.chosen] == [{"unknown_person": "create"}]


def test_repeated_companies_without_ids_are_one_each_unless_told_otherwise(desk):
    proposal = desk.propose(("companies.csv", "Company,City\nAcme,Bonn\nACME,Rome\nBlue,Oslo\n"))
    (asked,) = proposal.questions
    assert (asked.code, asked.data["names"], asked.data["rows"]) == ("repeated_names", 1, 2)
    assert proposal.steps[0].map["repeated"] == "one"
    assert [c.change for c in asked.choices] == [{"repeated": "each"}, {"repeated": "one"}]


def test_who_may_not_change_the_settings_has_nothing_made(desk):
    text = "Deal name,Stage,Source,Colour\nA,Sampling,Pigeon,red\nB,Sampling,Web site,blue\n"
    step = desk.one("deals.csv", text, by=desk.hedi)
    assert step.map["columns"]["Colour"] == []
    assert step.map["choices"]["source"] == {"Pigeon": "", "Web site": "web"}
    assert "pipeline" not in step.map
    assert (
        desk.propose(("machines.csv", "Serial,Torque\nX1,5\nX2,7\n"), by=desk.hedi).blocking[0].code == "unknown_type"
    )


def test_a_file_that_no_type_fits_becomes_a_type(desk):
    proposal = desk.propose(
        ("Machines 2024.csv", "Serial number,Torque,Bought on\nX1,5.5,2024-03-13\nX2,7.25,2024-03-14\n")
    )
    (made,) = proposal.types
    assert (made.key, made.name, made.plural, made.title) == ("+machines_2024", "Machine", "Machines", "Serial number")
    assert proposal.steps[0].map["columns"] == {
        "Serial number": ["serial_number"], "Torque": ["+decimal:Torque"], "Bought on": ["+date:Bought on"],
    }  # fmt: skip
    assert proposal.steps[0].map["match"] == ["@row"]


def test_a_second_time_the_fields_and_types_of_the_first_are_used(desk):
    made = custom_types.add_type("Machine", "Machines", by=desk.olga, title_label="Serial number")
    custom_fields.add_field(current_schema().type(made.key), "decimal", "Torque", by=desk.olga)
    custom_fields.add_field(
        current_schema().type("lead"), "choice", "Industry", by=desk.olga, options=[OptionEdit("Pharma")]
    )
    proposal = desk.propose(
        ("Machines.csv", "Serial number,Torque\nX1,5.5\nX2,7.25\n"),
        (
            "Leads.csv",
            "Last Name,Industry,Email\n"
            + "".join(f"Name{n},{'Pharma' if n % 2 else 'Retail'},n{n}@a.example\n" for n in range(12)),
        ),
    )
    leads, machines = proposal.steps
    assert (proposal.types, machines.type) == ([], made.key)
    assert machines.map["columns"]["Torque"] == ["torque"]
    assert leads.map["columns"]["Industry"] == ["industry"]
    assert leads.map["choices"]["industry"] == {"Pharma": "pharma", "Retail": "+"}


def test_money_of_the_company_with_dollars_of_another_country(desk):
    text = "Name,Phone,Amount\nAnna Smith,604-555-0101,$10.50\nBen Jones,416-555-0102,$20.25\n"
    step = desk.one("leads.csv", text, formats=Formats(currency="CAD", country="CA"))
    assert step.map["country"] == "CA"


@pytest.mark.parametrize(
    ("heading", "stem"),
    [
        ("ID", ""), ("Account Id", "account"), ("CONTACTID", "contact"), ("Who Id Id", "who"), ("Contact Owner.id", "contact owner"),
        ("USER_ID", "user"), ("Record ID", "record"), ("AccountId", "account"), ("Paid", None), ("Valid", None), ("Amount", None),
        ("partner_id/id", "partner"), ("شناسه", ""),
        ("ID сделки", "сделки"),
    ],
)  # fmt: skip
def test_a_heading_says_whether_its_column_holds_ids(heading, stem):
    assert id_stem(heading) == stem


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Closed Won", "won"), ("Closed-Lost to Competition", "lost"), ("Выиграна", "won"), ("Успешно реализовано", "won"),
        ("Закрыто и не реализовано", "lost"), ("موفق", "won"), ("ناموفق", "lost"), ("Not Qualified", "lost"), ("Qualification", "open"),
        ("Negotiation/Review", "open"), ("Winter sale", "open"), ("Closed - won", "won"), ("Некачественный лид", "lost"),
    ],
)  # fmt: skip
def test_words_of_stages_say_how_a_sale_ended(text, kind):
    assert kind_of(text) == kind
