"""The door for writing many records at once: the verdict of `writing` on each row, with a few statements for a batch.

What one row may not do is its own answer and stops no other. All works in the caller's transaction, at most `BATCH` rows at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Invalid, Missing, NotAllowed
from daftar.kernel.events import publish
from daftar.records import parts
from daftar.records.draft import Draft
from daftar.records.fields.links import load_links
from daftar.records.models import ChangeSet
from daftar.records.query import unique
from daftar.records.rates import rates_kept
from daftar.records.reading import of_type
from daftar.records.storing import store
from daftar.records.types import RecordType
from daftar.records.writing import BATCH, RecordsChanged, doubles_told

Answer = Row | DaftarError | None
"""The row as it is now; why it was refused; None when there was nothing to change."""


def change_many(
    type_: RecordType,
    values: Mapping[int, Mapping[str, Any]],
    *,
    by: User,
    via: str,
    change_set: ChangeSet | None = None,
    data: Mapping[str, Any] | None = None,
) -> dict[int, Answer]:
    """Change many records, each by its own rights, required fields and stage contract.

    Shapes: `values` maps record ids, at most `BATCH`, to field values; the answer has every id.
    """
    targets = Targets()

    def one(draft: Draft) -> Draft | None:
        draft.fill(values[draft.row.pk])
        if not draft.changed:
            return None
        draft.check()
        targets.check(draft)
        parts.check(draft)
        return draft

    return each(type_, values, one, by=by, via=via, action="change", change_set=change_set, data=data)


def remove_many(
    type_: RecordType,
    ids: Collection[int],
    *,
    by: User,
    via: str,
    change_set: ChangeSet | None = None,
    data: Mapping[str, Any] | None = None,
) -> dict[int, Answer]:
    """Put many records into the bin; each with its links, files and timeline."""

    def one(draft: Draft) -> Draft:
        if why_not := draft.type.may_be_removed(draft.row):
            raise Conflict(why_not)
        draft.row.deleted_at, draft.row.deleted_by = draft.at, by
        return draft

    return each(type_, ids, one, by=by, via=via, action="delete", change_set=change_set, kind="deleted", data=data)


def each(
    type_: RecordType,
    ids: Collection[int],
    one: Callable[[Draft], Draft | None],
    *,
    by: User,
    via: str,
    action: decide.Action,
    change_set: ChangeSet | None = None,
    kind: str = "",
    data: Mapping[str, Any] | None = None,
    in_bin: bool = False,
    ready: Callable[[list[Draft]], None] = lambda drafts: None,
) -> dict[int, Answer]:
    """Give the draft of each row to `one`, which completes it, leaves it alone (None) or refuses; store them together.

    Shapes: `ready` is called with all that will be stored, before that.
    """
    type_ = type_.whole
    if len(ids) > BATCH:
        raise ValueError(f"at most {BATCH} rows at once")
    answers: dict[int, Answer] = {
        id_: Missing(_("This record is not there any more, or you may not see it.")) for id_ in ids
    }
    drafts: list[Draft] = []
    now = clock.now()
    with doubles_told(), transaction.atomic(), rates_kept():
        rows = of_type(type_).filter(pk__in=list(ids), deleted_at__isnull=not in_bin).order_by("pk")
        locked = parts.with_wholes(type_, list(rows.select_for_update()))
        found = [row for row in locked if decide.may(by, "see", type_.key, row)]
        load_links(found, [f for f in type_.fields if f.kind == "links"])
        for row in found:
            try:
                if not decide.may(by, action, type_.key, row):
                    raise NotAllowed(why_not(action))
                draft = one(Draft(type_, row, by=by, via=via, at=now))
            except DaftarError as refused:
                answers[row.pk] = refused
                continue
            answers[row.pk] = row if draft else None
            if draft is not None:
                draft.data.update(data or {})
                drafts.append(draft)
        for n, double in unique.refusals(drafts, all_values=in_bin).items():
            answers[drafts[n].row.pk] = double
        drafts = [draft for draft in drafts if not isinstance(answers[draft.row.pk], DaftarError)]
        ready(drafts)
        store(drafts, change_set, kind)
        if drafts:
            publish(RecordsChanged(type_.key, tuple(d.row.pk for d in drafts), kind or "changed", by.pk, via))
    return answers


def why_not(action: decide.Action) -> str:
    return _("You may not delete this record.") if action == "delete" else _("You may not change this record.")


@dataclass
class Targets:
    """Links of a batch mostly go to one record: each different one is asked for once."""

    known: dict[tuple[str, str], Invalid | None] = field(default_factory=dict)

    def check(self, draft: Draft) -> None:
        for key, value in draft.changed.items():
            field_ = draft.type.by_key[key]
            if not hasattr(field_, "check_target"):
                continue
            asked = key, json.dumps(field_.dump(value), sort_keys=True)
            if asked not in self.known:
                self.known[asked] = refusal(lambda: field_.check_target(value, draft.reader))  # noqa: B023  # called at once
            if problem := self.known[asked]:
                raise problem


def refusal(act: Callable[[], None]) -> Invalid | None:
    try:
        act()
    except Invalid as refused:
        return refused
    return None


def sentence_of(refused: DaftarError) -> str:
    """Everything that a refusal says, in one line."""
    if isinstance(refused, Invalid):
        return " ".join(dict.fromkeys(str(sentence) for sentence in refused.errors.values()))
    return str(refused)
