"""A role reads as sentences, exactly, in three languages; so does what a change of it would do."""

from __future__ import annotations

import pytest
from django.utils import translation

from daftar.access.grants import Grants, read
from daftar.access.models import Role, User
from daftar.access.shipped_roles import SHIPPED, install_roles
from daftar.crm.models import Deal
from daftar.kernel.formats import Formats, using
from daftar.records import schema as schema_module
from daftar.records.rehearsal import Proposal, rehearse
from daftar.records.rehearsal_words import RehearsalWords
from daftar.records.role_words import sentences
from daftar.records.schema import current_schema, install_pipelines

ADDING = "may add new ones and change many at once"
EVERYTHING_ADDED = "may add new ones, load them from files, change many at once and merge them"


@pytest.fixture(autouse=True)
def house(db):
    schema_module._kept = None
    install_roles()
    install_pipelines()


def said(grants: Grants, language: str = "en") -> list[str]:
    with translation.override(language), using(Formats(language=language)):
        return [line for line in sentences(grants, current_schema()) if "visit" not in line]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "owner",
            [
                f"Everything: sees, changes, deletes and exports all; {EVERYTHING_ADDED}.",
                "Changes settings, people and roles.",
            ],
        ),
        (
            "seller",
            [
                "Leads: sees, changes and deletes their own; sees and changes those of their department that "
                "nobody owns; does not export them; may add new ones and change many at once.",
                "Deals, quotes, invoices: sees, changes and deletes their own; does not export them; may add "
                "new ones and change many at once.",
                "Products, price lists, moves of stock, purchase orders: sees all; does not add, change, delete "
                "or export them; may change many at once.",
                "Payments: sees their own; does not add, change, delete or export them; may change many at once.",
                "Everything else: sees and changes those of their department; deletes their own; sees and "
                "changes all that nobody owns; does not export them; may add new ones and change many at once.",
                "Products: does not see Cost.",
                "Moves of stock, lines of deals, lines of quotes, lines of invoices, lines of purchase orders: "
                "does not see Cost of one.",
                "Does not change settings.",
            ],
        ),
        (
            "accountant",
            [
                "Moves of stock: sees and exports all; does not change or delete them; may add new ones.",
                "Payments, purchase orders, invoices: sees, changes and exports all; does not delete them; may "
                "add new ones.",
                "Everything else: sees and exports all; does not add, change or delete them.",
                "Leads, contacts, companies: does not see Phones, E-mails and Messengers.",
                "Activities: does not see Phone.",
                "Does not change settings.",
            ],
        ),
    ],
)
def test_the_shipped_roles_in_english(key, expected):
    assert said(SHIPPED[key].grants) == expected


def test_the_same_role_in_persian_and_russian():
    assert said(SHIPPED["accountant"].grants, "ru") == RUSSIAN
    assert said(SHIPPED["accountant"].grants, "fa") == PERSIAN


RUSSIAN = [
    "Движения склада: видит и выгружает все; не изменяет и не удаляет их; может добавлять новые.",
    "Платежи, заказы поставщикам, счета: видит, изменяет и выгружает все; не удаляет их; может добавлять новые.",
    "Остальное: видит и выгружает все; не добавляет, не изменяет и не удаляет их.",
    "Лиды, контакты, компании: не видит поля: Телефоны, E-mail и Мессенджеры.",
    "Дела: не видит поля: Телефон.",
    "Не меняет настройки.",
]
PERSIAN = [
    "گردش‌های انبار: همه را می‌بیند و برون‌بری می‌کند؛ آن‌ها را تغییر نمی‌دهد و حذف نمی‌کند؛ می‌تواند مورد تازه اضافه کند.",
    "پرداخت‌ها، سفارش‌های خرید، فاکتورها: همه را می‌بیند، تغییر می‌دهد و برون‌بری می‌کند؛ آن‌ها را حذف نمی‌کند؛ می‌تواند مورد تازه اضافه کند.",
    "بقیهٔ چیزها: همه را می‌بیند و برون‌بری می‌کند؛ آن‌ها را اضافه نمی‌کند، تغییر نمی‌دهد و حذف نمی‌کند.",
    "سرنخ‌ها، مخاطبان، شرکت‌ها: این فیلدها را نمی‌بیند: تلفن‌ها، ایمیل‌ها و پیام‌رسان‌ها.",
    "فعالیت‌ها: این فیلدها را نمی‌بیند: تلفن.",
    "تنظیمات را تغییر نمی‌دهد.",
]


def test_narrowed_stages_and_fields_to_be_read_are_told():
    pipeline = current_schema().type("deal").pipelines[0]
    won = next(s for s in pipeline.stages if s.kind == "won")
    entry = {"type": "deal", "action": "change", "scope": "none", "pipeline": pipeline.id, "stages": [won.id]}
    whole = {"type": "deal", "action": "see", "scope": "all", "pipeline": pipeline.id, "stages": []}
    grants = read(
        {
            "types": {"*": {"see": "own", "change": "own"}},
            "narrowed": [entry, whole],
            "fields": {"deal": {"amount": "read", "comments": "hidden"}},
        }
    )

    lines = said(grants)

    assert f"Deals ({pipeline.label}, in {won.label}): does not change them." in lines
    assert f"Deals ({pipeline.label}): sees all." in lines
    assert "Deals: does not see Comments; only reads Amount." in lines


def test_a_rehearsal_says_who_loses_and_who_gains():
    sellers = [User.objects.create_user(None, name=name) for name in ("Reza", "Sara", "Sam")]
    maryam = User.objects.create_user(None, name="Maryam", role="accountant")
    for n in range(4):
        Deal.objects.create(name=f"Deal {n}", owner=sellers[n % 3])
    blind = read({"types": {"*": {"see": "own"}, "deal": {"see": "none"}}})
    accounts = SHIPPED["accountant"].grants.to_json()
    accounts["types"]["deal"] = {"import": "all"}
    accounts["fields"]["deal"] = {"amount": "read"}

    words = RehearsalWords(
        rehearse(Proposal(roles={"seller": blind, "accountant": read(accounts)})), current_schema()
    ).sentences()

    assert "3 people lose sight of 4 deals." in words
    assert "Maryam gains import of deals." in words
    assert "Maryam can no longer change Amount of deals." in words
    assert maryam.name not in " ".join(w for w in words if "sight" in w)


def test_a_rehearsal_has_a_row_for_each_person_and_type():
    sara = User.objects.create_user(None, name="Sara")
    Deal.objects.create(name="Racks", owner=sara)
    Deal.objects.create(name="Switches", owner=User.objects.create_user(None, name="Reza", role="reader"))
    wider = read({"types": {"*": {"see": "all", "export": "all"}}})

    rows = RehearsalWords(rehearse(Proposal(roles={"seller": wider})), current_schema()).rows()

    (deals,) = [row for row in rows if (row.person, row.type) == ("Sara", "Deals")]
    assert deals.counts == {"see": (0, 1), "change": (1, 0), "delete": (1, 0), "export": (0, 2)}
    assert deals.words == ["loses adding", "loses changes of many at once", "gains export"]
    assert Role.objects.get(key="seller").grants is None
