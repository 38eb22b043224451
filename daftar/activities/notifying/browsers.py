"""The browsers in which people want to be told: noted, listed, removed. Each goes with the session in which it was noted."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from daftar.access import sessions
from daftar.access.models import User
from daftar.activities.models import PushBrowser
from daftar.kernel import clock, web_push
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.kernel.text import clean_text

MOST, LONGEST_ENDPOINT = 10, 1_000
KEPT_REMOVED = timedelta(days=90)


def of(user: User) -> QuerySet[PushBrowser]:
    """The browsers of one person that can be reached, the newest first."""
    return PushBrowser.objects.filter(user=user, removed_at=None, session__isnull=False).order_by("-id")


def has_some() -> Exists:
    """Whether a person has such a browser, as a part of a query over people."""
    return Exists(PushBrowser.objects.filter(user=OuterRef("pk"), removed_at=None, session__isnull=False))


def attributes(request: Any) -> dict[str, Any]:
    """What the scripts of a page need to switch push on: where to ask, and whose sign-in this is."""
    return {
        "data-worker": reverse("activities:service_worker"), "data-key-url": reverse("activities:push_key"),
        "data-note-url": reverse("activities:push_note"), "data-person": request.user.pk, "data-began": sessions.began(request),
    }  # fmt: skip


def note(
    user: User, session: UserSession, *, endpoint: str, p256dh: str, auth: str, agent: str, by_itself: bool = False
) -> PushBrowser:
    """Note where the person can be reached, or note it anew.

    Shapes: `endpoint`, `p256dh` and `auth` are what the browser was given by its push service. What it sends `by_itself`, after
    its person signed in again, does not undo a removal.
    Errors: Invalid by field; Conflict when the person has ten browsers already, or removed this one.
    """
    endpoint = checked_endpoint(endpoint)
    checked_keys(p256dh, auth)
    mark = hashlib.sha256(endpoint.encode()).hexdigest()
    with transaction.atomic():
        # The person's row is the lock: twenty requests at once do not note twenty browsers.
        User.objects.select_for_update().get(pk=user.pk)
        PushBrowser.objects.filter(mark=mark).exclude(user=user).delete()  # somebody else sits at this browser now
        known = PushBrowser.objects.select_for_update().filter(mark=mark).first()
        if known and known.removed_at and by_itself:
            raise Conflict(_("This browser was removed from the list, so it stays off."))
        if of(user).exclude(mark=mark).count() >= MOST:
            raise Conflict(_("You are told in ten browsers already. Remove one of them first."))
        row, _is_new = PushBrowser.objects.update_or_create(mark=mark, defaults={
            "user": user, "session": session, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "agent": agent[:200],
            "removed_at": None, "problem": "",
        })  # fmt: skip
    return row


def remove(user: User, browser_id: int) -> None:
    """Tell the person there no more; what waits for it is dropped. Safe to repeat. Errors: Missing for who has no such browser."""
    with transaction.atomic():
        row = PushBrowser.objects.select_for_update().filter(user=user, pk=browser_id).first()
        if row is None:
            raise Missing()
        row.waiting.all().delete()
        row.session, row.endpoint, row.p256dh, row.auth, row.agent, row.problem = None, "", "", "", "", ""
        row.removed_at = row.removed_at or clock.now()
        row.save()


def forget_old() -> None:
    """The memory of removed ones is kept for three months."""
    PushBrowser.objects.filter(removed_at__lt=clock.now() - KEPT_REMOVED).delete()


# -- what a browser sends -------------------------------------------------------------------------------


def checked_endpoint(text: str) -> str:
    """The address of the push service. Errors: Invalid for anything but a public https address, as far as the text shows."""
    from daftar.kernel import egress  # an HTTP client is loaded by who uses it

    try:
        text = clean_text(text, max_length=LONGEST_ENDPOINT)
        url = egress.checked_url(text)
    except Invalid as problem:
        raise problem.at("endpoint") from None
    if url.scheme != "https" or url.fragment or not text.isascii():
        raise Invalid(_("The address of a push service begins with https."), field="endpoint")
    if is_inner(url.host) and not egress.is_allowed(url.host, url.port or 443):
        raise egress.ForbiddenHost(field="endpoint")
    return text


def is_inner(host: str) -> bool:
    """Whether it is plainly not a host of the internet; names are looked up when something is sent."""
    from daftar.kernel import egress

    try:
        return not egress.is_public(ipaddress.ip_address(host))
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


def checked_keys(p256dh: str, auth: str) -> None:
    for field, check, text in (("p256dh", web_push.browser_key, p256dh), ("auth", web_push.browser_secret, auth)):
        try:
            check(text)
        except Invalid as problem:
            raise problem.at(field) from None
