"""A statement file is loaded: each movement is kept once, whatever file brings it, and the same file changes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.kernel import keeping
from daftar.kernel.errors import Conflict, NotAllowed
from daftar.kernel.formats import Formats
from daftar.kernel.text import clean_text
from daftar.sales.bank.reading import table as tables
from daftar.sales.bank.reading.opening import CSV, Opened, open_statement
from daftar.sales.bank.reading.statement import Entry, Statement
from daftar.sales.models import BankAccount, BankStatement, StatementLine


@dataclass(frozen=True, slots=True)
class Loaded:
    """The statements of a file. `is_again`: the very file was loaded before, and nothing changed."""

    statements: list[BankStatement]
    is_again: bool = False


def refuse_unless_may(by: User) -> None:
    """Statements tell what everybody paid: for who records payments and sees all of them. Errors: NotAllowed."""
    if not may_load(by):
        raise NotAllowed()


def may_load(by: User) -> bool:
    return decide.may(by, "add", "payment") and decide.scope(by, "see", "payment") == "all"


def load(raw: bytes, name: str, *, by: User, formats: Formats) -> Loaded:
    """Keep the movements of a file that are not known yet.

    Shapes: of a table whose columns are not clear the statement has no lines until somebody says what they mean (`read_again`).
    Errors: NotAllowed, Unreadable (nothing is kept).
    """
    refuse_unless_may(by)
    file = hashlib.sha256(raw).hexdigest()
    if before := list(BankStatement.objects.filter(digest=numbered(file, 0))):
        return Loaded(before, is_again=True)
    opened = open_statement(raw, formats)
    if opened.table is not None and (known := columns_for(opened.table)):
        opened = open_statement(raw, formats, columns=known)
    try:
        with transaction.atomic():
            made = [
                keep(statement, opened, numbered(file, place), clean_name(name), by)
                for place, statement in enumerate(opened.statements or [nothing_yet(opened)])
            ]
    except IntegrityError:  # somebody else loads the same file, or one with the same movements
        if before := list(BankStatement.objects.filter(digest=numbered(file, 0))):
            return Loaded(before, is_again=True)
        raise Conflict(_("Somebody is loading the same movements right now. Load the file again.")) from None
    return Loaded(made)


def numbered(file: str, place: int) -> str:
    """The name of a statement within a file, by what the file holds."""
    return file if not place else hashlib.sha256(f"{file}:{place}".encode()).hexdigest()


def clean_name(name: str) -> str:
    return clean_text(name.replace("\0", "").rpartition("/")[2][-200:], max_length=255) or _("statement")


def nothing_yet(opened: Opened) -> Statement:
    return Statement("", opened.columns.currency if opened.columns else "", None, None, None, None, ())


def keep(statement: Statement, opened: Opened, digest: str, name: str, by: User) -> BankStatement:
    account = BankAccount.objects.filter(number=statement.account).first() if statement.account else None
    is_table = opened.kind == CSV and opened.table is not None
    row = BankStatement.objects.create(
        account=account, name=name, digest=digest, kind=opened.kind, number=statement.account, by=by,
        held=text_of(opened.table) if is_table and opened.table is not None else "", **said(statement, opened),
    )  # fmt: skip
    keep_lines(row, statement)
    return row


def said(statement: Statement, opened: Opened) -> dict[str, Any]:
    """What the file says besides its movements."""
    return {
        "currency": statement.currency, "since": statement.since, "until": statement.until, "opening": statement.opening,
        "closing": statement.closing, "columns": opened.columns.to_json() if opened.columns else {},
        "skipped": [[one.line, str(one.why)] for one in statement.skipped][:200],
    }  # fmt: skip


def keep_lines(row: BankStatement, statement: Statement) -> None:
    """Keep the movements that are in no statement yet; those that are, are counted."""
    own = statement.account or str(row.account.number if row.account else "")
    keys = keys_of(statement.lines, own)
    known: set[str] = set()
    for start in range(0, len(keys), 500):
        some = StatementLine.objects.filter(key__in=keys[start : start + 500])
        known.update(some.values_list("key", flat=True))
    fresh = [(key, entry) for key, entry in zip(keys, statement.lines, strict=True) if key not in known]
    StatementLine.objects.bulk_create((line_of(row, key, entry) for key, entry in fresh), batch_size=500)
    row.known = len(keys) - len(fresh)
    row.save(update_fields=["known"])


def line_of(row: BankStatement, key: str, entry: Entry) -> StatementLine:
    return StatementLine(
        statement=row, key=key, line=entry.line, day=entry.day, amount=entry.amount, currency=entry.currency, name=entry.name,
        account=entry.account, tax_id=entry.tax_id, purpose=entry.purpose, reference=entry.reference, end_to_end=entry.end_to_end,
        is_reversal=entry.is_reversal, state="open" if entry.amount > 0 else "outgoing",
    )  # fmt: skip


def keys_of(entries: Sequence[Entry], account: str) -> list[str]:
    """What names each movement in all files: everything the bank says of it, and which of its equals on that day it is."""
    seen: Counter[str] = Counter()
    keys = []
    for entry in entries:
        parts = (
            account, entry.day.isoformat(), f"{entry.amount.normalize():f}", entry.currency, entry.reference,
            entry.end_to_end, entry.account, entry.name, entry.purpose,
        )  # fmt: skip
        words = "\x1f".join(parts)
        seen[words] += 1
        keys.append(hashlib.sha256(f"{words}\x1f{seen[words]}".encode()).hexdigest())
    return keys


# -- tables whose columns somebody corrects ------------------------------------------------------------


def text_of(table: tables.Table) -> str:
    """The rows of a table, kept so that they can be read anew: a line each, cells parted by an unprintable sign."""
    return "\n".join(
        f"{line}\x1f" + "\x1f".join(" ".join(cell.replace("\x1f", " ").split()) for cell in cells)
        for line, cells in table.rows
    )


def table_of(row: BankStatement) -> tables.Table:
    rows = []
    for text in row.held.split("\n"):
        line, *cells = text.split("\x1f")
        rows.append((int(line), cells))
    return tables.Table(rows, tables.heading_of(rows)[0], "", "")


def read_again(
    statement_id: int, columns: Mapping[str, Any], *, by: User, account_id: int | None = None
) -> BankStatement:
    """Read a table by the columns that somebody chose, in place of what was read; they are remembered for the account.

    Errors: NotAllowed, Unreadable, Conflict when a line of it was decided already or its text is gone.
    """
    refuse_unless_may(by)
    with transaction.atomic():
        row = BankStatement.objects.select_for_update().get(pk=statement_id)
        lines = StatementLine.objects.filter(statement=row)
        if (
            not row.held
            or lines.exclude(state__in=("open", "outgoing")).exists()
            or lines.filter(payment__isnull=False).exists()
        ):
            raise Conflict(_("Lines of this statement are decided already, so its columns stay as they are."))
        account = BankAccount.objects.filter(pk=account_id).first() if account_id else row.account
        chosen = tables.Columns.from_json({**columns, "account": account.number if account else ""})
        held = table_of(row)
        statement = tables.read(held, chosen)
        lines.delete()
        row.account, row.number = account, account.number if account else ""
        for key, value in said(statement, Opened(CSV, row.digest, [statement], held, chosen)).items():
            setattr(row, key, value)
        row.save()
        keep_lines(row, statement)
        if account is not None:
            account.columns = {"headings": headings_of(held), "columns": chosen.to_json()}
            account.save(update_fields=["columns"])
    return row


def headings_of(table: tables.Table) -> str:
    return hashlib.sha256("\x1f".join(" ".join(one.split()) for one in table.headings).encode()).hexdigest()


def columns_for(table: tables.Table) -> dict[str, Any] | None:
    """How a table with these headings was read before, when somebody said it."""
    headings = headings_of(table)
    for account in BankAccount.objects.filter(archived=False):
        if account.columns.get("headings") == headings:
            found: dict[str, Any] = account.columns["columns"]
            return found
    return None


def held_before(moment: datetime) -> QuerySet[BankStatement]:
    return BankStatement.objects.filter(at__lt=moment).exclude(held="")


def forget_held() -> None:
    if moment := keeping.before("bank_files"):
        held_before(moment).update(held="")
