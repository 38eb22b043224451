"""Notices as mails: similar ones of a quarter of an hour are one mail; in quiet hours, a pause or an absence they wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import translation

from daftar.access import mails
from daftar.access.models import Installation, User
from daftar.access.preferences import formats_for
from daftar.activities.models import Notice
from daftar.activities.notifying import lines
from daftar.activities.notifying.kinds import KINDS, Kind
from daftar.activities.notifying.quiet import quiet_until
from daftar.activities.notifying.writing import wishes_of
from daftar.kernel import clock
from daftar.kernel.formats import using
from daftar.records.reader import Reader

PEOPLE_AT_ONCE, MOST_NOTICES, MOST_LINES = 200, 1_000, 20


def post_due() -> int:
    """Put the mails that are due into the outbox, at most 200 people at once; how many mails."""
    due = Notice.objects.filter(mail_at__lte=clock.now()).order_by("mail_at").values_list("to", flat=True)
    company = Installation.load()
    return sum(post_for(id_, company) for id_ in list(dict.fromkeys(due[:MOST_NOTICES]))[:PEOPLE_AT_ONCE])


def post_for(user_id: int, company: Installation) -> int:
    """The mails of one person: one for each kind of which something is due, with all that waits of it."""
    now = clock.now()
    with transaction.atomic():
        # The person's row is the lock: two workers do not mail the same.
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True, deleted_at=None).first()
        waiting = Notice.objects.filter(to=user_id, mail_at__isnull=False)
        if user is None or not user.email:
            waiting.update(mail_at=None)
            return 0
        waiting_for = quiet_until(user, wishes_of(user), now, company.time_zone)
        posted = 0
        for key in waiting.filter(mail_at__lte=now).order_by().values_list("kind", flat=True).distinct():
            kind, mine = KINDS[key], waiting.filter(kind=key).order_by("-id")
            if waiting_for and not kind.urgent:
                mine.filter(mail_at__lte=now).update(mail_at=waiting_for)
            else:
                posted += post_kind(user, kind, list(mine.select_related("activity")[:MOST_NOTICES]), company)
        return posted


def post_kind(user: User, kind: Kind, rows: Sequence[Notice], company: Installation) -> int:
    """One mail of these notices, if any of them is still worth one: wanted, not read meanwhile, and about what one may see."""
    wishes = wishes_of(user)
    wanted = [row for row in rows if kind.urgent or row.seen_at is None]
    if not kind.wanted(wishes.channels if wishes else {}, "mail"):
        wanted = []
    formats = formats_for(user, company)
    with translation.override(formats.language), using(formats):
        reader = Reader(user, formats=formats)
        titles = lines.titles_of(wanted, reader)
        wanted = [row for row in wanted if lines.may_be_shown(row, titles, reader)]
        if wanted:
            # Together whatever the hours: what waited through a night is one mail.
            line = lines.line_of(wanted, titles, reader)
            mails.post(
                f"notices:{kind.key}:{user.pk}:{wanted[-1].pk}:{wanted[0].pk}",
                "activities/mail/notices", to=str(user.email), language=formats.language, **words_of(line),
            )  # fmt: skip
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mail_at=None)
    return int(bool(wanted))


def words_of(line: lines.Line) -> dict[str, Any]:
    """What the template needs; the parts are named when there are several."""
    said = [line.sentence, line.what]
    return {
        "subject": " ".join(": ".join(part for part in said if part).split())[:200],
        "line": line, "parts": line.parts[:MOST_LINES], "more": len(line.ids) > min(len(line.parts), MOST_LINES) > 0,
        "link": mails.link(line.href), "all": mails.link("/notices/"), "kind": line.kind,
        "off": "" if line.kind.fixed else mails.link(f"/me/notices/?off={line.kind.key}"),
    }  # fmt: skip
