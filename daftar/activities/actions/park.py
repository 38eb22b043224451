from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import current
from daftar.records import following, writing
from daftar.records.fields.any_link import Target
from daftar.records.models import Event
from daftar.records.schema import current_schema


def park(about: Target, until: date | None, *, by: User, via: str = "page") -> None:
    """Leave a record in peace until that day: nothing need be planned, and it is not idle meanwhile. None ends it.

    Errors: Missing, NotAllowed, Invalid for a day that is not to come or for records without a next step.
    """
    type_ = current_schema().type(about.type)
    if not following.is_followed(type_):
        raise Invalid(_("Only records with a next step can be parked."), field="until")
    if until is not None and until <= clock.today(current().zone):
        raise Invalid(_("Choose a day after today."), field="until")
    with transaction.atomic():
        row = writing.locked(type_, about.id, by, "change")
        following.park(type_, about.id, until)
        Event.objects.create(
            type=type_.key, record_id=row.pk, version=row.version, kind="parked", by=by, via=via, at=clock.now(),
            data={"until": until.isoformat() if until else ""},
        )  # fmt: skip
