"""Buttons on the cards of papers: send it, remind of it."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.records import card_parts
from daftar.records.types import RecordType
from daftar.sales.sending.sending import why_not_sent


def add_parts() -> None:
    card_parts.add("head", send_buttons, order=18, types=("quote", "invoice"))


def send_buttons(request: Any, type_: RecordType, row: Any) -> str:
    if (
        row.deleted_at is not None
        or why_not_sent("invoice", row)
        or not decide.may(request.user, "change", type_.key, row)
    ):
        return ""
    if not decide.may(request.user, "change", "deal", row.deal):
        return ""
    base = type_.address(row.pk)
    buttons = [(_("Send"), f"{base}send", "send")]
    if type_.key == "invoice" and not why_not_sent("reminder", row):
        buttons.append((_("Remind"), f"{base}remind", "bell-ring"))
    return render_to_string("sales/client_send_buttons.html", {"buttons": buttons}, request)
