"""Which version of the product writes and reads archives."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from django.conf import settings


@lru_cache(1)
def version() -> str:
    """As `pyproject.toml` says it."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
