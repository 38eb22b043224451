from __future__ import annotations

from django.conf import settings
from django.db import models

from daftar.access.models.department import Department
from daftar.kernel import clock


class Invitation(models.Model):
    """A link that lets one person in, once, within a week.

    Shapes: `email` is "" for a link that is handed over, where the guest types an address. `token_hash` is all that is kept of
    the link. `turn` counts how often it was sent anew; each turn has a new link. `person` is who came, or who was here already
    without being able to sign in.
    """

    email = models.EmailField(max_length=254, default="", blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=64)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="", blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    turn = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="invitation_made")]

    def __str__(self) -> str:
        return self.email or f"#{self.pk}"

    @property
    def state(self) -> str:
        """open, used, withdrawn or over."""
        if self.used_at:
            return "used"
        if self.withdrawn_at:
            return "withdrawn"
        return "open" if self.until > clock.now() else "over"
