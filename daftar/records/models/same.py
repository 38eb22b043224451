from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock


class SameKey(models.Model):
    """A sign by which a record may be the same as another (`records/same/keys.py`): a name in its normal form, a tax number. Derived.

    Shapes: `rule` is the key of a `SameBy` of the type; `key` is a number made of type, rule and text, so that no text lies here twice.
    """

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    rule = models.CharField(max_length=24)
    key = models.BigIntegerField()
    record_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "record_id"], name="same_key"),
            models.Index(fields=["type", "record_id"], name="same_key_record"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.record_id}: {self.rule}"


class SamePair(models.Model):
    """Two records that may be the same, why, and what somebody said to it. Of a pair with a word nothing is forgotten.

    Shapes: `low` and `high` are ids of one type, the smaller one first; `reasons` are keys of rules with a space before and behind each.
    """

    class Verdict(models.TextChoices):
        OPEN = "", _("Not looked at")
        DIFFERENT = "different", _("Not the same")

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    score = models.SmallIntegerField(default=0)
    reasons = models.CharField(max_length=300, default="", blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict.choices, default=Verdict.OPEN, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "low", "high"], name="one_pair_each"),
            models.CheckConstraint(condition=models.Q(low__lt=models.F("high")), name="pair_in_order"),
        ]
        indexes = [
            models.Index(fields=["type", "verdict", "-score", "-id"], name="same_pair_score"),
            models.Index(fields=["type", "high"], name="same_pair_high"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.low} {self.high}"


class SameState(models.Model):
    """How far the search for the same has come with a type.

    Shapes: `rules` is the fingerprint of the rules by which everything was looked through, "" while that is still to be done; `place`
    the last record of which the signs are kept while it is going on; `read_to` the last event that was looked at.
    """

    type = models.CharField(max_length=64, unique=True)
    rules = models.CharField(max_length=64, default="", blank=True)
    place = models.BigIntegerField(default=0)
    read_to = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.type
