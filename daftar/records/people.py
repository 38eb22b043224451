"""The people of the company, their departments and offices, as record types: listed, searched, imported like all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Department, Office, Row, User
from daftar.access.shipped_roles import SHIPPED
from daftar.records.departments import why_department_stays, why_office_stays
from daftar.records.draft import Draft
from daftar.records.fields import Choices, Date, Link, Person, Phones, Text, YesNo  # type: ignore[attr-defined]  # loaded by file
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
        Phones("phones", _("Phones"), searched=True),
        Date("absent_from", _("Away from")),
        Date("absent_until", _("Away until")),
        Person("substitute", _("Substitute"), help=_("Reaches this person's records as their own meanwhile.")),
        YesNo("is_active", _("Active"), readonly=True),
    ]
    card = [Section(_("Person"), "name email roles department office position phones is_active"),
            Section(_("Absence"), "absent_from absent_until substitute")]  # fmt: skip

    def check(self, draft: Draft) -> Mapping[str, str]:
        touched = {"absent_from", "absent_until", "substitute"} & set(draft.changed)
        return absence_errors(draft) if touched else {}

    def may_be_removed(self, row: Row) -> str:
        if getattr(row, "is_active", False):
            return _now("Make this person inactive first; their page hands over what is theirs.")
        return ""


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
        deputy = draft.value("deputy")
        if deputy and deputy == draft.value("head"):
            errors["deputy"] = _now("The head needs no deputy of the same name; choose somebody else.")
        return errors

    def may_be_removed(self, row: Row) -> str:
        return why_department_stays(cast(Department, row))


class OfficeType(RecordType):
    key, model, icon = "office", Office, "building-2"
    names = _("office"), _("offices")
    in_menu = False
    default_sort = "name"
    fields = [Text("name", _("Name"), title=True)]
    card = [Section(_("Office"), "name")]

    def may_be_removed(self, row: Row) -> str:
        return why_office_stays(cast(Office, row))


def absence_errors(draft: Draft) -> dict[str, str]:
    """What is wrong with an absence: days in the wrong order, a substitute who is not there meanwhile."""
    first, last, substitute = (draft.value(key) for key in ("absent_from", "absent_until", "substitute"))
    if first is None:
        return {"absent_from": _now("Say from which day on.")} if last or substitute else {}
    if last is not None and last < first:
        return {"absent_until": _now("This day is before the first one.")}
    if substitute is None:
        return {}
    if substitute == draft.row.pk:
        return {"substitute": _now("Nobody stands in for themselves.")}
    person = User.objects.filter(pk=substitute, deleted_at=None, is_active=True).first()
    if person is None:
        return {"substitute": _now("Choose somebody who is active.")}
    begins, ends = person.absent_from, person.absent_until
    if begins and (last is None or begins <= last) and (ends is None or first <= ends):
        return {"substitute": _now("%(name)s is away in these days too.") % {"name": person.name}}
    return {}


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
