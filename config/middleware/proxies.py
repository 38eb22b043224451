"""`X-Forwarded-For` and `X-Forwarded-Proto` count only from the proxies that DAFTAR_BEHIND_PROXY names (security rules 4.10)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from daftar.kernel.proxies import caller, is_proxy

Handler = Callable[[HttpRequest], HttpResponseBase]
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_FORWARDED",
)


class KnownProxies:
    """Sets the caller's own address as REMOTE_ADDR, and drops what a stranger says of himself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        remote = str(request.META.get("REMOTE_ADDR", ""))
        if is_proxy(remote):
            request.META["REMOTE_ADDR"] = caller(remote, str(request.META.get("HTTP_X_FORWARDED_FOR", "")))
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)
