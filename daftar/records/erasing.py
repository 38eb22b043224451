"""Export and erasure of a person: whose traces, how many where, all of them as a file, and away with them. Safe to repeat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.access.models import Row, User
from daftar.kernel import clock, erasures, personal
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.jobs import vacuum
from daftar.kernel.personal import Record, Subject
from daftar.records.models import Nameless
from daftar.records.reading import of_type
from daftar.records.schema import current_schema
from daftar.records.types import RecordType


@dataclass(frozen=True, slots=True)
class Count:
    """How many traces lie in one place."""

    key: str
    label: str
    count: int


def subject_of(type_key: str, record_id: int) -> Subject:
    """The person that a record is, with every other record that is the same one. Errors: Missing for what is no person, or gone."""
    types = current_schema().kept_types
    if (
        type_key not in types
        or not types[type_key].is_person
        or not of_type(types[type_key]).filter(pk=record_id).exists()
    ):
        raise Missing()
    return described(personal.every_record_of((type_key, record_id)))


def described(records: Iterable[Record]) -> Subject:
    """The subject with all names, addresses and phones that its records hold."""
    types = current_schema().kept_types
    found: dict[str, set[str]] = {"names": set(), "emails": set(), "phones": set()}
    records = tuple(records)
    for key, id_ in records:
        row = of_type(types[key]).filter(pk=id_).first() if key in types else None
        if row is not None:
            for kind, words in words_of(types[key], row).items():
                found[kind] |= words
    held = {kind: frozenset(words) for kind, words in found.items()}
    return Subject(records, names=held["names"], emails=held["emails"], phones=held["phones"])


def words_of(type_: RecordType, row: Row) -> dict[str, set[str]]:
    """By what the record names a person: the fields that its type says, phones and mail addresses."""
    names = {str(type_.whole.by_key[key].get(row) or "").strip() for key in type_.names_person.split()}
    if len(parts := type_.name_parts.split()) > 1:
        names |= {str(getattr(row, part, "")) for part in parts}
        names |= {" ".join(str(getattr(row, part, "")) for part in order).strip() for order in (parts, parts[::-1])}
    kinds = {"phones": "phones", "emails": "emails"}
    held: dict[str, set[str]] = {"names": names - {""}, "emails": set(), "phones": set()}
    for field in type_.fields:
        if field.kind in kinds:
            held[kinds[field.kind]] |= {item.value for item in field.get(row) or ()}
    if isinstance(row, User):
        held["emails"] |= {row.email} if row.email else set()
        held["phones"] |= {str(phone.get("value", "")) for phone in row.phones if isinstance(phone, dict)} - {""}
    return held


def rehearse(subject: Subject) -> list[Count]:
    """How many traces lie where, the empty places left out."""
    counts = [Count(place.key, str(place.label), len(place.find(subject))) for place in personal.places()]
    return [one for one in counts if one.count]


def erase_person(type_key: str, record_id: int, *, by: User) -> dict[str, int]:
    """Erase every trace of a person; how many lay where.

    Errors: NotAllowed, Missing, Invalid when something forbids it, with the sentence that says why.
    """
    if by.pk == record_id and type_key == "user":
        raise NotAllowed(_("Nobody erases themselves. Ask another owner."))
    with transaction.atomic():
        subject = subject_of(type_key, record_id)
        if why := personal.refusals(subject):
            raise Invalid(why[0])
        return erase(subject, by=by)


def erase(
    subject: Subject, *, by: User | None, is_again: bool = False, door: str = "", rule: int | None = None
) -> dict[str, int]:
    """Walk through all places in the caller's transaction; the list of erasures is written before the commit.

    A rule of retention, and a restore, empty the database's freed pages themselves, once for all that they erased.
    """
    made = moments_of(subject)
    walked = [place for place in personal.places() if not (subject.keeps_rows and place.stays_nameless)]
    counts = {place.key: place.erase(subject) for place in walked}
    if not is_again and not subject.record_only:
        for key, id_, moment in made:
            erasures.note(key, id_, moment, nameless=subject.keeps_rows)
    details: dict[str, Any] = {"rows": counts, "again": is_again}
    if rule is not None:
        details["rule"] = rule
    what = "record_deleted_for_good" if subject.record_only else "personal_data_erased"
    audit.record(what, by=by, about=subject.records[0], details=details, door=door)
    if not is_again and rule is None:
        transaction.on_commit(lambda: vacuum.enqueue())
    return counts


def record_alone(type_key: str, record_id: int) -> Subject:
    """The record with what belongs to it, and nothing that others say."""
    return Subject(((type_key, record_id),), record_only=True)


def moments_of(subject: Subject) -> list[tuple[str, int, Any]]:
    """When each record of the person was made."""
    types = current_schema().kept_types
    found = []
    for key, id_ in subject.records:
        moment = (
            of_type(types[key]).filter(pk=id_).values_list("created_at", flat=True).first() if key in types else None
        )
        if moment is not None:
            found.append((key, id_, moment))
    return found


def erase_again() -> int:
    """After a restore: erase whom the list of erasures names and whom the backup brought back; how many."""
    types, count = current_schema().kept_types, 0
    for line in erasures.lines():
        key, id_ = str(line["type"]), int(line["id"])
        row = of_type(types[key]).filter(pk=id_).first() if key in types else None
        if row is None or not erasures.means(line, row.created_at) or is_empty_account(row):
            continue
        nameless = bool(line["nameless"])
        if nameless and Nameless.objects.filter(type=key, record_id=id_).exists():
            continue
        with transaction.atomic():
            subject = described(personal.every_record_of((key, id_)))
            erase(replace(subject, keeps_rows=nameless), by=None, is_again=True)
        count += 1
    return count


def is_empty_account(row: Row) -> bool:
    return isinstance(row, User) and row.email is None and row.name == f"#{row.pk}"


def collected(subject: Subject) -> dict[str, Any]:
    """All traces by place, as plain values."""
    found = {str(place.label): place.find(subject) for place in personal.places()}
    return {"made_at": clock.now().isoformat(), "places": {label: rows for label, rows in found.items() if rows}}
