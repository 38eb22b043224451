"""The block of the client's page on the card of a deal."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from daftar.access import decide
from daftar.access.models import Row
from daftar.records import card_parts
from daftar.records.types import RecordType
from daftar.sales.client_page import links


def add_parts() -> None:
    card_parts.add("rail", client_block, order=25, types=("deal",))


def client_block(request: Any, type_: RecordType, row: Row) -> str:
    """Make the link, copy it, see how often it was opened: for who may change the deal."""
    if row.deleted_at is not None or not decide.may(request.user, "change", type_.key, row):
        return ""
    link = links.open_link(row.pk)
    context = {
        "base": f"{type_.address(row.pk)}client-page/", "link": link,
        "address": links.address_of(link) if link is not None else "", "is_over": link is not None and links.is_over(link),
    }  # fmt: skip
    return render_to_string("sales/client_block.html", context, request)
