"""Traces of people in this room: records and their history, links, files, and what other records that link to them say about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.kernel import personal
from daftar.kernel.data_classes import class_of
from daftar.kernel.personal import Place, Record, Subject
from daftar.records import files
from daftar.records.fields.base import Field
from daftar.records.models import (
    BulkItem,
    BulkRun,
    ChangeSet,
    ContactPoint,
    Entity,
    Event,
    ExternalId,
    ListSetting,
    Nameless,
    Once,
    RecordHold,
    RecordLink,
    SameKey,
    SamePair,
    SavedView,
    SearchWord,
    StageSpan,
    StoredFile,
)
from daftar.records.reading import of_type
from daftar.records.schema import current_schema
from daftar.records.searching import vocabulary
from daftar.records.searching.text import search_text
from daftar.records.types import DECLARED, RecordType

M = TypeVar("M", bound=models.Model)
BATCH = 200
PERSONAL = ("personal", "sensitive", "secret")
FREE_TEXT = ("text", "long_text")


def kept_by(model: type[M]) -> Callable[[Subject], QuerySet[M]]:
    """The rows of a model that belong to the records of the person, by `type` and `record_id`."""

    def query(subject: Subject) -> QuerySet[M]:
        own = (Q(type=key, record_id=id_) for key, id_ in subject.records)
        return model._default_manager.filter(reduce(or_, own))

    return query


def typed(subject: Subject) -> Iterator[tuple[RecordType, Row]]:
    """The records of the person with their types; those that are gone already are left out."""
    types = current_schema().kept_types
    for key, id_ in subject.records:
        row = of_type(types[key]).filter(pk=id_).first() if key in types else None
        if row is not None:
            yield types[key], row


# -- the records themselves -----------------------------------------------------------------------------


def find_records(subject: Subject) -> list[dict[str, Any]]:
    return [{"record": f"{type_.name} {row.pk}", **values_of(type_, row)} for type_, row in typed(subject)]


def values_of(type_: RecordType, row: Row) -> dict[str, Any]:
    """What each filled field holds, under its name."""
    held = ((field, field.get(row)) for field in type_.fields if field.personal != "secret")
    return {str(field.label): field.dump(value) for field, value in held if not field.is_empty(value)}


def erase_records(subject: Subject) -> int:
    """Take the rows away; what linked to them links to nothing. Accounts stay as empty ones, for the room that has them."""
    count = 0
    for type_, row in typed(subject):
        if subject.keeps_rows:
            count += make_nameless(type_, row)
        elif type_.key != "user":
            cut_links(type_, row)
            of_type(type_).filter(pk=row.pk).delete()
            count += 1
    return count


def make_nameless(type_: RecordType, row: Row) -> int:
    """Empty all that says, or may say, whose record it was: personal fields, free text, custom fields. Stages, days, amounts and links stay."""
    for field in type_.fields:
        if field.column and not field.readonly and (field.personal in PERSONAL or field.kind in FREE_TEXT):
            field.put(row, personal.HIDDEN if field.title else None)
    for column in row._meta.concrete_fields:
        is_text = isinstance(column, models.CharField | models.TextField | models.JSONField)
        if is_text and class_of(type(row), column.name) in PERSONAL and getattr(row, column.attname) != personal.HIDDEN:
            setattr(row, column.attname, column.get_default())
    row.search, row.version = search_text(type_, row), row.version + 1
    row.save()
    Nameless.objects.get_or_create(type=type_.key, record_id=row.pk)
    return 1


def cut_links(type_: RecordType, row: Row) -> None:
    """Every column of the database that links to the row, and custom fields, which it does not know as links."""
    for relation in type_.model._meta.get_fields(include_hidden=True):
        column: Any = getattr(relation, "field", None)
        if relation.auto_created and isinstance(column, models.ForeignKey) and column.null:
            column.model._base_manager.filter(**{column.name: row.pk}).update(**{column.name: None})
    for other, field in fields_to(type_):
        if field.kind == "link" and not field.column:
            for linked in of_type(other).filter(**{f"custom__{field.slot}": row.pk}):
                linked.custom = {key: value for key, value in linked.custom.items() if key != field.slot}
                linked.save(update_fields=["custom"])


def fields_to(type_: RecordType) -> Iterator[tuple[RecordType, Field]]:
    """Every field of every type that can link to this one."""
    for other in type_.schema.kept_types.values():
        for field in other.fields:
            if field.kind in ("link", "links") and getattr(field, "to", "") == type_.key:
                yield other, field


# -- what others say about them -------------------------------------------------------------------------


def linking(subject: Subject) -> set[Record]:
    """The records that link to the person: their deals, their company's other people are not among them."""
    found: set[Record] = set()
    for type_, row in typed(subject):
        for other, field in fields_to(type_):
            if field.kind == "links":
                links = RecordLink.objects.filter(type=other.key, field=field.key, to_type=type_.key, to_id=row.pk)
                found |= {(other.key, id_) for id_ in links.values_list("record_id", flat=True)}
                continue
            by_link = {field.column or f"custom__{field.slot}": row.pk}
            found |= {(other.key, id_) for id_ in of_type(other).filter(**by_link).values_list("pk", flat=True)}
    return found - set(subject.records)


