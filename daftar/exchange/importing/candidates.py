"""Which new rows may be the same as a record here, by the signs that the type declares; a few queries for a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count

from daftar.exchange.importing.outcomes import LONGEST, Candidate
from daftar.exchange.importing.seen import Ids
from daftar.records.models import ContactPoint, SameKey
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.same.declaring import LEAST, RARE, SameBy
from daftar.records.same.hints import office_or
from daftar.records.same.keys import rules_of, signs_of
from daftar.records.same.listing import hidden_rules, why
from daftar.records.same.pairs import BLOCK
from daftar.records.types import RecordType

MOST = 5
Held = dict[int, dict[int, set[str]]]
"""Place in the list → record → the signs in which they agree."""


def candidates_for(
    type_: RecordType, rows: Sequence[Mapping[str, Any]], reader: Reader, *, but: Ids
) -> list[list[Candidate]]:
    """For the values of each row the records that may be the same, likeliest first. Shapes: `but` are records that the import made itself."""
    hidden = {rule.key for rule in hidden_rules(type_, reader)}
    rules = {rule.key: rule for rule in rules_of(type_) if rule.key not in hidden}
    if not rules:
        return [[] for _row in rows]
    held: Held = defaultdict(lambda: defaultdict(set))
    signs = [signs_of(type_.key, rules.values(), values) for values in rows]
    by_signs(held, signs, rules)
    by_points(held, type_, rows, rules)
    scores = {
        n: {id_: sum(weight_of(rules, said) for said in reasons) for id_, reasons in of.items() if id_ not in but}
        for n, of in held.items()
    }
    lose(scores, type_, signs, rules)
    ids = {id_ for of in scores.values() for id_, score in of.items() if score >= LEAST}
    live = {row.pk: row for row in visible(type_, reader.user).filter(pk__in=ids)} if ids else {}
    found: list[list[Candidate]] = []
    for n in range(len(rows)):
        best = sorted((-score, id_) for id_, score in scores.get(n, {}).items() if score >= LEAST and id_ in live)[
            :MOST
        ]
        found.append([
            Candidate(
                id_, type_.title_of(live[id_])[:LONGEST], min(100, -score),
                [reason.words for reason in why(type_, " ".join(sorted(held[n][id_])), hidden)],
            )
            for score, id_ in best
        ])  # fmt: skip
    return found


def by_signs(held: Held, signs: Sequence[Sequence[tuple[str, int]]], rules: Mapping[str, SameBy]) -> None:
    """Two queries: how many have each sign (of very many it says nothing), and who."""
    wanted: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for n, of in enumerate(signs):
        for rule, number in of:
            if rules[rule].weight:
                wanted[number].append((n, rule))
    if not wanted:
        return
    counted = SameKey.objects.filter(key__in=list(wanted)).order_by().values("key").annotate(n=Count("id"))
    counts = {number: n for number, n in counted.values_list("key", "n") if n < BLOCK}
    for number, id_ in SameKey.objects.filter(key__in=list(counts)).values_list("key", "record_id"):
        for n, rule in wanted[number]:
            held[n][id_].add(rule)
            if rules[rule].rare and counts[number] < RARE:
                held[n][id_].add(f"rare_{rule}")


def by_points(held: Held, type_: RecordType, rows: Sequence[Mapping[str, Any]], rules: Mapping[str, SameBy]) -> None:
    """One query for phones and mail addresses, whichever fields have them."""
    wanted: dict[tuple[str, str, str], list[tuple[int, str]]] = defaultdict(list)
    for n, values in enumerate(rows):
        for rule, field, kind, value in points_of(type_, values, rules.values()):
            wanted[field, kind, value].append((n, rule))
    if not wanted:
        return
    points = ContactPoint.objects.filter(type=type_.key, value__in={value for _f, _k, value in wanted})
    users: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for field, kind, value, id_ in points.values_list("field", "kind", "value", "record_id"):
        users[field, kind, value].add(id_)
    for point, ids in users.items():
        for n, rule in wanted.get(point, ()) if len(ids) < BLOCK else ():
            for id_ in ids:
                held[n][id_].add(rule)


def points_of(
    type_: RecordType, values: Mapping[str, Any], rules: Iterable[SameBy]
) -> Iterable[tuple[str, str, str, str]]:
    for rule in rules:
        for field in rule.field_keys if rule.point else ():
            for kind, value in type_[field].points(values.get(field) or []):
                if rule.point == office_or(kind, value) or (rule.point == kind == "phone"):
                    yield rule.key, field, kind, value


def weight_of(rules: Mapping[str, SameBy], said: str) -> int:
    return rules[said.removeprefix("rare_")].rare if said.startswith("rare_") else rules[said].weight


def lose(
    scores: dict[int, dict[int, int]],
    type_: RecordType,
    signs: Sequence[Sequence[tuple[str, int]]],
    rules: Mapping[str, SameBy],
) -> None:
    """Take away what two lose that both have a sign and agree in none of it (two birthdays); one query."""
    differing = {key: rule.differs for key, rule in rules.items() if rule.differs}
    ids = {id_ for of in scores.values() for id_ in of}
    if not differing or not ids:
        return
    theirs: dict[tuple[int, str], set[int]] = defaultdict(set)
    kept = SameKey.objects.filter(type=type_.key, record_id__in=ids, rule__in=list(differing))
    for id_, rule, number in kept.values_list("record_id", "rule", "key"):
        theirs[id_, rule].add(number)
    for n, of in scores.items():
        for rule, loss in differing.items():
            mine = {number for said, number in signs[n] if said == rule}
            for id_ in of:
                if mine and theirs[id_, rule] and not mine & theirs[id_, rule]:
                    of[id_] += loss
