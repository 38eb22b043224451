from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from daftar.kernel import clock


class SavedMap(models.Model):
    """How files with these headings were loaded, proposed again for the next one.

    Shapes: `headings` is a digest of the folded headings in order. Without a `name` it is the map last used, whoever used it; with one
    it is kept by a person, for all files of an import under one name, and `shared` with everybody or private. `position` counts the
    passes over one file. `system` names where such files come from.
    """

    type = models.CharField(max_length=64)
    headings = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=100, default="", blank=True)
    shared = models.BooleanField(default=False)
    system = models.CharField(max_length=64, default="", blank=True)
    map: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "headings", "position"], condition=Q(name=""), name="one_map_per_headings"
            ),
            models.UniqueConstraint(
                fields=["by", "name", "type", "headings", "position"], condition=~Q(name=""), name="one_map_per_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.type} {self.headings[:8]}"
