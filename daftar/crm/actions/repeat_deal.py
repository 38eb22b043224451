from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row, User
from daftar.records import reading, writing
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.records.types import RecordType, action

AFRESH = frozenset(
    [
        "stage",
        "opened_on",
        "closed_on",
        "expected_close",
        "probability",
        "number",
        "kind",
        "lost_reason",
        "lost_comment",
        "repeat_of",
        "lead",
    ]
)
"""What belongs to the one sale and not to the next."""


@action(on="deal", name=_("Repeat the deal"), icon="copy", url="/deals/{id}/repeat")
def repeat_deal(
    deal_id: int, *, by: User, values: Mapping[str, Any] | None = None, via: str = "page", once: str = ""
) -> Row:
    """Make a new deal like this one: the same client, goods and amount, at the first stage of its pipeline, from today.

    Shapes: `values` replace what is copied (name, amount, expected close, stage).
    Errors: Missing, NotAllowed, Invalid, StageRefused. Links that the person may not see any more are left out.
    """
    type_ = current_schema().type("deal")
    deal = reading.get(type_, deal_id, by)
    given = dict(values or {})
    carried = copied(type_, deal, Reader(by, schema=type_.schema))
    derived = {key: value for key, value in carried.items() if key not in given}
    return writing.create(type_, given, by=by, via=via, once=once, data={"repeats": deal.pk}, derived=derived)


def copied(type_: RecordType, deal: Row, reader: Reader) -> dict[str, Any]:
    """The values of the deal that its repetition starts with."""
    found: dict[str, Any] = {"kind": "repeat", "repeat_of": deal.pk}
    reader.load(type_, [deal])
    for field in type_.writable:
        value = field.get(deal)
        if field.key in AFRESH or field.kind in ("files", "stage") or field.is_empty(value):
            continue
        if field.kind == "link" and reader.names.get(field.to, value) is None:  # type: ignore[attr-defined]
            continue
        if field.kind == "links":
            value = [link for link in value if reader.names.get(field.to, link.id) is not None]  # type: ignore[attr-defined]
        found[field.key] = value
    current = type_.schema.stage(type_["stage"].get(deal))
    if current is not None and not type_.schema.pipelines[current.pipeline_id].archived:
        opened = type_.schema.pipelines[current.pipeline_id].open_stages
        if opened:
            found["stage"] = opened[0].id
    return found
