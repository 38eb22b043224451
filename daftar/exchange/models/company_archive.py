from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock


class CompanyArchive(models.Model):
    """The whole company as one file, on its way out or in.

    Shapes: `path` is its random name under `company` in the data folder, "" once it is forgotten; `wish` is what the person said
    beside the file that they load ({"owner", "as_owner"}). How far the work is stands in a file beside it, for loading is one transaction.
    """

    class Act(models.TextChoices):
        WRITE = "write", _("Writing an archive")
        LOAD = "load", _("Loading an archive")

    class State(models.TextChoices):
        WAITING = "waiting", _("At work")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")

    id = models.BigAutoField(primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    act = models.CharField(max_length=8, choices=Act.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    path = models.CharField(max_length=64, default="", blank=True)
    wish: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    files = models.PositiveBigIntegerField(default=0)
    lost = models.PositiveBigIntegerField(default=0)
    problem = models.TextField(default="", blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="waiting"), name="one_archive_at_work")
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"

    @property
    def is_at_work(self) -> bool:
        return self.state == self.State.WAITING
