"""Whose the new records are whose rows name no owner: the importer's, nobody's, or a named person's."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.kernel.errors import DaftarError
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

ME, NOBODY = "me", "nobody"


def owner_field(type_: RecordType) -> Any:
    """The field that says whose a record is, or None."""
    return next((f for f in type_.fields if f.kind == "person" and getattr(f, "assigns", False)), None)


def owner_for(word: str, type_: RecordType, reader: Reader) -> dict[str, int | None]:
    """What a new record without an owner gets: nothing to say for the importer, None for nobody, else the person's id.

    Shapes: `word` is "" or "me", "nobody", or a person by id, e-mail or name. Errors: Unreadable for one who is not known.
    """
    field = owner_field(type_)
    if word in ("", ME) or field is None:
        return {}
    if word == NOBODY:
        return {field.key: None}
    try:
        found = person_id(word, field, reader)
        field.check_target(found, reader)
    except DaftarError:
        raise Unreadable(
            _("“%(name)s” cannot own the rows without an owner: say me, nobody, or the name or e-mail of one person.")
            % {"name": word[:80]}
        ) from None
    return {field.key: found}


def person_id(word: str, field: Field, reader: Reader) -> int | None:
    if "@" in word:
        people = visible(reader.schema.type("user"), reader.user).filter(Q(email=word.strip().lower()))
        word = str(people.values_list("pk", flat=True).first() or word)
    found: int | None = field.parse(word if word.isascii() and word.isdigit() else {"name": word}, reader)
    return found
