"""The first page of a new installation, for as long as nobody can sign in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from daftar.access import sessions
from daftar.access.accounts import able_to_sign_in, check_password
from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Conflict
from daftar.onboarding.actions.found_company import found_company
from daftar.onboarding.company_form import company_widgets, read_company
from daftar.onboarding.guess import guessed
from daftar.records.rate_book import is_money_stored


@door("everyone")
@sensitive_post_parameters("password")
def welcome(request: Any) -> HttpResponse:
    """Ask for the company and its owner, make both, sign the owner in."""
    if able_to_sign_in().exists():
        return HttpResponseRedirect("/" if request.user.is_authenticated else "/sign-in/")
    company: Installation = request.company
    keeps_currency = is_money_stored()
    if request.method != "POST":
        return show(request, PlainForm(first_values(request, company)), keeps_currency)
    form = PlainForm(sent=request.POST)
    company = read_company(form, company, keeps_currency=keeps_currency)
    company.language = translation.get_language() or company.language
    name = form.text("owner", max_length=200, required=True)
    email, password = "", request.POST.get("password", "")
    with form.about("email"):
        email = parse_email(form.typed("email"))
    with form.about("password"):
        check_password(password)
    if form.errors:
        return show(request, form, keeps_currency, status=422)
    try:
        owner = found_company(company, name=name, email=email, password=password)
    except Conflict:
        return HttpResponseRedirect("/sign-in/")
    sessions.begin(request, owner, ["password"])
    return HttpResponseRedirect("/")


def first_values(request: Any, company: Installation) -> dict[str, Any]:
    """What the form starts with: guessed, or what the demo company brought."""
    if not company.name:
        return guessed(request, translation.get_language() or "en") | {"uses_leads": "1"}
    return {
        "company": company.name, "calendar": company.calendar, "currency": company.currency, "rial_as": company.rial_as,
        "country": company.country, "time_zone": company.time_zone, "uses_leads": "1" if company.uses_leads else "0",
    }  # fmt: skip


def show(request: Any, form: PlainForm, keeps_currency: bool, status: int = 200) -> HttpResponse:
    secret = {"type": "password", "dir": "ltr", "maxlength": 128, "autocomplete": "new-password"}
    return render(request, "onboarding/welcome.html", {
        "form": form,
        "owner": [
            form.input("owner", _("Your name"), required=True, maxlength=200, autocomplete="name"),
            form.input(
                "email", _("E-mail"), required=True, type="email", dir="ltr", maxlength=254, autocomplete="username"
            ),
            form.input("password", _("Password"), required=True, help=_("At least 8 characters."), **secret),
        ],
        "company": company_widgets(form, keeps_currency=keeps_currency, language=False),
    }, status=status)  # fmt: skip
