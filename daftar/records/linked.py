"""What links to a record: the deals of a company, the contacts of a company, wherever a declaration says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daftar.access.models import Row
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

SHOWN, COUNTED = 6, 100


@dataclass(frozen=True, slots=True)
class LinkedRows:
    """Rows of one type that link here by one field; `count` is exact up to `COUNTED`, then one more."""

    type: RecordType
    field: Field
    rows: Sequence[Row]
    count: int

    @property
    def count_text(self) -> str:
        return f"{COUNTED}+" if self.count > COUNTED else str(self.count)


def linked_to(type_: RecordType, row: Row, reader: Reader) -> list[LinkedRows]:
    """Everything that links to the row and that the reader may see, newest first; two queries for each field that can link here."""
    found = []
    for other in type_.schema.types.values():
        if not other.is_found:
            continue
        for field in other.fields:
            if (
                field.kind not in ("link", "links")
                or getattr(field, "to", "") != type_.key
                or (field.readonly and field.kind == "link" and not other.made_from)
            ):
                continue
            condition = field.compare("in", [row.pk], reader)
            matching = visible(other, reader.user).filter(condition)
            rows = list(matching.order_by("-created_at", "-id")[: SHOWN + 1])
            if not rows:
                continue
            count = len(rows) if len(rows) <= SHOWN else matching.values("pk")[: COUNTED + 1].count()
            found.append(LinkedRows(other, field, rows[:SHOWN], count))
    return found
