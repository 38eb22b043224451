"""A filter as one sentence in the reader's language, and in pieces, so that a page can mark one condition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from daftar.records.fields.any_link import AnyLink
from daftar.records.fields.base import Field
from daftar.records.fields.text import Text
from daftar.records.query.conditions import Condition, Group, Tree, leaves
from daftar.records.query.paths import resolve
from daftar.records.reader import Reader
from daftar.records.types import RecordType

MOST_SAID = 12
"""So many values of one condition are said; behind them it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the sentence; `condition` is the one that they say, None for what stands between conditions."""

    text: str
    condition: Condition | None = None


def sentence(tree: Tree, type_: RecordType, reader: Reader) -> str:
    """ "Stage is open and (Company › Sector is Retail or Amount is at least 1,000)" """
    return "".join(piece.text for piece in pieces(tree, type_, reader))


def pieces(tree: Tree, type_: RecordType, reader: Reader) -> list[Piece]:
    """The sentence in pieces, in order; a group inside another one stands in brackets."""
    want_names(leaves(tree), type_, reader)
    return list(said(tree, type_, reader))


def want_names(conditions: Iterable[Condition], type_: RecordType, reader: Reader) -> None:
    """Fetch the names of all linked records of the conditions, one query per type."""
    for condition in conditions:
        field = resolve(type_, condition.field, reader).field
        target = getattr(field, "to", "")
        if target:
            reader.names.want((target, int(v)) for v in condition.values if is_id(v))
        elif isinstance(field, AnyLink):
            split = [v.partition(":") for v in condition.values]
            reader.names.want((key, int(id_)) for key, _colon, id_ in split if is_id(id_))
    reader.names.fetch()


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def said(tree: Tree, type_: RecordType, reader: Reader) -> Iterable[Piece]:
    if isinstance(tree, Condition):
        yield Piece(phrase(tree, type_, reader), tree)
        return
    if tree.kind == "not":
        yield Piece(_("not") + " (")
        yield from said(tree.parts[0], type_, reader)
        yield Piece(")")
        return
    word = _("and") if tree.kind == "and" else _("or")
    for place, part in enumerate(tree.parts):
        if place:
            yield Piece(f" {word} ")
        in_brackets = isinstance(part, Group) and part.kind != "not" and len(tree.parts) > 1 and len(part.parts) > 1
        if in_brackets:
            yield Piece("(")
        yield from said(part, type_, reader)
        if in_brackets:
            yield Piece(")")


def phrase(condition: Condition, type_: RecordType, reader: Reader) -> str:
    """One condition: "Company › Sector is Retail or Medicine"."""
    path = resolve(type_, condition.field, reader)
    operator = path.field.operator(condition.operator)
    words = value_words(path.field, condition, reader)
    return path.field.phrase(operator, path.label, words, reader)


def value_words(field: Field, condition: Condition, reader: Reader) -> list[str]:
    words = field.operand_words(condition.operator, condition.values[:MOST_SAID], reader)
    if isinstance(field, Text) or condition.operator in ("has", "starts"):
        words = [_("“%(text)s”") % {"text": word} for word in words]
    more = len(condition.values) - MOST_SAID
    return [*words, _("%(count)s more") % {"count": reader.formats.number(more)}] if more > 0 else words
