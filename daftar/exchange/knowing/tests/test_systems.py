"""Small made-up samples under the headings that each system really writes."""

from __future__ import annotations

import pytest
from django.utils import translation

from daftar.exchange.exporting.csv_file import lines
from daftar.exchange.exporting.headings import headings, whole_columns
from daftar.exchange.knowing.systems import SYSTEMS
from daftar.exchange.knowing.tests.conftest import Desk
from daftar.records.schema import current_schema

NUMBERS = ("money", "whole", "decimal", "percent", "duration")
BITRIX_LEADS = (
    "ID;Название лида;Обращение;Имя;Фамилия;Отчество;Населенный пункт;Рабочий телефон;Мобильный телефон;Корпоративный сайт;Рабочий e-mail;"
    "Название компании;Должность;Комментарий;Стадия;Дополнительно о стадии;Возможная сумма;Валюта;Источник;Доступен для всех;Ответственный\n"
    "11;Станок;;Анна;Петрова;Ивановна;Казань;8 843 222-33-44;8 912 345-67-89;romashka.ru;anna@romashka.ru;ООО Ромашка;Директор;Ждёт;В работе;;"
    "120000.00;RUB;Веб-сайт;да;Olga\n"
    "12;Линия;;Иван;Сидоров;;Москва;8 495 123-45-67;;lutik.ru;ivan@lutik.ru;АО Лютик;Инженер;;Некачественный лид;;0.00;RUB;Звонок;да;Olga\n"
)
BITRIX_DEALS = (
    "ID;Название сделки;Стадия сделки;Сумма;Валюта;Компания;Контакт;Ответственный;Дата создания;Предполагаемая дата закрытия\n"
    "5;Поставка;Сделка успешна;120000.00;RUB;ООО Ромашка;Анна Петрова;Olga;13.02.2024 10:15:00;31.03.2024\n"
    "6;Ремонт;Подготовка документов;5000.00;RUB;АО Лютик;Иван Сидоров;Olga;14.02.2024 11:00:00;30.04.2024\n"
    "7;Аудит;Сделка провалена;700.00;RUB;АО Лютик;Иван Сидоров;Olga;15.02.2024 11:00:00;30.04.2024\n"
)
HUBSPOT_CONTACTS = (
    "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,"
    "Associated Company,Associated Company IDs,Lifecycle Stage\n"
    "101,Camille,Durand,camille@demo.example,+33 1 40 20 50 50,Olga,New,2024-03-12 09:14,Demo SA,9001,Lead\n"
    "102,John,Smith,john@blue.example,+1 212 555 0100,Olga,Open,2024-03-15 14:30,Blue Ltd,9002,Customer\n"
)
HUBSPOT_COMPANIES = (
    "Record ID,Company name,Company Domain Name,Company owner,Phone Number,City,Country/Region,Industry,"
    "Number of Employees,Annual Revenue,Create Date\n"
    "9001,Demo SA,demo.example,Olga,+33 1 40 20 50 51,Paris,France,Retail,40,1200000,2024-02-01 09:30\n"
    "9002,Blue Ltd,blue.example,Olga,+1 212 555 0102,Boston,United States,Energy,12,800000,2024-02-02 09:30\n"
)
HUBSPOT_DEALS = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Deal owner,Create Date,Associated Company IDs,Associated Contact IDs\n"
    "7001,Blue casino,Closed Won,Sales Pipeline,15000,2024-05-01 10:00,Olga,2024-03-01 10:00,9002,102\n"
    "7002,Demo draw,Appointment Scheduled,Sales Pipeline,2500,2024-06-01 10:00,Olga,2024-03-02 10:00,9001,101;102\n"
    "7003,Demo lost,Closed Lost,Sales Pipeline,100,2024-06-01 10:00,Olga,2024-03-02 10:00,9001,101\n"
)
PIPEDRIVE_DEALS = (
    "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,Deal - Organization,Deal - Contact person,Deal - Stage,Deal - Status,"
    "Deal - Expected close date,Deal - Owner,Deal - Deal created,Deal - Lost reason\n"
    "1,Roof,1200.50,EUR,Acme,Anna Smith,Proposal Made,Won,2024-05-13,Olga,2024-03-01 07:43:21,\n"
    "2,Wall,300.00,EUR,Acme,Anna Smith,Proposal Made,Open,2024-06-14,Olga,2024-03-02 07:43:21,\n"
    "3,Door,80.00,EUR,Blue,Ben Jones,Lead In,Lost,2024-06-15,Olga,2024-03-03 07:43:21,Price\n"
    "4,Gate,90.00,EUR,Blue,Ben Jones,Lead In,Open,2024-06-16,Olga,2024-03-04 07:43:21,\n"
)
PIPEDRIVE_PEOPLE = (
    "Person - Name*,Person - First name,Person - Last name,Person - Phone,Person - Email (Work),"
    "Person - Email (Home),Organization - Name*,Person - Owner\n"
    "Tony Turner,Tony,Turner,570-809-7197,tony@moveer.example,tony@home.example,Moveer Limited,Olga\n"
)
AMO_DEALS = (
    "ID;Название сделки;Бюджет;Ответственный;Дата создания;Кем создана;Этап сделки;Воронка;Теги сделки;"
    "Основной контакт;Компания;Рабочий телефон (контакт)\n"
    "1001;Кухня;150000;Olga;13.02.2024 10:15;Olga;Успешно реализовано;Воронка;кухни;Анна Петрова;ООО Ромашка;+79123456789\n"
    "1002;Шкаф;40000;Olga;14.02.2024 10:15;Olga;Закрыто и не реализовано;Воронка;;Иван Сидоров;;+74951234567\n"
    "1003;Стол;20000;Olga;15.02.2024 10:15;Olga;Первичный контакт;Воронка;;Иван Сидоров;;+74951234567\n"
)
AMO_CONTACTS = (
    "Полное имя (контакт);Должность (контакт);Ответственный за контакт;Дата создания (контакт);Рабочий телефон (контакт);Рабочий email (контакт);"
    "Название (компания);Тег контакта;Примечание к контакту\n"
    "Анна Петрова;Директор;Olga;13.02.2024 10:15;+79123456789;anna@romashka.ru;ООО Ромашка;вип;Звонить утром\n"
)
ODOO_DEALS = (
    "External ID,Opportunity,Contact Name,Company Name,Email,Phone,Salesperson,Expected Revenue,Expected Closing,Stage,Probability,Created on\n"
    "__export__.crm_lead_1,Office chairs,Anna Smith,Acme,anna@acme.example,+1 212 555 0100,Olga,2400.00,"
    "2024-05-13,Proposition,60,2024-03-01 08:00:00\n"
    "__export__.crm_lead_2,Desks,Ben Jones,Blue,ben@blue.example,+1 212 555 0101,Olga,900.00,2024-06-14,Won,100,2024-03-02 08:00:00\n"
)
ZOHO_CONTACTS = (
    "Record Id,Contact Owner.id,Contact Owner,First Name,Last Name,Account Name.id,Account Name,Email,Title,"
    "Phone,Mobile,Mailing City,Created By.id,"
    "Created By,Created Time,Modified Time\n"
    "zcrm_1,zcrm_u1,Olga,Anna,Smith,zcrm_a1,Acme,anna@acme.example,Buyer,+1 212 555 0100,+1 212 555 0101,"
    "Boston,zcrm_u1,Olga,2024-03-13 10:00:00,2024-03-14 10:00:00\n"
    "zcrm_2,zcrm_u1,Olga,Ben,Jones,zcrm_a1,Acme,ben@acme.example,Chief,+1 212 555 0102,+1 212 555 0103,Boston,"
    "zcrm_u1,Olga,2024-03-13 10:00:00,2024-03-14 10:00:00\n"
)


