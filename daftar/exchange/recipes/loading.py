"""A recipe's files become records: pipelines first, then step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.running import Importer, Keep, Place
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.source import Source
from daftar.exchange.recipes.recipe import Recipe, RecipePipeline
from daftar.kernel.errors import NotAllowed
from daftar.records.models import ChangeSet, Pipeline, Stage
from daftar.records.schema import schema_changed

KeepStep = Callable[[int], Keep | None]


def sources_in(recipe: Recipe, folder: Path) -> dict[str, Source]:
    """The recipe's files in a folder. Errors: Unreadable."""
    if not folder.is_dir():
        raise Unreadable(_("There is no folder “%(name)s”.") % {"name": folder.name})
    return recipe.sort_out([open_source(path) for path in sorted(folder.glob("*.csv"))[:50]])


def load_recipe(
    recipe: Recipe,
    sources: Mapping[str, Source],
    *,
    by: User,
    change_set: ChangeSet | None = None,
    done: tuple[Report, ...] = (),
    report: Report | None = None,
    place: Place | None = None,
    keep: KeepStep | None = None,
    step_done: Callable[[Report], None] | None = None,
    existing: str = "",
) -> list[Report]:
    """Load every step that is not in `done`, the first of them from `place` on.

    Shapes: `existing` says what happens to records that are here already, as in `ImportMap`; by default as the steps say.
    Errors: NotAllowed when any of its types may not be imported by this person; Unreadable before anything is written.
    """
    check_rights(recipe, by)
    for pipeline in recipe.pipelines:
        make_pipeline(pipeline, by)
    reports = list(done)
    for n, step in enumerate(recipe.steps):
        if n < len(done):
            continue
        importer = Importer(
            step.type,
            sources[step.file],
            step.import_map().but(existing=existing),
            by=by,
            title=str(step.title),
            change_set=change_set,
            report=report,
            place=place,
            keep=keep(n) if keep else None,
        )
        report = place = None
        reports.append(importer.run())
        if step_done:
            step_done(reports[-1])
    return reports


def check_rights(recipe: Recipe, by: User) -> None:
    for key in recipe.types:
        if not decide.may(by, "import", key) or not decide.may(by, "add", key):
            raise NotAllowed()


def make_pipeline(wanted: RecipePipeline, by: User) -> None:
    """Make the pipeline with its stages unless it is there. Errors: NotAllowed for who may not change pipelines."""
    if Pipeline.objects.filter(type=wanted.type, key=wanted.key).exists():
        return
    if not decide.may_settings(by):
        raise NotAllowed()
    with transaction.atomic():
        pipeline = Pipeline.objects.create(
            type=wanted.type,
            key=wanted.key,
            name=wanted.name,
            position=Pipeline.objects.filter(type=wanted.type).count(),
        )
        Stage.objects.bulk_create(
            Stage(
                pipeline=pipeline,
                key=s.key,
                name=s.name,
                kind=s.kind,
                colour=s.colour,
                position=n,
                probability=s.probability,
            )
            for n, s in enumerate(wanted.stages)
        )
        schema_changed()
