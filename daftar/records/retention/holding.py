"""A record on hold: not to be erased before a day, because somebody says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import User
from daftar.kernel import clock, personal
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.personal import Record, Subject
from daftar.kernel.text import clean_text
from daftar.records import writing
from daftar.records.models import RecordHold
from daftar.records.retention import conditions
from daftar.records.types import RecordType

LONGEST_YEARS = 30


def hold_of(type_key: str, record_id: int) -> RecordHold | None:
    """The hold that is in force, if there is one."""
    return RecordHold.objects.filter(type=type_key, record_id=record_id, until__gt=today()).select_related("by").first()


def today() -> date:
    return clock.today(current().zone)


def hold(type_: RecordType, record_id: int, *, until: date, why: str, by: User) -> RecordHold:
    """Put the record on hold, or change the day and reason. Errors: Missing and NotAllowed as for a change, Invalid by field."""
    errors = {}
    if until <= today():
        errors["until"] = _("Choose a day that is still to come.")
    elif until.year > today().year + LONGEST_YEARS:
        errors["until"] = _("At most %(years)s years from now.") % {"years": LONGEST_YEARS}
    try:
        why = clean_text(why, max_length=300)
    except Invalid as refused:
        errors["why"] = str(refused)
    else:
        if not why:
            errors["why"] = _("Say why, so that others can judge it later.")
    if errors:
        raise Invalid(errors=errors)
    with transaction.atomic():
        writing.locked(type_.whole, record_id, by, "change")
        before = hold_of(type_.key, record_id)
        if before is not None and until < before.until and not may_lift(before, by):
            raise Invalid(
                _("Only %(name)s, or who runs the company, may shorten this hold.") % {"name": before.by.name},
                field="until",
            )
        made, _is_new = RecordHold.objects.update_or_create(
            type=type_.key, record_id=record_id, defaults={"until": until, "why": why, "by": by, "at": clock.now()}
        )
        audit.record("record_held", by=by, about=(type_.key, record_id), details={"until": until.isoformat()})
    return made


def may_lift(held: RecordHold, by: User) -> bool:
    """Who said so, and who runs the company."""
    return held.by_id == by.pk or decide.may_settings(by)


def lift(type_: RecordType, record_id: int, *, by: User) -> None:
    """End the hold. Errors: Missing, NotAllowed."""
    with transaction.atomic():
        writing.locked(type_.whole, record_id, by, "change")
        held = hold_of(type_.key, record_id)
        if held is None:
            raise Missing()
        if not may_lift(held, by):
            raise NotAllowed()
        held.delete()
        audit.record("hold_lifted", by=by, about=(type_.key, record_id))


@conditions.keep_back_when
def on_hold(records: Sequence[Record]) -> str:
    """The sentence of the longest hold on any of the records."""
    wanted = (Q(type=key, record_id=id_) for key, id_ in records)
    held = RecordHold.objects.filter(reduce(or_, wanted), until__gt=today()).order_by("-until").first()
    if held is None:
        return ""
    return _("On hold until %(day)s: %(why)s") % {"day": current().date_numeric(held.until), "why": held.why}


def forbids(subject: Subject) -> str:
    """By hand too, nobody erases a person of whom a record is on hold."""
    return on_hold(subject.records)


personal.refuse_when(forbids)
