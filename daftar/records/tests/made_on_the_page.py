"""A type that tests declare, made instead on the pages of who runs the company, so that the same tests run over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.test import Client

from daftar.access.models import User
from daftar.records.models import Pipeline, Stage
from daftar.records.schema import install_pipelines, install_stages, schema_changed
from daftar.records.types import DECLARED, RecordType


@contextmanager
def made_on_the_page(
    declared: type[RecordType],
    *,
    by: User,
    title: str,
    fields: Mapping[str, str],
    options: Mapping[str, Sequence[tuple[str, str, str]]],
) -> Iterator[str]:
    """The key of the made type; the declared one is gone meanwhile.

    Shapes: `fields` are label → kind as the page takes them; `options` label → (key, label, colour) of a choice.
    """
    DECLARED.pop(declared.key)
    try:
        install_pipelines()
        schema_changed()
        yield make(declared, by, title, fields, options)
    finally:
        DECLARED[declared.key] = declared


def make(
    declared: type[RecordType], by: User, title: str, fields: Mapping[str, str], options: Mapping[str, Sequence[Any]]
) -> str:
    client = Client()
    client.force_login(by)
    one, several = map(str, declared.names)
    answer = client.post("/settings/types/new", {
        "name": one, "plural": several, "slug": declared.slug, "title_label": title, "in_menu": "1", "staged": "1", "like": "",
        "first_label": list(fields), "first_kind": list(fields.values()),
        "first_options": [", ".join(key for key, _label, _colour in options.get(label, ())) for label in fields],
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    key = f"own_{declared.slug.replace('-', '_')}"
    for label, kind in fields.items():
        change: dict[str, Any] = {"label": label}
        for part, place in (("key", 0), ("label", 1), ("colour", 2)):
            change[f"option_{part}"] = [option[place] for option in options.get(label, ())]
        if kind == "money":
            change["total"] = "1"
        client.post(f"/settings/fields/{key}/{label.lower()}/", change)
    take_stages_of(declared, key)
    return key


def take_stages_of(declared: type[RecordType], key: str) -> None:
    """The stages of the declaration, with their keys, by which the tests name them."""
    Stage.objects.filter(pipeline__type=key).delete()
    Pipeline.objects.filter(type=key).delete()
    for place, shipped in enumerate(declared.shipped_pipelines):
        pipeline = Pipeline.objects.create(type=key, key=shipped.key, name=str(shipped.name), position=place)
        install_stages(pipeline, shipped)
        for stage in shipped.stages:
            Stage.objects.filter(pipeline=pipeline, key=stage.key).update(name=str(stage.name))
    schema_changed()
