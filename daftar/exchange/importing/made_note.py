"""What an import makes beside records is noted in the transaction that makes it, so that it can be taken back."""

from __future__ import annotations

from daftar.records.models import ChangeSet


def note_made(change_set: ChangeSet | None, kind: str, type_key: str, ref: str) -> None:
    """Note a field, option, stage, pipeline, type or person. Shapes: `ref` is its key, of an option "field:key", else its id."""
