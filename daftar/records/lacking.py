"""What records lack in the stages in which they stand: a contract that changed, or a stage that was deleted, left them so."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.kernel.formats import joined
from daftar.records import gate
from daftar.records.fields.links import load_links
from daftar.records.types import RecordType


def in_words(type_: RecordType, rows: Sequence[Row]) -> dict[int, list[str]]:
    """A sentence for each stage that misses something, by record id; one query at most, and none where no stage asks for links."""
    stages = type_.schema.stages.values() if type_.stage_fields else ()
    asked = {key for stage in stages for key in stage.required if key in type_.by_key}
    if not asked:
        return {}
    load_links(rows, [type_[key] for key in asked if type_[key].kind == "links"])
    return {row.pk: said for row in rows if (said := of_one(type_, row))}


def of_one(type_: RecordType, row: Row) -> list[str]:
    said = []
    for field in type_.stage_fields:
        stage = type_.schema.stage(field.get(row))
        if stage is None or not stage.required:
            continue
        if keys := gate.lacking(type_, stage, lambda key: type_[key].is_empty(type_[key].get(row))):
            names = joined(type_[key].label for key in keys)
            said.append(_("“%(stage)s” needs: %(fields)s") % {"stage": stage.label, "fields": names})
    return said
