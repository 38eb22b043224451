"""Signing in and out by whatever way, as Django tells it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from daftar.access.audit import refusals
from daftar.access.audit.recording import record


def connect() -> None:
    user_logged_in.connect(signed_in, dispatch_uid="audit.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="audit.signed_out")
    user_login_failed.connect(failed, dispatch_uid="audit.sign_in_failed")


def signed_in(request: Any, user: Any, **_more: Any) -> None:
    record("signed_in", by=user, about=("user", user.pk), request=request)


def signed_out(request: Any, user: Any, **_more: Any) -> None:
    if user is not None and user.pk:
        record("signed_out", by=user, about=("user", user.pk), request=request)


def failed(credentials: Any, request: Any = None, **_more: Any) -> None:
    typed = credentials.get("username") or credentials.get("email") or ""
    refusals.sign_in_failed(request, str(typed))
