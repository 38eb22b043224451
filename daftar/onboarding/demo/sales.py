"""Leads and deals with their way through the stages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from daftar.access.models import User
from daftar.crm.actions import convert_lead
from daftar.kernel.formats import current
from daftar.onboarding.demo.lines import keep_lines, price, sold
from daftar.onboarding.demo.shop import Shop
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.links import Linked
from daftar.records.schema import current_schema
from daftar.records.shapes import StageInfo
from daftar.sales.more_fields import group_of

LEADS, DEALS, CONVERTED = 44, 90, 5
NEW, MOST = 75, 9
"""Won deals that are at most so many days old were won by their papers; so many of them."""
ENDS = ("won", "won", "won", "lost", "lost", "open", "open", "open", "open", "open")
"""Where the deals stand now, as shares of ten."""


def make_sales(shop: Shop) -> None:
    if shop.company.uses_leads:
        make_leads(shop)
    make_deals(shop)


def stages(key: str) -> list[StageInfo]:
    """The stages of the type's first pipeline that are in use."""
    pipeline = next(p for p in current_schema().type(key).pipelines if not p.archived)
    return [stage for stage in pipeline.stages if not stage.archived]


def make_leads(shop: Shop) -> None:
    words, rows, ages = shop.words, [], []
    for n in range(LEADS):
        first, last = shop.name()
        product: Any = shop.pick(shop.products)
        owner = shop.cast.sellers[n % len(shop.cast.sellers)]
        age = 1 + n * 58 // LEADS
        values: dict[str, Any] = {
            "title": words.deal[0].format(product=product.name, client=last),
            "person_name": f"{first} {last}",
            "phones": [Typed(shop.number(words.mobile), "mobile")],
            "wants": shop.pick(words.wants).format(
                product=product.name, count=current().number(shop.chance.randint(2, 30))
            ),
            "source": ("web", "web", "advertising", "call", "recommendation", "messenger")[n % 6],
            "owner": owner.pk,
        }
        if n % 3 == 0:
            values["company_name"] = words.company_forms[n % len(words.company_forms)].format(last)
        if n % 2 == 0:
            values["amount"] = shop.money(shop.chance.randint(3, 60) * 25)
        if values["source"] in ("web", "advertising"):
            values |= {
                "utm_source": shop.pick(("google", "instagram", "newsletter")),
                "utm_medium": shop.pick(("cpc", "social", "email")),
                "utm_campaign": shop.pick(words.campaigns), "referrer": "https://search.example/",
            }  # fmt: skip
        if "visit" in shop.others["fields"] and n % 4 == 0:
            values[shop.others["fields"]["visit"][1]] = True
        rows.append((owner, shop.past(age), values))
        ages.append(age)
    shop.leads = shop.add("lead", rows)
    move_leads(shop, ages)


def move_leads(shop: Shop, ages: list[int]) -> None:
    """The older a lead, the further it went; the last ones are converted today."""
    line = [stage for stage in stages("lead") if stage.kind == "open"]
    lost = next((stage for stage in stages("lead") if stage.kind == "lost"), None)
    for n, (lead, age) in enumerate(zip(shop.leads, ages)):
        owner = shop.cast.sellers[n % len(shop.cast.sellers)]
        if n % 7 == 6 and lost:
            values = {"stage": lost.id, "lost_reason": shop.pick(("no_answer", "no_budget", "out_of_reach", "no_need"))}
            shop.change("lead", lead, values, by=owner, at=shop.past(max(age - 3, 0)))
            continue
        for step, stage in enumerate(line[1:], 1):
            if age > step * 12 and n % 5 != 0:
                shop.change("lead", lead, {"stage": stage.id}, by=owner, at=shop.past(max(age - step * 4, 0)))
    for n in range(LEADS - CONVERTED * 3, LEADS, 3):
        if n % 7 != 6:
            owner = shop.cast.sellers[n % len(shop.cast.sellers)]
            has_company = bool(shop.leads[n].company_name)
            convert_lead(
                shop.leads[n].pk, by=owner, contact={}, company={} if has_company else None, deal={}, via="demo"
            )


