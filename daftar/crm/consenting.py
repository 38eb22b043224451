"""Who agreed to be contacted, for what and by which way. Whoever sends something to people asks `may_contact` when it is sent."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.crm.models import Consent, Contact
from daftar.kernel import personal
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.text import clean_text
from daftar.records import writing
from daftar.records.schema import current_schema

PEOPLE = ("lead", "contact")


def may_contact(type_key: str, record_id: int, *, channel: str, purpose: str) -> bool:
    """Whether the person agreed, and took it back neither for this purpose and channel nor altogether ("do not contact").

    What a lead agreed to holds for the contact that it became. Ask again when the message leaves, not when it is planned.
    """
    contacts = [id_ for key, id_ in personal.every_record_of((type_key, record_id)) if key == "contact"]
    if Contact.objects.filter(pk__in=contacts, do_not_contact=True).exists():
        return False
    newest = next(
        (one for one in now_of(type_key, record_id) if (one.purpose, one.channel) == (purpose, channel)), None
    )
    return newest is not None and newest.given


def now_of(type_key: str, record_id: int) -> list[Consent]:
    """The row that holds now of each purpose and channel, by the order of these."""
    newest = {(one.purpose, one.channel): one for one in reversed(history_of(type_key, record_id))}
    order = [(purpose, channel) for purpose in Consent.Purpose.values for channel in Consent.Channel.values]
    return [newest[pair] for pair in order if pair in newest]


def history_of(type_key: str, record_id: int) -> list[Consent]:
    """Everything given and taken back, newest first; of all records that are the same person."""
    wanted = (Q(type=key, record_id=id_) for key, id_ in personal.every_record_of((type_key, record_id)))
    return list(Consent.objects.filter(reduce(or_, wanted)).select_related("by").order_by("-at", "-pk")[:1000])


def note_consent(
    type_key: str,
    record_id: int,
    *,
    purpose: str,
    channel: str,
    given: bool,
    by: User,
    text_version: str = "",
    source: str = "",
) -> Consent:
    """Keep that the person agreed, or took it back.

    Errors: Missing, NotAllowed, Invalid by field (a given consent says where it came from).
    """
    if type_key not in PEOPLE:
        raise Missing()
    errors = {}
    if purpose not in Consent.Purpose.values:
        errors["purpose"] = _("Choose one of the list.")
    if channel not in Consent.Channel.values:
        errors["channel"] = _("Choose one of the list.")
    if given and not source.strip():
        errors["source"] = _("Say where and how they agreed, so that it can be shown later.")
    if errors:
        raise Invalid(errors=errors)
    with transaction.atomic():
        writing.locked(current_schema().type(type_key), record_id, by, "change")
        return Consent.objects.create(
            type=type_key, record_id=record_id, purpose=purpose, channel=channel, given=given, by=by,
            text_version=clean_text(text_version, max_length=100), source=clean_text(source, max_length=300),
        )  # fmt: skip
