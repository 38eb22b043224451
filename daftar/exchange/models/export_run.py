from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock


class ExportRun(models.Model):
    """A large export that the worker writes to a file; only the person who asked for it may have it.

    Shapes: `query` is the address of the list, `words` its filters as the person saw them; `total` are the rows, as counted when it
    was asked for and as written when it is done. `columns` are the keys of the fields in the file, and `reach` is how far the rights
    of the person went when it was written. `turn` counts how often it was begun: who holds an older one stops. `path` is the random
    name of the file under `exports` in the data folder, "" while there is none.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for its turn")
        RUNNING = "running", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Stopped")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.BigAutoField(primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    type = models.CharField(max_length=64)
    format = models.CharField(max_length=8)
    query = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    turn = models.PositiveIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    columns: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    reach = models.TextField(default="", blank=True)
    path = models.CharField(max_length=64, default="", blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    problem = models.TextField(default="", blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="export_by")]

    def __str__(self) -> str:
        return f"{self.type} {self.format} {self.at:%Y-%m-%d}"

    @property
    def is_at_work(self) -> bool:
        return self.state in EXPORT_AT_WORK

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // max(self.total, 1))


EXPORT_AT_WORK = (ExportRun.State.WAITING, ExportRun.State.RUNNING)
