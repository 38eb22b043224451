from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock
from daftar.records.models.event import ChangeSet


class BulkState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("At work")
    STOPPING = "stopping", _("Stopping")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")


AT_WORK = (BulkState.WAITING, BulkState.WORKING, BulkState.STOPPING)


class BulkRun(models.Model):
    """One act on many records, or its undoing: what is done to which rows, how far it got, and what it left alone.

    Shapes: `act` is change, owner, move, tags, delete, merge or undo; `values` maps field keys to JSON forms (tags: {"add": [], "remove": []});
    `slots` says under which words custom fields kept their values when it began, by which the kind of `values` is known later;
    `view` is the address of the list and `view_words` its filters as the person saw them; `undoes` is the change set that is taken back.
    `at` is when it was begun or last went on. The numbers together are `total` once it is done.
    """

    id = models.BigAutoField(primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(default=clock.now)
    at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    type = models.CharField(max_length=64)
    act = models.CharField(max_length=16)
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    slots: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict, blank=True)
    view = models.TextField(default="", blank=True)
    view_words = models.TextField(default="", blank=True)
    state = models.CharField(max_length=16, choices=BulkState.choices, default=BulkState.WAITING)
    problem = models.TextField(default="", blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    left_alone = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    moved_on = models.PositiveIntegerField(default=0)
    change_set = models.OneToOneField(ChangeSet, on_delete=models.PROTECT, related_name="bulk_run")
    undoes = models.OneToOneField(ChangeSet, null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="bulk_by")]

    def __str__(self) -> str:
        return self.change_set.title

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def is_undo(self) -> bool:
        return self.undoes_id is not None

    @property
    def ended(self) -> int:
        return self.done + self.left_alone + self.refused + self.moved_on

    @property
    def percent(self) -> int:
        return min(100, self.ended * 100 // max(self.total, 1))


class BulkItem(models.Model):
    """One row of a run and what became of it. `anyway`: take it back although it was changed meanwhile.

    Of a merge that was taken back also what was added to the merged record meanwhile; type "file" is a file.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        LEFT = "left", _("Left alone")
        REFUSED = "refused", _("Refused")
        MOVED_ON = "moved_on", _("Changed meanwhile")
        ADDED = "added", _("Added meanwhile")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    sentence = models.TextField(default="", blank=True)
    anyway = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "type", "record_id"], name="one_item_per_record")]
        indexes = [
            models.Index(fields=["run", "state", "id"], name="bulk_item_state"),
            models.Index(fields=["type", "record_id"], name="bulk_item_record"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.record_id}: {self.state}"
