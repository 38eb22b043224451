from __future__ import annotations

from django.db import models

from daftar.access.models.row import Row


class Office(Row):
    """A place where people of the company work."""

    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Department(Row):
    """A team in the tree of the company; its people share what the rights call "department".

    The head reaches its people as if a member; so does the deputy, from `deputy_from` to `deputy_until` (both included,
    None for no end).
    """

    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    head = models.ForeignKey("access.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey("access.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    deputy_from = models.DateField(null=True, blank=True)
    deputy_until = models.DateField(null=True, blank=True)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="departments")

    def __str__(self) -> str:
        return self.name
