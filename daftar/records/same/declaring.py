"""What makes two records of a type the same: the signs that a type declares, with their weights.

A type says `same_by = [emails(60), phones(50), …]`. Two records get the weights of all signs in which they agree; from
`LEAST` on they are shown as a pair, whose reasons are the sentences of these signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from daftar.kernel.text import fold, fold_company
from daftar.records.fields.base import Label
from daftar.records.same.sounds import sounds

LEAST, SURE = 50, 90
"""Scores from which two are shown as a pair, and from which they are the same almost surely."""
RARE = 3
"""A name that at most so many records have is a rare one."""
SHARED = ("info", "office", "sales", "contact", "mail", "admin", "support", "hello", "reception", "secretary", "zakaz")
"""Mailboxes that belong to nobody alone."""
EVERYBODYS = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "mail.ru", "yandex.ru", "ya.ru",
    "rambler.ru", "bk.ru", "list.ru", "inbox.ru", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "chmail.ir", "aol.com",
    "instagram.com", "facebook.com", "linkedin.com", "t.me", "telegram.me", "vk.com", "youtube.com", "x.com", "twitter.com", "wa.me",
    "aparat.com", "divar.ir", "ok.ru", "google.com",
})  # fmt: skip
"""Domains where everybody has an address."""
Values = Mapping[str, Any]


@dataclass(frozen=True)
class SameBy:
    """One sign: records that have the same are perhaps the same.

    Shapes: `signs(values)` gives texts of the sign out of values by field key (texts; lists of items with a value; links; a
    date); `fields` are all that it reads, separated by spaces: who may not see one of them is not told of the sign. `point`: the sign is
    a phone or mail address, which the index of contact points keeps already. `rare` is the weight that the sign has besides when at
    most `RARE` records have it; `differs` (a negative one) is what two records lose that both have the sign and agree in none.
    """

    key: str
    weight: int
    says: Label
    fields: str
    signs: Callable[[Values], Iterable[str]] = lambda values: ()
    point: str = ""
    rare: int = 0
    differs: int = 0
    differs_says: Label = ""

    @property
    def field_keys(self) -> list[str]:
        return self.fields.split()


# -- ready-made signs --------------------------------------------------------------------------------------


def emails(weight: int = 60, shared: int = 20) -> list[SameBy]:
    """The same mail address; one that belongs to an office says less."""
    return [
        SameBy("email", weight, _("same e-mail"), "emails", point="email"),
        SameBy("office_email", shared, _("same e-mail of an office"), "emails", point="office_email"),
    ]


def phones(weight: int = 50) -> SameBy:
    return SameBy("phone", weight, _("same phone"), "phones", point="phone")


def person_name(key: str = "name", weight: int = 35, rare: int = 15) -> list[SameBy]:
    """The same name in any spelling and order of its words, and one that sounds alike in whatever alphabet."""
    return [
        SameBy("name", weight, _("same name"), key, lambda v: spellings(folded(v.get(key))), rare=rare),
        SameBy("like_name", 20, _("similar name"), key, lambda v: [sounds(folded(v.get(key)))]),
    ]


def company_name(key: str = "name", weight: int = 60, alike: int = 30) -> list[SameBy]:
    """The same name without its legal form."""
    return [
        SameBy("name", weight, _("same name"), key, lambda v: spellings(folded_company(v.get(key)))),
        SameBy("like_name", alike, _("similar name"), key, lambda v: [sounds(folded_company(v.get(key)))]),
    ]


def name_at(links: str, key: str = "name", weight: int = 35) -> SameBy:
    """A name that sounds alike, of people of one company."""
    return SameBy(
        "colleague",
        weight,
        _("in the same company"),
        f"{key} {links}",
        lambda v: with_each(ids(v.get(links)), sounds(folded(v.get(key)))),
    )


def name_and(other: str, says: Label, key: str = "name", weight: int = 40) -> SameBy:
    """A name that sounds alike together with another text (the company of a lead)."""
    return SameBy(
        f"and_{other}",
        weight,
        says,
        f"{key} {other}",
        lambda v: with_each([folded_company(v.get(other))], sounds(folded(v.get(key)))),
    )


def born(key: str = "birthday", name: str = "name", weight: int = 40) -> list[SameBy]:
    """A name that sounds alike and the same birthday; two different birthdays are two people."""
    return [
        SameBy(
            "birthday",
            weight,
            _("same birthday"),
            f"{key} {name}",
            lambda v: with_each([day(v.get(key))], sounds(folded(v.get(name)))),
        ),
        SameBy(
            "other_birthday",
            0,
            "",
            key,
            lambda v: [day(v.get(key))],
            differs=-45,
            differs_says=_("different birthdays"),
        ),
    ]


def number(key: str, says: Label, weight: int = 80, differs: int = 0, differs_says: Label = "") -> SameBy:
    """A number that only one can have: of the tax office, of a register."""
    return SameBy(
        key,
        weight,
        says,
        key,
        lambda v: [folded(v.get(key)).replace(" ", "")],
        differs=differs,
        differs_says=differs_says,
    )


def domains(web: int = 45, mail: int = 25) -> list[SameBy]:
    """The same web site, or mail addresses of one house."""
    return [
        SameBy("site", web, _("same web site"), "webs", lambda v: map(host, texts(v.get("webs")))),
        SameBy(
            "mail_domain",
            mail,
            _("mail addresses of the same domain"),
            "emails",
            lambda v: map(domain, texts(v.get("emails"))),
        ),
    ]


# -- texts ---------------------------------------------------------------------------------------------------


def folded(text: Any) -> str:
    return once_folded(text or "")


def folded_company(text: Any) -> str:
    return once_folded_company(text or "")


# Several rules ask for the same name, one behind the other.
once_folded = lru_cache(maxsize=64)(fold)
once_folded_company = lru_cache(maxsize=64)(fold_company)


def spellings(name: str) -> list[str]:
    """A folded name as one word, in the order as written and in the order of the alphabet."""
    words = name.split()
    return list(dict.fromkeys(("".join(words), "".join(sorted(words)))))


def texts(value: Any) -> list[str]:
    """The values of a list of phones, mails or web addresses, as objects or in their JSON form."""
    return [
        str(item.get("value", "") if isinstance(item, Mapping) else getattr(item, "value", item))
        for item in value or ()
    ]


def ids(value: Any) -> list[str]:
    """The ids of a link or of several."""
    if isinstance(value, int):
        return [str(value)]
    return [str(getattr(item, "id", item)) for item in value or ()]


def day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def with_each(parts: Iterable[str], word: str) -> list[str]:
    return [f"{part}|{word}" for part in parts if part and word]


def host(address: str) -> str:
    """The host of a web address, without www; "" for places where everybody has a page."""
    try:
        found = (urlsplit(address if "//" in address else f"//{address}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return "" if found in EVERYBODYS else found


def domain(mail: str) -> str:
    found = mail.rpartition("@")[2].lower()
    return "" if found in EVERYBODYS else found


def in_order(rules: Iterable[SameBy | Sequence[SameBy]]) -> list[SameBy]:
    """The rules of a declaration, where some stand together, as one list."""
    found: list[SameBy] = []
    for rule in rules:
        found.extend([rule] if isinstance(rule, SameBy) else rule)
    return found
