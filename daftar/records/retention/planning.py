"""What a rule would do now: which records it would touch, and which it holds back and why.

The dry run shows this, and the run asks the same again for each record before it touches it; there is no second verdict.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.kernel import clock, personal
from daftar.kernel.personal import Record
from daftar.records.erasing import described
from daftar.records.models import Nameless, RetentionRule
from daftar.records.reading import of_type
from daftar.records.retention import conditions
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

Act, Since = RetentionRule.Act, RetentionRule.Since
BATCH = 500
EVERY_TYPE = "*"


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that the rule reaches, with the others that go with it because they are the same person."""

    type: str
    id: int
    others: tuple[Record, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        return ((self.type, self.id), *self.others)


@dataclass(frozen=True, slots=True)
class Held:
    """A record that meets the rule's condition and is left alone."""

    type: str
    id: int
    why: str


@dataclass
class Plan:
    touched: list[Touched] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    @property
    def records(self) -> set[Record]:
        """Every record that would be touched; these are what is counted."""
        return {record for one in self.touched for record in one.records}


def types_for(rule: RetentionRule) -> list[RecordType]:
    """The types whose records the rule looks at."""
    types = able_types()
    return types if rule.type == EVERY_TYPE else [type_ for type_ in types if type_.key == rule.type]


def able_types() -> list[RecordType]:
    """Types that can have rules: records of the trade, not the people and places of the company, nor the timeline itself."""
    return [t for t in current_schema().types.values() if t.key not in decide.COMPANY_ONLY and t.timeline]


def moment_of(rule: RetentionRule) -> datetime:
    """What is older than this is old enough today."""
    now = clock.now()
    if rule.unit == RetentionRule.Unit.DAY:
        return now - timedelta(days=rule.number)
    month = now.year * 12 + now.month - 1 - rule.number
    year, month = divmod(month, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, calendar.monthrange(year, month + 1)[1]))


def candidates(rule: RetentionRule, type_: RecordType) -> QuerySet[Row]:
    """The records that the rule speaks of, by the database."""
    moment, rows = moment_of(rule), of_type(type_)
    if rule.since == Since.BIN:
        return rows.filter(deleted_at__lt=moment)
    rows = rows.filter(deleted_at__isnull=True).filter(is_old(rule, type_, moment))
    if rule.stage_kind and type_.stage_field is not None:
        stages = [s.id for p in type_.pipelines for s in p.stages if s.kind == rule.stage_kind]
        rows = rows.filter(type_.stage_field.where("in", stages))
    for condition in conditions.named(rule.without):
        if condition.where is not None:
            rows = rows.filter(condition.where(type_))
    if rule.act == Act.NAMELESS:
        rows = rows.exclude(Exists(Nameless.objects.filter(type=type_.key, record_id=OuterRef("pk"))))
    return rows


def is_old(rule: RetentionRule, type_: RecordType, moment: datetime) -> Q:
    return conditions.quiet(type_, moment) if rule.since == Since.ACTIVITY else conditions.unchanged(moment)


def how_many(rule: RetentionRule) -> int:
    """The records that a dry run has to look at."""
    return sum(candidates(rule, type_).count() for type_ in types_for(rule))


def plan(rule: RetentionRule, *, by: User | None, taken: Iterable[Record] = (), only: Record | None = None) -> Plan:
    """What the rule would do now, in the order in which it would do it.

    Shapes: `by` is who switched it on (or looks at it), whose right to delete counts for the bin; `taken` are records that
    rules before this one have touched by then; `only` asks about one record.
    """
    made, seen = Plan(), set(taken)
    for type_ in types_for(rule):
        if only is not None and type_.key != only[0]:
            continue
        for ids in batches(rule, type_, only):
            deletable = may_delete(rule, type_, ids, by)
            for id_ in ids:
                if (type_.key, id_) not in seen:
                    judge(rule, type_, id_, made, seen, deletable)
    return made


def batches(rule: RetentionRule, type_: RecordType, only: Record | None) -> Iterator[list[int]]:
    rows, last = candidates(rule, type_).order_by("pk"), 0
    if only is not None:
        rows = rows.filter(pk=only[1])
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield ids
        last = ids[-1]


def may_delete(rule: RetentionRule, type_: RecordType, ids: Sequence[int], by: User | None) -> set[int] | None:
    """Those that may be put into the bin in this person's name; None where nobody is asked."""
    if rule.act != Act.BIN:
        return None
    rows: Any = of_type(type_).filter(pk__in=ids)
    return set() if by is None else set(decide.within(rows, by, type_.key, "delete").values_list("pk", flat=True))


def judge(
    rule: RetentionRule, type_: RecordType, id_: int, made: Plan, seen: set[Record], deletable: set[int] | None
) -> None:
    """Put the record into the plan: touched, held back, or not meant at all."""
    root = (type_.key, id_)
    records = personal.every_record_of(root) if type_.is_person else (root,)
    if not all(c.holds_for(records) for c in conditions.named(rule.without) if c.holds_for is not None):
        return
    others = others_that_go(rule, records)
    why = conditions.kept_back((root, *others))
    if not why and deletable is not None:
        why = why_not_into_bin(type_, id_, deletable)
    if not why and others:
        why = why_others_stay(rule, others)
    if not why and type_.is_person and rule.act != Act.BIN:
        why = next(iter(personal.refusals(described((root, *others)))), "")
    if why:
        made.held.append(Held(*root, why))
        return
    made.touched.append(Touched(*root, tuple(record for record in others if record not in seen)))
    seen.update((root, *others))


def others_that_go(rule: RetentionRule, records: Sequence[Record]) -> tuple[Record, ...]:
    """The other records of the person, where the rule means the person and not the record."""
    return tuple(records[1:]) if rule.act in (Act.ERASE, Act.NAMELESS) else ()


def why_not_into_bin(type_: RecordType, id_: int, deletable: set[int]) -> str:
    if id_ not in deletable:
        return _("Who switches this rule on may not delete it.")
    row = of_type(type_).filter(pk=id_).first()
    return type_.may_be_removed(row) if row is not None else ""


def why_others_stay(rule: RetentionRule, others: Sequence[Record]) -> str:
    """Another record of the person that is still needed; what lies in the bin is not."""
    types = current_schema().types
    for key, id_ in others:
        type_ = types[key]
        row = of_type(type_).filter(pk=id_).first()
        if row is not None and row.deleted_at is None and not is_meant_too(rule, type_, id_):
            words = {"record": f"{type_.name} “{type_.title_of(row)}”"}
            return _("The same person is also the %(record)s, which the rule does not mean.") % words
    return ""


def is_meant_too(rule: RetentionRule, type_: RecordType, id_: int) -> bool:
    """Whether another record of the person is as old, and of the rule's own type also meets the rest of the condition."""
    if type_.key == rule.type:
        is_done = Nameless.objects.filter(type=type_.key, record_id=id_).exists()
        return is_done or candidates(rule, type_).filter(pk=id_).exists()
    rows = of_type(type_).filter(is_old(rule, type_, moment_of(rule)), pk=id_)
    return rows.exists() and not (type_.stage_field is not None and type_.unfinished(rows).exists())
