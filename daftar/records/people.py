"""The people of the company, their departments and offices, as record types: listed, searched, imported like all others."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Department, Office, User
from daftar.access.shipped_roles import SHIPPED
from daftar.records.draft import Draft
from daftar.records.fields import Choices, Date, Link, Person, Text, YesNo  # type: ignore[attr-defined]  # loaded by file
from daftar.records.types import RecordType, Section


class PersonType(RecordType):
    key, model, slug, icon = "user", User, "people", "users"
    names = _("person"), _("people")
    names_person = "name"
    in_menu = False
    default_sort = "name"
    fields = [
        Text("name", _("Full name"), title=True),
        Text("email", _("E-mail"), readonly=True, code=True, searched=True),
        Choices("roles", _("Roles"), options=[(r.key, r.name) for r in SHIPPED.values()], open=False, readonly=True),
        Link("department", _("Department"), to="department", quick=True),
        Link("office", _("Office"), to="office", quick=True),
        Text("position", _("Position")),
        YesNo("is_active", _("Active"), readonly=True),
    ]
    card = [Section(_("Person"), "name email roles department office position is_active")]


class DepartmentType(RecordType):
    key, model, icon = "department", Department, "network"
    names = _("department"), _("departments")
    in_menu = False
    default_sort = "name"
    fields = [
        Text("name", _("Name"), title=True),
        Link("parent", _("Part of"), to="department"),
        Person("head", _("Head")),
        Person("deputy", _("Deputy")),
        Date("deputy_from", _("Deputy from")),
        Date("deputy_until", _("Deputy until")),
        Link("office", _("Office"), to="office"),
    ]
    card = [Section(_("Department"), "name parent head deputy deputy_from deputy_until office")]

    def check(self, draft: Draft) -> Mapping[str, str]:
        errors: dict[str, str] = {}
        if parent_of_itself(draft):
            errors["parent"] = _now("A department cannot be part of itself.")
        first, last = draft.value("deputy_from"), draft.value("deputy_until")
        if first and last and last < first:
            errors["deputy_until"] = _now("This day is before the first one.")
        return errors


class OfficeType(RecordType):
    key, model, icon = "office", Office, "building-2"
    names = _("office"), _("offices")
    in_menu = False
    default_sort = "name"
    fields = [Text("name", _("Name"), title=True)]
    card = [Section(_("Office"), "name")]


def parent_of_itself(draft: Draft) -> bool:
    """Whether the department would stand above itself, directly or through others."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    at, seen = draft.value("parent"), {draft.row.pk}
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at)
    return False
