"""Parts of a record are made and changed by who may change the whole; a part never moves to another whole by hand."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.kernel.errors import Invalid
from daftar.records.draft import Draft
from daftar.records.reading import visible
from daftar.records.types import RecordType


def refusals(drafts: Sequence[Draft]) -> dict[int, Invalid]:
    """Place of a draft → why it cannot be a part of what it names; one query, however many drafts of one type."""
    if not drafts or not drafts[0].type.part_of:
        return {}
    type_, by = drafts[0].type, drafts[0].by
    link = type_.by_key[type_.part_of]
    whole = type_.schema.type(link.to)  # type: ignore[attr-defined]  # a link
    new = {n: draft.value(link.key) for n, draft in enumerate(drafts) if draft.is_new}
    able = (
        set(visible(whole, by, "change").filter(pk__in=set(new.values())).values_list("pk", flat=True))
        if new
        else set()
    )
    found = {
        n: Invalid(_("This stays where it is. Make a new one there instead."), field=link.key)
        for n, draft in enumerate(drafts)
        if n not in new and link.key in draft.changed
    }
    refused = _("There is no such %(what)s that you may change.") % {"what": whole.name}
    return found | {n: Invalid(refused, field=link.key) for n, id_ in new.items() if id_ not in able}


def with_wholes(type_: RecordType, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows, with the wholes at hand that rights ask for; one query, and none for what is no part."""
    if type_.part_of:
        prefetch_related_objects(rows, type_.part_of)
    return rows


def check(draft: Draft) -> None:
    """Raise the refusal of one draft."""
    for refused in refusals([draft]).values():
        raise refused
