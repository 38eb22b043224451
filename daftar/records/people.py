"""The people of the company, their departments and offices, as record types: listed, searched, imported like all others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.access.models import Department, Office, Role, User
from daftar.records.fields import Choice, Link, Person, Text, YesNo  # type: ignore[attr-defined]  # loaded by file
from daftar.records.types import RecordType, Section


class PersonType(RecordType):
    key, model, slug, icon = "user", User, "people", "users"
    names = _("person"), _("people")
    in_menu = False
    default_sort = "name"
    fields = [
        Text("name", _("Full name"), title=True),
        Text("email", _("E-mail"), readonly=True, code=True, searched=True),
        Choice("role", _("Role"), options=Role.choices, open=False, readonly=True),
        Link("department", _("Department"), to="department", quick=True),
        Link("office", _("Office"), to="office", quick=True),
        YesNo("is_active", _("Active"), readonly=True),
    ]
    card = [Section(_("Person"), "name email role department office is_active")]


class DepartmentType(RecordType):
    key, model, icon = "department", Department, "network"
    names = _("department"), _("departments")
    in_menu = False
    default_sort = "name"
    fields = [
        Text("name", _("Name"), title=True),
        Link("parent", _("Part of"), to="department"),
        Person("head", _("Head")),
        Link("office", _("Office"), to="office"),
    ]
    card = [Section(_("Department"), "name parent head office")]


class OfficeType(RecordType):
    key, model, icon = "office", Office, "building-2"
    names = _("office"), _("offices")
    in_menu = False
    default_sort = "name"
    fields = [Text("name", _("Name"), title=True)]
    card = [Section(_("Office"), "name")]
