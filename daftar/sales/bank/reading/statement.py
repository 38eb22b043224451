"""What a statement file says, whatever its format."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid, Sentence
from daftar.kernel.text import clean_text

MOST_BYTES = 20 * 1024 * 1024
MOST_ENTRIES = 20_000
LONGEST_TEXT = 1_000
_AMOUNT = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,5})?", re.ASCII)
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd]+")


class Unreadable(Invalid):
    """The file is no statement, or breaks off; the sentence says where and what to do."""

    code = "unreadable_statement"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement on the account.

    Units: `amount` is above 0 when money came in, below 0 when it went out, in whole units of `currency`.
    Shapes: name, account and tax_id are those of the other side; texts may be "". `line` is where it stands in the file, from 1.
    `is_reversal`: the bank takes an earlier movement back.
    """

    day: dt.date
    amount: Decimal
    currency: str
    name: str = ""
    account: str = ""
    tax_id: str = ""
    purpose: str = ""
    reference: str = ""
    end_to_end: str = ""
    line: int = 0
    is_reversal: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line of the file that is no movement, or cannot be read as one."""

    line: int
    why: Sentence


@dataclass(frozen=True, slots=True)
class Statement:
    """Movements of one account. What the file does not say is "" or None."""

    account: str
    currency: str
    since: dt.date | None
    until: dt.date | None
    opening: Decimal | None
    closing: Decimal | None
    lines: Sequence[Entry]
    skipped: Sequence[Skipped] = ()

    @property
    def difference(self) -> Decimal | None:
        """By how much the lines miss what lies between opening and closing; None when the file does not say both."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - sum((entry.amount for entry in self.lines), Decimal())


def exact(text: str, line: int) -> Decimal:
    """An amount as programs write it: digits, one point or comma, no groups, no sign. Errors: Unreadable."""
    bare = text.strip()
    if not _AMOUNT.fullmatch(bare):
        raise Unreadable(
            format_lazy(
                _("Line {line}: “{text}” is not an amount that can be read. Load the file as the bank gave it."),
                line=line, text=bare[:40],
            )
        )  # fmt: skip
    return Decimal(bare.replace(",", "."))


def shortened(text: str, limit: int = LONGEST_TEXT) -> str:
    """A text of the file, ready to be stored: in one line, without what cannot be shown, cut where it is too long."""
    return clean_text(_UNUSABLE.sub(" ", text)[: limit * 2], max_length=limit * 2)[:limit].strip()


def compact(account: str) -> str:
    """An account number without blanks and dashes, in capitals: "DE89 3704 …" → "DE893704…"."""
    return re.sub(r"[\s.\-]", "", account).upper()[:64]


def too_many() -> Unreadable:
    return Unreadable(_("This file has more than 20,000 movements. Ask the bank for a shorter period, please."))
