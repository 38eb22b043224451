"""What the reader sees when something fails: a page, a toast with words at the fields, or JSON. Never a trace."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from daftar.kernel.errors import BadAddress, DaftarError, Invalid, Missing, NotAllowed
from daftar.kernel.storage_errors import storage_failure
from daftar.ui.answers import is_fragment, toast

log = logging.getLogger("daftar.errors")
Handler = Callable[[HttpRequest], HttpResponseBase]
PAGES = frozenset((400, 403, 404, 409, 413, 422, 429, 500, 502, 503, 507))


class ErrorsMiddleware:
    """Turns what a view raises into the answer that the asker can read."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponseBase:
        return answer(request, as_ours(problem), problem)


def as_ours(problem: BaseException) -> DaftarError:
    """The error of our tree that says the same; an unexpected one is a plain `DaftarError` (500)."""
    if isinstance(problem, DaftarError):
        return problem
    if isinstance(problem, Http404):
        return Missing()
    if isinstance(problem, PermissionDenied):
        return NotAllowed()
    if isinstance(problem, RequestDataTooBig):
        return TooLarge()
    if isinstance(problem, BadRequest | SuspiciousOperation | TooManyFieldsSent | MultiPartParserError):
        return BadAddress(_("This request cannot be read. Nothing was saved."))
    return storage_failure(problem) or DaftarError()


class TooLarge(DaftarError):
    status = 413
    code = "too_large"


def answer(request: HttpRequest, error: DaftarError, problem: BaseException | None = None) -> HttpResponseBase:
    """The answer to one error in the shape the asker understands; a 5xx is logged with the request's id."""
    name = str(getattr(request, "id", ""))
    if error.status >= 500:
        log.error("request failed", extra={"path": request.path, "code": error.code}, exc_info=problem)
    if wants_json(request):
        response: HttpResponse = JsonResponse({"error": as_data(error, name)}, status=error.status)
    elif is_fragment(request):
        response = fragment(error, name)
    else:
        response = page(request, error, name)
    if retry_after := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(retry_after)
    return response


def wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("application/json" in accept and "text/html" not in accept)


def as_data(error: DaftarError, name: str = "") -> dict[str, Any]:
    """The error for programs."""
    said: dict[str, Any] = {"code": error.code, "message": sentence(error)}
    if error.field:
        said["field"] = error.field
    if isinstance(error, Invalid):
        said["errors"] = {field: str(words) for field, words in error.errors.items()}
    if error.details:
        said["details"] = error.details
    return said | ({"id": name} if name and error.status >= 500 else {})


def fragment(error: DaftarError, name: str = "") -> HttpResponse:
    """An answer that swaps nothing: a toast, and for `Invalid` the sentences beside the fields (event "invalid")."""
    response = HttpResponse(status=error.status, headers={"HX-Reswap": "none"})
    words = sentence(error)
    toast(response, f"{words} ({name})" if error.status == 500 and name else words, tone="danger")
    if isinstance(error, Invalid):
        trigger_client_event(response, "invalid", {"errors": {key: str(said) for key, said in error.errors.items()}})
    return response


def page(request: HttpRequest, error: DaftarError, name: str = "") -> HttpResponse:
    """A whole page that says what happened and where to go; it asks nothing of the database."""
    status = error.status if error.status in PAGES else 500
    words = sentence(error)
    context = {
        "status": status,
        "title": TITLES[status](),
        "sentence": words,
        "error": error,
        "id": name,
        "is_error": True,
        "errors": list(error.errors.items()) if isinstance(error, Invalid) and len(error.errors) > 1 else [],
    }
    try:
        body = str(render_to_string("ui/errors/error.html", context, request=request))
    except Exception:
        log.exception("the error page itself failed")
        return HttpResponse(f"{words} {name}", status=error.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(body, status=error.status)


def sentence(error: DaftarError) -> str:
    if type(error) is DaftarError:
        return _("Something went wrong on our side. Nothing you typed was saved. Please try again.")
    if isinstance(error, TooLarge):
        return _("What you sent is too large. Nothing was saved.")
    return str(error.sentence)


TITLES: dict[int, Callable[[], str]] = {
    400: lambda: _("This cannot be read"),
    403: lambda: _("Not allowed"),
    404: lambda: _("Not found"),
    409: lambda: _("Changed meanwhile"),
    413: lambda: _("Too large"),
    422: lambda: _("Please check"),
    429: lambda: _("Too many at once"),
    500: lambda: _("Something went wrong"),
    502: lambda: _("A service did not answer"),
    503: lambda: _("Busy"),
    507: lambda: _("Storage is full"),
}


# Django's own failures: config/urls.py names these as its handlers, the settings name `csrf` as CSRF_FAILURE_VIEW.
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return answer(request, as_ours(exception) if exception else BadAddress())


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return answer(request, NotAllowed())


def missing(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return answer(request, Missing(_("There is no page at this address.")))


def failed(request: HttpRequest) -> HttpResponseBase:
    return answer(request, DaftarError())


def csrf(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A page that is older than the sign-in. Its scripts renew the token and send again; others say the sentence."""
    said = _("This form is out of date, so nothing was saved. Go back, load the page again and send it once more.")
    if is_fragment(request):
        return trigger_client_event(HttpResponse(status=403), "form:stale", {"text": said})
    return answer(request, NotAllowed(said))
