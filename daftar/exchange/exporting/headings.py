"""What the columns of our files are called, also those that are no fields or hold a part of one; the importing side reads them by the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.exchange.exporting.beside import AnyLinkName, LinkName, OwnName, Since, with_names
from daftar.exchange.exporting.kinds import file_fields
from daftar.exchange.importing.maps import can_fill
from daftar.exchange.importing.targets import CHANGED, CREATED, MOVED, PARTS, SOURCE_ID, STOCK, WAS
from daftar.exchange.own_ids import RecordNames
from daftar.records.fields.base import Field
from daftar.records.types import RecordType

BESIDE = {"created_at": CREATED, "changed_at": CHANGED}
SIGNS = frozenset({SOURCE_ID, CREATED, CHANGED})
"""What every whole export says of its records, and hardly another file does."""


def currency_heading(heading: str) -> str:
    """The column beside an amount that says its currency."""
    return _("%(field)s: currency") % {"field": heading}


def headings(fields: Sequence[Field]) -> list[str]:
    """Labels; the key beside a label that comes twice."""
    labels = [str(f.label) for f in fields]
    return [f"{label} ({f.key})" if labels.count(label) > 1 else label for f, label in zip(fields, labels, strict=True)]


def whole_columns(type_: RecordType) -> list[Field]:
    """The columns of a whole export of the type."""
    return with_names(type_, file_fields(type_), RecordNames(), whole=True)


def own_targets(type_: RecordType, found: Sequence[str]) -> dict[str, str]:
    """Heading → target of the columns that our files have, "" for what follows from the rest and is not loaded.

    Ids and times count only where the headings show that the file is a whole export of ours; of other files amounts and addresses in parts are known.
    """
    said = set(found)
    best: dict[str, str] = {}
    for spelled in spellings(type_):
        known = {heading: target for heading, target in spelled.items() if heading in said}
        if not set(known.values()) >= SIGNS:
            known = {h: t for h, t in known.items() if "." in t}
        if len(known) > len(best):
            best = known
    return best


def spellings(type_: RecordType) -> Iterator[dict[str, str]]:
    """Heading → target of a whole export: as JSON lines, whose headings are keys, then in each of our languages."""
    columns = whole_columns(type_)
    keys: dict[str, str] = {}
    for column in columns:
        keys[column.key] = target_for(type_, column)
        keys |= {f"{column.key}.{part}": target_for(type_, column, part) for part in PARTS.get(column.kind, ())}
    yield keys
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            spelled: dict[str, str] = {}
            for column in reversed(columns):  # of two labels alike the first counts
                for heading in (f"{column.label} ({column.key})", str(column.label)):
                    spelled[heading] = target_for(type_, column)
                    if column.kind == "money":
                        spelled[currency_heading(heading)] = target_for(type_, column, "currency")
            yield spelled


def target_for(type_: RecordType, column: Field, part: str = "") -> str:
    """Where a column of a whole export goes, or ""; files do not travel in a table."""
    if isinstance(column, OwnName):
        return SOURCE_ID
    if isinstance(column, Since):
        return MOVED
    if isinstance(column, LinkName) and not isinstance(column, AnyLinkName):
        return next((t for t in (column.key, f"{WAS}{column.key}") if can_fill(type_, t)), "")
    if column.kind == "files":
        return ""
    if type_.key == "product" and column.key == "stock_on_hand":
        return STOCK
    target = BESIDE.get(column.key) or (f"{column.key}.{part}" if part else column.key)
    return next((t for t in (target, f"{WAS}{target}") if t in BESIDE.values() or can_fill(type_, t)), "")
