"""Guessing passwords gets slower with each failure, per account and per network address; nobody is locked out for good.

An attempt is counted before the password is tried, so that many at once do not slip through together.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import ngettext

from daftar.access.models import SignInDelay
from daftar.kernel import clock
from daftar.kernel.errors import TooMany

FORGOTTEN_AFTER = dt.timedelta(hours=1)
LONGEST_SECONDS = 15 * 60


@dataclass(frozen=True)
class Counter:
    """One thing that is counted; `free` failures cost nothing, each further one doubles the wait."""

    key: str
    free: int


def counters(email: str, request: HttpRequest) -> tuple[Counter, Counter]:
    """The counters of an attempt: of the account (whether or not it exists) and of the network address."""
    return Counter(hashed(f"account:{email}"), 5), Counter(hashed(f"network:{network_of(request)}"), 30)


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
    """Count one attempt. Errors: TooMany with the seconds to wait; the attempt is then not made."""
    now = clock.now()
    with transaction.atomic():
        rows = [locked(counter) for counter in counters(email, request)]
        waits = [row.until for row in rows if row.until and row.until > now]
        if waits:
            raise too_many((max(waits) - now).total_seconds())
        for row, counter in zip(rows, counters(email, request)):
            row.failures = 1 if now - row.last_at > FORGOTTEN_AFTER else row.failures + 1
            row.last_at = now
            row.until = now + dt.timedelta(seconds=wait_seconds(row.failures - counter.free))
            row.save()


def locked(counter: Counter) -> SignInDelay:
    SignInDelay.objects.get_or_create(key=counter.key)
    return SignInDelay.objects.select_for_update().get(key=counter.key)


def wait_seconds(beyond: int) -> int:
    """1, 2, 4 … seconds after the free failures are used up, at most 15 minutes."""
    return 0 if beyond < 0 else min(2 ** min(beyond, 20), LONGEST_SECONDS)


def succeeded(email: str, request: HttpRequest) -> None:
    """The password was right: the account starts anew, and the network address has one failure less."""
    account, network = counters(email, request)
    SignInDelay.objects.filter(key=account.key).delete()
    SignInDelay.objects.filter(key=network.key, failures__gt=0).update(failures=F("failures") - 1, until=None)


def forget_old() -> None:
    SignInDelay.objects.filter(last_at__lt=clock.now() - dt.timedelta(days=1)).delete()


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
