"""Custom fields in which no value may stand twice: kept so by the database, and said so at the field before it has to.

Empty values do not count, and neither does what lies in the bin. Capital letters do not make a difference. Of several mail or
web addresses the first one counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, F, Func, Q, TextField, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from daftar.kernel.errors import Conflict, Invalid
from daftar.records.fields.base import Field
from daftar.records.models import Entity
from daftar.records.query.json import checked
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.types import RecordType

if TYPE_CHECKING:
    from daftar.records.draft import Draft

KINDS = frozenset({"text", "whole", "emails", "webs"})
"""Kinds whose values name one thing: numbers of papers, codes, addresses."""
MOST_DOUBLES = 100


class Kept(Func):
    """The value as it is compared: its text, or that of the first item of a list; NULL when there is none."""

    arity = 1

    def __init__(self, slot: str, *, is_list: bool) -> None:
        self.slot, self.is_list = checked(slot), is_list
        super().__init__(F("custom"), output_field=TextField())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        path = f'$."{self.slot}"' + ("[0].value" if self.is_list else "")
        return self.as_sql(compiler, connection, template=f"LOWER(JSON_EXTRACT(%(expressions)s, '{path}'))", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        path = "{" + self.slot + (",0,value" if self.is_list else "") + "}"
        return self.as_sql(compiler, connection, template=f"LOWER(%(expressions)s #>> '{path}')", **extra)


def kept(field: Field) -> Kept:
    return Kept(field.slot, is_list=field.json_as == "list")


def compared(field: Field, value: Any) -> str:
    """The text by which a value is compared, before the database makes its letters small; "" for empty."""
    if field.is_empty(value):
        return ""
    return str(value[0].value if field.json_as == "list" else value)


# -- the index -----------------------------------------------------------------------------------------


def name_of(type_: RecordType, field: Field) -> str:
    digest = hashlib.sha256(f"{type_.key}.{field.slot}".encode()).hexdigest()[:10]
    return f"uq_{type_.key}_{field.slot}"[:50] + f"_{digest}"


def make(type_: RecordType, field: Field) -> None:
    """Make the unique index, unless it is there. The caller has looked for doubles."""
    quote = connection.ops.quote_name
    table = quote(type_.model._meta.db_table)
    rows = type_.model.objects.annotate(value=kept(field)).values_list("value").query
    sql, _params = rows.get_compiler(connection=connection).compile(kept(field).resolve_expression(rows))
    live = f"{quote('deleted_at')} IS NULL" + (f" AND {quote('type')} = '{type_.key}'" if type_.model is Entity else "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE UNIQUE INDEX IF NOT EXISTS {quote(name_of(type_, field))} ON {table} (({sql.replace(f'{table}.', '')})) WHERE {live}"
        )


def drop(type_: RecordType, field: Field) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(name_of(type_, field))}")


def doubles(type_: RecordType, field: Field) -> list[tuple[str, int]]:
    """Values that stand in several live records, with how many; the first `MOST_DOUBLES`."""
    rows: Any = of_type(type_).filter(deleted_at=None).annotate(value=kept(field)).filter(value__isnull=False)
    counted = (
        rows.order_by().values("value").annotate(count=Count("pk")).filter(count__gt=1).order_by("-count", "value")
    )
    return [(str(row["value"]), int(row["count"])) for row in counted[:MOST_DOUBLES]]


# -- at the doors --------------------------------------------------------------------------------------


def check(draft: Draft) -> None:
    """Errors: Invalid at each field whose value another record has already."""
    if refused := refusals([draft]).get(0):
        raise refused


def refusals(drafts: Sequence[Draft], *, all_values: bool = False) -> Mapping[int, Invalid]:
    """Place in the list → why the draft cannot be stored beside what is there, and beside those before it.

    Shapes: drafts of one type; `all_values` also looks at values that did not change (a record comes back out of the bin).
    """
    errors: dict[int, dict[str, Any]] = {}
    fields = [f for f in drafts[0].type.fields if f.unique] if drafts else []
    for field in fields:
        wanted = {
            n: text
            for n, draft in enumerate(drafts)
            if (all_values or field.key in draft.changed) and (text := compared(field, draft.value(field.key)))
        }
        if not wanted:
            continue
        there = holders(field, set(wanted.values()), {pk for n in wanted if (pk := drafts[n].row.pk)})
        for n, text in wanted.items():
            small = text.lower()
            if small in there:
                errors.setdefault(n, {})[field.key] = taken(field, text, there[small], drafts[n].reader)
            else:
                there[small] = drafts[n].row.pk
    return {n: Invalid(errors=of) for n, of in errors.items()}


def holders(field: Field, texts: Iterable[str], but: set[int]) -> dict[str, int | None]:
    """Small text → the live record that has it, for those of the texts that some record has."""
    rows: Any = of_type(field.type).filter(deleted_at=None).exclude(pk__in=but).annotate(value=kept(field))
    asked = Q()
    for text in sorted(texts):
        asked |= Q(value=Lower(Value(text)))
    found: dict[str, int | None] = {}
    for value, pk in rows.filter(asked).values_list("value", "pk"):
        found[str(value).lower()] = pk
    return found


def taken(field: Field, text: str, holder: int | None, reader: Reader) -> str:
    """ "“A-7” stands in “Mill” already." — with the name of the record only if this person may see it."""
    words = {"text": text[:100], "name": ""}
    if holder is not None:
        row = reader.seen(field.type).filter(pk=holder).first()
        if row is not None:
            words["name"] = field.type.title_of(row)
    if words["name"]:
        return _("“%(text)s” stands in “%(name)s” already.") % words
    return _("“%(text)s” stands in another record already.") % words


def raced(drafts: Sequence[Draft]) -> Invalid | Conflict:
    """What to say when the database found a double that was not there a moment before; call it outside of the transaction."""
    for refused in refusals(drafts).values():
        return refused
    return Conflict(_("Somebody has just saved a value that may stand only once. Nothing was saved; try again."))


def is_double(problem: Exception) -> bool:
    """Whether the database refused it because of one of these indexes."""
    said = str(problem)
    return "uq_" in said
