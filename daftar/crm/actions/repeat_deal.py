from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import Installation, Row, User
from daftar.kernel import clock
from daftar.records import reading, writing
from daftar.records.fields.any_link import Target
from daftar.records.models import ChangeSet
from daftar.records.reader import Reader
from daftar.records.reading import of_type
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


@dataclass(frozen=True, slots=True)
class Carried:
    """What a higher room brings along into a repeated deal.

    Shapes: `decides_amount(deal)` says whether the amount follows from it, so that nobody is asked for it; `carry(deal, again, by=, change_set=)`
    is called in the transaction in which the new deal is made.
    """

    decides_amount: Callable[[Row], bool]
    carry: Callable[..., None]


_carried: list[Carried] = []


def brings(carried: Carried) -> None:
    """Called once by a room when it is ready."""
    _carried.append(carried)


def decides_amount(deal: Row) -> bool:
    return any(one.decides_amount(deal) for one in _carried)


@action(on="deal", name=_("Repeat the deal"), icon="copy", url="/deals/{id}/repeat")
def repeat_deal(
    deal_id: int,
    *,
    by: User,
    values: Mapping[str, Any] | None = None,
    via: str = "page",
    once: str = "",
    task: bool = False,
) -> Row:
    """Make a new deal like this one: the same client, goods and amount, at the first stage of its pipeline, from today; one change set.

    Shapes: `values` replace what is copied (name, amount, expected close, stage); with `task` something is planned for the expected day.
    Errors: Missing, NotAllowed, Invalid, StageRefused. Links that the person may not see any more are left out.
    """
    type_ = current_schema().type("deal")
    deal = reading.get(type_, deal_id, by)
    if once and (first := writing.made_before(type_, once, by)):
        return first
    given = dict(values or {})
    carried = copied(type_, deal, Reader(by, schema=type_.schema))
    derived = {key: value for key, value in carried.items() if key not in given}
    with transaction.atomic():
        title = _now("Repeated “%(name)s”") % {"name": type_.title_of(deal)}
        change_set = ChangeSet.objects.create(by=by, via=via, title=title[:300])
        again = writing.create(
            type_, given, by=by, via=via, once=once, data={"repeats": deal.pk}, derived=derived, change_set=change_set
        )
        for one in _carried:
            one.carry(deal, again, by=by, change_set=change_set)
        if task:
            plan_task(type_, again, by=by, via=via, change_set=change_set)
    return of_type(type_).get(pk=again.pk)


def plan_task(type_: RecordType, deal: Row, *, by: User, via: str, change_set: ChangeSet) -> None:
    """A task for the day on which the deal is expected, for its owner; nothing without a day that is still to come."""
    day, zone = type_["expected_close"].get(deal), Installation.load().time_zone
    if day is None or day < clock.today(zone) or not decide.may(by, "add", "activity"):
        return
    values = {
        "kind": "task", "subject": _now("Offer it again: %(name)s") % {"name": type_.title_of(deal)}, "all_day": True,
        "due_at": datetime.combine(day, time(12), ZoneInfo(zone)), "owner": deal.owner_id or by.pk, "about": Target("deal", deal.pk),
    }  # fmt: skip
    writing.create(current_schema().type("activity"), values, by=by, via=via, change_set=change_set)


def there(field: Any, ids: Sequence[int], reader: Reader) -> set[int]:
    """Those of the linked records that the reader may see and that are in no bin."""
    rows = reader.seen(reader.schema.type(field.to)).filter(pk__in=ids, deleted_at__isnull=True)
    return set(rows.values_list("pk", flat=True))


def copied(type_: RecordType, deal: Row, reader: Reader) -> dict[str, Any]:
    """The values of the deal that its repetition starts with."""
    found: dict[str, Any] = {"kind": "repeat", "repeat_of": deal.pk}
    reader.load(type_, [deal])
    for field in type_.writable:
        value = field.get(deal)
        if field.key in AFRESH or field.kind in ("files", "stage") or field.is_empty(value):
            continue
        if field.kind == "link" and not there(field, [value], reader):
            continue
        if field.kind == "links":
            ids = there(field, [link.id for link in value], reader)
            value = [link for link in value if link.id in ids]
        found[field.key] = value
    current = type_.schema.stage(type_["stage"].get(deal))
    if current is not None and not type_.schema.pipelines[current.pipeline_id].archived:
        opened = type_.schema.pipelines[current.pipeline_id].open_stages
        if opened:
            found["stage"] = opened[0].id
    return found
