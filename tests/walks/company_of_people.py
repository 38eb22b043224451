"""The people and records of the story "who may see what": a company of two sales departments in three offices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guest:
    """One of the eleven who are invited; `department` is a key of `Company.departments`, or ""."""

    key: str
    name: str
    role: str
    department: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@example.com"


ROLES = {
    "nora": ("head", "north"), "sam": ("head", "south"), "maryam": ("seller", "north"), "reza": ("seller", "north"),
    "dara": ("seller", "north"), "hana": ("seller", "south"), "ivan": ("seller", "south"), "lena": ("assistant", "north"),
    "tom": ("accountant", ""), "ada": ("administrator", ""), "kim": ("reader", ""),
}  # fmt: skip
NAMES = {
    "en": {
        "nora": "Nora Price", "sam": "Sam Okafor", "maryam": "Maryam Azari", "reza": "Reza Tavakoli", "dara": "Dara Quinn",
        "hana": "Hana Sato", "ivan": "Ivan Petrov", "lena": "Lena Brandt", "tom": "Tom Archer", "ada": "Ada Lindqvist", "kim": "Kim Doyle",
        "head office": "Head office", "harbour": "Harbour", "station": "Station street", "sales": "Sales", "north": "Sales North",
        "south": "Sales South", "company": "Northside Hardware", "owner": "Olga Reyes",
    },
    "fa": {
        "nora": "نورا پرتوی", "sam": "سام اکبری", "maryam": "مریم آذری", "reza": "رضا توکلی", "dara": "دارا کیانی",
        "hana": "هانا ستوده", "ivan": "ایوان پطروسیان", "lena": "لنا برزگر", "tom": "تیام آرش", "ada": "آدا لطفی", "kim": "کیمیا دولتی",
        "head office": "دفتر مرکزی", "harbour": "دفتر بندر", "station": "دفتر راه‌آهن", "sales": "فروش", "north": "فروش شمال",
        "south": "فروش جنوب", "company": "ابزار شمال", "owner": "الگا رئیسی",
    },
}  # fmt: skip
OFFICES = ("head office", "harbour", "station")
DEALS = {"reza": 6, "maryam": 3, "dara": 2, "hana": 4, "ivan": 1}
"""How many open deals each seller has."""
PHONE = "+442079460123"

ACCEPT = """
from daftar.access.invitations import accept
for token, name, email in {guests!r}:
    accept(token, name=name, email=email, password={password!r}, language={language!r})
"""
FILL = """
import datetime as dt
from daftar.access.models import Department, User
from daftar.activities.actions import Plan, plan
from daftar.kernel import clock
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.any_link import Target
from daftar.records.schema import current_schema

people = {{user.email.partition("@")[0]: user for user in User.objects.all()}}
places = {{row.name: row for row in Department.objects.all()}}
olga, schema = people["olga"], current_schema()
made = {{}}
for key, number in {deals!r}.items():
    rows = [{{"name": f"{{key}} {{n}}", "owner": people[key].pk}} for n in range(1, number + 1)]
    made[key] = writing.create_many(schema.type("deal"), rows, by=olga, via="import")
leads = [
    {{"title": f"lead {{key}}", "person_name": key, "owner": None, "department": places[{names!r}[key]].pk}}
    for key in ("north", "south")
]
made["leads"] = writing.create_many(schema.type("lead"), leads, by=olga, via="import")
phones = (Typed({phone!r}, "work"),)
made["contacts"] = writing.create_many(schema.type("contact"), [{{"name": "Kim Lee", "phones": phones}}], by=olga, via="import")
assert all(row.pk for rows in made.values() for row in rows), made
for row in made["reza"][:2]:
    about, when = Target("deal", row.pk), clock.now() + dt.timedelta(days=3)
    plan(about, Plan("call", when, "Ask again", owner=people["reza"].pk), by=olga)
"""


@dataclass(frozen=True)
class Company:
    """What everybody and everything is called in one language."""

    language: str

    def __getitem__(self, key: str) -> str:
        return NAMES[self.language][key]

    @property
    def guests(self) -> list[Guest]:
        return [Guest(key, self[key], role, place) for key, (role, place) in ROLES.items()]

    def accepting(self, links: dict[str, str], password: str) -> str:
        """Python for the shell: all of `links` (key of the guest → link) come in by theirs."""
        guests = [(link.rstrip("/").rpartition("/")[2], self[key], f"{key}@example.com") for key, link in links.items()]
        return ACCEPT.format(guests=guests, password=password, language=self.language)

    def filling(self) -> str:
        """Python for the shell: the records of the story."""
        return FILL.format(deals=DEALS, names=NAMES[self.language], phone=PHONE)
