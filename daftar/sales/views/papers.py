"""Papers as PDF and as Word documents, for colleagues."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from daftar.access.doors import door
from daftar.kernel.errors import Missing
from daftar.papers.document import Paper
from daftar.papers.render import pdf
from daftar.papers.word.keeping import WORD_TYPE, word_paper
from daftar.records import reading
from daftar.records.views.opening import opened
from daftar.sales.papers import of_delivery, of_invoice, of_purchase, of_quote
from daftar.sales.price_list_paper import of_price_list

MADE = {"quotes": of_quote, "invoices": of_invoice, "purchase-orders": of_purchase}


@door("signed_in")
@require_safe
def paper(request: Any, slug: str, record_id: int, ending: str = "pdf") -> HttpResponse:
    """A quote, invoice or purchase order."""
    reader, type_ = opened(request, slug)
    row: Any = reading.get(type_, record_id, reader.user)
    return SENT[ending](MADE[slug](row), row.number)  # type: ignore[operator]  # the row of the type


@door("signed_in")
@require_safe
def price_list(request: Any, record_id: int, ending: str = "pdf") -> HttpResponse:
    """A price list, as far as its reader sees it."""
    reader, type_ = opened(request, "price-lists")
    row: Any = reading.get(type_, record_id, reader.user)
    return SENT[ending](of_price_list(row, reader), f"price-list-{row.pk}")


@door("signed_in")
@require_safe
def delivery(request: Any, record_id: int, ending: str = "pdf") -> HttpResponse:
    """The delivery note of an invoice."""
    reader, type_ = opened(request, "invoices")
    row: Any = reading.get(type_, record_id, reader.user)
    if row.delivery == "none":
        raise Missing()
    return SENT[ending](of_delivery(row), row.number)


def sent(made: Paper, number: str) -> HttpResponse:
    """The PDF as a file; the address says what it is called."""
    answer = HttpResponse(pdf(made), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(number)}"'
    answer["Cache-Control"] = "no-store"
    return answer


def sent_as_word(made: Paper, number: str) -> HttpResponse:
    """The same by the Word template of its kind. Errors: Missing where there is none."""
    answer = HttpResponse(word_paper(made), content_type=WORD_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{file_name(number, "docx")}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


SENT = {"pdf": sent, "docx": sent_as_word}


def file_name(number: str, ending: str = "pdf") -> str:
    """What the file of a paper is called, in letters that every system knows."""
    name = "".join(sign if (sign.isalnum() and sign.isascii()) or sign in "-_" else "-" for sign in number)
    return f"{name or 'paper'}.{ending}"
