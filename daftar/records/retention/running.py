"""The run of the night: what the rules say that are switched on, record by record, each in a transaction of its own.

A run may be killed at any moment: what was done is done and counted, and the next turn goes on with what is left. The
erasing and binning themselves are those of the pages (`records.erasing`, `records.writing`).
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.kernel import clock, personal
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.formats import using
from daftar.kernel.jobs import vacuum
from daftar.kernel.personal import Record
from daftar.records import erasing, writing
from daftar.records.models import RetentionRule
from daftar.records.retention.planning import Act, Plan, Touched, plan
from daftar.records.retention.sentences import sentence
from daftar.records.schema import current_schema

log = logging.getLogger("daftar.retention")
NIGHT_HOUR = 2


def next_night(after: datetime) -> datetime:
    """Two o'clock of the company's next day: who switches a rule on by day, or late, has the rest of that day to think again."""
    zone = formats_for(None).zone
    day = after.astimezone(zone).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, NIGHT_HOUR, tzinfo=zone).astimezone(after.tzinfo)


def due() -> QuerySet[RetentionRule]:
    """The rules whose night has come. A machine that slept at night does them when it wakes."""
    return RetentionRule.objects.filter(is_on=True, next_at__lte=clock.now()).exclude(confirmed="").order_by("pk")


def run(rules: Iterable[RetentionRule], *, seconds: float = 0) -> dict[int, Plan]:
    """Do what these rules say, all planned before the first is begun, so that none makes room for another; what was planned.

    For that many seconds (0: until it is done); what is left is done in the next turn.
    """
    formats = formats_for(None)
    with using(formats), translation.override(formats.language):
        ready = [rule for rule in rules if may_run(rule)]
        plans = plans_of(ready)
        for rule in ready:
            begin(rule)
        end = time.monotonic() + seconds if seconds else math.inf
        for rule in ready:
            if not keep_to(rule, plans[rule.pk], end):
                break
            finish(rule, plans[rule.pk])
    return plans


def plans_of(rules: Iterable[RetentionRule], *, by: User | None = None) -> dict[int, Plan]:
    """What each rule would do when they run one after the other; a record is counted by the first that takes it.

    `by` is in whose name a rule would run that nobody has switched on yet.
    """
    made: dict[int, Plan] = {}
    taken: set[Record] = set()
    for rule in rules:
        made[rule.pk] = plan(rule, by=rule.by if rule.is_on else by, taken=taken)
        taken |= made[rule.pk].records
    return made


def may_run(rule: RetentionRule) -> bool:
    """Whether the person in whose name it runs may still do this; else the rule stops, and its page says so."""
    by = rule.by
    if by is not None and by.is_active and by.deleted_at is None and decide.may_settings(by):
        return True
    problem = _("Who switched this rule on does not run the company any more. Look at it and switch it on again.")
    RetentionRule.objects.filter(pk=rule.pk).update(is_on=False, confirmed="", began_at=None, problem=problem[:300])
    return False


def begin(rule: RetentionRule) -> None:
    """Note that it has begun; a run that was cut short keeps its beginning and its count."""
    RetentionRule.objects.filter(pk=rule.pk, began_at=None).update(began_at=clock.now(), done=0)


def keep_to(rule: RetentionRule, planned: Plan, end: float) -> bool:
    """Do all of the plan; False when the time was over first, or the rule was switched off or changed meanwhile."""
    for one in planned.touched:
        if time.monotonic() > end:
            return False
        try:
            with transaction.atomic():
                if not do(rule, one):
                    return False
        except (Conflict, Invalid, Missing, NotAllowed) as refused:
            log.info("left for the next night", extra={"rule": rule.pk, "type": one.type, "reason": str(refused)})
    return True


def do(rule: RetentionRule, one: Touched) -> bool:
    """Do it to one record, if that is still what the rule says of it; False when the rule does not run any more."""
    locked = RetentionRule.objects.select_for_update().filter(pk=rule.pk).first()
    if locked is None or not locked.is_on or locked.confirmed != rule.confirmed:
        return False
    again = plan(rule, by=rule.by, only=(one.type, one.id))
    if again.touched:
        now = again.touched[0]
        act(rule, now)
        RetentionRule.objects.filter(pk=rule.pk).update(done=F("done") + len(now.records))
    return True


def act(rule: RetentionRule, one: Touched) -> None:
    """The one thing that the rule says, by the same code as the pages."""
    records = personal.every_record_of((one.type, one.id))
    type_ = current_schema().type(one.type)
    if rule.act == Act.BIN:
        if rule.by is not None:
            writing.remove(type_, one.id, by=rule.by, via="rule")
    elif rule.act == Act.NAMELESS:
        erasing.erase(replace(erasing.described(records), keeps_rows=True), by=None, door="rule", rule=rule.pk)
    elif rule.act == Act.ERASE or (type_.is_person and len(records) == 1):
        erasing.erase(erasing.described(records), by=None, door="rule", rule=rule.pk)
    else:
        erasing.erase(erasing.record_alone(one.type, one.id), by=None, door="rule", rule=rule.pk)


def finish(rule: RetentionRule, planned: Plan) -> None:
    """Keep what came of it, say so in the log, and plan the next night."""
    with transaction.atomic():
        row = RetentionRule.objects.select_for_update().get(pk=rule.pk)
        RetentionRule.objects.filter(pk=rule.pk).update(
            next_at=next_night(clock.now()), began_at=None, done=0, counted={}, problem="",
            last_at=clock.now(), last_done=row.done, last_held=len(planned.held),
        )  # fmt: skip
        if row.done and rule.act != Act.BIN:
            vacuum.enqueue()
        if row.done or planned.held:
            details = {"name": sentence(row), "rows": row.done, "held": len(planned.held), "rule": row.pk}
            audit.record("retention_run", by=None, details=details, door="rule")
