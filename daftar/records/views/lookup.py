"""What a look-up offers while somebody types: a few rows that this person may see."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.lookups import Contains
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from daftar.access import absence, decide
from daftar.access.doors import door
from daftar.access.models import Row, User
from daftar.kernel.errors import Missing
from daftar.records.fields.base import Field
from daftar.records.query.fold_sql import Fold
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.searching import index
from daftar.records.searching.asked import Asked
from daftar.records.searching.holding import holds
from daftar.records.types import RecordType
from daftar.records.views.opening import reader_of
from daftar.ui.parts import Option

OFFERED = 20
HINTS = ("link", "person", "phones", "emails", "text", "date", "stage")
"""Kinds of the one fact that tells namesakes apart."""
NOTHING = Asked("", ())


@door("signed_in")
@require_safe
def lookup(request: Any, type_key: str) -> HttpResponse:
    """Options for `?q=`, those whose name begins so first."""
    reader = reader_of(request)
    type_ = reader.schema.type(type_key)
    if not decide.may(reader.user, "see", type_.key):
        raise Missing()
    rows = found(type_, request.GET.get("q", "")[:200], reader, OFFERED)
    hint = hint_field(type_)
    reader.load(type_, rows, [hint] if hint else [])
    options = [
        Option(str(row.pk), type_.title_of(row), group=away_words(row) or hint_words(hint, row, reader)) for row in rows
    ]
    return render(request, "ui/_options.html", {"options": options})


def away_words(row: Row) -> str:
    """That a person is away, and who stands in: worth knowing before something is given to them."""
    return absence.words_of(row) if isinstance(row, User) else ""


def found(type_: RecordType, words: str, reader: Reader, limit: int) -> list[Row]:
    """Rows by words: first those whose search text begins with them, then those that hold every word."""
    rows: QuerySet[Any] = visible(type_, reader.user)
    if type_.model is User:
        rows = rows.filter(is_active=True).select_related("substitute")
    asked = Asked.of(words)
    if not asked:
        return list(rows.order_by("-created_at", "-id")[:limit])
    first = [] if type_.hidden else list(begins(type_, rows, asked.folded).order_by("search", "id")[:limit])
    if len(first) == limit:
        return first
    rest = rows.exclude(pk__in=[row.pk for row in first])
    rest = rest.filter(holds_or_is_called(type_, asked, reader))
    return first + list(rest.order_by("-created_at", "-id")[: limit - len(first)])


def begins(type_: RecordType, rows: QuerySet[Any], folded: str) -> QuerySet[Any]:
    """Those of the rows whose search text begins so."""
    return rows.filter(index.by_index(type_.model, NOTHING, folded), search__startswith=folded)


def holds_or_is_called(type_: RecordType, asked: Asked, reader: Reader) -> Q:
    """Whether a row holds what was asked; people and departments are few and also found by a name that no page ever saved."""
    if type_.key not in decide.COMPANY_ONLY:
        few = index.how_few([type_.model], asked)[type_.model._meta.db_table]
        return holds(type_, asked, reader, by_index=few is not None)
    name = Fold(type_.title_field.expression())
    called = reduce(and_, (Q(Contains(name, word)) for word in asked.words))
    return holds(type_, asked, reader, by_index=False) | called


def hint_field(type_: RecordType) -> Field | None:
    own = type_.foremost
    able = [f for f in type_.fields if f.kind in HINTS and f.key in own and not f.title]
    return min(able, key=lambda f: HINTS.index(f.kind), default=None)


def hint_words(field: Field | None, row: Row, reader: Reader) -> str:
    if field is None:
        return ""
    shown = field.show(field.get(row), reader)
    return (shown.text or (shown.items[0].text if shown.items else ""))[:60]
