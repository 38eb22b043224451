"""The steps for a whole export of ours: nothing is guessed where its headings say it, and what is new here comes back as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.exchange.exporting.beside import link_words
from daftar.exchange.exporting.headings import currency_heading, own_targets
from daftar.exchange.importing.pieces import entries
from daftar.exchange.importing.targets import ID, PARTS, WAS, parse_target
from daftar.exchange.knowing.columns import Columns
from daftar.exchange.knowing.kinds import Look
from daftar.exchange.knowing.own_kinds import ADDRESS, kind_that_comes_back
from daftar.exchange.knowing.proposal import Step
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.stages import kind_of
from daftar.exchange.own_ids import SYSTEM, entry_of
from daftar.kernel.text import fold
from daftar.records.reader import Reader
from daftar.records.types import RecordType

POINTS = ("emails", "phones")


class OwnSteps:
    """Steps for our own files among all files of an import; with `may_make` what is not here yet is made."""

    def __init__(self, reader: Reader, *, may_make: bool) -> None:
        self.reader, self.may_make = reader, may_make
        self.filled: dict[int, set[str]] = {}
        """File → headings of the columns in which something stands."""

    def step(self, known: Known, type_: RecordType, looks: Sequence[Look]) -> Step:
        """One pass over the whole file."""
        made = self.columns(known, type_, looks)
        self.filled[known.table.place] = {look.heading for look in looks if look.kind}
        map_ = {"columns": made.targets, "system": SYSTEM, "decimal": ".", **self.words(type_, looks, made)}
        step = Step(known.table.place, type_.key, known.table.stem, map_, rows=known.table.rows, system=SYSTEM)
        step.reasons = made.reasons
        step.stage_order = list(map_.get("stages", ()))
        return step

    def later(self, steps: Sequence[Step]) -> list[Step]:
        """A second pass over each of our files that links to records of files which come after it; the first leaves these columns out."""
        found: list[Step] = []
        for n, step in enumerate(steps):
            type_ = self.reader.schema.types.get(step.type)
            after = {other.type for other in steps[n + 1 :]} - {step.type}
            if step.system != SYSTEM or step.saved or type_ is None:
                continue
            columns = step.map["columns"]
            links = {key for targets in columns.values() for t in targets if (key := leads_to(type_, t, after))}
            late = {h: targets for h, targets in columns.items() if links & {parse_target(t).key for t in targets}}
            if late.keys() & self.filled[step.file]:
                own = {h: targets for h, targets in columns.items() if {"@id", "@changed"} & set(targets)}
                blank: dict[str, list[str]] = {heading: [] for heading in columns}
                said = _("%(file)s: once more, for the links to files that come after it.") % {"file": step.title}
                map_ = {**step.map, "columns": blank | own | late, "existing": "fill"}
                for word in ("choices", "stages", "defaults"):
                    map_.pop(word, None)
                found.append(Step(step.file, step.type, step.title, map_, [said], rows=step.rows, system=SYSTEM))
                step.map["columns"] = columns | {heading: [] for heading in late}
        return found

    # -- columns -------------------------------------------------------------------------------------

    def columns(self, known: Known, type_: RecordType, looks: Sequence[Look]) -> Columns:
        made, own = Columns(), own_targets(type_, known.table.headings)
        new = {look.heading: look for look in looks if look.heading not in own}
        for look in looks:
            target = own.get(look.heading, "")
            if target and (self.may_make or not target.startswith(WAS)):
                made.put(look.heading, target)
            elif look.heading in own:
                made.put(look.heading, why=_("It follows from the rest, so it is not loaded."))
            elif not self.may_make:
                made.put(look.heading, why=_("No field fits; those who run the company can add one."))
        for look in new.values():
            if look.heading not in made.targets:
                self.place_new(look, new, made, is_exact=known.table.is_exact)
        made.targets = {look.heading: made.targets.get(look.heading, []) for look in looks}
        return made

    def place_new(self, look: Look, new: dict[str, Look], made: Columns, *, is_exact: bool) -> None:
        """A field of its own, with the column beside it that says its currency or names the records that it links to."""
        why, heading = _("No field fits, so it becomes a new one."), look.heading
        for beside in (currency_headings(heading), link_headings(heading)):
            other = next((h for h in beside if h in new), "")
            if other and (target := self.target_with(heading, new[other])):
                kind, _colon, label = target.partition(":")
                made.put(heading, target, why=why)
                made.put(other, f"{kind}.currency:{label}" if kind == "+money" else f"{target}@id", why=why)
                return
        bare, _point, line = heading.rpartition(".")
        if bare and line in PARTS[ADDRESS]:
            made.put(heading, f"+{ADDRESS}.{line}:{bare}", why=why)
        elif any(f"{heading}.{line}" in new for line in PARTS[ADDRESS]):
            made.put(heading, f"+{ADDRESS}:{heading}", why=why)
        else:
            self.place_alone(look, made, why, is_exact=is_exact)

    def place_alone(self, look: Look, made: Columns, why: str, *, is_exact: bool) -> None:
        heading = look.heading
        made.put(heading, f"+{kind_that_comes_back(look, self.reader, is_exact=is_exact)}:{heading}", why=why)

    def target_with(self, heading: str, beside: Look) -> str:
        """The new field that two columns fill, or ""."""
        if not heading.endswith(":") and beside.heading in currency_headings(heading):
            return f"+money:{heading}"
        named = [entry for text in beside.column.counts for piece in entries(text) if (entry := entry_of(piece))]
        types = {entry.type for entry in named}
        if len(types) != 1 or (type_key := types.pop()) not in self.reader.schema.types:
            return ""
        several = any(len(entries(text)) > 1 for text in beside.column.counts)
        return f"+{'links' if several else 'link'}.{type_key}:{heading}"

    # -- words -----------------------------------------------------------------------------------------

    def words(self, type_: RecordType, looks: Sequence[Look], made: Columns) -> dict[str, Any]:
        """All other words of the map; an empty cell is an empty value, whatever new records start with elsewhere."""
        taken = made.taken()
        starts = {f.key for f in type_.plan.first} | set(type_.from_stage)
        empty = [k for k in starts & taken if not type_[k].required and type_[k].kind not in ("stage", "person")]
        words: dict[str, Any] = {
            "defaults": dict.fromkeys(sorted(empty), ""),
            "unknown_choice": "create" if self.may_make else "report",
            "unknown_person": "create" if self.may_make else "none",
            "unknown_link": "create",
            "owner": "nobody" if "owner" in taken else "me",
            "match": ["name"]
            if type_.key == "user" and is_once(looks, made, "name")
            else [key for key in POINTS if any(is_each_once(one) for one in looks if key in made.targets[one.heading])],
            "choices": {},
        }
        for look in looks:
            for target in made.targets[look.heading]:
                field = type_.field(target)
                if field is not None and field.kind == "choice" and (options := self.options(field, look)):
                    words["choices"][target] = options
                if field is not None and field is type_.stage_field:
                    words |= self.stages(field, look)
        return words

    def options(self, field: Any, look: Look) -> dict[str, str]:
        """Text → key of the option that is called just so in one of our languages, "+" for a new one."""
        if not (field.open and self.may_make):
            return {}
        known = {label: option.key for option in field.options() for label in labels_of(option)}
        return {text: known.get(text, "+") for text in look.column.counts}

    def stages(self, field: Any, look: Look) -> dict[str, Any]:
        """The words for stages: what they are called in another of our languages, and those to make, whose kind follows from their name.

        Where there are several pipelines every text names its own ("Rent/Offer").
        """
        known = {name: str(id_) for name, id_ in names_of_stages(field)}
        texts = [text for text in look.column.counts if field.find(text) is None]
        table = {text: known[text] for text in texts if text in known}
        new = [text for text in texts if text not in known] if self.may_make else []
        table |= {text: f"+{kind_of(text.rpartition('/')[2])}:{text}" for text in new}
        first = next((p for p in field.pipelines if not p.archived), None)
        if new and first is not None and not all("/" in text for text in look.column.counts):
            return {"stages": table, "pipeline": first.key or str(first.id)}
        return {"stages": table}


def leads_to(type_: RecordType, target: str, types: set[str]) -> str:
    """The key of the target when it names records of one of the types; "" for others, and for what a record cannot be without."""
    found = parse_target(target)
    field: Any = type_.field(found.key.removeprefix(WAS))
    to = found.part if found.kind else getattr(field, "to", "")
    is_late = found.by == ID and to in types and not (field is not None and field.required)
    return found.key if is_late else ""


def names_of_stages(field: Any) -> Iterator[tuple[str, int]]:
    """(name, id) of every stage, alone and behind its pipeline, in all our languages; of two names alike the last counts."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for pipeline in reversed(field.pipelines):
                for stage in pipeline.stages if not pipeline.archived else ():
                    yield stage.label, stage.id
                    yield f"{pipeline.label}/{stage.label}", stage.id


def labels_of(option: Any) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield option.label


def currency_headings(heading: str) -> list[str]:
    return [f"{heading}.currency", *in_languages(lambda: currency_heading(heading))]


def link_headings(heading: str) -> list[str]:
    return [f"{heading}@id", *in_languages(lambda: link_words() % {"field": heading})]


def in_languages(says: Any) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield says()


def is_once(looks: Sequence[Look], made: Columns, key: str) -> bool:
    """Whether the column of the field has no value twice."""
    columns = [look.column for look in looks if key in made.targets[look.heading]]
    return all(len(set(map(fold, column.counts))) == column.filled for column in columns)


def is_each_once(look: Look) -> bool:
    """Whether no mail address or phone comes twice, whatever stands beside it."""
    column = look.column
    values = [fold(piece.partition(" (")[0]) for text in column.counts for piece in entries(text)]
    return column.whole and column.filled == column.distinct and len(set(values)) == len(values)
