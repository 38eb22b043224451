"""What rows need and nothing has yet: options of open lists, people without sign-in, linked records by their name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max

from daftar.access.models import User
from daftar.exchange.importing.matching import Matcher
from daftar.exchange.importing.readings import ToMake
from daftar.exchange.taking_back.made import note_made
from daftar.kernel.errors import Invalid
from daftar.kernel.text import fold
from daftar.records import writing
from daftar.records.fields.links import Linked
from daftar.records.models import ChangeSet, ChoiceOption
from daftar.records.schema import schema_changed
from daftar.records.types import RecordType

Made = dict[tuple[str, str, str], Any]
"""What was made: option keys and record ids; an `Invalid` for what could not be."""


def make_all(
    wants: Iterable[ToMake], type_: RecordType, matcher: Matcher, *, by: User, change_set: ChangeSet | None
) -> Made:
    """Make each wanted thing once, called as who wants it first, in the caller's transaction."""
    distinct: dict[tuple[str, str, str], ToMake] = {}
    for want in wants:
        distinct.setdefault(want.key, want)
    options = [w for w in distinct.values() if w.kind == "option"]
    made: Made = make_options(options, type_, change_set) if options else {}
    by_type: dict[str, list[ToMake]] = {}
    for want in distinct.values():
        if want.kind == "record":
            by_type.setdefault(want.place, []).append(want)
    for key, some in by_type.items():
        target = type_.schema.type(key)
        names = [{target.title_field.key: want.name} for want in some]
        stands = [target.stand_in(want.name) for want in some] if target.made_from else None
        values: list[dict[str, Any]] = [{} for _ in some] if stands else names
        rows = writing.create_many(target, values, by=by, via="import", change_set=change_set, derived=stands)
        for want, row in zip(some, rows, strict=True):
            made[want.key] = row if isinstance(row, Invalid) else row.pk
            if not isinstance(row, Invalid):
                matcher.add(target, row.pk, want.name)
                if key == "user":
                    note_made(change_set, "person", key, str(row.pk))
    return made


def make_options(wants: Sequence[ToMake], type_: RecordType, change_set: ChangeSet | None) -> Made:
    """New options at the end of their lists; the schema moves once."""
    made: Made = {}
    for field_key in dict.fromkeys(want.place for want in wants):
        field: Any = type_[field_key]
        taken = {option.key for option in field.options()}
        kept = ChoiceOption.objects.filter(type=type_.key, field=field_key)
        position = max(len(taken), (kept.aggregate(last=Max("position"))["last"] or 0) + 1)
        rows: list[ChoiceOption] = []
        for want in (w for w in wants if w.place == field_key):
            key = option_key(want.name, taken)
            taken.add(key)
            rows.append(
                ChoiceOption(type=type_.key, field=field_key, key=key, label=want.name, position=position + len(rows))
            )
            made[want.key] = key
            note_made(change_set, "option", type_.key, f"{field_key}:{key}")
        ChoiceOption.objects.bulk_create(rows)
    schema_changed()
    return made


def option_key(name: str, taken: set[str]) -> str:
    """A word for addresses: the folded name with "_" for spaces; numbered when it is taken."""
    base = re.sub(r"\W+", "_", fold(name))[:60].strip("_") or "option"
    key, n = base, 2
    while key in taken:
        key, n = f"{base}_{n}", n + 1
    return key


def put_in(values: Mapping[str, Any], made: Made) -> dict[str, Any]:
    """The values with what was made in the places where it was wanted. Errors: Invalid of what could not be made."""
    return {key: placed(value, made) for key, value in values.items()}


def placed(value: Any, made: Made) -> Any:
    if isinstance(value, ToMake):
        found = made[value.key]
        if isinstance(found, Invalid):
            raise found
        return found
    if isinstance(value, list):
        as_links = any(isinstance(v, Linked) or (isinstance(v, ToMake) and v.kind == "record") for v in value)
        if as_links:
            links = [Linked(placed(v, made), v.role) if isinstance(v, ToMake) else as_link(v) for v in value]
            return list({link.id: link for link in links}.values())
        found_all = [placed(v, made) for v in value]
        return list(dict.fromkeys(found_all)) if any(isinstance(v, ToMake) for v in value) else value
    return value


def as_link(value: Any) -> Linked:
    return value if isinstance(value, Linked) else Linked(value)
