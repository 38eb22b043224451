"""What an import begins with: the steps for its files, as a recipe says them, the person said, or the files themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.exchange.importing.kept import by_sheets, check_count, look_at
from daftar.exchange.importing.saved_maps import proposed_map, remember
from daftar.exchange.importing.steps import NEW, Step, steps_of, to_json
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.knowing import proposing as knowing
from daftar.exchange.models import ImportRun
from daftar.exchange.reading.source import Source
from daftar.exchange.recipes import RECIPES
from daftar.exchange.recipes.loading import check_rights
from daftar.records.reader import Reader
from daftar.records.schema import current_schema

POINTS = ("emails", "phones")


def propose(run: ImportRun, reader: Reader) -> None:
    """Look at the run's files and set its steps, unsaved. Errors: Unreadable naming the file, NotAllowed."""
    if not run.files:
        raise Unreadable(_("Choose a file first."))
    check_count(run.files)
    run.files = by_sheets(run.files)
    sources = [named(file) for file in run.files]
    if run.recipe:
        check_rights(RECIPES[run.recipe], run.by)
        run.steps = to_json(RECIPES[run.recipe].steps_for(sources))
    elif run.type:
        run.steps = to_json([step_for(n, source, run.type) for n, source in enumerate(sources)])
    else:
        recognise(run, sources, reader)
    count(run)


def recognise(run: ImportRun, sources: Sequence[Source], reader: Reader) -> None:
    """The steps that the files themselves say; what the person may not load is left out."""
    found = knowing.propose(sources, reader.schema, reader)
    run.types = [new.to_json() for new in found.types]
    steps = [
        Step.from_json(step.to_json()).but(told={"": said_of(step.words, sources[step.file]), **step.reasons})
        for step in found.steps
    ]
    run.steps = to_json([step.but(off=not may_load(step, reader)) for step in steps])
    run.proposal = {"questions": [asdict(question) for question in found.questions]}


def said_of(words: Sequence[str], source: Source) -> str:
    """What was recognised, as it stands beside the file's name."""
    said = " ".join(words).removeprefix(f"{source.name}: ")
    return said[:1].upper() + said[1:]


def may_load(step: Step, reader: Reader) -> bool:
    if step.type.startswith(NEW):
        return decide.may_settings(reader.user)
    return decide.may(reader.user, "import", step.type) and decide.may(reader.user, "add", step.type)


def named(file: dict[str, object]) -> Source:
    """The file as it was looked at; what is wrong with one of several says which."""
    try:
        return look_at(file)
    except Unreadable as problem:
        raise Unreadable(f"{file['name']}: {problem}") from None


def step_for(number: int, source: Source, type_key: str) -> Step:
    return Step(number, type_key, source.name, map_for(type_key, source))


def map_for(type_key: str, source: Source) -> dict[str, object]:
    """The kept map of such a file, else a guess by which people are known by their mail addresses and phones."""
    type_ = current_schema().type(type_key)
    map_, is_kept = proposed_map(type_, source)
    if not (is_kept or map_.match or map_.source_column):
        points = [f.key for kind in POINTS for f in type_.fields if f.kind == kind and f.column and map_.fills(f.key)]
        map_ = map_.but(match=points)
    return map_.to_json()


def count(run: ImportRun) -> None:
    """How many lines all steps have that are not left out."""
    run.lines_total = sum(int(run.files[step.file]["rows"]) for step in steps_of(run.steps) if not step.off)


def remember_maps(run: ImportRun, sources: Sequence[Source]) -> None:
    """Keep the maps for the next files with these headings."""
    if not run.recipe:
        for step in steps_of(run.steps):
            if not step.off and not step.type.startswith(NEW):
                remember(current_schema().type(step.type), sources[step.file], step.import_map(), by=run.by)
