"""The accounts of people: who may sign in, in which role; at least one owner always stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from daftar.access import audit, decide, factors, sessions
from daftar.access.accounts import able_to_sign_in, check_password, start_password
from daftar.access.ending import end_access
from daftar.access.models import Role, User
from daftar.kernel import clock
from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.records import writing
from daftar.records.models import ChangeSet, Event
from daftar.records.rehearsal import PersonChange
from daftar.records.schema import current_schema
from daftar.records.searching.text import search_text


def add_person(
    name: str, email: str, roles: Sequence[str], *, by: User, department: int | None = None, office: int | None = None
) -> tuple[User, str]:
    """Add a person who can sign in; returns them and their first password, which is kept nowhere else.

    Shapes: `roles` are keys of roles that are in use, at least one.
    Errors: NotAllowed (also for making an owner without being one), Invalid by field.
    """
    type_ = current_schema().type("user")
    with transaction.atomic():
        address = free_address(email)
        made = writing.create(type_, {"name": name, "department": department, "office": office}, by=by, via="page")
        person: Any = User.objects.select_for_update().get(pk=made.pk)
        change_account(person, {"email": address, "roles": checked_roles(roles, None, by)}, by=by)
        password = start_password()
        person.set_password(password)
        person.save(update_fields=["password"])
    return person, password


def change_person(
    person_id: int,
    *,
    by: User,
    name: str,
    email: str,
    roles: Sequence[str],
    is_active: bool,
    department: int | None = None,
    office: int | None = None,
) -> User:
    """Change everything of a person but the password; who is made inactive is signed out at once.

    Errors: NotAllowed, Missing, Invalid by field, among them for the last owner, who stays owner and active.
    """
    type_ = current_schema().type("user")
    with transaction.atomic():
        person = locked(person_id, by)
        leaves = person.is_active and not is_active
        values = checked_values(person, email, roles, is_active, by)
        writing.change(type_, person_id, {"name": name, "department": department, "office": office}, by=by, via="page")
        person.refresh_from_db()
        change_account(person, values, by=by)
        if leaves:
            end_access(person, by=by)
    return person


def deactivate(person_id: int, *, by: User) -> User:
    """Close the account of a person: no sign-in, no session, no key, no open page from now on; safe to repeat.

    Errors: NotAllowed (an owner by somebody who is none), Missing, Invalid for the last owner.
    """
    with transaction.atomic():
        person = locked(person_id, by)
        if person.is_owner and not by.is_owner:
            raise NotAllowed(_("Only an owner makes an owner active or inactive."))
        keep_an_owner(person, {"roles": person.roles, "is_active": False})
        change_account(person, {"is_active": False}, by=by)
        end_access(person, by=by)
    return person


def proposed_change(
    person_id: int, *, by: User, email: str, roles: Sequence[str], is_active: bool, department: int | None
) -> PersonChange:
    """What `change_person` would change of the person's rights, for a rehearsal; raises what it would raise."""
    if not decide.may(by, "change", "user"):
        raise NotAllowed()
    person: User | None = User.objects.filter(pk=person_id, deleted_at=None).first()
    if person is None:
        raise Missing()
    values = checked_values(person, email, roles, is_active, by)
    return PersonChange(values["roles"], department, department != person.department_id, is_active)


def set_new_password(person_id: int, *, by: User) -> str:
    """Give a person a new password, which is returned and kept nowhere else; all their sessions end.

    Errors: NotAllowed, Missing, Invalid when they have no e-mail address.
    """
    with transaction.atomic():
        person = locked(person_id, by)
        if person.is_owner and not by.is_owner:
            raise NotAllowed(_("Only an owner changes the password of an owner."))
        if not person.email:
            raise Invalid(_("Give this person an e-mail address first; it is what they sign in with."), field="email")
        password = check_password(start_password(), person)
        person.set_password(password)
        person.save(update_fields=["password"])
        sessions.end_all(person)
        tell(person, {}, by, "password")
    return password


def remove_second_factors(person_id: int, *, by: User) -> None:
    """For somebody who lost everything: their app, passkeys and codes go, and all their sessions end.

    Errors: NotAllowed, Missing, Invalid when they have no password to come back with.
    """
    with transaction.atomic():
        person = locked(person_id, by)
        if person.is_owner and not by.is_owner:
            raise NotAllowed(_("Only an owner changes the password of an owner."))
        if not person.has_usable_password():
            raise Invalid(_("Set a new password first; without one they could not come back."))
        factors.remove_all(person, by=by)
        sessions.end_all(person)
        tell(person, {}, by, "second_factors")


