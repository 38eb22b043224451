"""Who can sign in: add people, change their role, give a new password."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access import absence, factors, looking, sessions
from daftar.access.accounts import able_to_sign_in
from daftar.access.doors import door, fresh_sign_in
from daftar.access.models import Department, Office, Role, User
from daftar.access.plain_form import PlainForm
from daftar.access.shipped_roles import name_of
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.formats import joined
from daftar.kernel.ids import parse_id
from daftar.onboarding.views import profile
from daftar.records import accounts
from daftar.records.rehearsal import Proposal, Rehearsal, rehearse
from daftar.records.views.roles import render_rehearsal
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget


@door("settings", "settings")
def people(request: Any) -> HttpResponseBase:
    """Everybody, those who can sign in first."""
    rows = list(User.objects.live().select_related("department", "office", "substitute").order_by("name", "pk")[:1000])
    able = set(able_to_sign_in().values_list("pk", flat=True))
    rows.sort(key=lambda person: (person.pk not in able, not person.is_active))
    names = {role.key: name_of(role) for role in Role.objects.all()}
    return render(request, "onboarding/people.html", {
        "title": _("People"), "rows": rows, "able": able,
        "away": absence.words_of, "role_names": lambda row: joined(names[key] for key in row.roles if key in names),
    })  # fmt: skip


@door("settings", "settings")
def new(request: Any) -> HttpResponseBase:
    """Add a person; the answer shows the first password once."""
    form = PlainForm({"roles": [Role.SELLER]}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            person, password = accounts.add_person(**given(form, with_active=False), by=request.user)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return show_password(request, person, password)
    return show(request, form, _("New person"), "/settings/people/new")


@door("settings", "settings")
def person(request: Any, person_id: str) -> HttpResponseBase:
    """One person: name, address, roles, place, whether active. A change of rights is shown before it is saved (`act` save, back)."""
    row = User.objects.live().filter(pk=parse_id(person_id)).first()
    if row is None:
        raise Missing()
    kept = {
        "name": row.name, "email": row.email, "roles": row.roles, "is_active": row.is_active,
        "department": row.department_id, "office": row.office_id,
    }  # fmt: skip
    form = PlainForm(kept, request.POST if request.method == "POST" else None)
    act = request.POST.get("act", "")
    if form.sent is not None and act != "back":
        if form.typed("email").strip().lower() != (row.email or "") and not sessions.fresh(request):
            return go(request, f"/confirm/?next=/settings/people/{row.pk}/")
        try:
            values = given(form)
            told = rehearsed(row, values, request.user) if act != "save" else None
            if told:
                return show_rehearsal(request, row, told)
            accounts.change_person(row.pk, **values, by=request.user)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return toast(go(request, "/settings/people/"), _("Saved."))
    return show(request, form, row.name, f"/settings/people/{row.pk}/", row)


@door("settings", "settings")
@require_POST
@fresh_sign_in("/settings/people/")
def remove_second_factors(request: Any, person_id: str) -> HttpResponseBase:
    accounts.remove_second_factors(parse_id(person_id), by=request.user)
    return toast(
        go(request, f"/settings/people/{parse_id(person_id)}/"), _("Removed. They sign in with the password alone.")
    )


@door("settings", "settings")
@require_POST
@fresh_sign_in("/settings/people/")
def new_password(request: Any, person_id: str) -> HttpResponseBase:
    password = accounts.set_new_password(parse_id(person_id), by=request.user)
    return show_password(request, User.objects.get(pk=parse_id(person_id)), password)


def rehearsed(row: User, values: dict[str, Any], by: User) -> Rehearsal:
    """What the change does to the rights of this person, and of those who reach the department they leave or join."""
    asked = {key: values[key] for key in ("email", "roles", "is_active", "department")}
    return rehearse(Proposal(people={row.pk: accounts.proposed_change(row.pk, by=by, **asked)}))


def show_rehearsal(request: Any, row: User, told: Rehearsal) -> HttpResponse:
    hidden = [
        (name, value)
        for name, values in request.POST.lists() if name not in ("act", "csrfmiddlewaretoken")
        for value in values
    ]  # fmt: skip
    title = _("What this change does: %(name)s") % {"name": row.name}
    return render_rehearsal(request, told, title=title, action=f"/settings/people/{row.pk}/", hidden=hidden)


def given(form: PlainForm, *, with_active: bool = True) -> dict[str, Any]:
    """The arguments of the actions as sent."""
    values: dict[str, Any] = {
        "name": form.text("name", max_length=200, required=True),
        "email": form.typed("email"), "roles": form.several("roles"),
        "department": linked(form, "department"), "office": linked(form, "office"),
    }  # fmt: skip
    if form.errors:
        raise Invalid(errors=form.errors)
    return values | ({"is_active": form.is_on("is_active")} if with_active else {})


def linked(form: PlainForm, name: str) -> int | None:
    text = form.typed(name)
    try:
        return parse_id(text) if text else None
    except Missing:
        form.errors[name] = _("Choose one of the list.")
        return None


def show(request: Any, form: PlainForm, title: str, action: str, row: User | None = None) -> HttpResponse:
    held = row.roles if row else []
    roles = [
        (role.key, name_of(role))
        for role in Role.objects.all()
        if (not role.archived or role.key in held)
        and (request.user.is_owner or role.key != Role.OWNER or (row and row.is_owner))
    ]
    departments = [(str(d.pk), d.name) for d in Department.objects.live().order_by("name")[:500]]
    offices = [(str(o.pk), o.name) for o in Office.objects.live().order_by("name")[:500]]
    widgets: list[Widget] = [
        form.input("name", _("Full name"), required=True, maxlength=200),
        form.input("email", _("E-mail"), required=row is None, type="email", dir="ltr", maxlength=254),
        form.ticks("roles", _("Roles"), roles),
        form.select("department", _("Department"), departments, required=False),
        form.select("office", _("Office"), offices, required=False),
    ]
    if row is not None:
        widgets.append(
            form.check("is_active", _("Active"), help=_("Who is not active cannot sign in; their records stay."))
        )
    return render(request, "onboarding/person.html", {
        "title": title, "form": form, "widgets": widgets, "action": action, "back": "/settings/people/", "row": row,
        "has_second": row is not None and factors.has_second_factor(row),
        **(profile.sections(request, row, back=f"/settings/people/{row.pk}/") if row else {}),
        "may_look": row is not None and row.pk != request.user.pk and looking.may_look_as(request.user, row),
    }, status=422 if form.errors else 200)  # fmt: skip


def show_password(request: Any, row: User, password: str) -> HttpResponse:
    return render(request, "onboarding/password.html", {"title": row.name, "row": row, "password": password})
