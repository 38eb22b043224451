"""A company with everything that a table can carry, in the spellings that go wrong most easily."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from daftar.access.models import User
from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money
from daftar.records import custom_fields, pipelines, writing
from daftar.records.custom_fields import OptionEdit
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.any_link import Target
from daftar.records.fields.links import Linked
from daftar.records.schema import current_schema

ODD = [
    'say "hi"', "a; b", "one, two", "'kept", "=1+1", "'=1+1", "+7", "-5", "@me", "گل‌آرا، ۱۲", "Олово №5", "007", "1,234.50", "1.50",
    "2026-01-02", "yes", "тест\u00a0тест", "-", "0", "null", "row (brackets)", "a:b", "\\n", "100%", "https://a.example", "a@b.example",
    "12345678901234567890",
]  # fmt: skip
LONG = [
    "line one\nline two",
    "=1+1\n=2+2",
    "indented\n   kept\n\nand more",
    "a\tb",
    '"quoted"\n;,;\n.',
    "پاراگراف\nدوم",
]
OPTIONS = ['Said "so"', "Comma, here", "=SUM(A1)", "'Quoted", "گزینه", "Red/Green", "Red"]
WHEN = dt.datetime(2024, 3, 5, 21, 7, 33, tzinfo=dt.UTC)
KINDS = (
    "text", "long_text", "whole", "decimal", "percent", "money", "yes_no", "choice", "choices", "date", "date_time", "duration", "phones",
    "emails", "messengers", "webs", "tags", "address", "person", "link", "links", "stage", "formula",
)  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "link": {"to": "company"}, "links": {"to": "contact", "role": True}, "formula": {"formula": "my_whole * 2"},
}  # fmt: skip


def set_up(by: User, kinds: Sequence[str] = KINDS) -> None:
    """Fields of these kinds on deals, two elsewhere, and a second pipeline."""
    for kind in kinds:
        options = [OptionEdit(name) for name in OPTIONS] if kind in ("choice", "choices") else ()
        words = SETTINGS.get(kind, {})
        custom_fields.add_field(
            current_schema().type("deal"), kind, f"My {kind}", by=by, settings=words, options=options
        )
    schema = current_schema()
    custom_fields.add_field(schema.type("company"), "link", "Main person", by=by, settings={"to": "contact"})
    custom_fields.add_field(schema.type("contact"), "text", "Пароход, №", by=by)
    rent = pipelines.add_pipeline("deal", "Rent; and more", by=by)
    for name, kind in (("Offer, first", "open"), ("Signed", "won"), ("Gone", "lost")):
        pipelines.add_stage(rent.pk, {"name": name, "kind": kind, "colour": "blue", "probability": 50}, by=by)


def people(by: User) -> list[User]:
    """The owner and three more, two of one name."""
    made = User.objects.create_user
    names = ("Sara", "هدیه", "Sara")
    return [
        by,
        *(made(f"p{n}@shop.example", "secret-word", name=name, roles=["seller"]) for n, name in enumerate(names)),
    ]


def create_many(key: str, rows: list[dict[str, Any]], by: User, **times: Any) -> list[int]:
    """Records made and changed in the past, each at its second."""
    type_ = current_schema().type(key)
    known = [{k: v for k, v in row.items() if k in type_.by_key} for row in rows]
    at = [WHEN + dt.timedelta(hours=7 * n, seconds=n) for n in range(len(rows))]
    changed_at = [one + dt.timedelta(days=1, seconds=5) for one in at]
    answers = writing.create_many(type_, known, by=by, via="page", at=at, changed_at=changed_at, **times)
    assert not (refused := [one.errors for one in answers if isinstance(one, Invalid)]), refused
    return [one.pk for one in answers]


def fill(by: User, cast: Sequence[User]) -> None:
    """Records of every type."""
    companies = create_many(
        "company", [*(company(n, name, cast) for n, name in enumerate(ODD)), {"name": "Twin"}, {"name": "Twin"}], by
    )
    contacts = create_many(
        "contact", [contact(n, name, cast, companies) for n, name in enumerate(["Twin", *ODD[:12], "Twin"])], by
    )
    for n, id_ in enumerate(companies[:9]):
        values = {"parent": companies[n + 1], "main_person": contacts[n]}
        writing.change(current_schema().type("company"), id_, values, by=by, via="page")
    leads = create_many("lead", [lead(n, name, cast) for n, name in enumerate(ODD[:9])], by)
    products = create_many("product", [product(n, name) for n, name in enumerate(ODD)], by)
    rows = [deal(n, name, cast, companies, contacts, leads, products) for n, name in enumerate(ODD)]
    deals = create_many("deal", rows, by, moved_at=[WHEN + dt.timedelta(hours=n) for n in range(len(rows))])
    writing.change(current_schema().type("deal"), deals[0], {"repeat_of": deals[5]}, by=by, via="page")
    create_many("activity", [activity(n, name, cast, deals, contacts) for n, name in enumerate(ODD)], by)


def company(n: int, name: str, cast: Sequence[User]) -> dict[str, Any]:
    amount = Decimal(["-1234567.89", "0.00", "120.5"][n % 3])
    return {
        "name": name, "comments": LONG[n % len(LONG)], "phones": [Typed(f"+12025550{n:03}", ["work", "", "my own"][n % 3])],
        "emails": [Typed(f"c{n}@a.example", "work"), Typed(f"d{n}@a.example", "")], "owner": cast[n % 4].pk if n % 5 else None,
        "revenue": Money(amount, ["USD", "EUR"][n % 2]) if n % 4 else Money(Decimal(5 * n), "IRR"), "tags": [f"t{n % 3}", "=tag", "برچسب"],
        "address": {"street": "1 Main, 2", "city": "Rome", "country": "Italy"} if n % 2 else {"city": "Yazd"}, "legal_name": ODD[-n - 1],
        "webs": [Typed("https://a.example/x?y=1", "")], "employees": n, "founded": 1990, "kind": None if n % 2 else "partner",
        "bank_account": "00012345678901234567",
    }  # fmt: skip


def contact(n: int, name: str, cast: Sequence[User], companies: list[int]) -> dict[str, Any]:
    """Two are called "Twin", and all have one mail address: only ids tell them apart."""
    own = next(f.key for f in current_schema().type("contact").fields if f.custom)
    return {
        "name": name, "companies": [Linked(companies[n], "buyer"), Linked(companies[-1], "")] if n % 2 else [Linked(companies[-2])],
        "first_name": "Ana" if n % 2 else "", "birthday": dt.date(1931 + n, 2, 3), "do_not_contact": bool(n % 2), "owner": cast[n % 4].pk,
        "emails": [Typed("same@a.example", "")], "messengers": [Typed("@oak", "telegram")], "position": name, own: name,
    }  # fmt: skip


def lead(n: int, name: str, cast: Sequence[User]) -> dict[str, Any]:
    return {
        "title": name, "person_name": name, "company_name": "Acme", "wants": LONG[n % len(LONG)], "owner": cast[n % 4].pk,
        "amount": Money(Decimal("12.30"), "EUR"),
    }  # fmt: skip


def product(n: int, name: str) -> dict[str, Any]:
    price = Money(Decimal("99999999.99"), "USD")
    return {
        "name": name,
        "code": ODD[n - 1],
        "price": price,
        "is_active": bool(n % 2),
        "description": LONG[n % len(LONG)],
    }


def deal(
    n: int,
    name: str,
    cast: Sequence[User],
    companies: list[int],
    contacts: list[int],
    leads: list[int],
    products: list[int],
) -> dict[str, Any]:
    type_ = current_schema().type("deal")
    stages = [s.id for p in type_.pipelines for s in p.stages if not s.required]
    mine = [s.id for p in type_["my_stage"].pipelines for s in p.stages]
    options = [o.key for o in type_["my_choice"].options()]
    return {
        "name": name, "stage": stages[n % len(stages)], "amount": Money(Decimal(f"-{n}.05"), ["USD", "EUR"][n % 2]),
        "company": companies[-1 - n % 2], "contact": contacts[-1] if n % 2 else contacts[0], "owner": cast[n % 4].pk,
        "contacts": [Linked(contacts[n % 9], "judge"), Linked(contacts[0], "")] if n % 9 else [], "products": [Linked(products[n])],
        "probability": Decimal("12.5"), "expected_close": dt.date(2027, 1, 1 + n), "opened_on": dt.date(2024, 1, 2) if n % 2 else None,
        "lead": leads[n % 9] if n % 3 else None, "kind": None, "my_text": name, "my_long_text": LONG[n % len(LONG)],
        "my_whole": 10**17 + n, "my_decimal": Decimal("1.234") if n % 2 else Decimal("-1234567890.5"), "my_percent": Decimal("33.3"),
        "my_money": Money(Decimal("7.5"), "EUR"), "my_yes_no": bool(n % 2), "my_choice": options[n % len(options)],
        "my_choices": options[n % 5 :], "my_date": dt.date(1901, 2, 3), "my_date_time": WHEN + dt.timedelta(seconds=n),
        "my_duration": dt.timedelta(minutes=n, seconds=7), "my_phones": [Typed("+989123456789", "my word")],
        "my_emails": [Typed("x@y.example", "work")], "my_messengers": [Typed("oak", "telegram")], "my_tags": ["one", "=two"],
        "my_webs": [Typed("https://oak.example", "work")], "my_address": {"street": "3, Side", "postcode": "0012"},
        "my_person": cast[3].pk, "my_link": companies[-1], "my_links": [Linked(contacts[0], "first, of all"), Linked(contacts[-1])],
        "my_stage": mine[n % len(mine)],
    }  # fmt: skip


def activity(n: int, name: str, cast: Sequence[User], deals: list[int], contacts: list[int]) -> dict[str, Any]:
    due_at = WHEN + dt.timedelta(days=n)
    return {
        "subject": name, "kind": ["call", "task", "meeting", "note"][n % 4], "owner": cast[n % 4].pk, "body": LONG[n % len(LONG)],
        "about": Target("deal", deals[n]) if n % 2 else Target("contact", contacts[0]), "due_at": due_at, "done_at": due_at if n % 3 else None,
        "duration": dt.timedelta(minutes=n + 1), "remind_minutes": 15 if n % 3 == 0 else None,
    }  # fmt: skip
