"""What a recipe needs before its steps are done: the rights to all of it, and its pipelines."""

from __future__ import annotations

from django.db import transaction

from daftar.access import decide
from daftar.access.models import User
from daftar.exchange.recipes.recipe import Recipe, RecipePipeline
from daftar.exchange.taking_back.made import is_put_away, note_made
from daftar.kernel.errors import NotAllowed
from daftar.records import pipelines
from daftar.records.models import ChangeSet, Pipeline, Stage
from daftar.records.schema import schema_changed


def check_rights(recipe: Recipe, by: User) -> None:
    for key in recipe.types:
        if not decide.may(by, "import", key) or not decide.may(by, "add", key):
            raise NotAllowed()


def make_pipeline(wanted: RecipePipeline, by: User, change_set: ChangeSet | None = None) -> None:
    """Make the pipeline with its stages unless it is there, and note it as made by the set. Errors: NotAllowed for who may not change pipelines."""
    known = Pipeline.objects.filter(type=wanted.type, key=wanted.key).first()
    if known is not None and not is_put_away(known):
        return
    if known is not None:
        with transaction.atomic():
            pipelines.use_pipeline_again(known.pk, by=by)
            note_made(change_set, "pipeline", wanted.type, str(known.pk))
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
        note_made(change_set, "pipeline", wanted.type, str(pipeline.pk))
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
