"""The ways to the imports and to one's exports, in the menu of those who may load or take out files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import User
from daftar.records.views.opening import reader_of
from daftar.ui import menu


def may_import(request: Any) -> bool:
    return decide.may(request.user, "import", "deal")


menu.add("import", _("Import"), url_name="exchange:index", icon="upload", order=60, shown=may_import, place="user")


def may_export(request: Any) -> bool:
    """Whether this person may take out records of any type."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and any(decide.may(user, "export", key) for key in reader_of(request).schema.types)


menu.add(
    "exports", _("Exports"), url_name="exchange:exports", icon="download", order=61, shown=may_export, place="user"
)
