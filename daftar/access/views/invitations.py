"""Inviting people: several at once, by mail or by a link to hand over; who was invited, and what came of it."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access import choices
from daftar.access import invitations as verbs
from daftar.access.doors import door
from daftar.access.invitations import Guest, Made
from daftar.access.models import Department, Invitation, Role, User
from daftar.access.plain_form import PlainForm
from daftar.access.shipped_roles import role_names
from daftar.kernel import outbox
from daftar.kernel.errors import Invalid
from daftar.kernel.ids import parse_id
from daftar.ui.answers import go, toast
from daftar.ui.parts import Option, Widget

HERE = "/settings/invitations/"


@door("settings", "settings")
def invitations(request: Any) -> HttpResponseBase:
    """All of the last year, the open ones first."""
    rows = list(Invitation.objects.select_related("by", "department", "person").order_by("-made_at")[:500])
    rows.sort(key=lambda row: row.state != "open")
    return render(request, "access/invitations.html", {
        "title": _("Invitations"), "rows": rows, "roles": role_names(in_use=False), "is_set_up": outbox.is_set_up(), "states": states(),
    })  # fmt: skip


def states() -> dict[str, tuple[str, str]]:
    """Words and colours of what became of an invitation."""
    return {
        "open": (_("open"), "blue"), "used": (_("came"), "green"), "withdrawn": (_("withdrawn"), "grey"), "over": (_("too old"), "amber"),
    }  # fmt: skip


@door("settings", "settings")
def new(request: Any) -> HttpResponseBase:
    """The form; its answer shows each link once, to copy."""
    form = PlainForm({"link_role": Role.SELLER}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        language = form.choice("language", ["", *dict(choices.languages())])
        try:
            if form.errors:
                raise Invalid(errors=form.errors)
            return show_links(request, verbs.invite(guests_in(request, form), by=request.user, language=language))
        except Invalid as refused:
            form.refuse(refused)
    return show(request, form)


def guests_in(request: Any, form: PlainForm) -> list[Guest]:
    """The rows that were sent; those without an address are left out, unless one asks for a link to hand over."""
    rows = zip_longest(*(request.POST.getlist(name) for name in ("emails", "roles", "departments")), fillvalue="")
    guests = [
        Guest(email.strip(), role, department_of(department)) for email, role, department in rows if email.strip()
    ]
    if form.is_on("by_link"):
        guests.append(Guest("", form.typed("link_role"), department_of(form.typed("link_department"))))
    return guests


def department_of(text: str) -> Department | None:
    if not text:
        return None
    found: Department | None = Department.objects.live().filter(pk=parse_id(text)).first()
    if found is None:
        raise Invalid(_("Choose one of the list."), field="departments")
    return found


def show(request: Any, form: PlainForm) -> HttpResponse:
    sent = request.POST if form.sent is not None else {}
    lists = [request.POST.getlist(name) if sent else [] for name in ("emails", "roles", "departments")]
    typed = [line for line in zip_longest(*lists, fillvalue="") if line[0].strip()]
    error = (
        form.errors.get("emails")
        or form.errors.get("roles")
        or form.errors.get("departments")
        or form.errors.get("role")
        or ""
    )
    guests = Widget(
        "rows", "guests", label=_("Whom"), error=str(error), parts=tuple(line(request.user, *one) for one in typed),
        blank=line(request.user),
    )  # fmt: skip
    roles = [(option.value, option.label) for option in role_options(request.user)]
    return render(request, "access/invite.html", {
        "title": _("Invite people"), "is_set_up": outbox.is_set_up(), "error": form.errors.get("", ""),
        "widgets": [
            guests,
            form.select("language", _("Language of the mail"), [("", choices.as_company()), *choices.languages()]),
        ],
        "link_widgets": [
            form.check("by_link", _("A link to hand over"), help=_("For somebody whose e-mail address you do not know. Who opens it first is in.")),
            form.select("link_role", _("Role"), roles),
            form.select("link_department", _("Department"), [("", "—"), *((o.value, o.label) for o in department_options())]),
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


def line(by: User, email: str = "", role: str = Role.SELLER, department: str = "") -> Widget:
    """One guest: address, role, department."""
    address = {"type": "email", "dir": "ltr", "maxlength": 254, "placeholder": _("E-mail")}
    return Widget("group", "guest", label=_("Guest"), parts=(
        Widget("input", "emails", label=_("E-mail"), value=email, attrs=address),
        Widget("select", "roles", label=_("Role"), value=role, options=role_options(by), required=True),
        Widget(
            "select", "departments", label=_("Department"), value=department, options=department_options(),
            attrs={"placeholder": _("No department")},
        ),
    ))  # fmt: skip


def role_options(by: User) -> tuple[Option, ...]:
    return tuple(Option(key, word) for key, word in role_names().items() if key != Role.OWNER or by.is_owner)


def department_options() -> tuple[Option, ...]:
    return tuple(Option(str(row.pk), row.name) for row in Department.objects.live().order_by("name")[:500])


def show_links(request: Any, made: list[Made]) -> HttpResponse:
    """The links, once. With mail they are on their way already."""
    response = render(request, "access/invited.html", {
        "title": _("Invited"), "made": made, "roles": role_names(in_use=False), "is_set_up": outbox.is_set_up(),
    })  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


@door("settings", "settings")
@require_POST
def send_again(request: Any, invitation_id: str) -> HttpResponseBase:
    return show_links(request, [verbs.send_again(parse_id(invitation_id), by=request.user)])


@door("settings", "settings")
@require_POST
def withdraw(request: Any, invitation_id: str) -> HttpResponseBase:
    verbs.withdraw(parse_id(invitation_id), by=request.user)
    return toast(go(request, HERE), _("Withdrawn. The link opens nothing any more."))
