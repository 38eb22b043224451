"""Companies and the people in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from daftar.onboarding.demo.shop import Shop
from daftar.records.field_keys import latin
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.links import Linked

COMPANIES, CONTACTS = 32, 56
DOUBLES = (3, 11, 24)
"""Of these contacts somebody made a second one without looking."""
SECTORS = ("construction", "construction", "services", "retail", "hospitality", "manufacturing", "agriculture")


def make_clients(shop: Shop) -> None:
    make_companies(shop)
    make_contacts(shop)
    make_doubles(shop)


def make_companies(shop: Shop) -> None:
    words, rows = shop.words, []
    for n in range(COMPANIES):
        word = words.companies[n % len(words.companies)]
        name = words.company_forms[(n + n // len(words.companies) * 3) % len(words.company_forms)].format(word)
        domain = f"{latin(word).replace('_', '-')}-{n + 1}.example"
        owner = shop.cast.sellers[n % len(shop.cast.sellers)]
        city = shop.pick(words.cities)
        values: dict[str, Any] = {
            "name": name,
            "kind": "supplier" if n % 11 == 5 else "client",
            "sector": shop.pick(SECTORS),
            "phones": [Typed(shop.number(words.phone), "work")],
            "emails": [Typed(f"info@{domain}", "work")],
            "webs": [Typed(f"https://{domain}", "")],
            "address": {
                "street": f"{shop.pick(words.streets)} {shop.chance.randint(1, 120)}",
                "city": city,
                "country": words.country,
            },
            "employees": shop.chance.choice((3, 5, 8, 12, 20, 45, 110)),
            "tags": shop.chance.sample(words.tags, shop.chance.choice((0, 1, 1, 2))),
            "source": shop.pick(("web", "call", "recommendation", "exhibition")),
            "client_group": "wholesale" if n % 4 == 1 else "retail" if n % 4 == 2 else "",
            **{key: shop.number(pattern) for key, pattern in shop.trade.requisites.items()},
            "owner": owner.pk,
        }
        if "area" in shop.others["fields"] and n % 2:
            values[shop.others["fields"]["area"][1]] = shop.chance.choice((60, 90, 140, 220, 400))
        rows.append((owner, shop.past(175 - n * 4), values))
    shop.companies = shop.add("company", rows)


def make_contacts(shop: Shop) -> None:
    words = shop.words
    rows: list[Any] = []
    seen: set[tuple[str, str]] = set()
    while len(rows) < CONTACTS:
        first, last = shop.name()
        if (first, last) in seen:
            continue
        seen.add((first, last))
        company = shop.companies[len(rows) % len(shop.companies)]
        owner = next(person for person in shop.cast.sellers if person.pk == company.owner_id)
        position = shop.pick(words.positions)
        domain = company.webs[0]["value"].removeprefix("https://")
        values: dict[str, Any] = {
            "first_name": first,
            "last_name": last,
            "position": position,
            "phones": [Typed(shop.number(words.mobile), "mobile")],
            "emails": [Typed(f"{latin(first)}.{latin(last)}@{domain}", "work")],
            "companies": [Linked(company.pk, position)],
            "preferred_language": words.language,
            "owner": owner.pk,
        }
        if len(rows) % 9 == 4:
            second = shop.companies[(len(rows) * 5 + 3) % len(shop.companies)]
            if second.pk != company.pk:
                values["companies"].append(Linked(second.pk, shop.pick(words.positions)))
        rows.append((owner, shop.past(170 - len(rows) * 2), values))
    shop.contacts = shop.add("contact", rows)


def make_doubles(shop: Shop) -> None:
    """People who stand twice, for the list of who may be the same: the name turned round, and only the phone of the first."""
    rows = []
    for n in DOUBLES:
        first, owner = shop.contacts[n], next(p for p in shop.cast.sellers if p.pk == shop.contacts[n].owner_id)
        name = " ".join(reversed(first.name.split()))
        phones = shop.type("contact")["phones"].get(first)
        rows.append(
            (owner, first.created_at + timedelta(hours=30), {"name": name, "phones": phones, "owner": owner.pk})
        )
    shop.add("contact", rows)
