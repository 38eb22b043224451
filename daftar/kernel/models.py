"""Operational tables only; no business stands here."""

from django.db import models


class ScheduledJob(models.Model):
    """When a repeated job runs next. A worker claims it by moving `next_at`, so two workers never both run it."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(default="", blank=True)

    def __str__(self) -> str:
        return self.name


class WorkerLife(models.Model):
    """When a worker was last seen; tasks of one that is gone are given to another."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
