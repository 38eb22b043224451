"""What a lead is called when nobody had the time to type it: what they want, else who asks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.records.draft import Draft

LONGEST = 80


def complete_subject(draft: Draft) -> None:
    """Fill an empty subject; leaves it empty when there is nothing at all to call the lead by."""
    if not draft.is_empty("title"):
        return
    wants = (draft.value("wants") or "").strip()
    points = [typed.value for key in ("phones", "emails") for typed in draft.value(key) or ()]
    who = draft.value("person_name") or draft.value("company_name") or next(iter(points), "")
    if wants:
        draft.set("title", shortened(wants.splitlines()[0]))
    elif who:
        draft.set("title", _("Enquiry of %(who)s") % {"who": who})


def shortened(line: str) -> str:
    """The beginning of a line, cut between words."""
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + "…"
