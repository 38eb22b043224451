"""The company's account service, as the settings name it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from daftar.kernel.errors import Missing


def openid() -> Any:
    """What the settings say of the service (`config.environment.OpenIdProvider`). Errors: Missing when there is none."""
    if settings.OPENID is None:
        raise Missing()
    return settings.OPENID
