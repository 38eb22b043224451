"""Lets the audit log know the request that is being answered, and tells it of refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase

from daftar.access.audit import origin, refusals


class AuditMiddleware:
    """Stands behind the sign-in middleware and around everything that may refuse."""

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        with origin.during(request):
            response = self.get_response(request)
        if response.status_code in (401, 403, 404):
            refusals.note(request, response.status_code)
        return response
