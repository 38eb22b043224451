from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.crm.models.common import Reachable, choice_column, text_column, word_column
from daftar.records.models.columns import list_column


class Contact(Row, Reachable):
    """A person. The companies it works with stand in `RecordLink`, each with a role."""

    name = models.CharField(max_length=300)
    salutation = choice_column()
    first_name = word_column(150)
    last_name = word_column(150)
    position = word_column()
    birthday = models.DateField(null=True, blank=True)
    preferred_language = choice_column()
    do_not_contact = models.BooleanField(default=False)
    source = choice_column()
    comments = text_column()
    tags = list_column()

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="contact_created"),
            models.Index(fields=["owner", "created_at", "id"], name="contact_owner"),
            models.Index(fields=["name", "id"], name="contact_name"),
        ]

    def __str__(self) -> str:
        return self.name
