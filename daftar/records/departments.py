"""The company as a tree: what lies in a department, and how an empty or emptied one is removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.access import decide
from daftar.access.models import Department, Office, User
from daftar.access.structure import Structure
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.formats import current, joined
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.records.reading import of_type
from daftar.records.schema import Schema, current_schema
from daftar.records.types import RecordType

MOST_MOVED = 5_000
"""So many unowned records move with one page; more are moved in the list first."""


@dataclass(frozen=True)
class Contents:
    """What lies in a department itself, not below: people, departments, and unowned records by type."""

    people: int = 0
    children: int = 0
    unowned: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.people or self.children or any(self.unowned.values()))

    def in_words(self, schema: Schema) -> str:
        """ "2 people, 1 department, 14 leads" """
        number = current().number
        parts = []
        if self.people:
            parts.append(ngettext("%(count)s person", "%(count)s people", self.people) % {"count": number(self.people)})
        if self.children:
            said = ngettext("%(count)s department", "%(count)s departments", self.children)
            parts.append(said % {"count": number(self.children)})
        parts += [
            _("%(type)s without an owner: %(count)s") % {"type": schema.kept_types[key].plural, "count": number(count)}
            for key, count in self.unowned.items()
            if count
        ]
        return joined(parts)


def contents_of(department_id: int) -> Contents:
    return Contents(
        User.objects.filter(department_id=department_id, deleted_at=None).count(),
        Department.objects.filter(parent_id=department_id, deleted_at=None).count(),
        {t.key: unowned_in(t, department_id).count() for t in placed_types(current_schema())},
    )


def placed_types(schema: Schema) -> list[RecordType]:
    """The types whose unowned records lie in a department."""
    return [
        t
        for t in schema.kept_types.values()
        if t.key not in decide.COMPANY_ONLY and any(f.attname == "department_id" for f in t.model._meta.concrete_fields)
    ]


def unowned_in(type_: RecordType, department_id: int) -> Any:
    lying = Q(department_id=department_id, owner=None, deleted_at=None)
    return of_type(type_).filter(lying)


def remove_department(department_id: int, *, by: User, to: int | None = None) -> Department:
    """Put a department into the bin; what lies in it goes to the department `to` first, all in one change set.

    Errors: NotAllowed, Missing, Conflict with what lies in it when `to` is None, Invalid (field "to") for a wrong one.
    """
    if not decide.may(by, "delete", "department"):
        raise NotAllowed()
    schema = current_schema()
    type_ = schema.type("department")
    with transaction.atomic():
        row: Department | None = (
            Department.objects.select_for_update().filter(pk=department_id, deleted_at=None).first()
        )
        if row is None:
            raise Missing()
        contents = contents_of(row.pk)
        if contents and to is not None:
            move_contents(row, contents, checked_target(row, to), by=by, schema=schema)
        writing.remove(type_, row.pk, by=by, via="page")
    return row


def checked_target(row: Department, to: int) -> int:
    """The department that takes what lies in the row: another one, and not below it."""
    below = Structure.of_today().with_all_below(frozenset({row.pk}))
    if to in below or not Department.objects.filter(pk=to, deleted_at=None).exists():
        raise Invalid(_("Choose another department that is not a part of this one."), field="to")
    return to


def move_contents(row: Department, contents: Contents, to: int, *, by: User, schema: Schema) -> None:
    if sum(contents.unowned.values()) > MOST_MOVED:
        raise Conflict(
            _("More than %(most)s records lie in this department. Give them owners or another department first.")
            % {"most": current().number(MOST_MOVED)}
        )
    title = _("Department removed: %(name)s") % {"name": row.name}
    change_set = ChangeSet.objects.create(by=by, via="page", title=title[:300])
    data = {"why": "department", "department": row.pk}
    moves: list[tuple[RecordType, str, Any]] = [
        (schema.type("user"), "department", User.objects.filter(department=row, deleted_at=None)),
        (schema.type("department"), "parent", Department.objects.filter(parent=row, deleted_at=None)),
        *((t, "department", unowned_in(t, row.pk)) for t in placed_types(schema)),
    ]
    for type_, key, rows in moves:
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), writing.BATCH):
            values = {id_: {key: to} for id_ in ids[start : start + writing.BATCH]}
            writing.assign_many(type_, values, by=by, via="page", change_set=change_set, data=data)


def remove_office(office_id: int, *, by: User) -> Office:
    """Put an empty office into the bin. Errors: NotAllowed, Missing, Conflict while somebody works there."""
    removed: Any = writing.remove(current_schema().type("office"), office_id, by=by, via="page")
    office: Office = removed
    return office


def why_department_stays(row: Department) -> str:
    contents = contents_of(row.pk)
    if not contents:
        return ""
    what = contents.in_words(current_schema())
    return _("In “%(name)s” there is still: %(what)s. Say where that goes, or empty it first.") % {
        "name": row.name,
        "what": what,
    }


def why_office_stays(row: Office) -> str:
    people = User.objects.filter(office=row, deleted_at=None).count()
    if people:
        said = ngettext(
            "%(count)s person works in “%(name)s”. Give them another office first.",
            "%(count)s people work in “%(name)s”. Give them another office first.",
            people,
        )
        return said % {"count": current().number(people), "name": row.name}
    if Department.objects.filter(office=row, deleted_at=None).exists():
        return _("Departments sit in “%(name)s”. Give them another office first.") % {"name": row.name}
    return ""
