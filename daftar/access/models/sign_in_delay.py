from __future__ import annotations

from django.db import models

from daftar.kernel import clock


class SignInDelay(models.Model):
    """How often somebody failed to sign in to one account, or from one network address, and until when they wait.

    Shapes: `key` is a hash, so that no typed address is kept.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(null=True)
    last_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="sign_in_delay_last")]

    def __str__(self) -> str:
        return self.key