def targets(step):
    return {heading: ts[0] for heading, ts in step.map["columns"].items() if ts}


@pytest.mark.parametrize(
    ("name", "text", "system", "type_"),
    [
        ("LEAD_2024.csv", BITRIX_LEADS, "bitrix24", "lead"),
        ("DEAL_2024.csv", BITRIX_DEALS, "bitrix24", "deal"),
        ("hubspot-crm-exports-all-contacts.csv", HUBSPOT_CONTACTS, "hubspot", "contact"),
        ("all-companies.csv", HUBSPOT_COMPANIES, "hubspot", "company"),
        ("all-deals.csv", HUBSPOT_DEALS, "hubspot", "deal"),
        ("deals-1.csv", PIPEDRIVE_DEALS, "pipedrive", "deal"),
        ("people-1.csv", PIPEDRIVE_PEOPLE, "pipedrive", "contact"),
        ("amocrm_export_leads.csv", AMO_DEALS, "amocrm", "deal"),
        ("amocrm_export_contacts.csv", AMO_CONTACTS, "amocrm", "contact"),
        ("Lead_Opportunity (crm.lead).csv", ODOO_DEALS, "odoo", "deal"),
        ("Contacts_001.csv", ZOHO_CONTACTS, "zoho", "contact"),
        ("export.csv", BITRIX_LEADS, "bitrix24", "lead"),
        ("export.csv", PIPEDRIVE_DEALS, "pipedrive", "deal"),
    ],
)
def test_each_system_is_known_by_its_headings(desk: Desk, name, text, system, type_):
    step = desk.propose((name, text)).steps[0]
    assert (step.system, step.type, step.map["system"]) == (system, type_, system)
    assert SYSTEMS[system].name in step.words[0]


