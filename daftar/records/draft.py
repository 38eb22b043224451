"""A record as it would be after a change: filled by a door, completed by its type, checked by every rule, then stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Sentence
from daftar.records import conditional, gate
from daftar.records.blank import blank, set_person
from daftar.records.models import ChangeSet, Entity
from daftar.records.reader import Reader
from daftar.records.searching.text import search_text
from daftar.records.types import RecordType

JSON = (bool, int, str, list, dict)
BOOKKEEPING = frozenset(
    {"version", "changed_at", "changed_by_id", "search", "custom", "title", "deleted_at", "deleted_by_id"}
)
"""Columns that every change writes itself."""


class Draft:
    """One record on its way to the database.

    Shapes: `before` and `changed` map field keys to Python values; `changed` holds only what differs.
    """

    def __init__(
        self,
        type_: RecordType,
        row: Row,
        *,
        by: User,
        via: str,
        at: datetime | None = None,
        moved_at: datetime | None = None,
        changed_at: datetime | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.type, self.row, self.by, self.via = type_.whole, row, by, via
        self.at = at or clock.now()
        self.moved_at = moved_at or self.at
        """Since when it stands in the declared stage that it enters, where somebody knows better than now."""
        self.changed_at = changed_at or self.at
        """When it was last changed, where a source tells that of a new record."""
        self.is_new, self.is_put = row.pk is None, False
        self.reader = reader or Reader(by, schema=type_.whole.schema)
        self.before: dict[str, Any] = {}
        self.changed: dict[str, Any] = {}
        self.given: set[str] = set()
        """Fields that a door brought a value for, also where it is the one that stands there."""
        self.loaded: dict[str, Any] = {} if self.is_new else dict(row.__dict__)
        """The columns as they were read."""
        self.beside: dict[str, Any] = {}
        """Columns that belong to no field or only follow from one, where an old state comes back as it was."""
        self.stays_kept: set[str] = set()
        """Stage fields whose stays the caller puts right itself."""
        self.data: dict[str, Any] = {}
        """More for the event: why it happened, what it belongs to."""
        self.change_set: ChangeSet | None = None
        """The changes that it is stored with."""

    @classmethod
    def new(
        cls,
        type_: RecordType,
        *,
        by: User,
        via: str,
        at: datetime | None = None,
        moved_at: datetime | None = None,
        changed_at: datetime | None = None,
        reader: Reader | None = None,
    ) -> Draft:
        """A record that is not there yet; `reader` is one of `by` with the whole schema, which several drafts may share."""
        row = blank(type_.model)
        if isinstance(row, Entity):
            row.type = type_.key
        row.__dict__["_links"] = {key: [] for key in type_.plan.links}
        draft = cls(type_, row, by=by, via=via, at=at, moved_at=moved_at, changed_at=changed_at, reader=reader)
        row.created_at, row.changed_at = draft.at, draft.changed_at
        set_person(row, "created_by", by)
        set_person(row, "changed_by", by)
        return draft

    def value(self, key: str) -> Any:
        """What the record will have."""
        return self.changed[key] if key in self.changed else self.old(key)

    def old(self, key: str) -> Any:
        if key not in self.before:
            field = self.type.by_key[key]
            self.before[key] = None if self.is_new else field.get(self.row)
        return self.before[key]

    @property
    def is_moved(self) -> bool:
        """Whether it enters another stage, of whichever of its stage fields."""
        return any(f.key in self.changed for f in self.type.stage_fields)

    def is_empty(self, key: str) -> bool:
        return self.type.by_key[key].is_empty(self.value(key))

    def set(self, key: str, value: Any) -> None:
        """Set a value; setting what stands there already is no change."""
        field = self.type.by_key[key]
        if self.is_new:
            if value is None or field.is_empty(value):
                self.changed.pop(key, None)
            else:
                self.changed[key] = value
            return
        old = self.old(key)
        if value == old or (field.is_empty(value) and field.is_empty(old)):
            self.changed.pop(key, None)
        else:
            self.changed[key] = value

    def fill(self, values: Mapping[str, Any]) -> None:
        """Set the values that a door brought; refuses fields that do not exist or that nobody may set."""
        errors: dict[str, Sentence] = {}
        closed = decide.standing(self.by).limited_fields.get(self.type.key, {})
        by_key = self.type.by_key
        for key, value in values.items():
            field = by_key.get(key)
            level = closed.get(key, "write")
            if field is None or (level == "hidden" and key in self.type.closable):
                errors[key] = _("There is no field “%(key)s”.") % {"key": key[:60]}
            elif field.readonly or level == "read":
                errors[key] = _("“%(field)s” cannot be changed by hand.") % {"field": field.label}
            else:
                self.given.add(key)
                self.set(key, value)
        if errors:
            raise Invalid(errors=errors)

    def derive(self, values: Mapping[str, Any]) -> None:
        """Set fields that no door may set, for the room that they belong to."""
        for key, value in values.items():
            self.set(key, value)
            if self.is_new and value is None:  # also where a new record begins with something (who made it)
                self.type.by_key[key].put(self.row, None)

    def fill_defaults(self, given: Mapping[str, Any]) -> None:
        """What a new record starts with, where the door brought nothing."""
        for field in self.type.plan.first:
            if field.key not in given:
                first = field.first(self.reader)
                if not field.is_empty(first):
                    self.set(field.key, first)

    def check(self) -> None:
        """Complete derived values, then every rule of the record; raises `Invalid` with all errors, or `StageRefused`."""
        self.type.complete(self)
        errors: dict[str, Sentence] = {}
        for field in self.type.plan.required:
            is_asked = self.is_new or field.key in self.changed
            if is_asked and self.is_empty(field.key) and conditional.is_shown(field, self.value, self.reader):
                errors[field.key] = _("“%(field)s” is needed.") % {"field": field.label}
        if not self.is_moved:
            errors.update(conditional.owed(self))
        errors.update(self.type.errors(self))
        if errors:
            raise Invalid(errors=errors)
        gate.check(self)

    def check_targets(self) -> None:
        """Refuse links to records that the person may not see or that do not exist; one query per changed link."""
        for key, value in self.changed.items():
            field = self.type.by_key[key]
            if hasattr(field, "check_target"):
                field.check_target(value, self.reader)

    def put_values(self) -> None:
        """Write the values onto the row object, and nothing that follows from them."""
        for key, value in self.changed.items():
            self.type.by_key[key].put(self.row, value)

    def put(self) -> None:
        """Write the values onto the row object, with version, search text and title; once."""
        if self.is_put:
            return
        self.is_put = True
        self.put_values()
        row = self.row
        for column, value in self.beside.items():
            setattr(row, column, value)
        if not self.is_new:  # a new one has them from its beginning
            row.changed_at, row.changed_by = self.changed_at, self.by
        row.version = 1 if self.is_new else row.version + 1
        row.search = search_text(self.type, row, self.changed)
        if isinstance(row, Entity):
            row.title = str(self.type.title_field.get(row) or "")[:400]

    def touched(self) -> frozenset[str]:
        """The columns whose value differs from what was read; a JSON value may have been changed in its place."""
        loaded, now = self.loaded, self.row.__dict__
        found = frozenset(
            name for name, value in now.items() if value is not loaded.get(name) and value != loaded.get(name)
        )
        return found | {"custom"} if any(not self.type.by_key[key].column for key in self.changed) else found

    def columns_beside(self) -> dict[str, Any]:
        """What stood in columns that changed and that no field of `changes` brings back by itself, in JSON form, for going back."""
        if self.is_new:
            return {}
        columns = {column.attname for column in self.row._meta.concrete_fields}
        said = {self.type.by_key[key].column for key in self.changed} | BOOKKEEPING
        old = {name: self.loaded.get(name) for name in self.touched() & columns - said}
        return {name: value if value is None or isinstance(value, JSON) else str(value) for name, value in old.items()}

    def changes(self) -> dict[str, list[Any]]:
        """JSON forms, field key → [before, after], for the event."""
        fields = self.type.by_key
        if self.is_new:
            return {k: [None, fields[k].dump(v)] for k, v in self.changed.items()}
        return {k: [fields[k].dump(self.old(k)), fields[k].dump(v)] for k, v in self.changed.items()}
