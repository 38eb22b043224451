"""The company as a tree: departments with head, deputy and office, who stands in none, and the offices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from daftar.access.doors import door
from daftar.access.models import Department, Office, User
from daftar.access.plain_form import PlainForm
from daftar.access.structure import Structure, is_deputy
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.kernel.formats import current
from daftar.kernel.ids import parse_id
from daftar.records import departments as structure
from daftar.records import writing
from daftar.records.forms import RecordForm
from daftar.records.schema import current_schema
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, toast

FIELDS = ("name", "parent", "head", "deputy", "deputy_from", "deputy_until", "office")
HERE, OFFICES = "/settings/departments/", "/settings/offices/"


@dataclass(frozen=True, slots=True)
class Line:
    """One department in the tree as drawn; `depth` 0 is the top, `deputy` says "Sara, until 14 August"."""

    row: Department
    depth: int
    people: int
    deputy: str
    deputy_counts: bool


@door("settings", "settings")
def tree(request: Any) -> HttpResponseBase:
    """Departments under each other, then the people without one, then the offices."""
    number = Count("people", filter=Q(people__deleted_at=None, people__is_active=True))
    rows = Department.objects.live().select_related("head", "deputy", "office").annotate(number=number)
    outside = User.objects.live().filter(Q(department=None) | Q(department__deleted_at__isnull=False), is_active=True)
    offices = Office.objects.live().order_by("name").annotate(number=number)
    return render(request, "onboarding/departments.html", {
        "title": _("Departments"), "lines": lines_of({row.pk: row for row in rows.order_by("name", "pk")}),
        "outside": list(outside.order_by("name")[:200]), "offices": list(offices[:500]),
    })  # fmt: skip


def lines_of(rows: Mapping[int, Any]) -> list[Line]:
    """The departments from the top down; each child behind its parent, one deeper."""
    children: dict[int | None, list[int]] = {}
    for row in rows.values():
        children.setdefault(row.parent_id if row.parent_id in rows else None, []).append(row.pk)
    today, made = clock.today(current().zone), []
    waiting = [(id_, 0) for id_ in reversed(children.get(None, []))]
    while waiting:
        id_, depth = waiting.pop()
        row = rows[id_]
        counts = bool(row.deputy_id) and is_deputy(row, today)
        made.append(Line(row, depth, row.number, deputy_words(row), counts))
        waiting += [(child, depth + 1) for child in reversed(children.get(id_, []))]
    return made


def deputy_words(row: Department) -> str:
    """The deputy and when they stand in."""
    if row.deputy is None:
        return ""
    first, last = (current().date(day) if day else "" for day in (row.deputy_from, row.deputy_until))
    if first and last:
        return _("%(name)s, %(first)s to %(last)s") % {"name": row.deputy.name, "first": first, "last": last}
    if first:
        return _("%(name)s, from %(day)s") % {"name": row.deputy.name, "day": first}
    return _("%(name)s, until %(day)s") % {"name": row.deputy.name, "day": last} if last else row.deputy.name


@door("settings", "settings")
def new(request: Any) -> HttpResponseBase:
    """A new department; `?parent=` puts it under another."""
    parent = request.GET.get("parent", "")
    initial = {"parent": int(parent)} if parent.isascii() and parent.isdigit() and len(parent) < 19 else {}
    return edit_record(request, "department", FIELDS, None, _("New department"), f"{HERE}new", HERE, initial=initial)


@door("settings", "settings")
def department(request: Any, department_id: str) -> HttpResponseBase:
    """Name, place in the tree, head, deputy with dates, office; and the way to remove it."""
    row = existing(Department, department_id)
    address = f"{HERE}{row.pk}/"
    return edit_record(
        request, "department", FIELDS, row, row.name, address, HERE, remove=(f"{address}remove", _("Remove department"))
    )


@door("settings", "settings")
def remove(request: Any, department_id: str) -> HttpResponseBase:
    """What lies in the department and where it goes; a POST moves it there and removes the department."""
    row = existing(Department, department_id)
    contents = structure.contents_of(row.pk)
    form = PlainForm({"to": row.parent_id}, request.POST if request.method == "POST" else None)
    status = 200
    if form.sent is not None:
        status = 422
        try:
            to = parse_id(form.typed("to")) if form.typed("to") else None
            structure.remove_department(row.pk, by=request.user, to=to)
        except Missing:
            form.errors["to"] = _("Choose one of the list.")
        except Conflict as stays:
            form.errors[""], status = stays.sentence, 409
        except Invalid as refused:
            form.refuse(refused)
        else:
            return toast(go(request, HERE), _("“%(what)s” lies in the bin.") % {"what": row.name})
    below = Structure.of_today().with_all_below(frozenset({row.pk}))
    others = Department.objects.live().exclude(pk__in=below).order_by("name")[:500]
    widget = form.select("to", _("Where it goes"), [("", "—"), *((str(d.pk), d.name) for d in others)])
    return render(request, "onboarding/remove_department.html", {
        "title": _("Remove “%(name)s”") % {"name": row.name}, "form": form, "widgets": [widget] if contents else [],
        "contents": contents.in_words(current_schema()), "action": f"{HERE}{row.pk}/remove", "back": f"{HERE}{row.pk}/",
    }, status=status)  # fmt: skip


# -- offices -------------------------------------------------------------------------------------------


@door("settings", "settings")
def new_office(request: Any) -> HttpResponseBase:
    return edit_record(request, "office", ("name",), None, _("New office"), f"{OFFICES}new", HERE)


@door("settings", "settings")
def office(request: Any, office_id: str) -> HttpResponseBase:
    row = existing(Office, office_id)
    address = f"{OFFICES}{row.pk}/"
    return edit_record(
        request, "office", ("name",), row, row.name, address, HERE, remove=(f"{address}remove", _("Remove office"))
    )


@door("settings", "settings")
def remove_office(request: Any, office_id: str) -> HttpResponseBase:
    """Remove an office in which nobody works (POST); the plain page asks first."""
    row = existing(Office, office_id)
    form, status = PlainForm(), 200
    if request.method == "POST":
        try:
            structure.remove_office(row.pk, by=request.user)
        except Conflict as stays:
            form.errors[""], status = stays.sentence, 409
        else:
            return toast(go(request, HERE), _("“%(what)s” lies in the bin.") % {"what": row.name})
    address = f"{OFFICES}{row.pk}/"
    return render(request, "onboarding/remove_department.html", {
        "title": _("Remove “%(name)s”") % {"name": row.name}, "form": form, "widgets": [], "contents": "",
        "action": f"{address}remove", "back": address,
    }, status=status)  # fmt: skip


# -- both ----------------------------------------------------------------------------------------------


def existing(model: Any, text: str) -> Any:
    row = model.objects.live().filter(pk=parse_id(text)).first()
    if row is None:
        raise Missing()
    return row


def edit_record(
    request: Any, type_key: str, keys: Sequence[str], row: Any, title: str, action: str, back: str,
    *, initial: Mapping[str, Any] | None = None, remove: tuple[str, str] | None = None,
) -> HttpResponse | HttpResponseBase:  # fmt: skip
    """The form of some fields of a record, new or existing; saved through the same door as every record."""
    reader = reader_of(request)
    type_ = reader.schema.type(type_key)
    form = RecordForm(type_, [type_.by_key[key] for key in keys], reader, row=row, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.read(request.POST):
            try:
                if row is None:
                    writing.create(type_, form.values, by=request.user, via="page")
                else:
                    writing.change(type_, row.pk, form.values, by=request.user, via="page")
            except Invalid as refused:
                form.refuse(refused)
            else:
                return toast(go(request, back), _("Saved."))
    return render(request, "onboarding/record_form.html", {
        "title": title, "widgets": form.widgets(), "form": form, "action": action, "back": back, "remove": remove,
    }, status=status)  # fmt: skip
