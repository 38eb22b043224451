from __future__ import annotations

from django.conf import settings
from django.db import models


class PaperTemplate(models.Model):
    """How papers of one kind look and what else stands on them; one for each kind and language, the one without a language for all others.

    Shapes: `logo` is a small PNG that we made of what was uploaded, in Base64; `texts` are header, footer and closing with places like {client.name};
    `columns` are keys of the table in order; `shows` are the parts that are on (words, qr, signatures, requisites); `title` is what the
    paper is called, "" as shipped; `labels` are heads of columns by their keys, where they are not the shipped ones.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=8, default="", blank=True)
    accent = models.CharField(max_length=7, default="#1f5fbf")
    size = models.PositiveSmallIntegerField(default=10)
    logo = models.TextField(default="", blank=True)
    texts = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=list, blank=True)
    shows = models.JSONField(default=list, blank=True)
    title = models.CharField(max_length=60, default="", blank=True)
    labels = models.JSONField(default=dict, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="one_template_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"


class WordTemplate(models.Model):
    """A Word document that papers of one kind and language are written into; the one that counts, and the last ones before it.

    Shapes: `content` is the .docx as it was uploaded, in Base64, `size` its bytes; `name` is what the file was called.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=8, default="", blank=True)
    name = models.CharField(max_length=120)
    content = models.TextField()
    size = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"], condition=models.Q(is_current=True), name="one_word_template"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}: {self.name}"
