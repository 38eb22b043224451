from __future__ import annotations

from django.db import models


class PaperTemplate(models.Model):
    """How papers of one kind look and what else stands on them; one for each kind and language, the one without a language for all others.

    Shapes: `logo` is a small PNG that we made of what was uploaded, in Base64; `texts` are header, footer and closing with places like {client.name};
    `columns` are keys of the table in order; `shows` are the parts that are on (words, qr, signatures, requisites).
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="one_template_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"
