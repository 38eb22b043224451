"""Custom fields that stand in forms only when a condition holds, or must be filled in then.

A condition is one of the filter language over the record's own fields. What cannot be read any more, because a field that it names
is gone or has become another kind, hides nothing and asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from daftar.kernel.errors import BadAddress, Invalid
from daftar.records.fields.base import Field
from daftar.records.query.conditions import Condition, Tree, leaves, parse_where
from daftar.records.query.paths import resolve
from daftar.records.query.sentence import sentence
from daftar.records.reader import Reader
from daftar.records.types import RecordType

if TYPE_CHECKING:
    from daftar.records.draft import Draft

ABLE = frozenset(
    {"text", "long_text", "whole", "decimal", "percent", "money", "duration", "yes_no", "choice", "choices", "tags", "date",
     "date_time", "person", "link", "links", "stage"}
)  # fmt: skip
"""Kinds that a condition can ask about."""
ValueOf = Callable[[str], Any]


@lru_cache(maxsize=1_000)
def tree_of(text: str) -> Tree:
    return parse_where(text)


def able(type_: RecordType, key: str = "") -> list[Field]:
    """The fields that a condition of the field `key` may ask about."""
    return [f for f in type_.fields if f.kind in ABLE and f.key != key]


def checked(type_: RecordType, key: str, text: str, reader: Reader) -> str:
    """The condition in its one form; "" for none. Errors: Invalid at `where` with what is wrong."""
    if not text.strip():
        return ""
    try:
        tree = parse_where(text.strip())
        known = {f.key for f in able(type_, key)}
        for leaf in leaves(tree):
            if leaf.field not in known:
                raise Invalid(_("Only other fields of the same record can be compared here."))
            resolve(type_, leaf.field, reader)
            leaf.sql(type_, reader)
    except Invalid as refused:
        raise Invalid(refused.sentence, field="where") from None
    return str(tree)


def holds(text: str, type_: RecordType, value_of: ValueOf, reader: Reader) -> bool | None:
    """Whether the condition holds for these values; None for one that cannot be read any more."""
    try:
        return is_true(tree_of(text), type_, value_of, reader)
    except (Invalid, BadAddress, KeyError):
        return None


def is_true(tree: Tree, type_: RecordType, value_of: ValueOf, reader: Reader) -> bool:
    if isinstance(tree, Condition):
        field = type_.by_key[tree.field]
        return field.meets(tree.operator, tree.values, value_of(tree.field), reader)
    found = (is_true(part, type_, value_of, reader) for part in tree.parts)
    return any(found) if tree.kind == "or" else not next(found) if tree.kind == "not" else all(found)


def is_shown(field: Field, value_of: ValueOf, reader: Reader) -> bool:
    """Whether a record with these values shows the field."""
    return not field.show_if or holds(field.show_if, field.type.whole, value_of, reader) is not False


def is_shown_on(field: Field, row: Any, reader: Reader) -> bool:
    whole = field.type.whole
    return is_shown(field, lambda key: whole.by_key[key].get(row), reader)


def owed(draft: Draft) -> dict[str, str]:
    """The fields that must be filled in as the record would be, and are not; each with its sentence.

    Asked of new records, and of old ones when the field or what its condition asks about changes.
    """
    found = {}
    for field in draft.type.plan.asking:
        if not draft.is_empty(field.key):
            continue
        touched = draft.is_new or any(key in draft.changed for key in (field.key, *keys_in(field.require_if)))
        if (
            touched
            and is_shown(field, draft.value, draft.reader)
            and holds(field.require_if, draft.type, draft.value, draft.reader)
        ):
            words = {"field": field.label, "condition": sentence(tree_of(field.require_if), draft.type, draft.reader)}
            found[field.key] = _("“%(field)s” is needed when %(condition)s.") % words
    return found


def keys_in(text: str) -> list[str]:
    """Keys of the fields that a condition asks about."""
    try:
        return [leaf.field for leaf in leaves(tree_of(text))]
    except BadAddress:
        return []


def can_be_read(text: str, type_: RecordType) -> bool:
    """Whether the fields that it names are there and can be compared so."""
    try:
        for leaf in leaves(tree_of(text)):
            type_.by_key[leaf.field].operator(leaf.operator)
    except (Invalid, KeyError):
        return False
    return True


def watched(fields: Iterable[Field]) -> list[str]:
    return list(dict.fromkeys(key for f in fields if f.show_if for key in keys_in(f.show_if)))


def only_words(field: Field, reader: Reader) -> str:
    """The note at a field that counts only sometimes."""
    try:
        said = sentence(tree_of(field.show_if), field.type.whole, Reader(reader.user, schema=field.type.whole.schema))
    except (Invalid, BadAddress):
        return ""
    return _("Only when %(condition)s.") % {"condition": said}


def said(text: str, type_: RecordType, reader: Reader) -> str:
    """The condition in words; as it is kept where it cannot be read any more."""
    try:
        return sentence(tree_of(text), type_, reader) if text else ""
    except (Invalid, BadAddress):
        return text
