"""Second factors: authenticator app (TOTP), passkeys, recovery codes; kept in django-allauth's table, checked with its code.

Two things are stricter than there: a code of the app works once on all servers (the last time step is kept in the row), and
recovery codes are kept as hashes only.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from daftar.access import audit, decide, sessions
from daftar.access.accounts import start_password
from daftar.access.models import Role, User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.prepared import Prepared
from daftar.kernel.secrets import seal, unseal

APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
HOW_MANY_CODES = 10


def owners_demanding() -> QuerySet[Role, int]:
    return Role.objects.filter(key=Role.OWNER, second_factor=True).values_list("pk", flat=True)


OWNERS_DEMANDING: Prepared[int] = Prepared(owners_demanding)
"""The role of owners, if it demands a second factor."""


def second_factor_demanded(user: User) -> bool:
    """Whether this person gets nowhere without a second factor."""
    demanded: frozenset[str] = settings.SECOND_FACTOR_ROLES
    if "all" in demanded or demanded & set(user.roles):
        return True
    if user.is_owner:
        return bool(OWNERS_DEMANDING.rows())
    return any(role.second_factor for role in decide.standing(user).roles)


def has_second_factor(user: User) -> bool:
    """Whether the person has an authenticator app or a passkey; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user, type__in=(APP, PASSKEY)).exists())


def is_lacking(request: Any) -> bool:
    """Whether the person must set something up before going anywhere else: a second factor that is demanded of them, or any
    way to come back, for those who came by an invitation without choosing a password.
    """
    shown, user = set(sessions.how(request)), sessions.who_asks(request)
    if "invitation" in shown and not user.has_usable_password() and not has_second_factor(user):
        return True
    if not second_factor_demanded(user) or shown & {"app", "passkey", "code"}:
        return False
    if "company" in shown and settings.OPENID and settings.OPENID.asks_second:
        return False
    return not has_second_factor(user)


def of_kind(user: User, kind: str) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=kind).first()


# -- authenticator app ----------------------------------------------------------------------------------


def new_app_secret() -> str:
    """The key of a new entry in an authenticator app, as text that can be typed."""
    return str(generate_totp_secret())


def app_picture(user: User, secret: str) -> str:
    """The QR code of the key, as SVG."""
    return str(get_adapter().build_totp_svg(get_adapter().build_totp_url(user, secret)))


def add_app(user: User, secret: str, code: str) -> None:
    """Keep the app when the code that it shows is right. Errors: Invalid at `code`; also when there is one already."""
    step = matching_step(secret, code, after=0)
    if step is None:
        raise Invalid(
            _("This code is not right. Look whether the clock of the device is, and type the newest code."),
            field="code",
        )
    kept = {"secret": seal(secret, bound_to(user)), "last_step": step}
    try:
        with transaction.atomic():
            Authenticator.objects.create(user=user, type=APP, data=kept, last_used_at=clock.now())
            tell(user, "app", "added")
    except IntegrityError:
        raise Invalid(_("There is an authenticator app already. Remove it first."), field="code") from None


def app_code_is_right(user: User, code: str) -> bool:
    """Whether the app shows this code now. A right one works once, also for many at the same moment."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=user, type=APP).first()
        if row is None:
            return False
        step = matching_step(unseal(row.data["secret"], bound_to(user)), code, after=row.data.get("last_step", 0))
        if step is None:
            return False
        row.data["last_step"], row.last_used_at = step, clock.now()
        row.save(update_fields=["data", "last_used_at"])
        return True


def matching_step(secret: str, code: str, *, after: int) -> int | None:
    """The time step whose code this is, if it is one of now (give or take 30 seconds) and later than the last one used."""
    typed = normalize_user_code(code)
    steps = [step for step in yield_hotp_counters_from_time() if step > after]
    found = [step for step in steps if same(format_hotp_value(hotp_value(secret, step)), typed)]
    return found[0] if found else None


def bound_to(user: User) -> str:
    return f"totp:{user.pk}"


# -- recovery codes -------------------------------------------------------------------------------------


def make_codes(user: User) -> list[str]:
    """Ten new codes, which replace the old ones; they are kept nowhere else."""
    codes = [start_password() for _n in range(HOW_MANY_CODES)]
    Authenticator.objects.update_or_create(user=user, type=CODES, defaults={
        "data": {"hashes": [hashed(code) for code in codes]}, "created_at": clock.now(),
    })  # fmt: skip
    return codes


def codes_left(user: User) -> int:
    row = of_kind(user, CODES)
    return len(row.data["hashes"]) if row else 0


def use_code(user: User, code: str) -> bool:
    """Whether this is one of the person's recovery codes; it is gone afterwards."""
    wanted = hashed(code)
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=user, type=CODES).first()
        if row is None or not any(same(kept, wanted) for kept in row.data["hashes"]):
            return False
        row.data["hashes"] = [kept for kept in row.data["hashes"] if not same(kept, wanted)]
        row.last_used_at = clock.now()
        row.save(update_fields=["data", "last_used_at"])
        return True


def hashed(code: str) -> str:
    """A code has 79 random bits, so a plain hash cannot be guessed back."""
    plain = "".join(letter for letter in code.lower()[:64] if letter.isalnum())
    return hashlib.sha256(f"recovery:{plain}".encode()).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


# -- removing -------------------------------------------------------------------------------------------


def remove(user: User, row: Authenticator) -> None:
    """Take an app or a passkey away; the recovery codes go with the last one.

    Errors: Invalid when the person may not be without, or could not sign in any more.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        others = Authenticator.objects.filter(user=user, type__in=(APP, PASSKEY)).exclude(pk=row.pk)
        if not others.exists():
            if second_factor_demanded(user):
                raise Invalid(_("Your role needs a second factor. Add another one before you remove this."))
            Authenticator.objects.filter(user=user, type=CODES).delete()
        if not user.has_usable_password() and not others.filter(type=PASSKEY).exists():
            raise Invalid(_("You have no password, so you could not sign in any more. Set a password first."))
        row.delete()
        tell(user, "app" if row.type == APP else "passkey", "removed")


def tell(user: User, factor: str, what: str, *, by: User | None = None) -> None:
    audit.record(
        "second_factor_changed", by=by or user, about=("user", user.pk), details={"factor": factor, "what": what}
    )


def remove_all(user: User, *, by: User) -> None:
    """For an administrator, when somebody lost everything: all second factors go."""
    Authenticator.objects.filter(user=user).delete()
    tell(user, "all", "removed", by=by)