def test_every_target_of_the_tables_is_one_that_a_file_can_fill(desk: Desk):
    from daftar.exchange.importing.maps import target_of

    wrong = []
    for system in SYSTEMS.values():
        for shape in system.shapes:
            type_ = current_schema().types.get(shape.type)
            for target in {t for ts in shape.targets.values() for t in ts}:
                if (
                    type_ is not None
                    and not target.startswith("@")
                    and target_of(type_, target.partition("@")[0]) is None
                ):
                    wrong.append((system.key, shape.type, target))
    assert wrong == []


def test_bitrix_leads(desk: Desk):
    found = desk.one("LEAD.csv", BITRIX_LEADS)
    assert targets(found) == {
        "ID": "@id", "Название лида": "title", "Имя": "person_name", "Фамилия": "person_name", "Отчество": "person_name",
        "Населенный пункт": "address.city", "Рабочий телефон": "phones.work", "Мобильный телефон": "phones.mobile", "Корпоративный сайт": "webs",
        "Рабочий e-mail": "emails.work", "Название компании": "company_name", "Должность": "position", "Комментарий": "comments", "Стадия": "stage",
        "Возможная сумма": "amount", "Валюта": "amount.currency", "Источник": "source", "Доступен для всех": "+yes_no:Доступен для всех",
        "Ответственный": "owner",
    }  # fmt: skip
    assert found.map["stages"]["Некачественный лид"] in ("unsuitable", "+lost:Некачественный лид")
    assert found.map["country"] == "RU"


def test_bitrix_deals_have_stages_of_their_own(desk: Desk):
    found = desk.one("DEAL.csv", BITRIX_DEALS)
    assert targets(found)["Предполагаемая дата закрытия"] == "expected_close"
    assert found.map["pipeline"] == "+Bitrix24"
    assert found.map["stages"] == {
        "Подготовка документов": "+open:Подготовка документов", "Сделка успешна": "+won:Сделка успешна", "Сделка провалена": "+lost:Сделка провалена",
    }  # fmt: skip


def test_hubspot_files_are_linked_by_their_record_ids(desk: Desk):
    proposal = desk.propose(
        ("all-deals.csv", HUBSPOT_DEALS),
        ("all-contacts.csv", HUBSPOT_CONTACTS),
        ("all-companies.csv", HUBSPOT_COMPANIES),
    )
    companies, contacts, deals = proposal.steps
    assert [s.type for s in proposal.steps] == ["company", "contact", "deal"]
    assert targets(contacts)["Associated Company IDs"] == "companies@id"
    assert "Associated Company" not in targets(contacts)
    assert (targets(deals)["Associated Company IDs"], targets(deals)["Associated Contact IDs"]) == (
        "company@id",
        "contacts@id",
    )
    assert deals.map["pipeline"] == "+Sales Pipeline"
    assert companies.map["columns"]["Record ID"] == ["@id"]


def test_pipedrive_says_won_and_lost_beside_the_stage(desk: Desk):
    first, second = desk.propose(("deals.csv", PIPEDRIVE_DEALS)).steps
    assert targets(first)["Deal - Stage"] == "stage"
    assert (first.map["stages"]["Lead In"], first.map["stages"]["Proposal Made"]) == (
        "+open:Lead In",
        "+open:Proposal Made",
    )
    assert second.map["columns"] == {"Deal - ID": ["@id"], "Deal - Status": ["stage"]}
    assert second.map["stages"] == {"Won": "+won:Won", "Lost": "+lost:Lost"}
    assert second.map["only"] == {"stage": ["Deal - Status", ["Won", "Lost"]]}
    assert second.map["pipeline"] == first.map["pipeline"] == "+Pipedrive"


