"""Refuses what no page of ours sends: a foreign host, a huge body, an endless address."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]
MAX_ADDRESS_CHARACTERS = 8_000


class RequestLimits:
    """Answers 400 to an unknown host, 413 to a body and 414 to an address over the limit, before any view runs."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
        except DisallowedHost:
            return _refusal(400, "This address is not served here. Set DAFTAR_URL to the address people use.")
        if len(request.META.get("QUERY_STRING", "")) + len(request.path) > MAX_ADDRESS_CHARACTERS:
            return _refusal(414, "The address is too long.")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit():
            return _refusal(400, "The length of the request is not a number.")
        if len(length) > 18 or int(length) > settings.MAX_BODY_BYTES:
            return _refusal(
                413, f"The request is larger than {settings.MAX_BODY_BYTES // 1_048_576} MB; nothing was saved."
            )
        return self.get_response(request)


def _refusal(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=status, content_type="text/plain; charset=utf-8")
