"""The dry run as a page shows it: exact numbers, the first records of each list with their cards, and why others are left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation

from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.kernel import clock
from daftar.kernel.formats import using
from daftar.kernel.personal import Record
from daftar.records.models import RetentionRule
from daftar.records.reading import of_type
from daftar.records.retention.planning import Plan, how_many, plan
from daftar.records.retention.rules import fingerprint
from daftar.records.schema import current_schema

AT_ONCE = 300
"""So many records are looked at while the page waits; more by the worker."""
SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A record in a list. Shapes: `href` leads to its card, or to the bin where it lies; `also` are the others that go with it."""

    type: str
    title: str
    href: str
    why: str = ""
    also: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class DryRun:
    """Shapes: `by_type` has (name of the type, how many); `at` is None when it was made for this very answer."""

    touched: int
    held: int
    by_type: Sequence[tuple[str, int]]
    lines: Sequence[Line]
    held_lines: Sequence[Line]
    at: datetime | None = None


def shown(rule: RetentionRule, *, by: User) -> DryRun | None:
    """What the rule would do now; None where that is much to count and was not counted for this condition yet."""
    if how_many(rule) <= AT_ONCE:
        planned = plan(rule, by=in_whose_name(rule, by))
        return made_of(parts_of(planned), {(one.type, one.id): one.why for one in planned.held}, at=None)
    kept = rule.counted
    if kept.get("fingerprint") != fingerprint(rule) or "touched" not in kept:
        return None
    return made_of(kept, reasons_now(rule, kept["held_lines"], by), at=datetime.fromisoformat(kept["at"]))


def in_whose_name(rule: RetentionRule, by: User | None) -> User | None:
    return rule.by if rule.is_on else by


def reasons_now(rule: RetentionRule, kept: Sequence[Sequence[Any]], by: User) -> dict[Record, str]:
    """Why these records are held back; asked anew, for the words may name people and are not kept."""
    asked = (plan(rule, by=in_whose_name(rule, by), only=(key, id_)) for key, id_ in kept)
    return {(one.type, one.id): one.why for planned in asked for one in planned.held}


def ask(rule: RetentionRule, *, by: User) -> None:
    """Let the worker count."""
    from daftar.records.jobs import count_rule

    RetentionRule.objects.filter(pk=rule.pk).update(counted={"asked_by": by.pk, "at": clock.now().isoformat()})
    count_rule.enqueue(rule.pk)


def is_being_counted(rule: RetentionRule) -> bool:
    return "asked_by" in rule.counted and "touched" not in rule.counted


def count(rule_id: int) -> None:
    """Count and keep what was found; safe to repeat."""
    rule = RetentionRule.objects.filter(pk=rule_id).select_related("by").first()
    if rule is None or "asked_by" not in rule.counted:
        return
    by = User.objects.filter(pk=rule.counted["asked_by"]).first()
    formats, asked = formats_for(by), rule.counted
    with using(formats), translation.override(formats.language):
        found = parts_of(plan(rule, by=in_whose_name(rule, by)))
    made = {**asked, **found, "fingerprint": fingerprint(rule), "at": clock.now().isoformat()}
    RetentionRule.objects.filter(pk=rule_id, counted=asked).update(counted=made)


def parts_of(planned: Plan) -> dict[str, Any]:
    """Numbers of the plan as plain values, and its first records by number; nothing that names anybody."""
    by_type = Counter(key for key, _id in planned.records)
    return {
        "touched": sum(by_type.values()), "held": len(planned.held), "by_type": dict(by_type),
        "lines": [[one.type, one.id, [list(record) for record in one.others]] for one in planned.touched[:SHOWN]],
        "held_lines": [[one.type, one.id] for one in planned.held[:SHOWN]],
    }  # fmt: skip


def made_of(parts: Mapping[str, Any], reasons: Mapping[Record, str], *, at: datetime | None) -> DryRun:
    """The same with names; a record that is gone meanwhile is left out of the lists."""
    types = current_schema().types
    roots = [(key, id_) for key, id_, *_rest in (*parts["lines"], *parts["held_lines"])]
    named = names_of([*roots, *((key, id_) for _k, _i, others in parts["lines"] for key, id_ in others)])
    lines = [
        Line(*named[key, id_], also=tuple(named[k, i] for k, i in others if (k, i) in named))
        for key, id_, others in parts["lines"] if (key, id_) in named
    ]  # fmt: skip
    held = [
        Line(*named[key, id_], why=reasons[key, id_])
        for key, id_ in parts["held_lines"] if (key, id_) in named and (key, id_) in reasons
    ]  # fmt: skip
    by_type = [(types[key].heading, number) for key, number in parts["by_type"].items() if key in types]
    return DryRun(parts["touched"], parts["held"], by_type, lines, held, at)


def names_of(records: Sequence[Record]) -> dict[Record, tuple[str, str, str]]:
    """Record → (name of its type, title, address). Whoever looks at rules runs the company and sees all."""
    types = current_schema().types
    found: dict[Record, tuple[str, str, str]] = {}
    for key in {key for key, _id in records if key in types}:
        type_ = types[key]
        for row in of_type(type_).filter(pk__in=[id_ for k, id_ in records if k == key]):
            href = type_.address(row.pk) if row.deleted_at is None else f"{type_.address()}bin/"
            found[key, row.pk] = (type_.name, type_.title_of(row), href)
    return found
