from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from daftar.kernel import clock


class SavedMap(models.Model):
    """The map last used for files with these headings, proposed again for the next one.

    Shapes: `headings` is a digest of the folded headings in order.
    """

    type = models.CharField(max_length=64)
    headings = models.CharField(max_length=64)
    map: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "headings"], name="one_map_per_headings")]

    def __str__(self) -> str:
        return f"{self.type} {self.headings[:8]}"
