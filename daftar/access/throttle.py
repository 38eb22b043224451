"""Guessing passwords gets slower with each failure; nobody is locked out for good, and nobody can lock somebody else out.

Failures count per account as one network tries it, per network, and, with much more patience, per account as all networks
together try it. A browser that has signed in to the account before carries a signed cookie, and has a counter of its own:
what strangers do to the account does not hold it up; nor does it hold up who came by a link in a mail. An attempt is counted
before the password is tried, so that many at once do not slip through together.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from daftar.access.models import SignInDelay
from daftar.kernel import clock
from daftar.kernel.errors import TooMany

FORGOTTEN_AFTER = dt.timedelta(hours=1)
LONGEST_SECONDS = 15 * 60
DEVICE_COOKIE = ("__Host-" if settings.IS_TLS else "") + "daftar_device"
DEVICE_SECONDS = 365 * 86_400
ACCOUNTS_PER_DEVICE = 8
MAILED = "mailed:"


@dataclass(frozen=True)
class Counter:
    """One thing that is counted; `free` failures cost nothing, each further one doubles the wait."""

    key: str
    free: int


def counters(email: str, request: HttpRequest) -> list[Counter]:
    """The counters of an attempt: of this known browser alone, else of the account (whether or not it exists) and the network."""
    if device := known_devices(request).get(short(email)):
        return [Counter(hashed(f"device:{device}:{email}"), 5)]
    network = network_of(request)
    return [
        Counter(hashed(f"account:{email}:{network}"), 5),
        Counter(hashed(f"network:{network}"), 30),
        Counter(hashed(f"account:{email}"), 50),
    ]


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def network_of(request: HttpRequest) -> str:
    """The address of the caller; of IPv6 the part that one subscriber has."""
    text = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else text


def begin(email: str, request: HttpRequest) -> None:
    """Count one attempt at this account. Errors: TooMany with the seconds to wait; the attempt is then not made."""
    count(counters(email, request))


def begin_as(what: str, free: int = 5) -> None:
    """Count one attempt at something that only its person can reach ("second:7"), so that nobody else slows it."""
    count([Counter(hashed(what), free)])


def begin_apart(what: str, email: str, request: HttpRequest, free: int = 5) -> None:
    """As `begin_as`, but a browser known for this account has a counter apart from all others."""
    begin_as(apart(what, email, request), free)


def succeeded_apart(what: str, email: str, request: HttpRequest) -> None:
    succeeded_as(apart(what, email, request))


def apart(what: str, email: str, request: HttpRequest) -> str:
    return f"{what}:{known_devices(request).get(short(email), '')}"


def begin_from(what: str, request: HttpRequest, free: int = 30) -> None:
    """Count one attempt of this network at something that belongs to no account."""
    count([Counter(hashed(f"{what}:{network_of(request)}"), free)])


def count(counted: list[Counter]) -> None:
    now = clock.now()
    with transaction.atomic():
        rows = [locked(counter) for counter in counted]
        waits = [row.until for row in rows if row.until and row.until > now]
        if waits:
            raise too_many((max(waits) - now).total_seconds())
        for row, counter in zip(rows, counted):
            row.failures = 1 if now - row.last_at > FORGOTTEN_AFTER else row.failures + 1
            row.last_at = now
            seconds = wait_seconds(row.failures - counter.free)
            row.until = now + dt.timedelta(seconds=seconds) if seconds else None
            row.save()


def locked(counter: Counter) -> SignInDelay:
    SignInDelay.objects.get_or_create(key=counter.key)
    return SignInDelay.objects.select_for_update().get(key=counter.key)


def wait_seconds(beyond: int) -> int:
    """1, 2, 4 … seconds after the free failures are used up, at most 15 minutes."""
    return 0 if beyond < 0 else min(2 ** min(beyond, 20), LONGEST_SECONDS)


def succeeded(email: str, request: HttpRequest) -> None:
    """The password was right: this browser or network starts anew with the account, and what counts more has one failure less."""
    first, *others = counters(email, request)
    SignInDelay.objects.filter(key=first.key).delete()
    for counter in others:
        SignInDelay.objects.filter(key=counter.key, failures__gt=0).update(failures=F("failures") - 1, until=None)


def succeeded_as(what: str) -> None:
    SignInDelay.objects.filter(key=hashed(what)).delete()


def forget_old() -> None:
    SignInDelay.objects.filter(last_at__lt=clock.now() - dt.timedelta(days=1)).delete()


# -- browsers that have signed in before ----------------------------------------------------------------


def remember_device(request: HttpRequest, response: HttpResponse, email: str, *, has_signed_in: bool = True) -> None:
    """Let this browser be known for the account from now on; it opens nothing, it only has a counter of its own.

    One that came by a link in a mail has not signed in yet: its first sign-in is that of a new device all the same.
    """
    kept = known_devices(request)
    name = kept.pop(short(email), "") or MAILED + secrets.token_hex(8)
    kept = {short(email): name.removeprefix(MAILED) if has_signed_in else name} | kept
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(dict(list(kept.items())[:ACCOUNTS_PER_DEVICE]), salt=DEVICE_COOKIE),
        max_age=DEVICE_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def known_devices(request: HttpRequest) -> dict[str, str]:
    """Accounts that this browser has signed in to, each with the browser's name for it."""
    try:
        found = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE, max_age=DEVICE_SECONDS)
    except signing.BadSignature:
        return {}
    return dict(found)


def is_known_device(request: HttpRequest, email: str) -> bool:
    """Whether this browser has signed in to the account before."""
    name = known_devices(request).get(short(email), MAILED)
    return not name.startswith(MAILED)


def short(email: str) -> str:
    return hashed(f"known:{email}")[:16]


def too_many(seconds: float) -> TooMany:
    """The error with its sentence, in seconds below a minute and a half, else in whole minutes."""
    whole = max(1, round(seconds))
    if whole < 90:
        sentence = ngettext(
            "Too many attempts. Wait %(count)s second and try again.",
            "Too many attempts. Wait %(count)s seconds and try again.",
            whole,
        ) % {"count": whole}
    else:
        minutes = -(-whole // 60)
        sentence = ngettext(
            "Too many attempts. Wait %(count)s minute and try again.",
            "Too many attempts. Wait %(count)s minutes and try again.",
            minutes,
        ) % {"count": minutes}
    return TooMany(sentence, retry_after=whole)
