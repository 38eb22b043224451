"""All files of an import together: looked at, recognised, linked, and put into the order in which links find what they lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.exchange.importing.ownerless import owner_field
from daftar.exchange.importing.saved_maps import fitting
from daftar.exchange.knowing.activities import activity_words
from daftar.exchange.knowing.asking import ask, more_questions
from daftar.exchange.knowing.columns import Columns, place_columns
from daftar.exchange.knowing.deals import close_dates, deal_names, outcome_step, pipeline_column
from daftar.exchange.knowing.keys import find_ids
from daftar.exchange.knowing.kinds import Look, look
from daftar.exchange.knowing.labels import names_of_file, tidy
from daftar.exchange.knowing.made_types import place_made, type_for
from daftar.exchange.knowing.options import choose_options
from daftar.exchange.knowing.ordering import ORDER, in_order
from daftar.exchange.knowing.own_files import DAFTAR
from daftar.exchange.knowing.own_steps import OwnSteps
from daftar.exchange.knowing.papers import paper_words
from daftar.exchange.knowing.proposal import NewType, Proposal, Question, Step
from daftar.exchange.knowing.recognising import Known, recognise
from daftar.exchange.knowing.stages import Stages, find_stages
from daftar.exchange.knowing.table import Source, Table, look_at
from daftar.exchange.knowing.telling import all_words, rows_of, tell
from daftar.exchange.knowing.vocabulary import Vocabulary
from daftar.exchange.knowing.ways import Ways, read_ways
from daftar.exchange.models import SavedMap
from daftar.kernel.text import fold
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.schema import Schema
from daftar.records.types import RecordType

MOST_PEOPLE = 5_000


def propose(sources: Sequence[Source], schema: Schema, reader: Reader) -> Proposal:
    """What these files are and how they would be loaded by this person. Nothing is written.

    Errors: whatever a source raises when it cannot be read (Unreadable).
    """
    return Proposing([look_at(source, n) for n, source in enumerate(sources)], schema, reader).proposal()


class Proposing:
    """One proposal on its way."""

    def __init__(self, tables: Sequence[Table], schema: Schema, reader: Reader) -> None:
        self.tables, self.schema, self.reader = tables, schema, reader
        self.may_make = decide.may_settings(reader.user)
        self.vocabulary = Vocabulary(schema)
        self.people = known_people(reader)
        self.known = recognise(tables, self.vocabulary)
        people = self.people | self.people_of_files()
        self.looks = [[look(column, people) for column in table.columns] for table in tables]
        self.ids = find_ids(self.known, self.looks, self.vocabulary)
        self.everybody = people
        self.kept = [self.kept_for(known, reader) for known in self.known]
        self.orders, self.decimals = self.proven()
        self.currency = self.most_used_currency()
        self.kinds: dict[tuple[str, str], str] = {}
        """(type, folded label) → kind of the new fields of all files."""
        self.own = OwnSteps(reader, may_make=self.may_make)
        self.new: dict[int, NewType] = {}
        self.questions: list[Question] = []

    def proposal(self) -> Proposal:
        self.name_new_types()
        steps = [step for known in self.known for step in self.steps_of(known)]
        steps = in_order(steps)
        steps += self.own.later(steps)
        return Proposal(steps, [self.new[n] for n in sorted(self.new)], self.questions, all_words(steps))

    def kept_for(self, known: Known, reader: Reader) -> list[SavedMap]:
        """The maps of earlier imports of such a file; our own files say it all themselves, and only a map under a name counts."""
        kept = fitting(known.table.headings, self.schema, by=reader.user)
        return [one for one in kept if one.name] if known.system is DAFTAR else kept

    # -- what all files say together -----------------------------------------------------------------

    def people_of_files(self) -> set[str]:
        """Folded names in files of people, so that owners are known by them."""
        found: set[str] = set()
        for known in self.known:
            if known.type == "user":
                places = [n for n, h in enumerate(known.table.headings) if "name" in self.targets_of(known, h)]
                for _line, cells in known.table.sample:
                    found.add(fold(" ".join(cells[n] for n in places if cells[n])))
                    found.update(fold(cells[n]) for n in places)
        return found - {""}

    def targets_of(self, known: Known, heading: str) -> Sequence[str]:
        type_ = self.schema.types[known.type]
        return [*known.targets.get(fold(heading).replace(" ", ""), ()), *self.vocabulary.targets(type_, heading)[:1]]

    def proven(self) -> tuple[dict[str, str], dict[str, str]]:
        """What some columns prove for those that leave it open: mark between day and month → order; "" → decimal sign."""
        orders: dict[str, set[str]] = {}
        decimals: set[str] = set()
        for looks in self.looks:
            for one in looks:
                if one.dates.order in ("dmy", "mdy"):
                    for mark in one.dates.marks:
                        orders.setdefault(mark, set()).add(one.dates.order)
                if one.numbers.decimal and one.numbers.known >= 0.9 * len(one.column.some):
                    decimals.add(one.numbers.decimal)
        return {mark: found.pop() for mark, found in orders.items() if len(found) == 1}, {"": decimals.pop()} if len(
            decimals
        ) == 1 else {}

    def most_used_currency(self) -> str:
        """The one that signs of all files name most often, or ""."""
        counted: Counter[str] = Counter()
        counted.update(
            code for looks in self.looks for one in looks if (code := one.numbers.currency(self.reader.formats))
        )
        return counted.most_common(1)[0][0] if counted else ""

    def names(self) -> dict[str, str]:
        """Type → what its records are called, those that are made included."""
        return {key: type_.plural for key, type_ in self.schema.types.items()} | {
            new.key: new.plural for new in self.new.values()
        }

    def keep_apart(self, known: Known, made: Columns) -> None:
        """New fields of one label and one type in several files are one field; of another kind they get a name of their own."""
        for heading, targets in made.targets.items():
            for n, target in enumerate(targets):
                kind, colon, label = target.removeprefix("+").partition(":")
                if not target.startswith("+") or not colon:
                    continue
                bare, at, key = label.partition("@")
                if self.kinds.setdefault((known.type, fold(bare)), kind) != kind:
                    bare = f"{bare} ({tidy(known.table.stem)})"
                    self.kinds[known.type, fold(bare)] = kind
                    made.targets[heading][n] = f"+{kind}:{bare}{at}{key}"

    def name_new_types(self) -> None:
        """New types get their final keys, and links to them follow."""
        renamed: dict[str, str] = {}
        for known, looks, ids in zip(self.known, self.looks, self.ids, strict=True):
            if kept := self.kept[known.table.place]:
                if known.type.startswith("+"):
                    renamed[known.type] = kept[0].type
                known.type = kept[0].type
                continue
            if known.type in self.schema.types or (same := self.made_before(known)) is not None:
                known.type = known.type if known.type in self.schema.types else same  # type: ignore[assignment]  # one of the two holds
                continue
            if self.may_make:
                made = type_for(known, looks, ids, {one.key for one in self.new.values()})
                self.new[known.table.place] = made
                if known.type and known.type not in renamed:
                    renamed[known.type] = made.key
                known.type = made.key
        for ids in self.ids:
            ids.links = {heading: renamed.get(to, to) for heading, to in ids.links.items()}

    def made_before(self, known: Known) -> str | None:
        """A type that the company has by the name of the file, from an earlier import."""
        names = {fold(name) for name in names_of_file(known.table.stem)}
        for key, type_ in self.schema.types.items():
            if key not in ORDER and names & {fold(type_.name), fold(type_.plural)}:
                ids = self.ids[known.table.place]
                for other in self.ids:
                    other.links = {h: key if to == known.type else to for h, to in other.links.items()}
                return key if ids is not None else None
        return None

    # -- one file --------------------------------------------------------------------------------------

    def steps_of(self, known: Known) -> list[Step]:
        table, n = known.table, known.table.place
        if kept := self.kept_steps(known):
            return kept
        looks, ids, new = self.looks[n], self.ids[n], self.new.get(n)
        type_ = self.schema.types.get(known.type)
        if type_ is None and new is None:
            said = _(
                "“%(file)s” fits no record type that is here. Choose one, or let those who run the company load it."
            ) % {"file": table.name}
            self.questions.append(Question("unknown_type", n, said, blocks=True))
            return []
        if type_ is not None and known.system is DAFTAR:
            step = self.own.step(known, type_, looks)
            step.words = tell(known, type_.plural, Columns(step.map["columns"]), Stages(), Ways(), None)
            return [step]
        if type_ is not None:
            made = place_columns(known, type_, looks, ids, self.vocabulary, may_make=self.may_make)
        else:
            made = place_made(known, new, looks, ids, self.names())  # type: ignore[arg-type]  # one of the two is there
        stages = self.stages_of(known, type_, looks, made)
        self.keep_apart(known, made)
        close_dates(known, looks, made)
        ways = read_ways(
            looks, made, self.reader.formats, orders=self.orders, decimals=self.decimals, currency=self.currency
        )
        step = Step(
            n,
            known.type,
            table.stem,
            {"columns": made.targets},
            rows=table.rows,
            system=known.system.key if known.system else "",
        )
        step.map |= self.words_of(known, type_, looks, made, stages) | dict(ways.map)
        step.stage_order, step.reasons, step.derived = stages.order, made.reasons, made.derived
        step.words = tell(known, type_.plural if type_ else "", made, stages, ways, new)
        self.questions += ask(table, type_, looks, made, step, ids, ways, self.everybody)
        self.questions += more_questions(known, type_, looks, made, stages, step)
        return [step, *outcome_step(step, known, type_, looks, made)]

    def kept_steps(self, known: Known) -> list[Step]:
        """The passes of an earlier import of such a file, or of a map kept under a name."""
        table, steps = known.table, []
        for kept in self.kept[table.place]:
            plural = self.schema.types[kept.type].plural
            words = {"file": table.name, "type": plural, "rows": rows_of(table), "name": kept.name}
            said = (
                _("%(file)s: %(type)s, as in “%(name)s”; %(rows)s.")
                if kept.name
                else _("%(file)s: %(type)s, as it was loaded before; %(rows)s.")
            )
            steps.append(
                Step(
                    table.place,
                    kept.type,
                    table.stem,
                    dict(kept.map),
                    [said % words],
                    rows=table.rows,
                    system=kept.system,
                    saved=kept.name or "last",
                )
            )
        return steps

    def words_of(
        self, known: Known, type_: RecordType | None, looks: Sequence[Look], made: Columns, stages: Stages
    ) -> dict[str, Any]:
        words: dict[str, Any] = {}
        if known.system:
            words["system"] = self.system_of(known)
        if stages.pipeline:
            words |= {"pipeline": stages.pipeline, "stages": stages.table}
        if match := self.match_of(known, type_, looks, made):
            words["match"] = match
        if type_ is not None:
            if choices := self.choices_of(known, type_, looks, made):
                words["choices"] = choices
            if type_.key == "activity":
                words |= activity_words(known, looks, made, self.orders)
            if compose := self.title_fallback(known, type_, made):
                words["compose"] = compose
            if "@id" not in made.taken() and type_.key in ("company", "product"):
                words["repeated"] = "one"
            words |= paper_words(known, type_, made)
        kinds = {self.kind_of(type_, target) for target in made.taken()}
        if self.may_make and kinds & {"choice", "choices"}:
            words["unknown_choice"] = "create"
        if "person" in kinds or "owner" in made.taken():
            words["unknown_person"] = "create" if self.may_make else "none"
        if kinds & {"link", "links"}:
            words["unknown_link"] = "create"
        if (
            type_ is not None
            and "owner" not in kinds
            and owner_field(type_) is not None
            and not {"owner", "owner@id"} & made.taken()
        ):
            words["owner"] = "me"
        return words

    def kind_of(self, type_: RecordType | None, target: str) -> str:
        if target.startswith("+"):
            return target[1:].partition(":")[0].partition(".")[0]
        field = type_.field(target.partition(".")[0]) if type_ and "@" not in target else None
        return field.kind if field else ""

    def system_of(self, known: Known) -> str:
        """The word for the ids; calls and tasks whose ids overlap have spaces of their own."""
        system = known.system.key if known.system else ""
        mine = self.ids[known.table.place].own
        for other in self.known:
            ids = self.ids[other.table.place]
            apart = known.type == other.type == "activity" and known.kind != other.kind and mine and ids.own
            if apart and known.table.column(mine).counts.keys() & other.table.column(ids.own).counts.keys():
                return f"{system}:{known.kind}" if known.kind else system
        return system

    def match_of(self, known: Known, type_: RecordType | None, looks: Sequence[Look], made: Columns) -> list[str]:
        """By what rows are known to be here: beside an id only by what no two rows of the file share."""
        taken = {target.partition(".")[0] for target in made.taken()}
        has_id, key = "@id" in taken, type_.key if type_ is not None else ""
        if key in ("contact", "lead"):
            found: list[str] = [
                k for k in ("emails", "phones") if k in taken and (not has_id or is_each_once(looks, made, k))
            ]
            return found if has_id else [*found, "@row"]
        if key == "user" and "name" in taken:
            return ["name"]
        if has_id:
            return []
        if key == "product" and (code := made.heading_of("code")) and known.table.column(code).is_unique:
            return ["code"]
        if (
            type_ is not None
            and key in ("company", "product", "department", "office")
            and type_.title_field.key in taken
        ):
            return [type_.title_field.key]
        return ["@row"]

    def choices_of(
        self, known: Known, type_: RecordType, looks: Sequence[Look], made: Columns
    ) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        said = known.shape.choices if known.shape else {}
        for one in looks:
            for target in made.targets[one.heading]:
                field = type_.field(target)
                if target in said:
                    found[target] = {text: said[target].get(fold(text), "") for text in one.column.counts}
                elif field is not None and field.kind == "choice" and one.column.filled:
                    found[target] = choose_options(field, one, may_make=self.may_make)
        return found

    def title_fallback(self, known: Known, type_: RecordType, made: Columns) -> dict[str, list[list[str]]]:
        """Where a name is missing in some rows: what else such a row can be called by."""
        title = type_.title_field
        heading = made.heading_of(title.key)
        if not title.required or title.readonly or (heading and known.table.column(heading).is_full):
            return {}
        if type_.key == "contact" and any(t in made.taken() for t in ("first_name", "last_name")):
            return {}
        ways: list[list[str]] = [[heading]] if heading else []
        if type_.key == "deal":
            ways += deal_names(made)
        ways += [[h] for t in ("webs", "emails", "phones", "code", "@id") if (h := made.heading_of(t))]
        return {title.key: ways} if ways else {}

    def stages_of(self, known: Known, type_: RecordType | None, looks: Sequence[Look], made: Columns) -> Stages:
        heading = made.heading_of("stage")
        if type_ is None or type_.stage_field is None or not heading:
            return Stages()
        one = next(one for one in looks if one.heading == heading)
        name = known.system.short if known.system else names_of_file(known.table.stem)[1]
        pipe = pipeline_column(looks)
        if pipe is not None and pipe.column.distinct == 1:
            name = next(iter(pipe.column.counts))
        return find_stages(type_, known.table, one, looks, made, known.system, name=name, may_make=self.may_make)


def is_each_once(looks: Sequence[Look], made: Columns, key: str) -> bool:
    """Whether no value of the columns that fill a field comes twice, in capitals or not."""
    columns = [
        one.column for one in looks if any(target.partition(".")[0] == key for target in made.targets[one.heading])
    ]
    values = [value.lower() for column in columns for value in column.counts]
    return all(c.whole and c.filled == c.distinct for c in columns) and len(set(values)) == len(values)


def known_people(reader: Reader) -> set[str]:
    """Folded names of those who are here."""
    type_ = reader.schema.types.get("user")
    if type_ is None or type_.model is not User:
        return set()
    names: QuerySet[Any, Any] = visible(type_, reader.user).values_list(type_.title_column, flat=True)
    return {fold(name) for name in names[:MOST_PEOPLE] if name}
