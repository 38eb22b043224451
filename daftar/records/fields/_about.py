"""Sentences of the kernel's parsers do not know which field they are about; this says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.records.fields.base import Field

MOST = 50
"""Entries of a list in one field."""


class about:
    """What is refused inside the block is said about this field."""

    __slots__ = ("field",)

    def __init__(self, field: Field) -> None:
        self.field = field

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, refused: BaseException | None, trace: Any) -> None:
        if isinstance(refused, Invalid):
            raise refused.at(self.field.key) from None


def is_blank(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def missing(field: Field) -> Invalid:
    return Invalid(_("A value is missing."), field=field.key)


def not_too_many(items: Sequence[Any], field: Field) -> None:
    if len(items) > MOST:
        raise Invalid(
            _("At most %(most)s entries fit here; there are %(count)s.") % {"most": MOST, "count": len(items)},
            field=field.key,
        )


def all_of(form: Any, key: str) -> list[str]:
    """Every value of a repeated key, of a sent form or a plain mapping."""
    if isinstance(form, QueryDict):
        return [str(v) for v in form.getlist(key)]
    kept = form.get(key)
    if kept is None:
        return []
    return [str(v) for v in kept] if isinstance(kept, list | tuple) else [str(kept)]