def make_deals(shop: Shop) -> None:
    """Deals with what is sold on them; those in `shop.papered` are brought to their end by their papers (`papers.py`)."""
    words, rows, plans, all_sold = shop.words, [], [], []
    companies = {company.pk: company for company in shop.companies}
    goods = [product for product in shop.products if product.kind == "good"]
    for n in range(DEALS):
        contact = shop.contacts[(n * 7) % len(shop.contacts)]
        company = companies[shop.type("contact")["companies"].get(contact)[0].id]
        owner = next(person for person in shop.cast.sellers if person.pk == company.owner_id)
        chosen: list[Any] = shop.chance.sample(goods, shop.chance.choice((1, 2, 2, 3, 4)))
        count = shop.chance.randint(2, 16)
        end = ENDS[n % len(ENDS)]
        age = shop.chance.randint(30, 150) if end != "open" else shop.chance.randint(1, 45)
        name = words.deal[n % len(words.deal)].format(
            product=chosen[0].name, client=company.name, count=current().number(count)
        )
        currency = shop.foreign[0] if n % 12 == 7 else shop.foreign[-1] if n % 12 == 3 else shop.base
        all_sold.append(sold(shop, chosen, count, currency, group_of(company, shop.type("company").schema), n))
        values: dict[str, Any] = {
            "name": name[:300],
            "number": f"D-{1001 + n}",
            "company": company.pk,
            "contact": contact.pk,
            "source": shop.pick(("web", "call", "recommendation", "advertising", "exhibition")),
            "kind": shop.pick(("sale", "sale", "repeat", "project")),
            "opened_on": shop.today - dt.timedelta(days=age),
            "tags": shop.chance.sample(words.tags, shop.chance.choice((0, 0, 1))),
            "owner": owner.pk,
        }
        if n % 3 and end == "open":
            values["expected_close"] = shop.today + dt.timedelta(days=shop.chance.randint(-4, 40))
        if "delivery" in shop.others["fields"] and n % 2:
            type_key, key = shop.others["fields"]["delivery"]
            field: Any = shop.type(type_key)[key]
            values[key] = shop.pick(field.options()).key
        rows.append((owner, shop.past(age), values))
        plans.append((owner, age, end))
    price(shop, all_sold)
    for (_owner, _at, values), one in zip(rows, all_sold):
        values |= {"amount": one.amount, "products": [Linked(id_) for id_ in one.products]}
    shop.deals = shop.add("deal", rows)
    for deal, (owner, age, end) in zip(shop.deals, plans):
        has_room = len([one for one in shop.papered if one[1] == "won"]) < MOST
        is_papered = end == "won" and has_room and age <= NEW and deal.amount_currency == shop.base
        left = move_deal(shop, deal, owner, age, "papers" if is_papered else end)
        if is_papered or end == "open":
            shop.papered.append((deal, end, left))
    keep_lines(shop, shop.deals, all_sold)


def move_deal(shop: Shop, deal: Any, owner: User, age: int, end: str) -> float:
    """From stage to stage with days between, to where the deal stands now; how many days ago that was."""
    line = [stage for stage in stages("deal") if stage.kind == "open"]
    steps = len(line) - 1 if end in ("won", "papers") else shop.chance.randint(0 if end == "open" else 1, len(line) - 1)
    left = float(age)
    for stage in line[1 : steps + 1]:
        left = max(left - shop.chance.randint(1, max(age // 5, 1)), 0)
        values: dict[str, Any] = {"stage": stage.id}
        if "expected_close" in stage.required and deal.expected_close is None:
            values["expected_close"] = shop.today + dt.timedelta(days=12 - int(left) if end != "open" else 14)
        deal = shop.change("deal", deal, values, by=owner, at=shop.past(left))
    last = next((stage for stage in stages("deal") if stage.kind == end), None)
    if last is not None and end in ("won", "lost"):
        left = max(left - shop.chance.randint(2, 9), 1)
        values = {"stage": last.id}
        if end == "lost":
            values |= {
                "lost_reason": shop.pick(("price", "competitor", "no_decision", "no_answer")),
                "lost_comment": shop.pick(shop.words.lost),
            }
        shop.change("deal", deal, values, by=owner, at=shop.past(left))
    return left
