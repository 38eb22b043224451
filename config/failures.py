"""Failures that no view sees: unknown addresses, and exceptions of middleware (a locked database while the session loads)."""

import sys

from django.http import HttpRequest, HttpResponseBase

from daftar.ui import errors


def failed(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500. The exception is still being handled when Django calls this, so we can say 403, 503 or 507."""
    problem = sys.exc_info()[1]
    return errors.answer(request, errors.as_ours(problem or RuntimeError()), problem)
