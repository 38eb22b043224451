"""The text that client-bank programs exchange with 1C: 1CClientBankExchange, versions 1.01 to 1.03.

Lines "Key=Value" in sections; letters are those of Windows or of DOS. A document belongs to the account whose number stands as payer
(money went out) or payee (it came in). Source: the 1C standard of exchange with client-bank systems, http://v8.1c.ru/edi/edi_stnd/100/101.htm.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.sales.bank.reading.statement import (
    MOST_ENTRIES,
    Entry,
    Statement,
    Unreadable,
    compact,
    exact,
    shortened,
    too_many,
)

MARK = "1CClientBankExchange"
CURRENCY_DIGITS = {
    "810": "RUB", "643": "RUB", "840": "USD", "978": "EUR", "156": "CNY", "398": "KZT", "933": "BYN", "784": "AED", "949": "TRY",
    "826": "GBP", "756": "CHF", "392": "JPY",
}  # fmt: skip
"""Digits 6 to 8 of a Russian account say its currency."""
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_TAX_NUMBER_IN_NAME = re.compile(r"^ИНН\s*\d{10,12}\s*(?:КПП\s*\d{9}\s*)?", re.IGNORECASE)


@dataclass
class Section:
    """Keys and values of one section; `line` is its first one."""

    line: int
    values: dict[str, str] = field(default_factory=dict)

    def says(self, *keys: str) -> str:
        return next((self.values[key] for key in keys if self.values.get(key)), "")


def is_one_c(raw: bytes) -> bool:
    return raw[:200].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(MARK.encode())


def read(raw: bytes) -> list[Statement]:
    """A statement for each account of the file. Errors: Unreadable."""
    head, accounts, documents = sections_of(text_of(raw))
    if not accounts:
        accounts = [head]
    made: dict[str, list[Entry]] = {}
    for section in accounts:
        if number := compact(section.says("РасчСчет")):
            made.setdefault(number, [])
    if not made:
        raise Unreadable(_("This file does not say whose account it is about. Export it from the bank again."))
    for document in documents:
        for number, entry in movements(document, list(made)):
            made[number].append(entry)
    if sum(map(len, made.values())) > MOST_ENTRIES:
        raise too_many()
    return [
        statement_of(number, [s for s in accounts if compact(s.says("РасчСчет")) == number], head, entries)
        for number, entries in made.items()
    ]


def text_of(raw: bytes) -> str:
    """The text in the encoding in which its own keys can be read."""
    for codec in ("utf-8-sig", "cp1251", "cp866", "koi8-r"):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if "РасчСчет" in text or "ВерсияФормата" in text:
            return text
    raise Unreadable(
        _("The letters of this file cannot be read. Export it from the bank again, as Windows or DOS text.")
    )


def sections_of(text: str) -> tuple[Section, list[Section], list[Section]]:
    """(what stands before all sections, sections of accounts, documents)."""
    head = current = Section(1)
    accounts: list[Section] = []
    documents: list[Section] = []
    key, is_ended = "", False
    for number, line in enumerate(text.splitlines(), 1):
        name, mark, value = line.partition("=")
        name, value = name.strip(), value.strip()
        if name == "СекцияРасчСчет":
            current = Section(number)
            accounts.append(current)
        elif name == "СекцияДокумент":
            current = Section(number, {"Вид": value})
            documents.append(current)
        elif name in ("КонецРасчСчет", "КонецДокумента"):
            current = head
        elif name == "КонецФайла":
            is_ended = True
            break
        elif mark and name.isidentifier():
            key = name
            current.values.setdefault(key, value)
        elif key and current is not head and line.strip():  # a purpose with a line break in it
            current.values[key] = f"{current.values[key]} {line.strip()}"
    if not is_ended or current is not head:
        raise Unreadable(_("The file breaks off before its end. Download it from the bank again."))
    return head, accounts, documents


def movements(document: Section, accounts: list[str]) -> list[tuple[str, Entry]]:
    """The document as a movement of each account of ours that it touches: two for a transfer between our own."""
    payer, payee = side_account(document, "Плательщик"), side_account(document, "Получатель")
    found = [(payee, True)] if payee in accounts else []
    found += [(payer, False)] if payer in accounts else []
    if not found and len(accounts) == 1:
        arrived, left = document.says("ДатаПоступило"), document.says("ДатаСписано")
        if bool(arrived) != bool(left):
            found = [(accounts[0], bool(arrived))]
    if not found:
        raise Unreadable(
            format_lazy(
                _("Line {line}: this document names none of the accounts that the file is about."), line=document.line
            )
        )
    return [(number, entry_of(document, number, came_in)) for number, came_in in found]


def side_account(document: Section, side: str) -> str:
    return compact(document.says(f"{side}РасчСчет", f"{side}Счет"))


def entry_of(document: Section, number: str, came_in: bool) -> Entry:
    amount = exact(document.says("Сумма").replace("-", "."), document.line)
    day = day_of(document.says("ДатаПоступило" if came_in else "ДатаСписано")) or day_of(document.says("Дата"))
    if day is None:
        raise Unreadable(format_lazy(_("Line {line}: this document has no date."), line=document.line))
    other = "Плательщик" if came_in else "Получатель"
    name = _TAX_NUMBER_IN_NAME.sub("", document.says(f"{other}1", other))
    words = [document.says("НазначениеПлатежа")] if document.says("НазначениеПлатежа") else []
    words = words or [document.says(f"НазначениеПлатежа{place}") for place in range(1, 7)]
    return Entry(
        day=day,
        amount=amount if came_in else -amount,
        currency=currency_of(number),
        name=shortened(name, 250),
        account=side_account(document, other),
        tax_id=shortened(document.says(f"{other}ИНН"), 50),
        purpose=shortened(" ".join(word for word in words if word)),
        reference=shortened(document.says("Номер"), 140),
        line=document.line,
    )


def statement_of(number: str, sections: list[Section], head: Section, entries: list[Entry]) -> Statement:
    """Several sections of one account (a bank writes one for each day) are one statement."""
    since = [day for s in [*sections, head] if (day := day_of(s.says("ДатаНачала")))]
    until = [day for s in [*sections, head] if (day := day_of(s.says("ДатаКонца")))]
    first, last = (sections[0], sections[-1]) if sections else (head, head)
    return Statement(
        account=number,
        currency=currency_of(number),
        since=min(since, default=None),
        until=max(until, default=None),
        opening=balance(first, "НачальныйОстаток"),
        closing=balance(last, "КонечныйОстаток"),
        lines=entries,
    )


def balance(section: Section, key: str) -> Decimal | None:
    text = section.says(key)
    if not text:
        return None
    return -exact(text[1:], section.line) if text.startswith("-") else exact(text, section.line)


def currency_of(account: str) -> str:
    return CURRENCY_DIGITS.get(account[5:8], "RUB") if len(account) == 20 else "RUB"


def day_of(text: str) -> dt.date | None:
    found = _DAY.match(text)
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
