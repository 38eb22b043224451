"""Signing in by a passkey: a question for the device, and its answer. Nothing to guess, so nobody can be locked out of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from daftar.access import company, entering, passkeys, sessions
from daftar.access.doors import door
from daftar.kernel.errors import Invalid


@door("everyone")
@require_POST
def question(request: Any) -> HttpResponse:
    sessions.forget_soon(request, entering.PENDING_SECONDS)
    return JsonResponse(passkeys.question_for_known())


@door("everyone")
@require_POST
def answer(request: Any) -> HttpResponse:
    """The answer of the device; where the wanted page stands in the form, or in the step that waits for a second factor."""
    waiting = entering.waiting(request)
    target = waiting[1]["target"] if waiting else entering.safe_target(request.POST.get("next", "/"))
    try:
        user = passkeys.whose(request.POST.get("credential", ""))
    except Invalid as refused:
        return company.page(request, target=target, error=str(refused), status=refused.status)
    return entering.enter(request, user, "passkey", target)
