"""The fields that every record has without declaring them: who made and changed it, and when."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.records.fields.base import Field
from daftar.records.fields.date_time import DateTime
from daftar.records.fields.person import Person


@cache
def system_fields() -> list[Field]:
    """Created and changed, read-only, last in every list of columns."""
    quiet: dict[str, Any] = {"readonly": True}
    return [
        DateTime("created_at", _("Created"), **quiet),
        Person("created_by", _("Created by"), **quiet),
        DateTime("changed_at", _("Changed"), **quiet),
    ]
