"""A paper moves its deal: issued, accepted and paid may each lead to a stage, as the company says for each pipeline."""

from __future__ import annotations

from typing import Any, Literal

from daftar.access.models import User
from daftar.kernel.errors import DaftarError
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.acting import acting
from daftar.sales.models import SalesSettings

Fact = Literal["issued", "accepted", "paid"]

BY_ITSELF = {
    "issued": {"why": "paper_issued", "by_itself": True},
    "accepted": {"why": "quote_accepted", "by_itself": True},
    "paid": {"why": "invoice_paid", "by_itself": True},
}
"""What the event of a move says: nobody moved the deal by hand, whoever had the right to."""


def move_deal(deal: Any, fact: Fact, *, by: User) -> str:
    """Move an open deal to the stage that the settings name for the fact; why that was not possible, "" otherwise.

    Shapes: a deal that is not open, stands behind that stage already, or whose pipeline names none, stays. What the stage demands and the
    deal lacks is said in the answer: the paper itself is not held up by it.
    """
    type_ = current_schema().type("deal")
    stage = type_.schema.stage(type_["stage"].get(deal))
    if stage is None or stage.kind != "open":
        return ""
    target = type_.schema.stage(target_of(stage.pipeline_id, fact, type_))
    if target is None or target.archived or target.pipeline_id != stage.pipeline_id:
        return ""
    own = [one.id for one in type_.schema.pipelines[stage.pipeline_id].stages]
    if target.kind == "open" and own.index(target.id) <= own.index(stage.id):
        return ""
    try:
        writing.change(
            type_,
            deal.pk,
            {"stage": target.id},
            by=acting(by, "change", "deal", deal),
            via="sale",
            data=BY_ITSELF[fact],
        )
    except DaftarError as refused:
        return str(refused.sentence)
    return ""


def target_of(pipeline_id: int, fact: Fact, type_: Any) -> int | None:
    """The stage that the company named; else a paid invoice wins, an accepted quote leads to the last open stage, an issued one nowhere."""
    named = SalesSettings.load().moves.get(str(pipeline_id), {})
    if fact in named:
        return named[fact] or None
    stages = [one for one in type_.schema.pipelines[pipeline_id].stages if not one.archived]
    kind = {"paid": "won", "accepted": "open"}.get(fact)
    found = [one.id for one in stages if one.kind == kind]
    return found[-1 if fact == "accepted" else 0] if found else None
