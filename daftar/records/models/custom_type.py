from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from daftar.kernel import clock


class CustomType(models.Model):
    """A record type that the company made; the schema builds the same kind of object from it as from a declared one.

    Shapes: `key` never changes and begins with `PREFIX`, so that no type of a later version has it; `slug` is its word in
    addresses; `title_label` is what the name of a record is called, "" for "Name", and `title_key` the key of that field.
    With `staged` its records go through pipelines. Out of use are hidden ones, and those in the bin, which are taken apart
    for good later.
    """

    PREFIX: ClassVar[str] = "own_"

    key = models.CharField(max_length=64, unique=True)
    slug = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    plural = models.CharField(max_length=100)
    title_key = models.CharField(max_length=64, default="name")
    title_label = models.CharField(max_length=100, default="", blank=True)
    icon = models.CharField(max_length=40, default="shapes", blank=True)
    colour = models.CharField(max_length=16, default="", blank=True)
    staged = models.BooleanField(default=False)
    in_menu = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    hidden = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.plural

    @property
    def is_in_use(self) -> bool:
        return not self.hidden and self.deleted_at is None
