"""Which field a word of an address means: one of the type, a fact about its records, or a field of a linked record (`company.sector`)."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.kernel.errors import BadAddress
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.types import RecordType

DEEPEST = 2
"""So many links may stand between the record and the field."""
LINKS = frozenset({"link", "links", "person"})
"""Kinds of fields that lead to records of one type."""
SIGN = " › "


class Path(NamedTuple):
    """The links to go along, and the field at the end; without links it is a field of the record itself."""

    chain: tuple[Any, ...]
    field: Field

    @property
    def label(self) -> str:
        """ "Company › Sector" """
        return SIGN.join(str(f.label) for f in (*self.chain, self.field))


def resolve(type_: RecordType, path: str, reader: Reader) -> Path:
    """The links and the field that a dotted path means to this reader; what is hidden from them does not exist.

    Errors: BadAddress naming the word that cannot be read, or for a path of more than `DEEPEST` links.
    """
    *before, last = path.split(".")
    if len(before) > DEEPEST:
        raise BadAddress(
            _("“%(path)s” goes over more than two links. Filter by a record that is at most two links away.")
            % {"path": path[:120]},
            field=path[:60],
        )
    chain: list[Any] = []
    for key in before:
        link = type_.field(key)
        if link is None or link.kind not in LINKS:
            raise unknown(key, path)
        chain.append(link)
        type_ = target_of(link, reader) or _fail(key, path)
    field = type_.field(last) or type_.facts.get(last)
    if field is None or not field.operators():
        raise unknown(last, path)
    return Path(tuple(chain), field)


def target_of(link: Any, reader: Reader) -> RecordType | None:
    """The type to which a link leads, as this reader sees it; None where they see nothing of it."""
    target = reader.schema.types.get(link.to)
    return target if target is not None and decide.may(reader.user, "see", target.key) else None


def unknown(key: str, path: str) -> BadAddress:
    return BadAddress(_("There is no field “%(key)s” here.") % {"key": key[:60]}, field=path[:60])


def _fail(key: str, path: str) -> RecordType:
    raise unknown(key, path)


def read_key(type_: RecordType, key: str, reader: Reader) -> tuple[Path, str, str]:
    """The path, its words, and the operator that the key of an address names: `amount`, `amount.gte`, `company.sector.in`.

    The last word is the operator when the field before it has one so called. Errors: BadAddress.
    """
    before, dot, last = key.rpartition(".")
    if not dot:
        path = resolve(type_, key, reader)
        return path, key, path.field.operators()[0].key
    try:
        path = resolve(type_, before, reader)
    except BadAddress:
        path = resolve(type_, key, reader)
        return path, key, path.field.operators()[0].key
    if last not in {o.key for o in path.field.operators()} and path.field.kind in LINKS:
        path = resolve(type_, key, reader)
        return path, key, path.field.operators()[0].key
    return path, before, last
