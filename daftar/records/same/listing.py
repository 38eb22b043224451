"""The list of pairs to work through, for one person: only pairs of which they may see both, by reasons that they may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Value, When
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.records.models import SamePair
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.same.declaring import LEAST, SURE, SameBy
from daftar.records.same.keys import rules_of
from daftar.records.types import RecordType


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two may be the same, in words, and what it weighs."""

    words: str
    weight: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair as the reader sees it. `score` goes to 100."""

    pair: SamePair
    one: Row
    other: Row
    score: int
    reasons: Sequence[Reason]

    @property
    def is_sure(self) -> bool:
        return self.score >= SURE


def hidden_rules(type_: RecordType, reader: Reader) -> list[SameBy]:
    """The rules that read a field which does not exist for this reader."""
    hidden = type_.hidden_from(reader.user)
    return [rule for rule in rules_of(type_) if hidden & set(rule.field_keys)]


def seen(type_: RecordType, reader: Reader, *, least: int = LEAST, verdict: str = "") -> QuerySet[SamePair]:
    """The pairs that this person may work on, surest first; `seen_score` counts only what they may know."""
    known: Any = F("score")
    for rule in hidden_rules(type_, reader):
        for key, weight in ((rule.key, rule.weight), (f"rare_{rule.key}", rule.rare)):
            if weight:
                has_it = When(reasons__contains=f" {key} ", then=Value(weight))
                known = known - Case(has_it, default=Value(0), output_field=IntegerField())
    rows = visible(type_, reader.user)
    both = [Exists(rows.filter(pk=OuterRef(column))) for column in ("low", "high")]
    pairs = SamePair.objects.filter(type=type_.key, verdict=verdict).annotate(seen_score=known)
    return pairs.filter(*both, seen_score__gte=least).order_by("-seen_score", "-id")


def told(type_: RecordType, pairs: Sequence[SamePair], reader: Reader) -> list[Pair]:
    """The pairs with their rows and reasons in words; one query for all rows."""
    ids = {id_ for pair in pairs for id_ in (pair.low, pair.high)}
    rows: Mapping[int, Row] = {row.pk: row for row in visible(type_, reader.user).filter(pk__in=ids)}
    reader.load(type_, list(rows.values()))
    hidden = {rule.key for rule in hidden_rules(type_, reader)}
    whole = [pair for pair in pairs if pair.low in rows and pair.high in rows]
    return [
        Pair(
            pair,
            rows[pair.low],
            rows[pair.high],
            min(100, getattr(pair, "seen_score", pair.score)),
            why(type_, pair.reasons, hidden),
        )
        for pair in whole
    ]


def why(type_: RecordType, reasons: str, hidden: set[str] | frozenset[str] = frozenset()) -> list[Reason]:
    """The reasons of a pair, weightiest first."""
    held = set(reasons.split())
    found = []
    for rule in rules_of(type_):
        if rule.key in hidden:
            continue
        if rule.key in held and not is_said_better(rule, held):
            found.append(Reason(str(rule.says), rule.weight))
        if f"rare_{rule.key}" in held:
            found.append(Reason(_("a rare name"), rule.rare))
    return sorted(found, key=lambda reason: -reason.weight)


def is_said_better(rule: SameBy, held: set[str]) -> bool:
    """What has the same name has a similar one anyway."""
    return rule.key == "like_name" and "name" in held
