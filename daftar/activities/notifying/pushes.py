"""Notices as pushes to the browsers of a person: written of what they may see when it is sent, sent by the worker.

A push may go out twice, when the worker dies after the service took it: both carry one topic and one tag, so the browser shows one.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from daftar.access.models import Installation, User
from daftar.access.preferences import formats_for
from daftar.activities.models import Notice, OutgoingPush, PushBrowser
from daftar.activities.notifying import browsers, due, lines
from daftar.activities.notifying.kinds import KINDS, Kind
from daftar.activities.notifying.push_key import Pair, pair
from daftar.activities.notifying.quiet import quiet_until
from daftar.activities.notifying.writing import wishes_of
from daftar.kernel import clock, web_push
from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import using
from daftar.kernel.outbox import FIRST_PAUSE, GIVEN_UP_AFTER, LONGEST_PAUSE
from daftar.kernel.secrets import CannotUnseal
from daftar.records.reader import Reader

if TYPE_CHECKING:
    from daftar.kernel.egress import Answer

log = logging.getLogger("daftar.push")

CLAIM = timedelta(minutes=2)
AT_ONCE, SIDE_BY_SIDE, SECONDS = 24, 8, 8
KEPT_THERE = timedelta(hours=24)
"""So long a push service keeps what a browser that is switched off has not fetched."""
MOST_PARTS, LONGEST_TITLE, LONGEST_WORDS, LONGEST_LINE, AT_LEAST = 5, 120, 500, 120, 1_024
GONE, TOO_LONG = (404, 410), 413


@dataclass(frozen=True, slots=True)
class Letter:
    """One request to a push service, ready to go."""

    push: OutgoingPush
    endpoint: str
    headers: dict[str, str]
    body: bytes


# -- taking up what is due ------------------------------------------------------------------------------


def post_due() -> int:
    """Put what is due on its way to the browsers; how many pushes."""
    return due.post_due("push", post_kind)


def post_kind(user: User, kind: Kind, rows: Sequence[Notice], _company: Installation) -> int:
    """One push of these notices for each browser of the person."""
    ids = [row.pk for row in rows]
    made = [OutgoingPush(browser=browser, kind=kind.key, ids=ids) for browser in browsers.of(user)]
    return len(OutgoingPush.objects.bulk_create(made))


# -- sending: in the worker only ------------------------------------------------------------------------


def send_due() -> int:
    """Send what is due, at most 24 at once; how many the services took."""
    waiting = list(due_now().values_list("pk", flat=True)[:AT_ONCE])
    mine = [push for pk in waiting if (push := claim(pk))]
    if not mine:
        return 0
    try:
        keys = pair()
    except CannotUnseal:
        keys = None
    if keys is None:
        for push in mine:
            failed(push, "no key")
        return 0
    company = Installation.load()
    letters = [letter for push in mine if (letter := letter_of(push, keys, company))]
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="push") as hands:
        answers = list(hands.map(carried, letters))
    return sum(noted(letter.push, answer) for letter, answer in zip(letters, answers, strict=True))


def due_now() -> QuerySet[OutgoingPush]:
    now = clock.now()
    is_free = Q(until__isnull=True, next_try__lte=now) | Q(until__lte=now)
    return OutgoingPush.objects.filter(is_free).order_by("next_try", "pk")


def claim(pk: int) -> OutgoingPush | None:
    """The push, taken for two minutes; None when another worker was first."""
    with transaction.atomic():
        push = due_now().select_for_update(skip_locked=True).filter(pk=pk).first()
        if push is None:
            return None
        now = clock.now()
        push.until, push.first_try, push.attempts = now + CLAIM, push.first_try or now, push.attempts + 1
        push.save(update_fields=["until", "first_try", "attempts"])
        return push


def letter_of(push: OutgoingPush, keys: Pair, company: Installation) -> Letter | None:
    """What goes out now; None when nothing may: the person is gone, has read it, wants quiet, or may not see it any more."""
    browser, kind, now = PushBrowser.objects.filter(pk=push.browser_id).first(), KINDS.get(push.kind), clock.now()
    if browser is None or browser.removed_at:  # meanwhile, and the push with it
        return None
    user = User.objects.filter(pk=browser.user_id, is_active=True, deleted_at=None).first()
    if user is None:
        browser.delete()
        return None
    quiet = quiet_until(user, wishes_of(user), now, company.time_zone)
    if kind and quiet and not kind.urgent:
        OutgoingPush.objects.filter(pk=push.pk).update(next_try=quiet, until=None, first_try=None, attempts=0)
        return None
    words = words_for(user, kind, push, company) if kind else None
    if words is None or kind is None:
        push.delete()
        return None
    plain = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    return Letter(push, browser.endpoint, {
        "Authorization": keys.authorization(browser.endpoint), "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
        "TTL": str(int(KEPT_THERE.total_seconds())), "Topic": topic(push), "Urgency": "high" if kind.urgent or not kind.wait else "normal",
    }, web_push.encrypt(plain, browser.p256dh, browser.auth, at_least=0 if push.is_short else AT_LEAST))  # fmt: skip


def topic(push: OutgoingPush) -> str:
    """The same for the same push however often it goes out, and telling nothing about it."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:push:{push.pk}".encode()).hexdigest()[:32]


