"""Lists from nowhere in particular: Persian, Russian, English; and the opportunities without their recipe."""

from __future__ import annotations

from daftar.exchange.knowing.tests.conftest import shared
from daftar.kernel.formats import Formats

PERSIAN = """نام,تلفن همراه,شرکت,تاریخ ایجاد,مبلغ
علی رضایی,۰۹۱۲۳۴۵۶۷۸۹,پارس صنعت,۱۴۰۳/۰۲/۱۵,۱۲٬۵۰۰٬۰۰۰ تومان
مریم احمدی,۰۹۳۵۱۲۳۴۵۶۷,نوین تجارت,۱۴۰۳/۱۱/۳۰,۸٬۰۰۰٬۰۰۰ تومان
حسین کریمی,۰۹۰۱۷۶۵۴۳۲۱,آرمان گستر,۱۴۰۲/۱۲/۲۸,۹۵۰٬۰۰۰ تومان
"""
RUSSIAN = """Название сделки;Сумма;Стадия;Компания;Ответственный;Дата создания;Дата закрытия
Поставка станков;1 250 000,50 руб.;Переговоры;ООО Ромашка;Анна Петрова;05.02.2024;31.12.2024
Ремонт цеха;90 000,00 руб.;Выиграна;ООО Василёк;Анна Петрова;13.03.2024;01.04.2024
Монтаж линии;415 300,75 руб.;Проиграна;АО Лютик;Иван Сидоров;20.03.2024;15.05.2024
Аудит;10 000,00 руб.;Новая;АО Лютик;Иван Сидоров;21.03.2024;16.05.2024
"""


def targets(step):
    return dict(step.map["columns"])


def test_a_persian_list_with_jalali_dates_and_persian_digits(desk):
    step = desk.one("فهرست.csv", PERSIAN)
    assert step.type == "lead"
    assert targets(step) == {
        "نام": ["person_name"], "تلفن همراه": ["phones.mobile"], "شرکت": ["company_name"], "تاریخ ایجاد": ["@created"], "مبلغ": ["amount"],
    }  # fmt: skip
    assert (step.map["date_order"], step.map["currency"], step.map["country"]) == ("ymd", "IRR", "IR")
    assert "times" not in step.map  # the sign says toman, and so it is read
    assert step.map["match"] == ["phones", "@row"]
    assert "Its years are Jalali." in step.words


def test_the_same_in_windows_1256(desk):
    """windows-1256 has no Persian digits and no ی of its own: such files come with Arabic ي, Latin digits or both."""
    old = PERSIAN.translate(
        {ord("ی"): "ي", ord("ک"): "ك", ord("٬"): ".", **dict(zip(range(0x06F0, 0x06FA), "0123456789"))}
    )
    step = desk.one("list.csv", old.encode("windows-1256"))
    assert (step.type, step.map["currency"], step.map["country"], step.map["date_order"]) == (
        "lead",
        "IRR",
        "IR",
        "ymd",
    )
    assert [ts[0] for ts in targets(step).values()] == [
        "person_name",
        "phones.mobile",
        "company_name",
        "@created",
        "amount",
    ]


def test_tomans_named_in_the_heading_are_told_from_rials(desk):
    text = "نام,موبایل,مبلغ (تومان)\nعلی رضایی,09123456789,1200000\nمریم احمدی,09351234567,800000\n"
    step = desk.one("سرنخ‌ها.csv", text)
    assert (step.type, step.map["currency"], step.map["times"]) == ("lead", "IRR", {"مبلغ (تومان)": "10"})
    step = desk.one("سرنخ‌ها.csv", text, formats=Formats(language="fa", currency="IRR", rial_as="toman", country="IR"))
    assert "times" not in step.map


def test_a_russian_list_in_windows_1251_with_semicolons(desk):
    step = desk.one("сделки.csv", RUSSIAN.encode("windows-1251"))
    assert step.type == "deal"
    assert targets(step) == {
        "Название сделки": ["name"], "Сумма": ["amount"], "Стадия": ["stage"], "Компания": ["company"], "Ответственный": ["owner"],
        "Дата создания": ["@created"], "Дата закрытия": ["expected_close"],
    }  # fmt: skip
    assert (step.map["date_order"], step.map["decimal"], step.map["currency"]) == ("dmy", ",", "RUB")
    assert step.map["pipeline"] == "sales"
    assert step.map["stages"] == {"Новая": "new", "Переговоры": "negotiation", "Выиграна": "won", "Проиграна": "lost"}
    assert step.map["match"] == ["@row"]


def test_russian_contacts_with_phones_as_people_there_write_them(desk):
    text = (
        "Фамилия;Имя;Телефон;E-mail;Компания;Должность\nПетрова;Анна;8 (912) 345-67-89;anna@romashka.ru;ООО Ромашка;Директор\n"
        "Сидоров;Иван;8 495 123-45-67;ivan@lutik.ru;АО Лютик;Инженер\n"
    )
    step = desk.one("контакты.csv", text.encode("windows-1251"))
    assert step.type == "contact"
    assert [ts[0] for ts in targets(step).values()] == [
        "last_name",
        "first_name",
        "phones",
        "emails",
        "companies",
        "position",
    ]
    assert step.map["country"] == "RU"
    assert step.map["match"] == ["emails", "phones", "@row"]


def test_the_file_name_tells_people_of_one_kind_from_another(desk):
    text = "Name,Email,Phone,Company\nAnna Smith,anna@acme.example,+1 212 555 0100,Acme\nBen Jones,ben@cyber.example,+1 212 555 0101,Cyber\n"
    assert desk.one("contacts_2024.csv", text).type == "contact"
    assert desk.one("leads-may.csv", text).type == "lead"
    assert desk.one("مخاطبین.csv", text).type == "contact"


def test_the_opportunities_are_known_without_their_recipe(desk):
    proposal = desk.propose(*sorted(shared("opportunities").glob("*.csv")))
    steps = {s.title: s for s in proposal.steps}
    assert {title: s.type for title, s in steps.items()} == {
        "accounts": "company", "products": "product", "sales_pipeline": "deal", "sales_teams": "user",
    }  # fmt: skip
    assert proposal.blocking == []
    deals = steps["sales_pipeline"]
    assert targets(deals) == {
        "opportunity_id": ["@id", "number"], "sales_agent": ["owner"], "product": ["products"], "account": ["company"], "deal_stage": ["stage"],
        "engage_date": ["opened_on"], "close_date": ["expected_close", "closed_on", "@moved"], "close_value": ["amount"],
    }  # fmt: skip
    assert deals.map["date_order"] == "mdy"
    assert deals.map["pipeline"] == "+Sales pipeline"
    assert deals.stage_order == ["Prospecting", "Engaging", "Won", "Lost"]
    assert (deals.map["stages"]["Won"], deals.map["stages"]["Lost"]) == ("+won:Won", "+lost:Lost")
    assert deals.map["compose"]["name"][:2] == [["product", "account"], ["product", "opportunity_id"]]
    assert steps["accounts"].map["choices"]["sector"]["technolgy"] == "technology"
    assert targets(steps["accounts"])["office_location"] == ["address.country"]
    assert targets(steps["sales_teams"]) == {
        "sales_agent": ["name"],
        "manager": ["department"],
        "regional_office": ["office"],
    }
