"""One log line per request, and an id that finds it."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from daftar.kernel import logs

Handler = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("daftar.request")
PROBES = {"/healthz", "/readyz"}
SECRET_BEHIND = ("/invitation/", "/new-password/", "/c/", "/pay/", "/hooks/payments/")


class RequestLog:
    """Gives the request an `id`, sends it back as X-Request-Id, and writes method, path, status and milliseconds."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.id = logs.begin_request()  # type: ignore[attr-defined]
        started = time.perf_counter()
        response = self.get_response(request)
        spent_ms = round((time.perf_counter() - started) * 1000, 1)
        level = logging.WARNING if response.status_code >= 500 else logging.INFO
        if request.path in PROBES and response.status_code < 400:
            level = logging.DEBUG
        log.log(
            level,
            "request",
            extra={
                "method": request.method,
                "path": without_secret(request.path),
                "status": response.status_code,
                "ms": spent_ms,
            },
        )
        response.headers["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


def without_secret(path: str) -> str:
    """The path as logs may keep it: what opens something is left out."""
    return next((f"{start}…" for start in SECRET_BEHIND if path.startswith(start) and path != start), path)
