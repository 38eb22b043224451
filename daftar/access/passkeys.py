"""Passkeys: registered several to a person, and enough to sign in by, for the device asks for a finger, a face or a PIN.

django-allauth's part does the protocol; what comes from outside is checked here so that nonsense is a sentence and never a failure.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import factors
from daftar.access.factors import PASSKEY
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid

MOST = 20
LONGEST_ANSWER = 20_000
BROKEN = (ValidationError, ValueError, TypeError, KeyError, AttributeError, InvalidSignature, AssertionError)


def protocol() -> Any:
    """django-allauth's part, loaded with the first passkey: with it comes a list of all public suffixes of the internet."""
    from allauth.mfa.webauthn.internal import auth

    return auth


def of(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user, type=PASSKEY).order_by("pk"))


def question_for_new(user: User) -> dict[str, Any]:
    """What the browser asks the device for a new passkey; the answer must come back in the same session."""
    if len(of(user)) >= MOST:
        raise Invalid(_("You have %(count)s passkeys, more do not fit. Remove one first.") % {"count": MOST})
    return plain(protocol().begin_registration(user, passwordless=True))


def add(user: User, name: str, answer: str) -> Authenticator:
    """Keep the passkey that the device made. Errors: Invalid when the answer does not fit the question."""
    credential = read(answer)
    try:
        protocol().complete_registration(credential)
    except BROKEN:
        raise Invalid(_("The device gave no passkey that we can use. Try again.")) from None
    with transaction.atomic():
        row = protocol().WebAuthn.add(user, name or _("Passkey"), credential).instance
        factors.tell(user, "passkey", "added")
    return row


def question_for_known() -> dict[str, Any]:
    """What the browser asks the device for a passkey of ours, whoever's it is."""
    return plain(protocol().begin_authentication())


def whose(answer: str, *, only: User | None = None) -> User:
    """The person whose passkey answered. Errors: Invalid for anything else, with the same words for every reason."""
    credential = read(answer)
    try:
        user: Any = protocol().extract_user_from_response(credential)
        row = protocol().complete_authentication(user, credential)
    except BROKEN:
        raise unknown() from None
    if not user.is_active or user.deleted_at or (only is not None and user.pk != only.pk):
        raise unknown()
    row.last_used_at = clock.now()
    row.save(update_fields=["last_used_at"])
    person: User = User.objects.get(pk=user.pk)
    return person


def unknown() -> Invalid:
    return Invalid(_("This passkey is not known here. Use another one, or your password."))


def rename(row: Authenticator, name: str) -> None:
    row.data["name"] = name
    row.save(update_fields=["data"])


def read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer[:LONGEST_ANSWER])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise unknown()
    return found


def plain(options: Any) -> dict[str, Any]:
    """The options as JSON knows them."""
    return dict(json.loads(json.dumps(dict(options), default=dict)))
