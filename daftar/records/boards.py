"""A view as a board: its columns with count and sum in one query, and the cards of one column page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.kernel.errors import BadAddress, Missing
from daftar.records.fields.base import Field
from daftar.records.query.paging import PageIds, ids_of
from daftar.records.query.view import COUNTED, View
from daftar.records.shapes import PipelineInfo
from daftar.records.types import RecordType
from daftar.records.whole_rows import whole_rows

CARDS = 20
MANY = 2_000
"""The cards of a column with more records are found by walking its order, those of others by their owners."""
EMPTY = "-"
"""The key of the column of records whose field is empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a board.

    Shapes: `kind` is "" (open), won, lost, or gone for a stage or option that is out of use and still has records; `count` is None while
    nobody has counted. Units: `sum` is in the base currency; `unrated` counts amounts without a rate.
    """

    key: str
    title: str
    colour: str = ""
    kind: str = ""
    count: int | None = 0
    sum: Decimal | None = None
    unrated: int = 0

    @property
    def is_closed(self) -> bool:
        return self.kind in ("won", "lost")

    @property
    def takes_cards(self) -> bool:
        return self.kind != "gone"


@dataclass(frozen=True)
class BoardView:
    """A view standing on a field; for a stage field in one pipeline."""

    view: View
    field: Field
    pipeline: PipelineInfo | None = None

    @classmethod
    def of(cls, view: View) -> BoardView:
        """The board that the address means (`by`, `pipeline`); what it cannot mean goes to the view's problems."""
        able = view.type.board_fields
        if not able:
            raise Missing()
        problems = list(view.problems)
        field = board_field(view.type, view.others.get("by", ""))
        if field is None:
            said = _("A board cannot stand on “%(key)s”.") % {"key": view.others["by"][:60]}
            problems.append(BadAddress(said, field="by"))
            field = able[0]
        pipeline = None
        if field.kind == "stage":
            pipeline = pipeline_of(view, field, problems)
        return cls(replace(view, problems=tuple(problems)), field, pipeline)

    def rows(self, *, walked: bool | None = None) -> QuerySet[Row]:
        """All rows on the board, in whatever column. `walked`: see `Standing.within`."""
        rows = self.view.rows(walked=walked)
        if self.pipeline is not None:
            here = self.field.where("in", [s.id for s in self.pipeline.stages])
            rows = rows.filter(here | self.field.empty_q() if self.may_be_empty else here)
        return rows

    @property
    def may_be_empty(self) -> bool:
        """Whether records without a value stand on the board, to be taken from there into the first column."""
        return bool(self.field.may_be_empty)

    def columns(self) -> list[Column]:
        """All columns with count and sum: one query. Closed ones stand at the end."""
        totals = self.totals()
        known = self.heads()
        made = [replace(c, **totals.pop(c.key, {})) for c in known]
        made += [replace(self.gone(key), **numbers) for key, numbers in totals.items()]
        return closed_last(made)

    @cached_property
    def is_counted_apart(self) -> bool:
        """Whether to count the columns takes so long that the cards come first and the numbers after them."""
        if self.pipeline is None or self.view.is_partial:
            return False
        return self.rows().order_by().values("pk")[: COUNTED + 1].count() > COUNTED

    def uncounted(self) -> list[Column]:
        """All columns of a board of stages without their numbers; archived stages where records still stand in them."""
        archived = [s for s in self.pipeline.stages if s.archived] if self.pipeline else []
        gone = [self.gone(str(s.id)) for s in archived if self.rows().filter(self.field.where("exact", s.id)).exists()]
        return closed_last([replace(column, count=None) for column in (*self.heads(), *gone)])

    def heads(self) -> list[Column]:
        """The columns that the field declares now, without numbers."""
        schema = self.view.type.schema
        if self.pipeline is not None:
            stages = [
                Column(str(s.id), s.label, s.colour, "" if s.kind == "open" else s.kind)
                for s in self.pipeline.stages
                if not s.archived
            ]
            return [Column(EMPTY, _("Empty")), *stages] if self.may_be_empty else stages
        made = [Column(o.value, o.label, o.colour) for o in self.field.column_heads(schema)]
        return [*made, Column(EMPTY, _("Empty"))] if self.may_be_empty else made

    def gone(self, key: str) -> Column:
        """A column that is left only because records still stand in it."""
        if key == EMPTY:
            return Column(EMPTY, _("Empty"))
        value = int(key) if self.field.json_as == "whole" else key
        return Column(key, self.field.show(value, self.view.reader).text or key, "grey", "gone")

    def totals(self) -> dict[str, dict[str, Any]]:
        money = money_field(self.view.type)
        asked: dict[str, Any] = {"count": Count("*")}
        if money is not None:
            asked["sum"] = Sum(money.expression())
            asked["unrated"] = Count(Value(1), filter=~money.empty_q() & money.where("isnull", True))
        columns = self.rows().order_by().annotate(board_column=self.field.expression()).values("board_column")
        grouped: Iterable[Mapping[str, Any]] = columns.annotate(**{f"n_{k}": v for k, v in asked.items()})
        made: dict[str, dict[str, Any]] = {}
        for row in grouped:
            key = EMPTY if row["board_column"] in (None, "") else str(row["board_column"])
            made[key] = merged(made.get(key), {k: row[f"n_{k}"] for k in asked})
        return made

    def in_column(self, column: Column) -> Q:
        if column.key == EMPTY:
            return self.field.empty_q()
        return self.field.where("exact", int(column.key) if self.field.json_as == "whole" else column.key)

    def cards(self, column: Column, after: str = "") -> PageIds:
        """The next cards of one column in the order of the view, by their ids; `records` has the rows."""
        view, is_big = self.view, column.count is None or column.count > MANY
        return ids_of(
            self.rows(walked=is_big if view.is_partial else None).filter(self.in_column(column)),
            view.sort_field.sort_value(view.reader),
            descending=view.descending,
            limit=CARDS,
            after=after,
            gathered=view.is_partial and not is_big,
        )

    def records(self, ids: Sequence[int]) -> dict[int, Row]:
        """The records of these ids, with all names that their cards need."""
        rows = whole_rows(self.view.type.model, ids)
        self.load(rows)
        return {row.pk: row for row in rows}

    def load(self, rows: Sequence[Row]) -> None:
        self.view.reader.load(self.view.type, rows, [self.view.type.title_field, *face_fields(self.view.type)])


