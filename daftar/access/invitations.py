"""Invitations: made for several people at once, sent by mail or handed over as a link, used once within a week."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from daftar.access import audit, decide, mails
from daftar.access.accounts import able_to_sign_in
from daftar.access.models import Department, Invitation, Role, User
from daftar.access.shipped_roles import role_names
from daftar.kernel import clock, events
from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Invalid, Missing, NotAllowed

VALID_FOR = timedelta(days=7)
MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Guest:
    """Whom to invite: by mail, or with "" as address by a link to hand over."""

    email: str
    role: str
    department: Department | None = None


@dataclass(frozen=True)
class PersonJoined:
    """Somebody came by an invitation or by the company's account service, and can sign in from now on."""

    user_id: int


@dataclass(frozen=True)
class Made:
    """An invitation with its link, which is shown now and kept nowhere."""

    invitation: Invitation
    link: str


def invite(guests: list[Guest], *, by: User, language: str = "") -> list[Made]:
    """Invite all of them or none; each with an address gets a mail.

    Errors: NotAllowed, Invalid at `emails` naming the address that cannot be invited.
    """
    if not decide.may(by, "change", "user"):
        raise NotAllowed()
    if not 0 < len(guests) <= MOST_AT_ONCE:
        raise Invalid(
            _("Invite at least one person, and at most %(count)s at once.") % {"count": MOST_AT_ONCE}, field="emails"
        )
    addresses = [guest.email for guest in guests if guest.email]
    if twice := {address for address in addresses if addresses.count(address) > 1}:
        raise Invalid(_("%(address)s stands here twice.") % {"address": min(twice)}, field="emails")
    with transaction.atomic():
        made = [invite_one(guest, by=by, language=language) for guest in guests]
        for one in made:
            row = one.invitation
            audit.record(
                "invited", by=by, about=("invitation", row.pk), details={"email": row.email, "roles": [row.role]}
            )
        return made


def invite_one(guest: Guest, *, by: User, language: str) -> Made:
    check_role(guest.role, by)
    email = parse_email(guest.email) if guest.email else ""
    person = free_person(email)
    open_ones = Invitation.objects.filter(email=email, used_at=None, withdrawn_at=None)
    if email:
        open_ones.update(withdrawn_at=clock.now())
    token = secrets.token_urlsafe(24)
    row = Invitation.objects.create(
        email=email, token_hash=hashed(token), role=guest.role, department=guest.department, person=person,
        language=language, by=by, made_at=clock.now(), until=clock.now() + VALID_FOR,
    )  # fmt: skip
    return announce(row, token)


def check_role(role: str, by: User) -> None:
    if role not in role_names():
        raise Invalid(_("Choose one of the list."), field="roles")
    if role == Role.OWNER and not by.is_owner:
        raise NotAllowed(_("Only an owner makes or unmakes an owner."))


def free_person(email: str) -> User | None:
    """Who has this address without being able to sign in, or None. Errors: Invalid when they can."""
    person: User | None = User.objects.filter(email=email).first() if email else None
    if person and (able_to_sign_in().filter(pk=person.pk).exists() or not person.is_active or person.deleted_at):
        raise Invalid(_("%(address)s belongs to somebody who is here already.") % {"address": email}, field="emails")
    return person


def announce(row: Invitation, token: str) -> Made:
    address = mails.link(f"/invitation/{token}/")
    if row.email:
        mails.post(
            f"invitation:{row.pk}:{row.turn}", "invitation", to=row.email, language=row.language,
            by=" ".join(row.by.name.split()), until=row.until, link=address,
        )  # fmt: skip
    return Made(row, address)


def send_again(invitation_id: int, *, by: User) -> Made:
    """A new link with a week of its own, in a new mail; the old link opens nothing any more.

    Errors: NotAllowed, Missing, Invalid when it was used by somebody who can sign in.
    """
    with transaction.atomic():
        row = locked(invitation_id, by)
        if row.person and able_to_sign_in().filter(pk=row.person.pk).exists():
            raise Invalid(_("This person is here already."))
        token = secrets.token_urlsafe(24)
        row.token_hash, row.turn, row.until = hashed(token), row.turn + 1, clock.now() + VALID_FOR
        row.withdrawn_at = row.used_at = None
        row.save()
        return announce(row, token)


def withdraw(invitation_id: int, *, by: User) -> None:
    """Make the link open nothing. Errors: NotAllowed, Missing."""
    with transaction.atomic():
        row = locked(invitation_id, by)
        if row.state == "open":
            row.withdrawn_at = clock.now()
            row.save(update_fields=["withdrawn_at"])


def locked(invitation_id: int, by: User) -> Invitation:
    if not decide.may(by, "change", "user"):
        raise NotAllowed()
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("by", "person")
        .filter(pk=invitation_id)
        .first()
    )
    if row is None:
        raise Missing()
    check_role(row.role, by)
    return row


# -- the guest's side -----------------------------------------------------------------------------------


def opened(token: str) -> Invitation:
    """The invitation of this link. Errors: Missing for one that is used, withdrawn, over or unknown, all alike."""
    row = Invitation.objects.select_related("department", "by", "person").filter(token_hash=hashed(token)).first()
    if row is None or row.state != "open" or not row.by.is_active:
        raise Missing(_("This invitation is no longer valid. Ask for a new one."))
    return row


def accept(token: str, *, name: str, email: str, password: str | None, language: str = "") -> User:
    """Make the person, who can sign in with this password (None: with a passkey, set up next). The link is used up.

    Errors: Missing as in `opened`, also for the second of two at once; Invalid at `email` when it is somebody's.
    """
    with transaction.atomic():
        row = opened(token)
        now = clock.now()
        if not Invitation.objects.filter(pk=row.pk, used_at=None, withdrawn_at=None).update(used_at=now):
            raise Missing(_("This invitation is no longer valid. Ask for a new one."))
        person = row.person or new_person(row.email or parse_email(email), language)
        person.name, person.roles = name, [row.role]
        person.department = row.department or person.department
        person.set_password(password)
        person.version, person.changed_at, person.changed_by = person.version + 1, now, row.by
        person.save()
        Invitation.objects.filter(pk=row.pk).update(person=person)
        events.publish(PersonJoined(person.pk))
    return person


def new_person(email: str, language: str) -> User:
    try:
        with transaction.atomic():
            made: User = User.objects.create_user(email, None, name=email, language=language)
            return made
    except IntegrityError:
        raise Invalid(_("Somebody has this e-mail address already."), field="email") from None


def hashed(token: str) -> str:
    """A token has 192 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(f"invitation:{token[:200]}".encode("utf-8", "replace")).hexdigest()
