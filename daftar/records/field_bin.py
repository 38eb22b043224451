"""Custom fields that are deleted: they lie in the bin with their values for a month, then both go for good."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.text import fold
from daftar.records import custom_fields
from daftar.records.audited import audited_field
from daftar.records.models import (
    ChoiceOption,
    ContactPoint,
    CustomField,
    Pipeline,
    RecordLink,
    Retyping,
    Stage,
    StageSpan,
    StoredFile,
)
from daftar.records.query import indexes, unique
from daftar.records.retyping.runs import take_out
from daftar.records.schema import current_schema, schema_changed
from daftar.records.types import RecordType

DAYS = 30


@audited_field
def delete_field(type_: RecordType, key: str, *, by: User, typed: str) -> CustomField:
    """Put a custom field into the bin; `typed` is its name, as proof that this very field is meant.

    Errors: NotAllowed, Missing, Invalid at `typed`.
    """
    custom_fields.allowed(by)
    with transaction.atomic():
        row = custom_fields.locked(type_, key)
        if fold(typed) != fold(row.label):
            raise Invalid(_("Type the name of the field: %(name)s") % {"name": row.label}, field="typed")
        row.deleted_at = clock.now()
        row.save(update_fields=["deleted_at"])
        Retyping.objects.filter(type=type_.key, key=key, state__in=["working", "ready"]).update(
            state=Retyping.State.DROPPED, finished_at=clock.now()
        )
        schema_changed()
        indexes.drop(type_, custom_fields.bound(type_, row))
    return row


@audited_field
def take_out_of_bin(type_: RecordType, key: str, *, by: User) -> CustomField:
    """Bring a deleted field back with its values; what used it uses it again. Errors: NotAllowed, Missing, Invalid at `label`."""
    custom_fields.allowed(by)
    with transaction.atomic():
        row = custom_fields.locked(type_, key, in_bin=True)
        custom_fields.checked_label(type_, row.label, but=key)
        row.unique = row.unique and not unique.doubles(type_, custom_fields.bound(type_, row))
        row.deleted_at, row.hidden = None, False
        row.save(update_fields=["deleted_at", "hidden", "unique"])
        schema_changed()
        indexes.make_soon(type_, custom_fields.bound(type_, row))
    return row


def goes_on(row: CustomField) -> int:
    """In how many days it goes for good."""
    over = (row.deleted_at or clock.now()) + timedelta(days=DAYS) - clock.now()
    return max(over.days, 0)


def forget_deleted() -> int:
    """Let the fields go that were deleted long enough ago, with their values; how many. May be cut short and called again."""
    old = CustomField.objects.filter(deleted_at__lt=clock.now() - timedelta(days=DAYS)).order_by("id")
    count = 0
    for row in old:
        if row.type in current_schema().types:
            runs = Retyping.objects.filter(type=row.type, key=row.key)
            words = {
                row.kept_in,
                *(was["slot"] for was in row.past),
                *(w for run in runs for w in (run.slot_to, run.mark)),
            }
            take_out(current_schema().type(row.type), words)
        with transaction.atomic():
            forget(row)
        count += 1
    return count


def forget(row: CustomField) -> None:
    """Everything of a field that stands in tables of its own, and the field."""
    mine = {"type": row.type, "field": row.key}
    for model in (RecordLink, ContactPoint, ChoiceOption):
        model._default_manager.filter(**mine).delete()
    StoredFile.objects.filter(**mine, deleted_at=None).update(deleted_at=clock.now())
    stages = Stage.objects.filter(pipeline__in=Pipeline.objects.filter(**mine))
    StageSpan.objects.filter(stage__in=stages).delete()
    stages.delete()
    Pipeline.objects.filter(**mine).delete()
    Retyping.objects.filter(type=row.type, key=row.key).update(is_cleaned=True)
    CustomField.objects.filter(pk=row.pk).delete()
    schema_changed()
