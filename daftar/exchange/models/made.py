from __future__ import annotations

from django.db import models

from daftar.kernel import clock
from daftar.records.models import ChangeSet


class Made(models.Model):
    """Something that an import made beside records, so that it goes when the import is taken back.

    Shapes: `kind` is field, option, stage, pipeline, type or person; `ref` is its key, of an option "field:key", else its id.
    `gone_at` is when it was put away; `stays` says why it could not be, "" when nobody tried or it went.
    """

    id = models.BigAutoField(primary_key=True)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    type = models.CharField(max_length=64)
    ref = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=200, default="", blank=True)
    stays = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change_set", "kind", "type", "ref"], name="made_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.type} {self.ref}"
