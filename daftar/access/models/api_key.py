from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from daftar.kernel import clock


class ApiKey(models.Model):
    """A key by which a program acts as a person, never with more than that person may.

    Shapes: `scopes` maps a record type ("*" for every one) to actions, empty for "all that the person may"; `networks` are
    addresses in CIDR form, empty for everywhere. Only the hash of the secret part is kept.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    is_service = models.BooleanField(default=False)
    hash = models.CharField(max_length=64)
    scopes: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(default=dict, blank=True)
    propose_only = models.BooleanField(default=False)
    networks: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_from = models.CharField(max_length=45, default="", blank=True)
    addresses: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["user"], name="api_key_user")]

    def __str__(self) -> str:
        return self.name

    def state(self, now: Any = None) -> str:
        """live, expiring (within a fortnight), expired or revoked."""
        moment = now or clock.now()
        if self.revoked_at:
            return "revoked"
        if self.expires_at is None:
            return "live"
        if self.expires_at <= moment:
            return "expired"
        return "expiring" if (self.expires_at - moment).days < 14 else "live"
