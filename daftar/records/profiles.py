"""What a person says of themselves, and when they are away: changed by themselves, by who runs the company, absence also by their head."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide, photos
from daftar.access.models import User
from daftar.access.structure import Structure
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.text import ascii_digits
from daftar.records import accounts
from daftar.records.draft import Draft
from daftar.records.schema import current_schema
from daftar.records.storing import store
from daftar.records.writing import announce

PROFILE = ("position", "phones")
ABSENCE = ("absent_from", "absent_until", "substitute")
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")


def may_change_profile(by: User, person: User) -> bool:
    """Everybody their own; those who run the company everybody's."""
    return by.pk == person.pk or decide.may_settings(by)


def may_set_absence(by: User, person: User) -> bool:
    """The person, those who run the company, and who leads the person's department or one above it."""
    if may_change_profile(by, person):
        return True
    structure = Structure.of_today()
    above = structure.with_all_above(structure.department_of.get(person.pk))
    return any(by.pk in structure.places[id_].leaders for id_ in above)


def change_profile(
    person_id: int, values: Mapping[str, Any], *, by: User, hours: Mapping[str, list[str]] | None = None
) -> User:
    """Change position, phones and working hours of a person.

    Shapes: `values` maps the keys of `PROFILE` to Python values; `hours` as `checked_hours` gives them, None leaves them.
    Errors: Missing, NotAllowed, Invalid by field.
    """
    with transaction.atomic():
        person = locked(person_id)
        if not may_change_profile(by, person):
            raise NotAllowed()
        keep(person, {key: values[key] for key in PROFILE if key in values}, by=by)
        if hours is not None:
            accounts.change_account(person, {"working_hours": dict(hours)}, by=by)
    return person


def set_absence(person_id: int, values: Mapping[str, Any], *, by: User) -> User:
    """Say when a person is away and who stands in; empty values end it. Errors: Missing, NotAllowed, Invalid by field."""
    with transaction.atomic():
        person = locked(person_id)
        if not may_set_absence(by, person):
            raise NotAllowed()
        keep(person, {key: values.get(key) for key in ABSENCE}, by=by)
    return person


def set_photo(person_id: int, upload: Any | None, *, by: User) -> User:
    """Put a picture in place of the photo, None to take it away. Errors: Missing, NotAllowed, Invalid (photo)."""
    person = User.objects.filter(pk=person_id, deleted_at=None).first()
    if person is None:
        raise Missing()
    if not may_change_profile(by, person):
        raise NotAllowed()
    name = photos.keep_photo(upload) if upload is not None else ""
    with transaction.atomic():
        person = locked(person_id)
        before = person.photo
        accounts.change_account(person, {"photo": name}, by=by)
        if before:
            transaction.on_commit(lambda: photos.forget(before))
    return person


def locked(person_id: int) -> User:
    person: User | None = User.objects.select_for_update().filter(pk=person_id, deleted_at=None).first()
    if person is None:
        raise Missing()
    return person


def keep(person: User, values: Mapping[str, Any], *, by: User) -> None:
    """Write the values with their event; the right to do so was asked before."""
    draft = Draft(current_schema().type("user"), person, by=by, via="page")
    draft.derive(values)
    if not draft.changed:
        return
    draft.check()
    draft.check_targets()
    store([draft])
    announce(draft, "changed")


def checked_hours(typed: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    """Working hours by week day ("0" is Monday) out of what was typed; a day with nothing typed is free.

    Errors: Invalid with a sentence at "hours.<day>" for what is no time, is half said, or ends before it begins.
    """
    found: dict[str, list[str]] = {}
    errors: dict[str, Any] = {}
    for day, (first, last) in typed.items():
        if not first.strip() and not last.strip():
            continue
        times = [time_of(first), time_of(last)]
        if None in times:
            errors[f"hours.{day}"] = _("Give both times as hours and minutes, like 09:00.")
        elif str(times[0]) >= str(times[1]):
            errors[f"hours.{day}"] = _("The day must end after it begins.")
        else:
            found[day] = [str(time) for time in times]
    if errors:
        raise Invalid(errors=errors)
    return found


def time_of(text: str) -> str | None:
    """ "9:00" as "09:00"; None for what is no time of day."""
    match = TIME.fullmatch(ascii_digits(text.strip()[:20]))
    return f"{int(match[1]):02}:{match[2]}" if match else None
