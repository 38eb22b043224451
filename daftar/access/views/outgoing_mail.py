"""Outgoing mail: what waits, what was given up and why, with "try again"."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access.doors import door
from daftar.kernel import outbox
from daftar.kernel.errors import Missing
from daftar.kernel.ids import parse_id
from daftar.kernel.models import OutgoingMail
from daftar.ui.answers import go, toast

COLOURS = {"queued": "blue", "sending": "blue", "sent": "green", "failed": "amber", "parked": "red"}


@door("settings", "settings")
def outgoing_mail(request: Any) -> HttpResponseBase:
    """The newest 300, given-up ones first. Subjects and addresses only: what a mail says is for who gets it."""
    given_up = list(outbox.parked().defer("text", "html").order_by("-pk")[:100])
    others = OutgoingMail.objects.exclude(state="parked").defer("text", "html").order_by("-pk")[:200]
    return render(request, "access/outgoing_mail.html", {
        "title": _("Outgoing mail"), "rows": [*given_up, *others], "is_set_up": outbox.is_set_up(), "colours": COLOURS,
    })  # fmt: skip


@door("settings", "settings")
@require_POST
def try_again(request: Any, mail_id: str) -> HttpResponseBase:
    if not outbox.try_again(parse_id(mail_id)):
        raise Missing()
    return toast(go(request, "/settings/mail/"), _("It will be sent in a moment."))
