"""Parts of a record are made and changed by who may change the whole; a part never moves to another whole by hand."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid
from daftar.records.draft import Draft
from daftar.records.reading import visible


def refusals(drafts: Sequence[Draft]) -> dict[int, Invalid]:
    """Place of a draft → why it cannot be a part of what it names; one query, however many drafts of one type."""
    if not drafts or not drafts[0].type.part_of:
        return {}
    type_, by = drafts[0].type, drafts[0].by
    link = type_.by_key[type_.part_of]
    whole = type_.schema.type(link.to)  # type: ignore[attr-defined]  # a link
    moved = [n for n, draft in enumerate(drafts) if draft.is_new or link.key in draft.changed]
    ids = {drafts[n].value(link.key) for n in moved} - {None}
    able = set(visible(whole, by, "change").filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    found: dict[int, Invalid] = {}
    for n in moved:
        if not drafts[n].is_new:
            found[n] = Invalid(_("This stays where it is. Make a new one there instead."), field=link.key)
        elif drafts[n].value(link.key) not in able:
            found[n] = Invalid(
                _("There is no such %(what)s that you may change.") % {"what": whole.name}, field=link.key
            )
    return found


def check(draft: Draft) -> None:
    """Raise the refusal of one draft."""
    for refused in refusals([draft]).values():
        raise refused
