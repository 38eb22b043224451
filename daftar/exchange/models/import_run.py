from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock
from daftar.kernel.formats import joined
from daftar.kernel.money import Money
from daftar.records.models import ChangeSet


class State(models.TextChoices):
    MAPPING = "mapping", _("Waiting for your choices")
    REHEARSING = "rehearsing", _("Being rehearsed")
    REHEARSED = "rehearsed", _("Rehearsed")
    RUNNING = "running", _("Being loaded")
    DONE = "done", _("Loaded")
    FAILED = "failed", _("Stopped")
    PAUSING = "pausing", _("About to pause")
    PAUSED = "paused", _("Paused")


AT_WORK = (State.REHEARSING, State.RUNNING, State.PAUSING)


class ImportRun(models.Model):
    """One import through the page: its files, its steps, how far it got and what it did.

    Shapes: `files` are {"name", "path" (under the data folder), "encoding", "delimiter", "sheet", "headings", "rows"}, `attached` the files that
    cells name ({"name", "path", "size"}); `steps` as in `importing/steps.py`, `types` the record types that it makes first; `type` is the one
    for which it was begun, "" when the files say it, `recipe` the one that made the steps. `proposal` is what was recognised and asked.
    `reports` are the finished steps, `report` the running one; `line` and `late` say where to go on after a crash. `at` is when it was last started.
    """

    id = models.BigAutoField(primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    type = models.CharField(max_length=64, default="", blank=True)
    recipe = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.MAPPING)
    files: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    attached: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list, blank=True)
    steps: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list, blank=True)
    types: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list, blank=True)
    map: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    """Of releases before `steps`; nothing reads it any more."""
    proposal: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    lines_total = models.PositiveIntegerField(default=0)
    lines_done = models.PositiveIntegerField(default=0)
    reports: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    report: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    line = models.PositiveIntegerField(default=0)
    late: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    problem = models.TextField(default="", blank=True)
    change_set = models.ForeignKey(ChangeSet, null=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="import_by")]

    def __str__(self) -> str:
        return joined(one["name"] for one in self.files) or joined(one["title"] for one in self.steps)

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def is_resumable(self) -> bool:
        """Whether loading can go on where it stopped."""
        return self.state in (State.FAILED, State.PAUSED) and self.change_set_id is not None

    @property
    def percent(self) -> int:
        return min(100, self.lines_done * 100 // max(self.lines_total, 1))


class Refusal(models.Model):
    """A row of an import that was refused, as it stood in its file, with the reasons."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    file = models.CharField(max_length=200)
    line = models.PositiveIntegerField()
    cells: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    why = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.file}: {self.line}"


class SumDifference(models.Model):
    """A paper or line of an import whose sum in the file is not what it comes to by our rules; None where there is none."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="differences")
    file = models.CharField(max_length=200)
    type = models.CharField(max_length=64)
    line = models.PositiveIntegerField()
    title = models.CharField(max_length=300, default="", blank=True)
    currency = models.CharField(max_length=3)
    told = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)
    ours = models.DecimalField(max_digits=24, decimal_places=4, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.file}: {self.line}"

    def as_money(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, self.currency)

    @property
    def difference(self) -> Decimal | None:
        """What we work out, less what the file says."""
        return None if self.told is None or self.ours is None else self.ours - self.told
