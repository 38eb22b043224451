"""The way to the imports, in the menu of those who may load files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.ui import menu


def may_import(request: Any) -> bool:
    return decide.may(request.user, "import", "deal")


menu.add("import", _("Import"), url_name="exchange:index", icon="upload", order=60, shown=may_import, place="user")
