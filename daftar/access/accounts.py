"""Who can sign in, and the passwords by which they do."""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel.errors import Invalid

LONGEST_PASSWORD = 128
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def able_to_sign_in() -> QuerySet[User]:
    """Active people with an address, and a password or a passkey; the others only own records."""
    people: QuerySet[User] = User.objects.filter(is_active=True, email__isnull=False, deleted_at=None)
    has_no_password = Q(password="") | Q(password__startswith="!")  # noqa: S106  # Django's mark of "none"
    has_passkey = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.WEBAUTHN))
    return people.filter(~has_no_password | has_passkey)


def check_password(password: str, user: User | None = None, *, field: str = "password") -> str:
    """The same password when it is long enough and not one that everybody tries first; raises `Invalid`."""
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(_("At most %(most)s characters fit here.") % {"most": LONGEST_PASSWORD}, field=field)
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise Invalid(" ".join(refused.messages), field=field) from None
    return password


def start_password() -> str:
    """A password to hand to somebody, readable by telephone: "k7mq-2fvd-x9rt-hb4w" (about 79 bits)."""
    return "-".join("".join(secrets.choice(READABLE) for _n in range(4)) for _part in range(4))
