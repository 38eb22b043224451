from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.actions.keeping import keep_new
from daftar.activities.models import Activity
from daftar.kernel.errors import Invalid
from daftar.records.fields.any_link import Target


def comment(about: Target, text: str, *, by: User, via: str = "page", once: str = "") -> Activity:
    """Say something to colleagues about a record; whoever is named as @Name and may see the record gets a notice.

    Errors: Missing when the person may not see the record, NotAllowed, Invalid without words.
    """
    if not text.strip():
        raise Invalid(_("Write the comment first."), field="body")
    return keep_new({"kind": "comment", "body": text}, about, by=by, via=via, once=once)
