"""Who is known already by what stands in a form; the record type recognises, the form shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daftar.access.models import Row

if TYPE_CHECKING:
    from daftar.records.forms import RecordForm
    from daftar.records.types import RecordType


@dataclass(frozen=True, slots=True)
class Known:
    """A record that may be the same person or organisation, and in words why."""

    type: RecordType
    row: Row
    why: str

    @property
    def title(self) -> str:
        return self.type.title_of(self.row)

    @property
    def href(self) -> str:
        return self.type.address(self.row.pk)


def known_in(form: RecordForm, but: int | None = None) -> Sequence[Known]:
    """Who is known already by the fields of this form that could be read; `but` is the record that is being edited."""
    fields = [f for f in form.type.known_fields if f in form.fields and f.key not in form.errors]
    return form.type.known_already({f.key: form.value(f) for f in fields}, form.reader, but=but)
