"""Small words that travel with an answer: a toast, a closed dialog, another page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

Answer = TypeVar("Answer", bound=HttpResponseBase)


def is_fragment(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for (htmx, or our own scripts), not a whole page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def toast(answer: Answer, text: Any, tone: str = "ok", undo: str = "") -> Answer:
    """The answer, with words for the toast area; `undo` is an address that takes the act back by POST."""
    return trigger_client_event(answer, "toast", {"text": str(text), "tone": tone, "undo": undo})


def close_dialog(answer: Answer) -> Answer:
    """The answer, which also closes the dialog it was asked from."""
    return trigger_client_event(answer, "dialog:close", {})


def tell(answer: Answer, event: str, **detail: Any) -> Answer:
    """The answer, and an event for the page ("record:changed", id=3); elements listen on the document."""
    return trigger_client_event(answer, event, detail)


def go(request: HttpRequest, address: str) -> HttpResponseBase:
    """Send the reader to one of our own pages, from a plain form or from htmx."""
    address = inside(address) or "/"
    return HttpResponseClientRedirect(address) if is_fragment(request) else HttpResponseRedirect(address)


def inside(address: str) -> str:
    """The address, if it leads to one of our own pages; else ""."""
    return "" if not address.startswith("/") or address.startswith("//") or "\\" in address else address


def nothing(status: int = 204) -> HttpResponse:
    """An answer that changes nothing on the page (add a toast to it)."""
    return HttpResponse(status=status)


def form_page(request: HttpRequest, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A form in the dialog, or as a page of its own where scripts do not run.

    Shapes: `context` has title, action, submit, back and body, the template of its fields.
    """
    page = "ui/_form_dialog.html" if is_fragment(request) else "ui/form_page.html"
    return render(request, page, dict(context), status=status)
