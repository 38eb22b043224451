"""Open lists and boards hear that a record which their reader may see was changed; a restore erases again who was erased."""

from __future__ import annotations

from typing import Any

from daftar.access import decide
from daftar.access.models import Share, User
from daftar.kernel.backup import BackupRestored
from daftar.kernel.events import listens
from daftar.kernel.jobs import vacuum
from daftar.kernel.live.channels import listening
from daftar.kernel.live.publishing import publish
from daftar.records import erasing
from daftar.records.reading import of_type
from daftar.records.schema import current_schema
from daftar.records.writing import RecordChanged, RecordsChanged


@listening("records")
def news_of(user: User, type_key: str) -> frozenset[str]:
    """The channels of a type's list for this person, as far as the right to see reaches.

    Where a role narrows its sight to some stages, only what is seen in every stage is heard of.
    """
    if type_key not in current_schema().types:
        return frozenset()
    here, standing = f"records:{type_key}", decide.standing(user)
    stages = {s for role in standing.roles for n in role.grants.narrowings("see", type_key) for s in n.stages}
    reached = [standing.reached("see", type_key, stage) for stage in (None, *stages)]
    shared = {f"{here}:record:{id_}" for id_ in standing.shared_for("see", type_key)}
    if all(one.everything for one in reached):
        return frozenset({f"{here}:all"})
    narrow = [one for one in reached if not one.everything]
    owners = frozenset.intersection(*(one.owners for one in narrow))
    # "nobody" is all without an owner; "nobody:" those of no department, "nobody:4" those of one.
    near = [one.unowned for one in narrow if not one.all_unowned]
    nobodys = (
        {f"{here}:nobody:{place or ''}" for place in frozenset.intersection(*near)} if near else {f"{here}:nobody"}
    )
    return frozenset({f"{here}:owner:{id_}" for id_ in owners} | nobodys | shared)


@listens(BackupRestored)
def erase_again(event: BackupRestored) -> None:
    """A backup brings back who was erased after it was made; the daily job does the same if this is cut short."""
    if erasing.erase_again():
        vacuum.call()


@listens(RecordChanged)
def tell_lists(event: RecordChanged) -> None:
    """By whose record it is, so that nobody hears of what they may not see."""
    if event.type == "activity":
        return
    type_ = current_schema().kept_types[event.type]
    has_place = any(f.attname == "department_id" for f in type_.model._meta.concrete_fields)
    rows: Any = of_type(type_).filter(pk=event.record_id)
    owner, *places = rows.values_list("owner_id", *(["department_id"] if has_place else [])).first() or (None,)
    whose = [f"owner:{owner}"] if owner else ["nobody", f"nobody:{(places and places[0]) or ''}"]
    for part in ("all", *whose, f"record:{event.record_id}"):
        publish(f"records:{event.type}:{part}", {"id": event.record_id, "by": event.by_id})


@listens(RecordsChanged)
def tell_lists_of_many(event: RecordsChanged) -> None:
    """One word for each place in which the records lie, and one for each that is shared with somebody."""
    if event.type == "activity":
        return
    type_ = current_schema().kept_types[event.type]
    has_place = any(f.attname == "department_id" for f in type_.model._meta.concrete_fields)
    rows: Any = of_type(type_).filter(pk__in=event.record_ids)
    parts = {"all"}
    for owner, *places in rows.order_by().values_list("owner_id", *(["department_id"] if has_place else [])).distinct():
        parts |= {f"owner:{owner}"} if owner else {"nobody", f"nobody:{(places and places[0]) or ''}"}
    shared = Share.objects.filter(type=event.type, record_id__in=event.record_ids)
    parts |= {f"record:{id_}" for id_ in shared.values_list("record_id", flat=True)}
    for part in sorted(parts):
        publish(f"records:{event.type}:{part}", {"by": event.by_id, "count": len(event.record_ids)})
