"""Notices as mails: similar ones of a quarter of an hour are one mail; in quiet hours, a pause or an absence they wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import translation

from daftar.access import mails
from daftar.access.models import Installation, User
from daftar.access.preferences import formats_for
from daftar.activities.models import Notice
from daftar.activities.notifying import due, lines
from daftar.activities.notifying.kinds import Kind
from daftar.kernel.formats import using
from daftar.records.reader import Reader

MOST_LINES = 20


def post_due() -> int:
    """Put the mails that are due into the outbox; how many."""
    return due.post_due("mail", post_kind)


def post_kind(user: User, kind: Kind, rows: Sequence[Notice], company: Installation) -> int:
    """One mail of these notices, if any of them is still worth one."""
    if not user.email:
        return 0
    formats = formats_for(user, company)
    with translation.override(formats.language), using(formats):
        line = due.line_of(user, kind, rows, "mail", Reader(user, formats=formats))
        if line is None:
            return 0
        mails.post(
            f"notices:{kind.key}:{user.pk}:{line.ids[-1]}:{line.ids[0]}",
            "activities/mail/notices", to=user.email, language=formats.language, **words_of(line),
        )  # fmt: skip
    return 1


def words_of(line: lines.Line) -> dict[str, Any]:
    """What the template needs; the parts are named when there are several."""
    said = [line.sentence, line.what]
    return {
        "subject": " ".join(": ".join(part for part in said if part).split())[:200],
        "line": line, "parts": line.parts[:MOST_LINES], "more": len(line.ids) > min(len(line.parts), MOST_LINES) > 0,
        "link": mails.link(line.href), "all": mails.link("/notices/"), "kind": line.kind,
        "off": "" if line.kind.fixed else mails.link(f"/me/notices/?off={line.kind.key}"),
    }  # fmt: skip
