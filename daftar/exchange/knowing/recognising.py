"""Which system and which record type a file is of: by headings that only one system writes, by all that the type's fields are called, by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daftar.exchange.knowing.own_files import DAFTAR, is_foreign, own_shape
from daftar.exchange.knowing.systems import SYSTEMS, Shape, System
from daftar.exchange.knowing.systems.shape import squash
from daftar.exchange.knowing.table import Table, id_stem
from daftar.exchange.knowing.type_words import FOREIGN, kind_named, type_named
from daftar.exchange.knowing.vocabulary import Vocabulary
from daftar.kernel.text import fold

SURE = 1.5
"""From here on the headings of a system speak louder than the name of the file."""
LEAST = 1.2
"""Below this nothing speaks for any type that is there."""
OWN = ("owner", "name", "stage", "status", "type", "number")


@dataclass
class Known:
    """What a file is. Shapes: `type` is a key of the schema, "+key" of a usual foreign type, or "" when nothing speaks for any."""

    table: Table
    type: str = ""
    system: System | None = None
    shape: Shape | None = None
    score: float = 0.0
    kind: str = ""
    """Of activities: call, meeting, task, or ""."""

    @property
    def targets(self) -> Mapping[str, tuple[str, ...]]:
        return self.shape.targets if self.shape else {}

    @property
    def also(self) -> Mapping[str, str]:
        return self.shape.also if self.shape else {}

    def targets_of(self, heading: str) -> tuple[str, ...]:
        """What the system's table says of a heading."""
        return self.targets.get(squash(heading), ())


def recognise(tables: Sequence[Table], vocabulary: Vocabulary) -> list[Known]:
    """What each file is; a file without signs of its own takes the system of most of the others."""
    found = [best(table, vocabulary) for table in tables]
    counted = {key: sum(k.system is not None and k.system.key == key for k in found) for key in SYSTEMS}
    most = max(counted, key=lambda key: counted[key])
    if counted[most] * 2 > len(found):
        for table, known in zip(tables, found, strict=True):
            if known.system is None or known.system.key != most:
                again = best(table, vocabulary, only=SYSTEMS[most])
                again.system = SYSTEMS[most]
                found[found.index(known)] = (
                    again
                    if again.type == known.type
                    else Known(table, known.type, SYSTEMS[most], None, known.score, known.kind)
                )
    for known in found:
        known.type = made_before(known.type, vocabulary)
    return found


def made_before(type_key: str, vocabulary: Vocabulary) -> str:
    """The record type that an earlier import made for such files ("+invoices"), when it is there."""
    foreign = next((one for one in FOREIGN if one.key == type_key), None)
    words = [fold(word) for word in foreign.words.split("|")] if foreign else []
    here = [key for word in words if (key := vocabulary.type_words.get(word, "")) in vocabulary.schema.types]
    return here[0] if here else type_key


def best(table: Table, vocabulary: Vocabulary, only: System | None = None) -> Known:
    """The likeliest type and, where its headings say so, system."""
    if only is None and (own := own_shape(table, vocabulary.schema)) is not None:
        return Known(table, own.type, DAFTAR, own, SURE)
    if only is None and is_foreign(table, vocabulary.schema):
        return Known(table)
    scores = type_scores(table, vocabulary)
    chosen, sure = Known(table), 0.0
    for system in [only] if only else SYSTEMS.values():
        for shape in system.shapes:
            fit = shape_score(table, shape) if is_there(shape.type, vocabulary) else 0.0
            total = fit + scores.get(shape.type, 0.0) / 2
            if fit and total > chosen.score:
                chosen, sure = Known(table, shape.type, system, shape, total), fit
    for key, score in scores.items():
        if sure < SURE and score > chosen.score:
            chosen = Known(table, key, None, None, score)
    if chosen.score < LEAST:
        return Known(table)
    if chosen.type == "activity":
        said = [table.stem, *(h.rpartition(" ")[0] for h in table.headings if fold(h).endswith((" owner", " id")))]
        chosen.kind = chosen.shape.kind if chosen.shape and chosen.shape.kind else kind_named(said)
    return chosen


def is_there(type_key: str, vocabulary: Vocabulary) -> bool:
    return type_key.startswith("+") or type_key in vocabulary.schema.types


def shape_score(table: Table, shape: Shape) -> float:
    """0 without a sign of the system; else how much of the file its table knows, and how many signs there are."""
    spelled = {heading.rstrip("* ") for heading in table.headings}
    signs = len(spelled & shape.spelled_signs)
    if not signs:
        return 0.0
    known = sum(squash(heading) in shape.targets or heading in shape.spelled_signs for heading in spelled) / len(
        spelled
    )
    if shape.targets and known < 0.3 and signs < 2:
        return 0.0
    return known * 2 + min(signs, 4) * 0.5


def type_scores(table: Table, vocabulary: Vocabulary) -> dict[str, float]:
    """Type → how much speaks for it: fields that headings name, the file's name, its own id, words before "owner" and "name"."""
    scores: dict[str, float] = {}

    def add(key: str, score: float) -> None:
        scores[key] = scores.get(key, 0.0) + score

    for heading in table.headings:
        for key, weight in vocabulary.types_of(heading).items():
            add(key, 3 * weight / len(table.headings))
    for foreign in FOREIGN:
        signs = {squash(word) for word in foreign.signs.split("|") if word}
        if hits := len(signs & {squash(heading) for heading in table.headings}):
            add(foreign.key, min(hits, 4) * 0.5)
    named, sure = type_named(table.stem, vocabulary.type_words)
    if named:
        add(named, 2.5 * sure)
    for heading in table.headings[:1]:
        named = id_stem(heading) or ""
        if named and table.column(heading).is_unique:
            add(vocabulary.type_of_stem(named), 2.0)
    for heading in table.headings:
        words = fold(heading).split()
        if len(words) > 1 and words[-1] in OWN and " ".join(words[:-1]) in vocabulary.type_words:
            add(vocabulary.type_words[" ".join(words[:-1])], 1.0 if words[-1] == "owner" else 0.3)
    scores.pop("", None)
    return scores
