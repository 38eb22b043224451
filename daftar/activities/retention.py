"""What this room tells rules of retention: with whom one talked, or will, nobody is forgotten."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from daftar.activities.models import Activity
from daftar.records.retention import conditions
from daftar.records.types import RecordType


@conditions.happened
def talked_or_planned(type_: RecordType, moment: datetime) -> Q:
    """Something is planned for a record, or was done with it since."""
    about = Activity.objects.filter(about_type=type_.key, about_id=OuterRef("pk"), deleted_at__isnull=True)
    return Q(Exists(about.filter(Q(done_at__isnull=True, cancelled=False) | Q(at__gte=moment))))