def closed_last(columns: Iterable[Column]) -> list[Column]:
    """Closed columns stand at the end."""
    order = {"": 0, "gone": 1, "won": 2, "lost": 3}
    return sorted(columns, key=lambda c: order[c.kind])


def merged(before: dict[str, Any] | None, more: dict[str, Any]) -> dict[str, Any]:
    """Two groups that are one column: NULL and "" are both empty."""
    if before is None:
        return more
    return {k: (before[k] or 0) + (v or 0) for k, v in more.items()}


def board_field(type_: RecordType, key: str) -> Field | None:
    """The field that a board stands on: the named one, or the type's own when nothing is named."""
    able = type_.board_fields
    return next((f for f in able if f.key == key), None) if key else next(iter(able), None)


def pipeline_of(view: View, stage: Field, problems: list[BadAddress]) -> PipelineInfo | None:
    """The pipeline of the field that the address names; without a name the first that has any row of the view, else the first."""
    every: list[PipelineInfo] = view.type.pipelines_of(stage)
    able = [p for p in every if not p.archived] or every
    asked = view.others.get("pipeline", "")
    for pipeline in every:
        if asked and asked in (str(pipeline.id), pipeline.key):
            return pipeline
    if asked:
        problems.append(BadAddress(_("There is no such pipeline."), field="pipeline"))
    if not able:
        raise Missing()
    if len(able) == 1:
        return able[0]
    rows = view.rows()
    return next((p for p in able if rows.filter(stage.where("in", [s.id for s in p.stages])).exists()), able[0])


def money_field(type_: RecordType) -> Field | None:
    """The amount that columns sum up: the first one that lists sum up too."""
    amounts = [f for f in type_.fields if f.kind == "money"]
    return next((f for f in amounts if f.total), next(iter(amounts), None))


def face_fields(type_: RecordType) -> list[Field]:
    """The facts on a card: declared, or the ones that a seller looks for first."""
    keys = type_.board.face.split() if type_.board and type_.board.face else []
    if keys:
        return [type_.by_key[k] for k in keys if k in type_.by_key]
    own = type_.foremost
    first: dict[str, Field] = {}
    for field in type_.fields:
        if field.kind in ("money", "link", "next_step", "date", "person") and field.key in own:
            first.setdefault(field.kind, field)
    return list(first.values())
