"""The guest's side of an invitation: choose name and password (or a passkey), and be in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from daftar.access import entering, invitations
from daftar.access.accounts import check_password
from daftar.access.doors import door
from daftar.access.models import Invitation
from daftar.access.plain_form import PlainForm
from daftar.access.views.new_password import with_secret_address
from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Invalid


@door("everyone")
@sensitive_post_parameters("password")
def invitation(request: Any, token: str) -> HttpResponse:
    row = invitations.opened(token)
    form = PlainForm(
        {"email": row.email, "name": row.person.name if row.person else ""},
        request.POST if request.method == "POST" else None,
    )
    if form.sent is not None:
        try:
            return come_in(request, row, token, form)
        except Invalid as refused:
            form.refuse(refused)
    return show(request, row, token, form)


def come_in(request: Any, row: Invitation, token: str, form: PlainForm) -> HttpResponse:
    """The person is made and signed in. Errors: Invalid by field."""
    name, password, by_passkey = form.text("name", max_length=200, required=True), None, form.typed("how") == "passkey"
    email = row.email
    if not email:
        with form.about("email"):
            email = parse_email(form.typed("email"))
    if not by_passkey:
        with form.about("password"):
            password = check_password(form.typed("password"))
    if form.errors:
        raise Invalid(errors=form.errors)
    language = translation.get_language() or ""
    user = invitations.accept(
        token,
        name=name,
        email=email,
        password=password,
        language=language if language != request.company.language else "",
    )
    return entering.signed_in(request, user, ["invitation"], "/me/security/passkeys/new" if by_passkey else "/")


def show(request: Any, row: Invitation, token: str, form: PlainForm) -> HttpResponse:
    fixed: dict[str, Any] = {"readonly": True} if row.email else {"required": True}
    widgets = [
        form.input("name", _("Full name"), required=True, maxlength=200, autocomplete="name"),
        form.input("email", _("E-mail"), type="email", dir="ltr", maxlength=254, autocomplete="username", **fixed),
        form.input(
            "password", _("Password"), help=_("At least 8 characters."), type="password", dir="ltr", maxlength=128,
            autocomplete="new-password",
        ),
    ]  # fmt: skip
    response = render(request, "access/invitation.html", {
        "widgets": widgets, "action": f"/invitation/{token}/", "company": request.company.name or "Daftar", "by": row.by.name,
        "error": form.errors.get("", ""),
    }, status=422 if form.errors else 200)  # fmt: skip
    return with_secret_address(response)
