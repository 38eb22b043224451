"""Who may be the same as what stands in a form that is not saved yet: by the same signs, with the same weights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from daftar.access.models import Row
from daftar.records.models import ContactPoint, SameKey
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.same import pairs
from daftar.records.same.declaring import SHARED, SameBy
from daftar.records.same.keys import rules_of, signs_of
from daftar.records.same.listing import Reason, hidden_rules, why
from daftar.records.types import RecordType

LEAST, MOST = 30, 5
"""A hint costs nothing and is easily passed over, so it comes sooner than a pair."""


@dataclass(frozen=True, slots=True)
class Hint:
    row: Row
    score: int
    reasons: list[Reason]


def hints_for(type_: RecordType, values: Mapping[str, Any], reader: Reader, *, but: int | None = None) -> list[Hint]:
    """Records of the type that may be the same as these values, likeliest first; only what the reader may see and know.

    Shapes: `values` are Python values by field key; `but` is the record that asks.
    """
    hidden = {rule.key for rule in hidden_rules(type_, reader)}
    rules = {rule.key: rule for rule in rules_of(type_) if rule.key not in hidden}
    held = by_keys(type_, rules, values)
    for id_, found in by_points(type_, rules, values).items():
        held[id_] |= found
    held.pop(but or 0, None)
    scores = {id_: sum(rules[key].weight for key in found) for id_, found in held.items()}
    best = sorted((id_ for id_ in scores if scores[id_] >= LEAST), key=lambda id_: (-scores[id_], id_))[: MOST * 20]
    rows = {row.pk: row for row in visible(type_, reader.user).filter(pk__in=best)}
    return [
        Hint(rows[id_], min(100, scores[id_]), why(type_, " ".join(held[id_]), hidden)) for id_ in best if id_ in rows
    ][:MOST]


def by_keys(type_: RecordType, rules: Mapping[str, SameBy], values: Mapping[str, Any]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    signs = [number for key, number in signs_of(type_.key, rules.values(), values) if rules[key].weight]
    rows = SameKey.objects.filter(key__in=signs).values_list("record_id", "rule")
    for id_, rule in rows[: pairs.BLOCK * 10] if signs else ():
        held[id_].add(rule)
    return held


def by_points(type_: RecordType, rules: Mapping[str, SameBy], values: Mapping[str, Any]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    for rule in rules.values():
        points = [p for key in rule.field_keys if rule.point for p in type_[key].points(values.get(key) or [])]
        points = [(kind, value) for kind, value in points if rule.point in (kind, office_or(kind, value))]
        if rule.point == "email":
            points = [(kind, value) for kind, value in points if office_or(kind, value) != "office_email"]
        if points:
            condition = Q(pk__in=[])
            for kind, value in points:
                condition |= Q(kind=kind, value=value)
            rows = ContactPoint.objects.filter(condition, type=type_.key, field__in=rule.field_keys)
            for id_ in rows.order_by("-id").values_list("record_id", flat=True)[: pairs.BLOCK]:
                held[id_].add(rule.key)
    return held


def office_or(kind: str, value: str) -> str:
    """The kind of a point, told apart as the rules do."""
    return "office_email" if kind == "email" and value.partition("@")[0] in SHARED else kind
