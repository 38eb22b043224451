"""The client's page, open to strangers who have its link. It reads no session and sets no cookie; the secret in its address is all that opens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from daftar.access import throttle
from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.kernel.errors import DaftarError, Missing
from daftar.kernel.formats import using
from daftar.kernel.ids import new_key, parse_id
from daftar.papers.layout import formats_for
from daftar.papers.looks import look_for
from daftar.sales.choices import LANGUAGES
from daftar.sales.client_page import acts, links
from daftar.sales.client_page.opening import is_the_client, note_opening
from daftar.sales.client_page.page import page_of
from daftar.sales.models import ClientLink, Invoice, PaymentProvider, Quote
from daftar.sales.papers import of_delivery, of_invoice, of_quote
from daftar.sales.paying import starting
from daftar.sales.paying.accounts import usable
from daftar.sales.views.papers import sent

View = Callable[..., HttpResponse]
GUESSES, ACTS = 30, 20
"""So many wrong addresses of a network, and acts on one page, cost no waiting; each further one within an hour doubles it."""


def behind_link(view: View) -> View:
    """The view gets the link instead of its secret, in the language and formats of the client; any other address is the same 404."""

    @wraps(view)
    def opened(request: Any, token: str, **rest: Any) -> HttpResponse:
        try:
            link = links.find(token)
            language = language_for(request, link)
            formats = formats_for(language)
            with using(formats), override(language), timezone.override(formats.tz):
                answer = view(request, link, **rest)
        except Missing:
            language, answer = nothing_here(request)
        answer.headers["Content-Language"] = language
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return csrf_exempt(door("everyone")(opened))


def nothing_here(request: Any) -> tuple[str, HttpResponse]:
    """The page of an address that opens nothing, in the language of the browser; who tries many of them waits (TooMany)."""
    throttle.begin_from("client link", request, free=GUESSES)
    language = translation.get_language_from_request(request)
    with override(language):
        return language, render(request, "sales/client/nothing.html", {"languages": ()}, status=404)


def language_for(request: Any, link: ClientLink) -> str:
    """What was chosen on the page, else the client's own, else that of the newest quote, else the company's."""
    known = dict(LANGUAGES)
    asked = request.GET.get("language", "")
    own = link.deal.contact.preferred_language if link.deal.contact is not None else ""
    found = next((one for one in (asked, link.language, own) if one in known), "")
    return found or Installation.load().language


@behind_link
@require_safe
def show(request: Any, link: ClientLink) -> HttpResponse:
    """The page."""
    answer = shown(request, link)
    if is_the_client(request):
        note_opening(link)
    return answer


def shown(
    request: Any, link: ClientLink, errors: dict[str, str] | None = None, *, status: int = 200
) -> HttpResponse:  # fmt: skip
    """The page with sentences at what went wrong; typed words stay. Shapes: `errors` by part: answer, question, pay, and by field."""
    sent_ = request.POST if request.method == "POST" else {}
    address = here(request)
    return render(request, "sales/client/page.html", {
        "page": page_of(link, links.company_day()), "errors": errors or {}, "typed": sent_, "once": sent_.get("once") or new_key(),
        "base": base_of(request), "here": address, "languages": [(code, name) for code, name in settings.LANGUAGES if code in dict(LANGUAGES)],
        "query": query_of(request), "until": link.expires_on,
    }, status=status)  # fmt: skip


def base_of(request: Any) -> str:
    """The address of the page itself, from that of any of its parts: "/c/<secret>/"."""
    return "/".join(request.path.split("/")[:3]) + "/"


def query_of(request: Any) -> str:
    """The language that was chosen on the page, to be carried along."""
    asked = request.GET.get("language", "")
    return f"?language={asked}" if asked in dict(LANGUAGES) else ""


def here(request: Any, part: str = "") -> str:
    return base_of(request) + query_of(request) + part


def back(request: Any, part: str = "") -> HttpResponse:
    """Back to the page after an act, so that loading it again acts no second time."""
    return HttpResponseRedirect(here(request, part), status=303)


@behind_link
@require_POST
def answer(request: Any, link: ClientLink, record_id: int) -> HttpResponse:
    """Accept or decline a quote."""
    given = request.POST.get("answer", "")
    try:
        throttle.begin_as(f"client acts:{link.pk}", ACTS)
        if given not in ("accept", "decline"):
            raise Missing()
        acts.answer(
            link, record_id, accepted=given == "accept", name=request.POST.get("name", ""), words=request.POST.get("words", "")
        )  # fmt: skip
    except DaftarError as refused:
        return told(request, link, "answer", refused)
    return back(request, "#quote")


@behind_link
@require_POST
def ask(request: Any, link: ClientLink) -> HttpResponse:
    """Ask something."""
    try:
        throttle.begin_as(f"client acts:{link.pk}", ACTS)
        acts.ask(
            link, name=request.POST.get("asker", ""), words=request.POST.get("question", ""), once=request.POST.get("once", "")
        )  # fmt: skip
    except DaftarError as refused:
        return told(request, link, "question", refused)
    return back(request, "#questions")


@behind_link
@require_POST
def pay(request: Any, link: ClientLink, record_id: int) -> HttpResponse:
    """Begin to pay an invoice by one of the ways that the company offers; the next page leads there."""
    try:
        throttle.begin_as(f"client acts:{link.pk}", ACTS)
        invoice = of_this(Invoice, link, record_id)
        provider = chosen(request.POST.get("provider", ""), invoice.total_currency)
        email = invoice.parties.get("client", {}).get("email", "")
        begun = starting.start(invoice, provider, link=link, email=email, language=translation.get_language() or "en")
    except DaftarError as refused:
        return told(request, link, "pay", refused)
    context = {
        "redirect": begun.redirect,
        "name": provider.name,
        "number": invoice.number,
        "base": here(request),
        "languages": (),
    }
    return render(request, "sales/client/leaving.html", context)


def chosen(typed: str, currency: str) -> PaymentProvider:
    """The way to pay with this id, if it is offered. Errors: Missing."""
    id_ = parse_id(typed)
    found = next((one for one in usable(currency) if one.pk == id_), None)
    if found is None:
        raise Missing()
    return found


def told(request: Any, link: ClientLink, part: str, refused: DaftarError) -> HttpResponse:
    """The page again, with the sentence at its part. Errors: Missing goes on to the page of nothing."""
    if isinstance(refused, Missing):
        raise refused
    answer = shown(request, link, {part: str(refused.sentence)}, status=refused.status)
    if retry_after := getattr(refused, "retry_after", None):
        answer.headers["Retry-After"] = str(retry_after)
    return answer


# -- files ---------------------------------------------------------------------------------------------


@behind_link
@require_safe
def quote_paper(request: Any, link: ClientLink, record_id: int) -> HttpResponse:
    row = of_this(Quote, link, record_id)
    return sent(of_quote(row, link=links.address_of(link)), row.number)


@behind_link
@require_safe
def invoice_paper(request: Any, link: ClientLink, record_id: int) -> HttpResponse:
    row = of_this(Invoice, link, record_id)
    return sent(of_invoice(row, link=links.address_of(link)), row.number)


@behind_link
@require_safe
def delivery_paper(request: Any, link: ClientLink, record_id: int) -> HttpResponse:
    row = of_this(Invoice, link, record_id)
    if row.delivery == "none":
        raise Missing()
    return sent(of_delivery(row), row.number)


@behind_link
@require_safe
def logo(request: Any, link: ClientLink) -> HttpResponse:
    """The logo of the papers: a small PNG that we made ourselves."""
    found = look_for("quote", translation.get_language() or "en").logo
    if not found:
        raise Missing()
    return HttpResponse(found, content_type="image/png")


def of_this(model: Any, link: ClientLink, record_id: int) -> Any:
    """A paper of the link's own deal. Errors: Missing for any other."""
    row = model.objects.filter(pk=record_id, deal=link.deal_id, deleted_at=None).first()
    if row is None:
        raise Missing()
    return row
