"""Which column goes where, and how its values are read: guessed, shown, changed, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as parts_of
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from daftar.access.models import Role, User
from daftar.exchange.importing.unreadable import Unreadable
from daftar.kernel.formats import joined
from daftar.kernel.money import CURRENCIES
from daftar.records.fields.base import Field
from daftar.records.types import RecordType

SOURCE_ID = "@id"
"""A column that names the record in the system that the file came from."""
CREATED = "@created"
"""A column that says when the record was made there."""
MOVED = "@moved"
"""A column that says since when the record stands in its stage."""
BESIDE = frozenset({SOURCE_ID, CREATED, MOVED})
"""Targets that are no fields."""
UNKNOWN = ("create", "report")
UNKNOWN_PERSON = ("create", "report", "none")
EXISTING = ("", "update", "keep", "fill", "leave")
"""What happens to records that are here already: take what differs ("" is the same); the same, but keep what people changed by hand;
only fill what is empty; leave them as they are."""
NOT_FROM_FILES = frozenset({"next_step", "idle", "days_in_stage"})
PARTS = {"address": ("street", "city", "region", "postcode", "country"), "money": ("currency",)}
"""Kinds whose parts can stand in columns of their own (`address.country`); lists with labels take the label (`phones.work`)."""
LABELLED = frozenset({"phones", "emails", "messengers", "webs"})


@dataclass(frozen=True)
class ImportMap:
    """How a file becomes records of one type.

    Shapes: `columns` maps a heading to targets: a field key, `key.part`, `@id`, `@created` or `@moved`; none leaves the column out.
    `compose` maps a field to lists of headings whose values are joined; the first list without an empty value counts.
    `times` maps a heading to a factor ("revenue in millions"); `defaults` maps a field to text for rows without it ("": none).
    `system` names where the file came from; `match` is the field by which a row is known to be here already.
    `owner` is whose the new records without an owner are: "" or "me" (who imports), "nobody", or a person by id, e-mail or name.
    `role` is the key of the role in which new people start (only for people).
    `existing` is one of `EXISTING`. `date_order` mdy, dmy, ymd or "" (as the reader writes); `decimal` "." or "," or "" (as the reader writes).
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compose: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    decimal: str = ""
    currency: str = ""
    country: str = ""
    pipeline: str = ""
    system: str = ""
    match: str = ""
    unknown_choice: str = "report"
    unknown_person: str = "report"
    unknown_link: str = "report"
    owner: str = ""
    role: str = ""
    existing: str = ""

    # -- JSON --------------------------------------------------------------------------------------

    @classmethod
    def from_json(cls, kept: Any) -> Self:
        """Errors: Unreadable with the word that is not understood."""
        if not isinstance(kept, Mapping) or not isinstance(kept.get("columns"), Mapping):
            raise Unreadable(_("A map is a JSON object with “columns”: heading → field."))
        known = {part.name for part in parts_of(cls)}
        if strange := sorted(set(map(str, kept)) - known):
            raise Unreadable(
                _("The map says “%(word)s”, which is not understood. Known words: %(known)s.")
                % {"word": strange[0][:60], "known": joined(sorted(known))}
            )
        words = {name: str(kept[name]) for name in WORDS if kept.get(name)}
        made = cls(
            columns={str(k): listed(v) for k, v in kept["columns"].items()},
            compose={str(k): tuple(listed(one) for one in v) for k, v in dict(kept.get("compose") or {}).items()},
            defaults={str(k): str(v) for k, v in dict(kept.get("defaults") or {}).items()},
            times={str(k): str(v) for k, v in dict(kept.get("times") or {}).items()},
            **words,
        )
        made.check_words()
        return made

    @classmethod
    def from_file(cls, path: Path) -> Self:
        try:
            text = path.read_text(encoding="utf-8-sig")
            return cls.from_json(json.loads(text))
        except (OSError, ValueError, RecursionError) as problem:
            raise Unreadable(
                _("The map “%(name)s” cannot be read: %(why)s") % {"name": path.name, "why": problem}
            ) from None

    def to_json(self) -> dict[str, Any]:
        kept = {part.name: getattr(self, part.name) for part in parts_of(self)}
        return {k: v for k, v in kept.items() if v or k == "columns"}

    def but(self, **changes: Any) -> Self:
        """The same map with some words changed; empty ones are left as they are."""
        return replace(self, **{k: v for k, v in changes.items() if v})

    # -- checks ------------------------------------------------------------------------------------

    def check_words(self) -> None:
        allowed: Mapping[str, Sequence[str]] = {
            "date_order": ("", "mdy", "dmy", "ymd"),
            "decimal": ("", ".", ","),
            "unknown_choice": UNKNOWN,
            "unknown_person": UNKNOWN_PERSON,
            "unknown_link": UNKNOWN,
            "existing": EXISTING,
        }
        for name, words in allowed.items():
            if getattr(self, name) not in words:
                raise Unreadable(
                    _("“%(name)s” can be %(words)s, not “%(said)s”.")
                    % {"name": name, "words": joined(w for w in words if w), "said": str(getattr(self, name))[:40]}
                )
        if self.currency and self.currency not in CURRENCIES:
            raise Unreadable(_("“%(code)s” is not a currency.") % {"code": self.currency[:10]})
        for factor in self.times.values():
            try:
                fine = Decimal(factor).is_finite() and len(factor) < 30
            except InvalidOperation:
                fine = False
            if not fine:
                raise Unreadable(_("“%(factor)s” is not a factor.") % {"factor": factor[:30]})

    def check_for(self, type_: RecordType, headings: Sequence[str]) -> None:
        """Refuse columns that the file lacks and targets that the type lacks. Errors: Unreadable."""
        named = {*self.columns, *self.times, *(h for ways in self.compose.values() for way in ways for h in way)}
        if missing := sorted(named - set(headings)):
            raise Unreadable(
                _("The file has no column “%(column)s”. Its columns: %(columns)s.")
                % {"column": missing[0][:80], "columns": joined(headings)[:600]}
            )
        if self.role and (type_.model is not User or not Role.objects.filter(key=self.role, archived=False).exists()):
            raise Unreadable(
                _("“%(role)s” is no role in which new %(type)s can start.")
                % {"role": self.role[:80], "type": type_.plural}
            )
        for target in (*(t for ts in self.columns.values() for t in ts), *self.compose, *self.defaults):
            if target not in BESIDE and target_of(type_, target) is None:
                raise Unreadable(
                    _("“%(type)s” has no field “%(field)s” that a file can fill.")
                    % {"type": type_.name, "field": target[:80]}
                )
        if self.match and (type_.field(self.match) is None or type_[self.match].many):
            raise Unreadable(_("Rows cannot be recognised by “%(field)s”.") % {"field": self.match[:80]})
        if not any(self.columns.values()):
            raise Unreadable(_("No column has a field yet. Choose a field for at least one."))

    @property
    def source_column(self) -> str:
        """The heading of the source ids, or ""."""
        return next((h for h, targets in self.columns.items() if SOURCE_ID in targets), "")


WORDS = (
    "role",
    "date_order",
    "decimal",
    "currency",
    "country",
    "pipeline",
    "system",
    "match",
    "unknown_choice",
    "unknown_person",
    "unknown_link",
    "owner",
    "existing",
)


def listed(value: Any) -> tuple[str, ...]:
    """One target or several, as they stand in JSON."""
    if isinstance(value, list | tuple):
        return tuple(str(v) for v in value if v)
    return (str(value),) if value else ()


def target_of(type_: RecordType, target: str) -> tuple[Field, str] | None:
    """(field, part) of a target, or None when a file cannot fill it."""
    key, _dot, part = target.partition(".")
    found = type_.field(key)
    if found is None or found.readonly or found.kind in NOT_FROM_FILES:
        return None
    if part and part not in PARTS.get(found.kind, ()) and found.kind not in LABELLED:
        return None
    return found, part


def fillable(type_: RecordType) -> list[Field]:
    """The fields that a file can fill, in order of importance."""
    return [f for f in type_.writable if f.kind not in NOT_FROM_FILES]