def test_pipedrive_people_keep_which_address_is_which(desk: Desk):
    found = targets(desk.one("people.csv", PIPEDRIVE_PEOPLE))
    assert (found["Person - Email (Work)"], found["Person - Email (Home)"]) == ("emails.work", "emails")
    assert found["Organization - Name*"] == "companies"


def test_amocrm_deals(desk: Desk):
    found = desk.one("amocrm_export_leads.csv", AMO_DEALS)
    assert targets(found)["Бюджет"] == "amount"
    assert found.map["pipeline"] == "+Воронка"
    assert found.stage_order == ["Первичный контакт", "Успешно реализовано", "Закрыто и не реализовано"]
    assert [found.map["stages"][t].partition(":")[0] for t in found.stage_order] == ["+open", "+won", "+lost"]


def test_odoo_opportunities(desk: Desk):
    found = desk.one("crm.lead.csv", ODOO_DEALS)
    assert targets(found)["External ID"] == "@id"
    assert (targets(found)["Salesperson"], targets(found)["Expected Revenue"], targets(found)["Expected Closing"]) == (
        "owner",
        "amount",
        "expected_close",
    )


def test_newer_zoho_exports_name_ids_with_a_point(desk: Desk):
    users = "USER_ID,First Name,Last Name,Email\nzcrm_u1,Olga,Stone,o@shop.example\n"
    accounts = (
        "Record Id,Account Owner.id,Account Owner,Account Name,Industry\nzcrm_a1,zcrm_u1,Olga Stone,Acme,Retail\n"
    )
    proposal = desk.propose(("Contacts.csv", ZOHO_CONTACTS), ("Users.csv", users), ("Accounts.csv", accounts))
    found = proposal.steps[2].map["columns"]
    assert [s.type for s in proposal.steps] == ["user", "company", "contact"]
    assert (found["Contact Owner.id"], found["Contact Owner"]) == (["owner@id"], [])
    assert (found["Account Name.id"], found["Account Name"]) == (["companies@id"], [])
    assert (found["Mailing City"], found["Modified Time"]) == (["address.city"], ["@changed"])


@pytest.mark.parametrize("language", ["en", "fa", "ru"])
@pytest.mark.parametrize("key", ["lead", "contact", "company", "deal", "product", "invoice", "invoice_line"])
def test_our_own_exports_are_known_in_all_our_languages(desk: Desk, key, language):
    """Each label goes back into its field, whatever else the label could mean."""
    type_ = current_schema().type(key)
    with translation.override(language):
        columns = whole_columns(type_)
        heads = headings(columns)
    row = ["bcdfgh-7" if column.key.endswith("id") else "" for column in columns]
    step = desk.propose(("export.csv", lines([heads, row]))).steps[0]
    assert (step.type, step.system) == (key, "daftar")
    expected = {"created_at": "@created", "changed_at": "@changed", "stage@since": "@moved", "id": "@id"}
    for column, heading in zip(columns, heads, strict=True):
        field = type_.field(column.key.removesuffix("@id"))
        wanted = column.key if field is None or not field.readonly else f"@was.{column.key}"
        own = [] if column.key in type_.counted or column.kind == "files" else [expected.get(column.key, wanted)]
        own = ["@stock"] if column.key == "stock_on_hand" else own
        assert step.map["columns"][heading] == own, heading


@pytest.mark.parametrize("title", ["Campaign Name", "Name"])
def test_our_own_export_of_a_type_that_is_not_here_becomes_a_type(desk: Desk, title):
    """Not records of the type here that has the fewest fields, and so the fewest that are lacking."""
    text = (
        f"{title},Budget,Channel,Owner,Owner: ID,Created,Created by,Created by: ID,Changed,ID\n"
        "Spring,1200,Mail,Olga,bcdfgh-1,2026-01-02 10:00:00+00:00,Olga,bcdfgh-1,2026-01-02 10:00:00+00:00,bcdfgh-7\n"
        "Autumn,800,Web,Olga,bcdfgh-1,2026-01-03 10:00:00+00:00,Olga,bcdfgh-1,2026-01-03 10:00:00+00:00,bcdfgh-8\n"
    )
    (step,) = desk.propose(desk.file("own_campaigns.csv", text)).steps
    assert step.type == "+own_campaigns"
