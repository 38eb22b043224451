"""The demo company in another language: taken away and made anew, in one transaction."""

from __future__ import annotations

from django.db import transaction

from daftar.onboarding.demo.loading import load
from daftar.onboarding.demo.removing import Removed, remove


def reload(language: str) -> Removed:
    """What was taken away before the company was made anew; records that people worked with stay beside it."""
    with transaction.atomic():
        removed = remove()
        load(language)
    return removed
