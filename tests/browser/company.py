"""A company with more than fits a window: many deals in eight stages, and one deal with a long past. Run inside the product."""

from __future__ import annotations

import datetime as dt
from typing import Any

from daftar.access.models import Installation, Role, User
from daftar.activities import actions
from daftar.activities.actions import Plan
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.fields.any_link import Target
from daftar.records.models import Pipeline, Stage
from daftar.records.schema import current_schema, schema_changed

PASSWORD = "copper kettle on the stove"
PEOPLE = {"en": "olga@example.com", "fa": "parisa@example.com"}
STAGES, PER_STAGE = 8, 12


def make() -> None:
    """Everything; the number of the deal with a long past is 1."""
    Installation(pk=1, name="Hardware & Sons", language="en").save()
    people = {lang: person(lang, email) for lang, email in PEOPLE.items()}
    olga = people["en"]
    stages = pipeline()
    deal, company, contact = (current_schema().type(key) for key in ("deal", "company", "contact"))
    acme = writing.create(company, {"name": "Acme Corporation"}, by=olga, via="page")
    kim = writing.create(contact, {"name": "Kim Lee"}, by=olga, via="page")
    busy = writing.create(deal, full_deal(stages, acme.pk, kim.pk, olga), by=olga, via="page")
    long_past(deal, busy, olga)
    rows = [
        {
            "name": f"{n} flood lights for stage {place}", "stage": stage.pk, "amount": Money(100 * n, "USD"), "company": acme.pk,
            "owner": olga.pk, "expected_close": dt.date(2030, 1, 1), "number": f"R{place}-{n}",
 "source_details": "A call" if stage is stages[-1] else "",
        }
        for place, stage in enumerate(stages, start=1)
        for n in range(1, PER_STAGE + 1)
    ]  # fmt: skip
    writing.create_many(deal, rows, by=olga, via="import")
    lead = current_schema().type("lead")
    for n in range(1, 6):
        writing.create(
            lead, {"title": f"{n} routers", "person_name": "Ben Carter", "owner": olga.pk}, by=olga, via="page"
        )


def person(language: str, email: str) -> User:
    name = {"en": "Olga Reyes", "fa": "پریسا احمدی"}[language]
    return User.objects.create_user(email=email, password=PASSWORD, name=name, role=Role.OWNER, language=language)


def pipeline() -> list[Stage]:
    """Eight open stages; "Signing" asks for one field."""
    Pipeline.objects.filter(type="deal").update(position=5)
    made = Pipeline.objects.create(type="deal", key="long", name="Long way", position=0)
    names = ["First talk", "Visit", "Samples", "Price", "Proposal", "Tender", "Lawyers", "Signing"]
    stages = [
        Stage.objects.create(pipeline=made, key=f"s{n}", name=name, position=n, colour="blue")
        for n, name in enumerate(names)
    ]
    stages[-1].required = ["source_details"]
    stages[-1].save()
    schema_changed()
    return stages


def full_deal(stages: list[Stage], company: int, contact: int, by: User) -> dict[str, Any]:
    return {
        "name": "Fittings for the new hall", "stage": stages[4].pk, "amount": Money(12400, "USD"), "company": company, "contact": contact,
        "probability": 60, "expected_close": dt.date(2030, 1, 1), "owner": by.pk, "source": "phone", "kind": "sale", "number": "N-17",
        "opened_on": dt.date(2026, 1, 10), "closed_on": None, "comments": "They have built with us before.", "tags": ["hall", "north"],
        "source_details": "A call after the fair", "utm_source": "fair", "utm_medium": "print", "utm_campaign": "spring",
        "utm_term": "lights", "utm_content": "page 3", "referrer": "fair.example/stand-17", "lost_comment": "Nearly lost in March",
    }  # fmt: skip


def long_past(type_: Any, row: Any, by: User) -> None:
    about, now = Target("deal", row.pk), clock.now()
    for n in range(48):
        with clock.frozen(now - dt.timedelta(days=25) + dt.timedelta(hours=10 * n)):
            if n % 6 == 0:
                actions.add_note(about, f"They want blue ones, {n} of them", by=by)
            elif n % 2:
                actions.log_call(about, by=by, subject="About the price")
            else:
                writing.change(type_, row.pk, {"number": f"N-{n}"}, by=by, via="page")
    actions.plan(about, Plan("task", now + dt.timedelta(days=1), "Send the offer"), by=by)
