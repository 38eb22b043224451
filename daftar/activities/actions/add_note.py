from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.actions.keeping import keep_new
from daftar.activities.models import Activity
from daftar.kernel.errors import Invalid
from daftar.records.fields.any_link import Target


def add_note(
    about: Target, text: str, *, by: User, pinned: bool = False, via: str = "page", once: str = ""
) -> Activity:
    """Write down something about a record.

    Errors: Missing when the person may not see the record, NotAllowed, Invalid without words.
    """
    if not text.strip():
        raise Invalid(_("Write the note first."), field="body")
    return keep_new({"kind": "note", "body": text, "pinned": pinned or None}, about, by=by, via=via, once=once)
