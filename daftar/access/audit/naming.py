"""How types and records are called when the log is read. This room knows people; the records room adds the rest from its side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import User

Pair = tuple[str, int]
Namer = Callable[[Any, Iterable[Pair]], dict[Pair, tuple[str, str]]]
"""(reader, pairs of type and id) → pair → (name, address of its card)."""
TypeNamer = Callable[[str], str]
"""Key of a record type → its name in the plural, "" for an unknown one."""

_namers: dict[str, Any] = {}


def name_with(records: Namer, types: TypeNamer, every: Callable[[], list[tuple[str, str]]]) -> None:
    """The records room says here how it calls things; `every` gives key and plural of each record type."""
    _namers.update(records=records, types=types, every=every)


def every_type() -> list[tuple[str, str]]:
    """Key and name of each record type there is."""
    return list(_namers["every"]()) if "every" in _namers else []


def names_of(reader: Any, pairs: Iterable[Pair]) -> dict[Pair, tuple[str, str]]:
    """Names and addresses of those that there are and that the reader may see."""
    wanted = set(pairs)
    people = {id_ for key, id_ in wanted if key == "user"}
    known: dict[Pair, tuple[str, str]] = {
        ("user", pk): (name, f"/settings/people/{pk}/")
        for pk, name in User.objects.filter(pk__in=people).values_list("pk", "name")
    }
    rest = [pair for pair in wanted if pair[0] != "user"]
    if rest and "records" in _namers:
        known |= _namers["records"](reader, rest)
    return known


def type_name(key: str) -> str:
    """ "Deals" for "deal"; the key itself for what nobody names."""
    return OWN_TYPES.get(key, lambda: "")() or (_namers["types"](key) if "types" in _namers else "") or key


OWN_TYPES: dict[str, Callable[[], str]] = {"user": lambda: _("People"), "key": lambda: _("Keys")}
