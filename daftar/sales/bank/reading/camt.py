"""camt.053, the XML statement of ISO 20022, in its versions 001.02 to 001.08 (later ones differ in nothing that is read here).

A document type or an entity of its own ends the reading; depth, length and number of elements are limited.
Source: ISO 20022 message definitions BankToCustomerStatement V02 … V08.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.parsers import expat  # no document type, no entities, limits below

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.currencies import CURRENCIES
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

DEEPEST, LONGEST_ELEMENT, MOST_ELEMENTS = 40, 20_000, 2_000_000
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_NOTHING = {"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "N/A"}
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class Element:
    """One element with what is in it; names are without their namespace."""

    __slots__ = ("attributes", "children", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.text, self.children = "", list[Element]()

    def all(self, path: str) -> Iterator[Element]:
        """The elements at the end of "NtryDtls/TxDtls"."""
        name, _slash, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                yield from child.all(rest) if rest else (child,)

    def first(self, *paths: str) -> Element | None:
        return next((found for path in paths for found in self.all(path)), None)

    def says(self, *paths: str) -> str:
        """The first text that is not empty at one of the paths."""
        texts = (found.text.strip() for path in paths for found in self.all(path))
        return next((text for text in texts if text), "")


def read(raw: bytes) -> list[Statement]:
    """All statements of the file. Errors: Unreadable."""
    return [statement_of(element) for element in Reading(raw).statements]


class Reading:
    """The file as elements; movements are made to entries as they stream by."""

    def __init__(self, raw: bytes) -> None:
        self.open: list[Element] = []
        self.statements: list[Element] = []
        self.count = 0
        self.parser: Any = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.CharacterDataHandler = self.letters
        self.parser.StartDoctypeDeclHandler = self.parser.EntityDeclHandler = refuse
        self.parser.UnparsedEntityDeclHandler = self.parser.ExternalEntityRefHandler = refuse
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        try:
            self.parser.Parse(raw, True)
        except expat.ExpatError as problem:
            raise broken(problem.lineno) from None
        except (LookupError, ValueError):  # an encoding that does not exist
            raise broken(1) from None
        if not self.statements:
            raise Unreadable(_("This file holds no statement. Ask the bank for camt.053, the statement of a day."))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _blank, local = name.rpartition(" ")
        self.count += 1
        if not self.open:
            check_kind(space, local)
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise broken(self.parser.CurrentLineNumber)
        element = Element(local, attributes, self.parser.CurrentLineNumber)
        if self.open:
            self.open[-1].children.append(element)
        self.open.append(element)

    def letters(self, text: str) -> None:
        if self.open:
            element = self.open[-1]
            if len(element.text) + len(text) > LONGEST_ELEMENT:
                raise broken(element.line)
            element.text += text

    def end(self, _name: str) -> None:
        element = self.open.pop()
        if element.name == "Stmt" and self.open and self.open[-1].name == "BkToCstmrStmt":
            self.statements.append(element)


def refuse(*_about: object) -> Any:
    raise Unreadable(_("This file brings a document type of its own, which a statement never does. It is not opened."))


def check_kind(space: str, local: str) -> None:
    """Errors: Unreadable for XML that is another message than a statement."""
    kind = space.removeprefix(NAMESPACE)
    if local == "Document" and kind.startswith(("camt.052", "camt.054")):
        raise Unreadable(
            _(
                "This is an interim report ({kind}), whose movements may still change. Ask the bank for the statement: camt.053."
            ).format(kind=kind[:8])
        )
    if local != "Document" or (space and not kind.startswith("camt.053")):
        raise Unreadable(_("This XML file is not a bank statement. Ask the bank for camt.053."))


def broken(line: int) -> Unreadable:
    return Unreadable(
        format_lazy(
            _("The file is broken at line {line}: it does not go on as XML. Download it from the bank again."),
            line=line,
        )
    )


# -- one statement -------------------------------------------------------------------------------------


def statement_of(element: Element) -> Statement:
    account = element.first("Acct") or Element("Acct", {}, element.line)
    currency = account.says("Ccy")
    entries = [entry for movement in element.all("Ntry") if is_booked(movement) for entry in entries_of(movement)]
    if len(entries) > MOST_ENTRIES:
        raise too_many()
    if not currency and entries:
        currency = entries[0].currency
    days = [entry.day for entry in entries]
    return Statement(
        account=compact(account.says("Id/IBAN", "Id/Othr/Id")),
        currency=checked_currency(currency, element.line) if currency else "",
        since=day_of(element.says("FrToDt/FrDtTm")) or (min(days) if days else None),
        until=day_of(element.says("FrToDt/ToDtTm")) or (max(days) if days else None),
        opening=balance(element, "OPBD", "PRCD"),
        closing=balance(element, "CLBD"),
        lines=entries,
    )


def balance(element: Element, *codes: str) -> Decimal | None:
    for code in codes:
        for one in element.all("Bal"):
            if one.says("Tp/CdOrPrtry/Cd") == code and (amount := one.first("Amt")) is not None:
                return signed(exact(amount.text, amount.line), one)
    return None


def is_booked(movement: Element) -> bool:
    """Movements that are only announced, or for information, are none yet. The state is a text before version 7, a code after."""
    return movement.says("Sts/Cd", "Sts") in ("BOOK", "")


def signed(amount: Decimal, element: Element, otherwise: str = "CRDT") -> Decimal:
    return -amount if (element.says("CdtDbtInd") or otherwise) == "DBIT" else amount


def entries_of(movement: Element) -> list[Entry]:
    """One entry, or those of a batch when their amounts add up to it."""
    whole = entry_of(movement, None)
    parts = [entry_of(movement, part) for part in movement.all("NtryDtls/TxDtls")]
    if len(parts) == 1:
        return [with_amount_of(whole, parts[0])]
    if parts and all(part.currency == whole.currency for part in parts) and sum_of(parts) == whole.amount:
        return parts
    return [whole]


def sum_of(parts: list[Entry]) -> Decimal:
    return sum((part.amount for part in parts), Decimal())


def with_amount_of(whole: Entry, part: Entry) -> Entry:
    """A batch of one: what the account saw counts, not what the payer instructed in another currency."""
    return Entry(
        whole.day, whole.amount, whole.currency, part.name, part.account, part.tax_id,
        part.purpose or whole.purpose, part.reference, part.end_to_end, part.line, whole.is_reversal,
    )  # fmt: skip


def entry_of(movement: Element, part: Element | None) -> Entry:
    amount = movement.first("Amt")
    if part is not None:
        amount = part.first("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt") or Element("Amt", {}, part.line)
    if amount is None:
        raise Unreadable(format_lazy(_("Line {line}: this movement has no amount."), line=movement.line))
    day = day_of(movement.says("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"))
    if day is None:
        raise Unreadable(format_lazy(_("Line {line}: this movement has no day."), line=movement.line))
    about = part if part is not None else movement
    way = movement.says("CdtDbtInd")
    value = signed(exact(amount.text, amount.line) if amount.text.strip() else Decimal(), about, way)
    name, account, tax_id = other_side(about, value > 0)
    return Entry(
        day=day,
        amount=value,
        currency=checked_currency(amount.attributes.get("Ccy", ""), amount.line) if amount.text.strip() else "",
        name=name, account=account, tax_id=tax_id,
        purpose=purpose_of(movement, part),
        reference=shortened(given(about.says("Refs/AcctSvcrRef")) or given(movement.says("AcctSvcrRef", "NtryRef")), 140),
        end_to_end=shortened(given(about.says("Refs/EndToEndId")), 140),
        line=about.line,
        is_reversal=movement.says("RvslInd") in ("true", "1") or (part is not None and part.first("RtrInf") is not None),
    )  # fmt: skip


def other_side(about: Element, came_in: bool) -> tuple[str, str, str]:
    """(name, account, tax number) of the payer, or of who was paid. Since version 7 a party stands one level deeper."""
    side = "Dbtr" if came_in else "Cdtr"
    parties = about.first("RltdPties")
    if parties is None:
        return "", "", ""
    name = parties.says(f"{side}/Nm", f"{side}/Pty/Nm", f"Ultmt{side}/Nm", f"Ultmt{side}/Pty/Nm")
    number = parties.says(
        f"{side}/Id/OrgId/Othr/Id", f"{side}/Pty/Id/OrgId/Othr/Id",
        f"{side}/Id/PrvtId/Othr/Id", f"{side}/Pty/Id/PrvtId/Othr/Id",
    )  # fmt: skip
    account = parties.says(f"{side}Acct/Id/IBAN", f"{side}Acct/Id/Othr/Id")
    return shortened(name, 250), compact(account), shortened(number, 50)


def purpose_of(movement: Element, part: Element | None) -> str:
    """What the payer wrote, and the documents that the payment names."""
    about = part if part is not None else movement
    words = [one.text.strip() for one in about.all("RmtInf/Ustrd")]
    words += [one.text.strip() for one in about.all("RmtInf/Strd/CdtrRefInf/Ref")]
    words += [one.text.strip() for one in about.all("RmtInf/Strd/RfrdDocInf/Nb")]
    words += [one.text.strip() for one in about.all("RmtInf/Strd/AddtlRmtInf")]
    if not any(words):
        words = [about.says("AddtlTxInf"), movement.says("AddtlNtryInf")]
    return shortened(" ".join(dict.fromkeys(word for word in words if word)))


def given(text: str) -> str:
    return "" if text.upper() in _NOTHING else text


def day_of(text: str) -> dt.date | None:
    found = _DAY.match(text)
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def checked_currency(code: str, line: int) -> str:
    if code not in CURRENCIES:
        raise Unreadable(format_lazy(_("Line {line}: “{code}” is not a currency we know."), line=line, code=code[:10]))
    return code
