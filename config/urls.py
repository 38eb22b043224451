"""Addresses: health first, then each room's own; the records room last, for its /<slug>/."""

from django.urls import include, path

from config import health
from config.rooms import ADDRESSES, is_there, rooms_with

urlpatterns = [
    path("healthz", health.is_alive, name="healthz"),
    path("readyz", health.is_ready, name="readyz"),
    *(path("", include(f"{room}.urls")) for room in rooms_with("urls.py", ADDRESSES)),
]

if is_there("daftar.ui.errors.answer"):
    handler400 = "daftar.ui.errors.bad_request"
    handler403 = "daftar.ui.errors.not_allowed"
    handler404 = "daftar.ui.errors.missing"
    handler500 = "config.failures.failed"
