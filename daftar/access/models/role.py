from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Role(models.Model):
    """What people in it may do. Shipped roles keep no `grants` of their own until somebody changes them.

    Shapes: `grants` is the document that `access.grants` reads, None for "as shipped"; `key` is the stable word that
    people's `roles` hold; an empty `name` means the shipped one, in the reader's language.
    """

    OWNER: ClassVar[str] = "owner"
    ADMINISTRATOR: ClassVar[str] = "administrator"
    HEAD: ClassVar[str] = "head"
    SELLER: ClassVar[str] = "seller"
    ASSISTANT: ClassVar[str] = "assistant"
    ACCOUNTANT: ClassVar[str] = "accountant"
    READER: ClassVar[str] = "reader"

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200, default="", blank=True)
    grants: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived = models.BooleanField(default=False)
    second_factor = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name or self.key