def carried(letter: Letter) -> Answer | DaftarError:
    """The only step outside; it runs in a thread of its own and asks nothing of the database."""
    from daftar.kernel import egress  # an HTTP client is loaded by who uses it

    try:
        return egress.fetch(
            letter.endpoint, method="POST", headers=letter.headers, content=letter.body, seconds=SECONDS
        )
    except DaftarError as problem:
        return problem


def noted(push: OutgoingPush, answer: Answer | DaftarError) -> bool:
    """Keep what came of it; whether the service took it."""
    if isinstance(answer, DaftarError):
        failed(push, type(answer).code)
    elif 200 <= answer.status < 300:
        with transaction.atomic():
            OutgoingPush.objects.filter(pk=push.pk).delete()
            PushBrowser.objects.filter(pk=push.browser_id).update(used_at=clock.now(), problem="")
        return True
    elif answer.status in GONE:
        PushBrowser.objects.filter(pk=push.browser_id).delete()
        log.info("browser gone", extra={"browser": push.browser_id, "status": answer.status})
    elif answer.status == TOO_LONG and not push.is_short:
        OutgoingPush.objects.filter(pk=push.pk).update(is_short=True, until=None, next_try=clock.now())
    else:
        failed(push, str(answer.status), asked_pause(answer.headers.get("retry-after", "")))
    return False


def failed(push: OutgoingPush, problem: str, asked: timedelta = timedelta()) -> None:
    """Try again after a pause that doubles, or as long as the service asks; after a day nobody tries any more."""
    now = clock.now()
    pause = max(min(FIRST_PAUSE * 2 ** min(push.attempts - 1, 20), LONGEST_PAUSE), asked)
    is_hopeless = now + pause > (push.first_try or now) + GIVEN_UP_AFTER
    mine = OutgoingPush.objects.filter(pk=push.pk)
    with transaction.atomic():
        if is_hopeless:
            mine.delete()
        else:
            mine.update(next_try=now + pause, until=None)
        PushBrowser.objects.filter(pk=push.browser_id).update(problem=problem[:200])
    log.warning(
        "push not sent", extra={"push": push.pk, "attempts": push.attempts, "given_up": is_hopeless, "problem": problem}
    )


def asked_pause(text: str) -> timedelta:
    """What a Retry-After header asks for, in seconds or as a date; at most six hours, nothing for what is neither."""
    if text.isdecimal() and text.isascii():
        return min(timedelta(seconds=int(text[:9])), LONGEST_PAUSE)
    try:
        moment: datetime = parsedate_to_datetime(text)
        return min(max(moment - clock.now(), timedelta()), LONGEST_PAUSE)
    except (TypeError, ValueError):
        return timedelta()


# -- words ----------------------------------------------------------------------------------------------


def words_for(user: User, kind: Kind, push: OutgoingPush, company: Installation) -> dict[str, Any] | None:
    """What the browser shows, in the language of the person; None when nothing is worth telling any more."""
    rows = list(
        Notice.objects.filter(to=user, kind=kind.key, pk__in=push.ids).select_related("activity").order_by("-id")
    )
    formats = formats_for(user, company)
    with translation.override(formats.language), using(formats):
        line = due.line_of(user, kind, rows, "push", Reader(user, formats=formats))
        if line is None:
            return None
        head = {
            "tag": topic(push), "lang": formats.language, "dir": "rtl" if get_language_bidi() else "ltr", "href": line.href,
            "settings": "/me/notices/" if kind.fixed else f"/me/notices/?off={kind.key}",
            "settings_label": _("How you are told") if kind.fixed else _("Switch off"),
        }  # fmt: skip
        why = f"{_('Why you get this:')} {kind.why}"
        if push.is_short:
            return {**head, "title": line.sentence[:LONGEST_TITLE], "body": why[:LONGEST_LINE]}
        return {**head, "title": title_of(line), "body": f"{body_of(line)}\n{why}".strip()}


def title_of(line: lines.Line) -> str:
    return " ".join(": ".join(part for part in (line.sentence, line.what) if part).split())[:LONGEST_TITLE]


def body_of(line: lines.Line) -> str:
    """Whose act it was and what it is about; of several, the first five by name."""
    said = [" · ".join(part for part in (line.about, line.who) if part)] if not line.parts else []
    said += [" · ".join(part for part in (one.what, one.about, one.who) if part) for one in line.parts[:MOST_PARTS]]
    return "\n".join(text[:LONGEST_LINE] for text in said if text)[:LONGEST_WORDS]
