from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Department
from daftar.kernel import clock


class SavedView(models.Model):
    """A view (filter, order, columns) with a name; `query` is its address without the name of the list."""

    class Audience(models.TextChoices):
        """Who sees it besides its owner."""

        OWN = "own", _("only me")
        DEPARTMENT = "department", _("a department")
        EVERYBODY = "everybody", _("everybody")

    class Place(models.TextChoices):
        LIST = "list", _("List")
        BOARD = "board", _("Board")
        CALENDAR = "calendar", _("Calendar")

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    place = models.CharField(max_length=16, choices=Place.choices, default=Place.LIST)
    query = models.TextField(default="", blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(max_length=16, choices=Audience.choices, default=Audience.OWN)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "type", "name"], name="one_view_per_name"),
            models.CheckConstraint(
                condition=Q(department__isnull=True) | Q(audience="department"), name="view_department_is_its_audience"
            ),
        ]
        indexes = [models.Index(fields=["type"], name="saved_view_type")]