def locked(person_id: int, by: User) -> User:
    """The person under a lock; all who can sign in are locked with them, so that two owners cannot remove each other at once."""
    if not decide.may(by, "change", "user"):
        raise NotAllowed()
    list(User.objects.select_for_update().exclude(email=None).order_by("pk").values_list("pk"))
    person: User | None = User.objects.select_for_update().filter(pk=person_id, deleted_at=None).first()
    if person is None:
        raise Missing()
    return person


def checked_values(person: User, email: str, roles: Sequence[str], is_active: bool, by: User) -> dict[str, Any]:
    """The account as it is to be, when all of it may be."""
    address = free_address(email, but=person.pk) if email.strip() else None
    if address is None and person.email:
        raise Invalid(_("A person who signs in needs an e-mail address."), field="email")
    values = {"email": address, "roles": checked_roles(roles, person, by), "is_active": is_active}
    keep_an_owner(person, values)
    if person.is_owner and person.is_active != is_active and not by.is_owner:
        raise NotAllowed(_("Only an owner makes an owner active or inactive."))
    return values


def free_address(email: str, but: int | None = None) -> str:
    try:
        address = parse_email(email)
    except Invalid as refused:
        raise refused.at("email") from None
    if User.objects.filter(email=address).exclude(pk=but).exists():
        raise Invalid(_("Somebody has this e-mail address already."), field="email")
    return address


def checked_roles(roles: Sequence[str], person: User | None, by: User) -> list[str]:
    """The roles in their order, when they exist and this person may give them."""
    before = person.roles if person else []
    in_use = list(Role.objects.filter(Q(archived=False) | Q(key__in=before)).values_list("key", flat=True))
    if not roles or not set(roles) <= set(in_use):
        raise Invalid(_("Choose at least one of the list."), field="roles")
    if (Role.OWNER in roles) != (Role.OWNER in before) and not by.is_owner:
        raise NotAllowed(_("Only an owner makes or unmakes an owner."))
    return [key for key in in_use if key in roles]


def keep_an_owner(person: User, values: dict[str, Any]) -> None:
    """Refuse what would leave the company without an owner who can sign in."""
    stays = Role.OWNER in values["roles"] and values["is_active"]
    if not person.is_owner or stays:
        return
    if not any(Role.OWNER in held for held in able_to_sign_in().exclude(pk=person.pk).values_list("roles", flat=True)):
        field = "roles" if Role.OWNER not in values["roles"] else "is_active"
        raise Invalid(_("This is the last owner. Make somebody else an owner first."), field=field)


def start_in_role(people: Sequence[User], role: str, *, by: User, change_set: ChangeSet | None = None) -> None:
    """Give people who have just come by an import a role other than the usual first one.

    Errors: NotAllowed for who may not change the settings; Invalid by field for a role that is not in use.
    """
    if not decide.may_settings(by):
        raise NotAllowed()
    roles = checked_roles([role], None, by)
    for person in people:
        change_account(person, {"roles": roles}, by=by, via="import", change_set=change_set)


def change_account(
    person: User, values: dict[str, Any], *, by: User, via: str = "page", change_set: ChangeSet | None = None
) -> None:
    """Keep what differs, with its event."""
    changes = {key: [getattr(person, key), value] for key, value in values.items() if getattr(person, key) != value}
    if not changes:
        return
    for key, value in values.items():
        setattr(person, key, value)
    person.version += 1
    person.changed_at, person.changed_by = clock.now(), by
    person.search = search_text(current_schema().type("user"), person)
    person.save(update_fields=[*values, "version", "changed_at", "changed_by", "search"])
    tell(person, changes, by, "changed", via, change_set)


def tell(
    person: User, changes: dict[str, Any], by: User, kind: str, via: str = "page", change_set: ChangeSet | None = None
) -> None:
    Event.objects.create(
        at=clock.now(),
        type="user",
        record_id=person.pk,
        version=person.version,
        kind=kind,
        by=by,
        via=via,
        changes=changes,
        change_set=change_set,
    )
    what = "password_changed" if kind == "password" else "person_changed"
    audit.record(what, by=by, about=("user", person.pk), details={"changes": changes})
