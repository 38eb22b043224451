"""Whether who paid is the client: by tax number, account, or name in the one normal form of names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from daftar.kernel.text import ascii_digits, fold_company
from daftar.sales.bank.reading.statement import compact


class Agreement(IntEnum):
    """The more the better; OTHER speaks against it."""

    OTHER = 0
    UNKNOWN = 1
    NAME = 2
    ACCOUNT = 3
    TAX_ID = 4


@dataclass(frozen=True, slots=True)
class Client:
    """Whom an invoice is for: all names, tax numbers and accounts that are known; "" counts for nothing."""

    names: tuple[str, ...] = ()
    tax_ids: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def known_by(self) -> list[tuple[str, str]]:
        """Kind and key of all that the client is found by."""
        return [
            *(("tax", key) for one in self.tax_ids if (key := tax_key(one))),
            *(("account", key) for one in self.accounts if (key := compact(one))),
            *(("name", key) for one in self.names if (key := name_key(one))),
        ]


def tax_key(text: str) -> str:
    """Letters and digits alone: "DE 123 456 789" → "DE123456789"."""
    return re.sub(r"[\W_]", "", ascii_digits(text)).upper()


def name_key(name: str) -> str:
    """The name without its company form, its words in the order of the alphabet ("Ivanov Ivan" is "Ivan Ivanov")."""
    return " ".join(sorted(fold_company(name).split()))


def agreement(client: Client, *, name: str, tax_id: str, account: str) -> Agreement:
    """How well the payer agrees with the client; UNKNOWN where nothing can be compared."""
    numbers = {tax_key(one) for one in client.tax_ids if tax_key(one)}
    if tax_key(tax_id) and numbers:
        return Agreement.TAX_ID if tax_key(tax_id) in numbers else Agreement.OTHER
    if compact(account) and compact(account) in {compact(one) for one in client.accounts}:
        return Agreement.ACCOUNT
    return names_agree(name, client.names)


def names_agree(name: str, names: Iterable[str]) -> Agreement:
    """NAME when all words of the shorter stand in the longer; OTHER when no word of four letters is common in names of one script."""
    words = set(name_key(name).split())
    verdicts = []
    for other in (set(name_key(one).split()) for one in names):
        if not words or not other or scripts(words) != scripts(other):
            continue
        shorter, longer = sorted((words, other), key=len)
        if shorter <= longer and any(len(word) > 2 for word in shorter):
            return Agreement.NAME
        common = any(alike(one, two) for one in words for two in other)
        verdicts.append(Agreement.UNKNOWN if common else Agreement.OTHER)
    return max(verdicts, default=Agreement.UNKNOWN)


def alike(one: str, two: str) -> bool:
    """Banks cut names: a word that begins like the other counts as the same."""
    shorter, longer = sorted((one, two), key=len)
    return len(shorter) > 3 and longer.startswith(shorter)


def scripts(words: set[str]) -> set[str]:
    return {unicodedata.name(letter, "").partition(" ")[0] for word in words for letter in word if letter.isalpha()}