def find_linking(subject: Subject) -> list[dict[str, Any]]:
    types = current_schema().kept_types
    rows = ((types[key], of_type(types[key]).filter(pk=id_).first()) for key, id_ in sorted(linking(subject)))
    return [{"record": f"{type_.name} {row.pk}", "name": type_.title_of(row)} for type_, row in rows if row is not None]


def erase_linking(subject: Subject) -> int:
    """Take out of records that link to the person what names them, in words and history, and what was copied from theirs."""
    types, count, own = current_schema().kept_types, 0, own_values(subject)
    for key, id_ in linking(subject):
        type_, changed = types[key], False
        copied = {f.key: own[f.key] for f in type_.fields if f.key in own and not f.title and f.personal in PERSONAL}
        row = of_type(type_).filter(pk=id_).first()
        if row is not None:
            for field in (type_.by_key[name] for name in copied):
                if (value := field.get(row)) and field.dump(value) in copied[field.key]:
                    field.put(row, type(value)())
                    row.save()
                    changed = True
            if leave_out(row, subject) or changed:
                of_type(type_).filter(pk=id_).update(search=search_text(type_, row))
                changed = True
        for event in Event.objects.filter(type=key, record_id=id_).iterator(BATCH):
            left = {
                name: [None if v in copied.get(name, ()) else v for v in pair] for name, pair in event.changes.items()
            }
            if left != event.changes:
                event.changes, changed = left, True
                event.save(update_fields=["changes"])
            changed = leave_out(event, subject) or changed
        count += changed
    return count


def own_values(subject: Subject) -> dict[str, list[Any]]:
    """Field key → what the person's records hold in it, of the fields that say something about a person."""
    found: dict[str, list[Any]] = {}
    if subject.record_only:
        return found
    for type_, row in typed(subject):
        for field in type_.fields:
            if field.personal in PERSONAL and not field.is_empty(value := field.get(row)):
                found.setdefault(field.key, []).append(field.dump(value))
    return found


def leave_out(row: models.Model, subject: Subject) -> bool:
    """Save the row without what names the person in its texts and JSON; whether there was anything."""
    changed = []
    for column in row._meta.concrete_fields:
        if isinstance(column, models.CharField | models.TextField | models.JSONField) and not column.choices:
            value = getattr(row, column.attname)
            left = subject.out_of(value, linked=True)
            if left != value:
                setattr(row, column.attname, left)
                changed.append(column.name)
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


# -- history, files, links ------------------------------------------------------------------------------


def find_history(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"at": str(event.at), "record": f"{event.type} {event.record_id}", "what": event.kind, "changes": event.changes, "data": event.data}
        for event in kept_by(Event)(subject).order_by("id")
    ]  # fmt: skip


def erase_history(subject: Subject) -> int:
    """History goes with its record; a set of changes forgets the name that it was given."""
    events = kept_by(Event)(subject)
    titles = {type_.title_of(row) for type_, row in typed(subject)}
    for change_set in ChangeSet.objects.filter(pk__in=events.values("change_set")):
        if (
            any(title in change_set.title for title in titles)
            or subject.out_of(change_set.title, linked=True) != change_set.title
        ):
            ChangeSet.objects.filter(pk=change_set.pk).update(title="")
    accounts = [id_ for key, id_ in subject.records if key == "user"]
    emptied = events.filter(type="user", record_id__in=accounts).update(changes={}, data={})
    return emptied + events.exclude(type="user").delete()[0]


def words_of(subject: Subject) -> set[str]:
    """The words of search that come from the person's records."""
    return set().union(*(vocabulary.words_of(row.search) for _type, row in typed(subject)))


def find_words(subject: Subject) -> list[dict[str, Any]]:
    kept = SearchWord.objects.filter(word__in=words_of(subject)).order_by("word")
    return [{"word": word} for word in kept.values_list("word", flat=True)]


def erase_words(subject: Subject) -> int:
    """Once the records are gone, those of their words that stand nowhere else."""
    words = words_of(subject)
    transaction.on_commit(lambda: vocabulary.forget_unused(words))
    return 0


def find_files(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"name": file.name, "at": str(file.at), "size": file.size_bytes}
        for file in kept_by(StoredFile)(subject).order_by("id")
    ]


def files_on_disk(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"name": f"{file.pk}-{file.name}", "path": files.folder() / file.path} for file in kept_by(StoredFile)(subject)
    ]


def erase_files(subject: Subject) -> int:
    """Rows now, bytes and previews once that is stored (what a crash leaves is cleaned up daily)."""
    gone = list(kept_by(StoredFile)(subject))
    StoredFile.objects.filter(pk__in=[file.pk for file in gone]).delete()
    transaction.on_commit(lambda: files.drop(gone))
    return len(gone)


