"""Our own files: exports of another installation, known by the labels of a type's fields in one of our languages."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils import translation

from daftar.exchange.importing.maps import target_of
from daftar.exchange.knowing.systems.shape import Shape, System, squash
from daftar.exchange.knowing.table import ID_WORDS, Table
from daftar.kernel.text import fold
from daftar.records.schema import Schema
from daftar.records.types import RecordType

DAFTAR = System("daftar", "Daftar", "Daftar", ())
NEARLY_ALL = 0.9
BESIDE = {"created_at": "@created", "changed_at": "@changed"}


def own_shape(table: Table, schema: Schema) -> Shape | None:
    """The shape of our own export: ids, created and changed, and hardly a heading that is no label of the type; else None."""
    headings = {squash(heading) for heading in table.headings}
    if not any(fold(heading) in ID_WORDS for heading in table.headings):
        return None
    best: tuple[float, Shape] | None = None
    for shape in shapes_of(schema):
        known = sum(heading in shape.targets for heading in headings) / len(headings)
        beside = {target for heading in headings for target in shape.targets.get(heading, ())} >= {
            "@id",
            "@created",
            "@changed",
        }
        if beside and known >= NEARLY_ALL and (best is None or known > best[0]):
            best = known, shape
    return best[1] if best else None


def shapes_of(schema: Schema) -> Iterator[Shape]:
    for type_ in schema.types.values():
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                yield Shape(type_.key, "", columns_of(type_))


def columns_of(type_: RecordType) -> dict[str, str]:
    """Label → target; nothing for what follows from other things and is not loaded."""
    targets = {f.key: BESIDE.get(f.key, "") or (f.key if target_of(type_, f.key) else "") for f in type_.fields}
    labels = {f.key: str(f.label) for f in type_.fields}
    named = {f"{labels[key]} ({key})": target for key, target in targets.items()}
    columns = {**targets, **named, **dict.fromkeys(ID_WORDS, "@id")}
    return columns | {
        labels[key]: target for key, target in reversed(targets.items())
    }  # of two labels alike the first counts
