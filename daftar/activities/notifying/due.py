"""What waits to be sent to people, by mail or push: taken up person by person, when their hours allow it; similar ones together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from django.db import transaction

from daftar.access.models import Installation, User
from daftar.activities.models import Notice
from daftar.activities.notifying import lines
from daftar.activities.notifying.kinds import KINDS, Kind
from daftar.activities.notifying.quiet import quiet_until
from daftar.activities.notifying.writing import wishes_of
from daftar.kernel import clock
from daftar.records.reader import Reader

PEOPLE_AT_ONCE, MOST_NOTICES = 200, 1_000
Channel = Literal["mail", "push"]
Post = Callable[[User, Kind, Sequence[Notice], Installation], int]


def post_due(channel: Channel, post: Post) -> int:
    """Take up what is due by this channel, of at most 200 people at once; how much `post` made of it."""
    moment = f"{channel}_at"
    due = Notice.objects.filter(**{f"{moment}__lte": clock.now()}).order_by(moment).values_list("to", flat=True)
    company = Installation.load()
    people = list(dict.fromkeys(due[:MOST_NOTICES]))[:PEOPLE_AT_ONCE]
    return sum(post_for(id_, channel, post, company) for id_ in people)


def post_for(user_id: int, channel: Channel, post: Post, company: Installation) -> int:
    """One for each kind of which something is due, with all that waits of it; in quiet hours they wait on."""
    now, moment = clock.now(), f"{channel}_at"
    with transaction.atomic():
        # The person's row is the lock: two workers do not take up the same.
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True, deleted_at=None).first()
        waiting = Notice.objects.filter(to=user_id, **{f"{moment}__isnull": False})
        if user is None:
            waiting.update(**{moment: None})
            return 0
        waiting_for = quiet_until(user, wishes_of(user), now, company.time_zone)
        posted = 0
        due = waiting.filter(**{f"{moment}__lte": now})
        for key in due.order_by().values_list("kind", flat=True).distinct():
            kind, mine = KINDS[key], waiting.filter(kind=key).order_by("-id")
            if waiting_for and not kind.urgent:
                mine.filter(**{f"{moment}__lte": now}).update(**{moment: waiting_for})
            else:
                rows = list(mine.select_related("activity")[:MOST_NOTICES])
                posted += post(user, kind, rows, company)
                Notice.objects.filter(pk__in=[row.pk for row in rows]).update(**{moment: None})
        return posted


def line_of(user: User, kind: Kind, rows: Sequence[Notice], channel: Channel, reader: Reader) -> lines.Line | None:
    """These notices as one line, whatever the hours between them: of those still worth sending. None when none is.

    Worth it is what is wanted, was not read meanwhile, and is about what the person may see now.
    """
    wishes = wishes_of(user)
    if not kind.wanted(wishes.channels if wishes else {}, channel):
        return None
    wanted = [row for row in rows if kind.urgent or row.seen_at is None]
    titles = lines.titles_of(wanted, reader)
    wanted = [row for row in wanted if lines.may_be_shown(row, titles, reader)]
    return lines.line_of(wanted, titles, reader) if wanted else None
