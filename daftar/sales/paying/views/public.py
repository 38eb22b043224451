"""What strangers may call: messages of payment providers, and the page to which a client comes back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.kernel.errors import DaftarError, Invalid, Missing
from daftar.kernel.formats import using
from daftar.kernel.money import Money
from daftar.papers.layout import formats_for
from daftar.papers.looks import look_for
from daftar.sales.models import PaymentAttempt
from daftar.sales.paying import starting
from daftar.sales.paying.accounts import by_path
from daftar.sales.paying.hearing import hear
from daftar.sales.paying.providers.provider import NotSigned, Unready
from daftar.sales.paying.providers.stripe import LONGEST_MESSAGE


@door("everyone")
@csrf_exempt
@never_cache
@require_POST
def hook(request: Any, path: str) -> HttpResponse:
    """A message of a provider. 200 once it is stored, also when it is stored already; 400 unsigned, 404 unknown, 503 not set up."""
    provider = by_path(path)
    if provider is None:
        return said(404, "unknown address")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_MESSAGE:
        return said(413, "too long")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        outcome = hear(provider, request.body, headers)
    except Unready:
        answer = said(503, "not set up")
        answer["Retry-After"] = "3600"
        return answer
    except (NotSigned, Invalid):
        return said(400, "not signed, or unreadable")
    return said(200, outcome)


def said(status: int, words: str) -> HttpResponse:
    return HttpResponse(words + "\n", status=status, content_type="text/plain; charset=utf-8")


@door("everyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: Any, key: str) -> HttpResponseBase:
    """GET: how the payment stands; a page that asks by itself while it is under way. POST: ask the provider now."""
    rows = PaymentAttempt.objects.select_related("provider", "invoice", "link")
    attempt = rows.filter(key=key).first()
    if attempt is None:
        raise Missing()
    problem = ""
    if request.method == "POST":
        try:
            attempt = starting.ask(attempt)
        except DaftarError as refused:
            problem = str(refused.sentence)
    language = (
        attempt.link.language if attempt.link is not None and attempt.link.language else Installation.load().language
    )
    formats = formats_for(language)
    with using(formats), override(language), timezone.override(formats.tz):
        back = starting.way_back(attempt)
        state = "cancelled" if attempt.state == "started" and is_cancelled(request) else attempt.state
        seller = attempt.invoice.parties.get("seller", {}).get("name") or Installation.load().name
        answer = render(request, "sales/came_back.html", {
            "attempt": attempt, "state": state, "sum": Money(attempt.amount, attempt.currency), "problem": problem, "seller": seller,
            "back": back, "logo": f"{back}logo.png" if back and look_for("quote", language).logo else "",
            "here": f"/pay/{attempt.key}/", "asks": state == "started" and request.method != "POST",
            "title": _("Payment"), "languages": (),
        })  # fmt: skip
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def is_cancelled(request: Any) -> bool:
    """Whether the provider says by the address that the client gave up; only words: what counts is asked."""
    return bool(request.GET.get("cancelled") == "1" or request.GET.get("Status", "").upper() == "NOK")
