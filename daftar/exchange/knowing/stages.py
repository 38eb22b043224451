"""The stages of a file: those of a pipeline that is here, or a new pipeline with its stages in a sensible order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation

from daftar.exchange.knowing.columns import Columns
from daftar.exchange.knowing.kinds import Look
from daftar.exchange.knowing.systems import System
from daftar.exchange.knowing.systems.shape import squash
from daftar.exchange.knowing.table import Table
from daftar.kernel.text import fold
from daftar.records.shapes import PipelineInfo, StageInfo
from daftar.records.types import RecordType

NEARLY_ALL = 0.9
WON = (
    "won|closed won|win|successful|sold|paid|converted|good lead|deal won|выигран|выиграна|выигрыш|успешно|успешна|успех|продан|продано|оплачено|"
    "качественный лид|успешно реализовано|реализовано|موفق|برنده|برد|فروخته شد|فروش رفته|پرداخت شد|تبدیل شده"
)
LOST = (
    "lost|closed lost|junk|junk lead|disqualified|unqualified|not qualified|rejected|cancelled|canceled|dead|failed|failure|deal lost|"
    "проигран|проиграна|"
    "проигрыш|провал|провалена|провалено|отказ|некачественный|не реализовано|закрыто и не реализовано|отменен|отменена|спам|дубль|"
    "ناموفق|از دست رفته|باخت|شکست|رد شده|لغو شده|لغو"
)
OPEN = "open|in progress|active|открыта|в работе|باز|در جریان"
RANKS = (
    "not contacted|unassigned|new|incoming|prospect|prospecting|lead in|неразобранное|не обработан|новый|новая|новые|جدید|تازه",
    "attempted|contact in future|initial contact|первичный|contacted|contact made|engaging|in progress|connected|назначен|в работе|تماس|در حال",
    "pre qualified|qualification|qualified|appointment|обработан|квалификация|تایید",
    "needs analysis|value proposition|decision makers|decision maker|perception|demo|presentation|выявление|встреча|نیازسنجی|جلسه",
    "initial offer|offer|proposal|quote|proposition|price|подготовка|предложение|кп|پیشنهاد|پیش فاکتور",
    "negotiation|negotiations|review|discussion|переговоры|принимают решение|согласование|مذاکره",
    "contract|invoice|prepayment|договор|счет|предоплат|оплат|قرارداد|فاکتور",
)
"""Words of stages from the first to the last, for systems whose order is not known."""


@dataclass
class Stages:
    """The pipeline word and stage table of a map; `order` are the texts as stages are made."""

    pipeline: str = ""
    table: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    made: list[tuple[str, str]] = field(default_factory=list)
    """(kind, name) of stages that are made."""
    is_new: bool = False
    label: str = ""


def find_stages(
    type_: RecordType,
    table: Table,
    look: Look,
    looks: Sequence[Look],
    made: Columns,
    system: System | None,
    *,
    name: str,
    may_make: bool,
) -> Stages:
    """What the texts of a stage column mean."""
    texts = list(look.column.counts)
    if not texts:
        return Stages()
    kinds = kinds_of(texts, table, look, looks, made)
    here = best_pipeline(type_, texts, look.column.counts, kinds)
    ordered = in_order(texts, kinds, table, look, made, system)
    if here is not None:
        pipeline, found = here
        stages = Stages(
            pipeline.key or pipeline.label, {text: key for text, key in found.items() if key}, label=pipeline.label
        )
    elif may_make:
        own = next((p for p in type_.pipelines if not p.archived and fold(p.label) == fold(name)), None)
        stages = Stages(own.key or own.label if own else f"+{name}", is_new=own is None, label=name)
        if own is not None:
            stages.table = {text: key for text, key in matched(own, texts, kinds, alone=False).items() if key}
    else:
        return Stages()
    for text in ordered:
        if text not in stages.table and may_make:
            stages.table[text] = f"+{kinds[text]}:{text}"
            stages.made.append((kinds[text], text))
    stages.order = ordered
    stages.table = {text: stages.table[text] for text in ordered if text in stages.table}
    return stages


def kinds_of(texts: Sequence[str], table: Table, look: Look, looks: Sequence[Look], made: Columns) -> dict[str, str]:
    """Text → open, won or lost: by its words, confirmed by a column that says nothing else."""
    kinds = {text: kind_of(text) for text in texts}
    if (says := outcome_column(looks, look)) is not None:
        stage, outcome = look.column.place, says.column.place
        counted: dict[str, Counter[str]] = {}
        for _line, cells in table.sample:
            if cells[stage] and cells[outcome]:
                counted.setdefault(cells[stage], Counter())[kind_of(cells[outcome])] += 1
        for text, counts in counted.items():
            kind, count = counts.most_common(1)[0]
            if count >= 0.95 * counts.total():
                kinds[text] = kind
    return kinds


def outcome_column(looks: Sequence[Look], but: Look) -> Look | None:
    """A column whose values are nothing but words for open, won and lost."""
    for look in looks:
        if look is not but and look.kind in ("choice", "text") and 2 <= look.column.distinct <= 4:
            words = {fold(value) for value in look.column.counts}
            if words <= OUTCOMES and words & (WON_WORDS | LOST_WORDS):
                return look
    return None


def is_settled(table: Table, stage: Look, outcome: Look) -> bool:
    """Whether the stage alone tells the outcome."""
    seen: dict[str, set[str]] = {}
    for _line, cells in table.sample:
        if cells[stage.column.place] and cells[outcome.column.place]:
            seen.setdefault(cells[stage.column.place], set()).add(kind_of(cells[outcome.column.place]))
    return all(len(kinds) == 1 for kinds in seen.values())


def kind_of(text: str) -> str:
    """ "won", "lost" or "open" by the words of a stage."""
    folded = fold(text)
    if folded in LOST_WORDS:
        return "lost"
    if folded in WON_WORDS:
        return "won"
    said = f" {folded} "
    if any(f" {word} " in said for word in LOST_WORDS):
        return "lost"
    return (
        "won"
        if any(f" {word} " in said for word in WON_WORDS) and " not " not in said and " не " not in said
        else "open"
    )


WON_WORDS = frozenset(map(fold, WON.split("|")))
LOST_WORDS = frozenset(map(fold, LOST.split("|")))
OUTCOMES = WON_WORDS | LOST_WORDS | frozenset(map(fold, OPEN.split("|")))


# -- pipelines that are here -----------------------------------------------------------------------


def best_pipeline(
    type_: RecordType, texts: Sequence[str], counts: Counter[str], kinds: dict[str, str]
) -> tuple[PipelineInfo, dict[str, str]] | None:
    """The pipeline whose stages are (nearly) all of the texts, with the stage of each."""
    best: tuple[float, PipelineInfo, dict[str, str]] | None = None
    for pipeline in type_.pipelines:
        if pipeline.archived:
            continue
        found = matched(pipeline, texts, kinds)
        share = sum(bool(key) for key in found.values()) / max(len(texts), 1)
        rows = sum(counts[text] for text, key in found.items() if key) / max(counts.total(), 1)
        if (share >= NEARLY_ALL or (rows >= 0.98 and share >= 0.75)) and (best is None or share > best[0]):
            best = (share, pipeline, found)
    return (best[1], best[2]) if best else None


def matched(
    pipeline: PipelineInfo, texts: Sequence[str], kinds: Mapping[str, str], *, alone: bool = True
) -> dict[str, str]:
    """Text → key (or name) of a stage of the pipeline, "" for none; with `alone` the only won stage is any text that means won."""
    by_word = {word: stage for stage in pipeline.stages if not stage.archived for word in words_of(stage)}
    only = {kind: [s for s in pipeline.stages if s.kind == kind and not s.archived] for kind in ("won", "lost")}
    found: dict[str, str] = {}
    for text in texts:
        stage = by_word.get(squash(text))
        if stage is None and alone and kinds[text] != "open" and len(only[kinds[text]]) == 1:
            stage = only[kinds[text]][0]
        found[text] = (stage.key or stage.label) if stage else ""
    return found


def words_of(stage: StageInfo) -> set[str]:
    """How a stage is called in our languages."""
    words = {squash(stage.key), squash(stage.name)}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words.add(squash(str(stage.shipped_name)))
    return words - {""}


# -- order -----------------------------------------------------------------------------------------


def in_order(
    texts: Sequence[str], kinds: dict[str, str], table: Table, look: Look, made: Columns, system: System | None
) -> list[str]:
    """Open stages from first to last, then won, then lost: the system's order, else by words, else by probability, else as they come."""
    known = system.stage_order if system else {}
    likely = probabilities(table, look, made)
    come = {text: n for n, text in enumerate(texts)}

    def place(text: str) -> tuple[float, ...]:
        kind = {"open": 0, "won": 1, "lost": 2}[kinds[text]]
        if squash(text) in known and all(squash(t) in known for t in texts):
            return kind, known[squash(text)], 0, come[text]
        return kind, rank_of(text), likely.get(text, 0), come[text]

    return sorted(texts, key=place)


def rank_of(text: str) -> float:
    said = f" {fold(text)}"
    for n in range(len(RANKS) - 1, -1, -1):
        if any(f" {fold(word)}" in said for word in RANKS[n].split("|")):
            return n
    return len(RANKS) / 2


def probabilities(table: Table, look: Look, made: Columns) -> dict[str, float]:
    """Mean probability of each stage, where a column says it and it grows with the stages; else empty."""
    heading = made.heading_of("probability")
    if not heading:
        return {}
    n, sums = table.headings.index(heading), dict[str, list[float]]()
    for _line, cells in table.sample:
        bare = cells[n].strip("% ").replace(",", ".")
        if cells[look.column.place] and bare.replace(".", "", 1).isdigit():
            sums.setdefault(cells[look.column.place], []).append(float(bare))
    return {text: sum(values) / len(values) for text, values in sums.items()}