def links(subject: Subject) -> QuerySet[RecordLink]:
    both = (Q(type=key, record_id=id_) | Q(to_type=key, to_id=id_) for key, id_ in subject.records)
    return RecordLink.objects.filter(reduce(or_, both))


def pairs_of(subject: Subject) -> QuerySet[SamePair]:
    both = (Q(type=key, low=id_) | Q(type=key, high=id_) for key, id_ in subject.records)
    return SamePair.objects.filter(reduce(or_, both))


def named_in_runs(subject: Subject) -> QuerySet[BulkRun]:
    """Acts on many records whose values or filters name the person, and those that reached their records (whose titles may)."""
    ids = [
        run.pk for run in BulkRun.objects.only("pk", "values", "view", "view_words").iterator(BATCH)
        if subject.is_in([run.values, run.view, run.view_words])
    ]  # fmt: skip
    return BulkRun.objects.filter(pk__in=ids)


def find_runs(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"at": str(run.began_at), "what": run.act, "values": run.values, "filters": run.view_words}
        for run in named_in_runs(subject)
    ]


def erase_runs(subject: Subject) -> int:
    """What was done to how many stays; the words that named the person go."""
    return sum(leave_out(run, subject) for run in named_in_runs(subject))


def settings_of(subject: Subject) -> QuerySet[ListSetting]:
    return ListSetting.objects.filter(user__in=subject.user_ids)


def views_of(subject: Subject) -> QuerySet[SavedView]:
    return SavedView.objects.filter(owner__in=subject.user_ids)


def sent_forms(subject: Subject) -> QuerySet[Once]:
    return kept_by(Once)(subject) | Once.objects.filter(by__in=subject.user_ids)


def columns_of_types() -> Mapping[str, str]:
    """Every column of every declared type: rows of these models are taken away or emptied as a whole."""
    found = {Entity} | {declared.model for declared in DECLARED.values() if ".access." not in declared.model.__module__}
    return {model._meta.label: " ".join(column.name for column in model._meta.concrete_fields) for model in found}


EARLY, LATE = 10, 90
personal.add(Place("records", _("Record"), columns_of_types, find_records, erase_records, LATE))
personal.add(Place("linking", _("What linked records say"), {}, find_linking, erase_linking, EARLY))
personal.add(
    Place(
        "history",
        _("History"),
        {"records.Event": "changes data record_id", "records.ChangeSet": "title"},
        find_history,
        erase_history,
        60,
    )
)
personal.add(
    Place("files", _("Files"), {"records.StoredFile": "name record_id"}, find_files, erase_files, 60, files_on_disk)
)
personal.rows(
    "points", _("Ways to find them"), {"records.ContactPoint": "value record_id"}, kept_by(ContactPoint), order=60
)
personal.rows(
    "external", _("Numbers in other systems"), {"records.ExternalId": "key record_id"}, kept_by(ExternalId), order=60
)
personal.rows(
    "bulk_rows", _("Rows of changes of many"), {"records.BulkItem": "record_id sentence"}, kept_by(BulkItem), order=60
)
personal.add(
    Place("bulk_runs", _("Changes of many"), {"records.BulkRun": "values view view_words"}, find_runs, erase_runs, 60)
)
personal.rows("same_keys", _("Signs of being the same"), {"records.SameKey": "record_id"}, kept_by(SameKey), order=60)
personal.rows(
    "same_pairs", _("Pairs that may be the same"), {"records.SamePair": "low high reasons"}, pairs_of, order=60
)
personal.rows("links", _("Links"), {"records.RecordLink": "record_id to_id"}, links, order=70, stays_nameless=True)
personal.rows(
    "stays", _("Stays in stages"), {"records.StageSpan": "record_id"}, kept_by(StageSpan), order=60, stays_nameless=True
)
personal.rows("holds", _("Holds"), {"records.RecordHold": "record_id why"}, kept_by(RecordHold), order=60)
personal.rows("forms", _("Sent forms"), {"records.Once": "record_id key"}, sent_forms, order=60)
personal.rows("lists", _("Columns of lists"), {"records.ListSetting": "columns"}, settings_of, order=60)
personal.add(Place("words", _("Words of search"), {"records.SearchWord": "word back"}, find_words, erase_words, EARLY))
personal.rows("views", _("Saved views"), {"records.SavedView": "name query"}, views_of, order=60)
personal.excuse("records.CustomField", "default settings past", "Declarations: what holds for every record.")
personal.excuse("records.Retyping", "settings_from settings_to", "Declarations: what holds for every record.")
personal.excuse("records.BulkRun", "slots", "Words under which fields keep their values.")
personal.excuse("records.FieldCount", "counts", "Numbers: how many records have a value of a field.")
personal.excuse("records.Stage", "required next_stages", "Declarations: what holds for every record.")
personal.excuse("records.Nameless", "record_id", "Says that the record of this number names nobody any more.")
personal.excuse("records.RetentionRule", "without counted", "What rules ask for, and numbers of records.")
personal.excuse("records.Leaving", "plan place given", "Numbers of records and of colleagues.")
