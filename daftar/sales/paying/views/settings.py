"""Settings of payments: providers with their secrets, bank accounts of the company."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daftar.access import audit, choices
from daftar.access.doors import door, fresh_sign_in
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.money import parse_currency
from daftar.sales.bank.reading.statement import compact
from daftar.sales.models import BankAccount, PaymentProvider, WebhookDelivery
from daftar.sales.paying import accounts
from daftar.sales.paying.providers.known import PROVIDERS
from daftar.sales.paying.providers.provider import Provider
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

BASE = "/settings/payments/"
OUTCOMES = {"recorded": "green", "known": "grey", "ignored": "grey", "waiting": "amber", "refused": "red"}


@door("settings", "settings")
@require_safe
def payments(request: Any) -> HttpResponse:
    """All providers, what their last messages became, and the company's accounts."""
    rows = list(PaymentProvider.objects.order_by("id"))
    last = WebhookDelivery.objects.select_related("provider").order_by("-id")[:20]
    return render(request, "sales/settings_payments.html", {
        "title": _("Payments"), "back": "/settings/", "base": BASE, "kinds": [(key, one.name) for key, one in PROVIDERS.items()],
        "providers": [(row, accounts.opened(row), accounts.webhook_address(row)) for row in rows],
        "deliveries": [(one, OUTCOMES.get(one.outcome, "grey"), outcome_words(one.outcome)) for one in last],
        "accounts": BankAccount.objects.order_by("archived", "id"),
    })  # fmt: skip


def outcome_words(outcome: str) -> str:
    words = {
        "recorded": _("recorded"), "known": _("known already"), "ignored": _("not about money"),
        "waiting": _("waits"), "refused": _("refused"),
    }  # fmt: skip
    return words.get(outcome, outcome)


@door("settings", "settings")
@fresh_sign_in(BASE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_provider(request: Any, kind: str) -> HttpResponseBase:
    if kind not in PROVIDERS:
        raise Missing()
    form = PlainForm({"name": str(PROVIDERS[kind].name)}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            row = accounts.add(
                kind,
                form.text("name", max_length=100),
                secrets_in(form, kind),
                by=request.user,
                is_test=form.is_on("is_test"),
            )
        except Invalid as refused:
            form.refuse(refused)
        else:
            return toast(go(request, f"{BASE}{row.pk}/"), _("The provider is set up. Try it out."))
    return show(
        request,
        _("Set up %(name)s") % {"name": PROVIDERS[kind].name},
        f"{BASE}new/{kind}/",
        widgets(form, PROVIDERS[kind], None),
        form,
    )


@door("settings", "settings")
@fresh_sign_in(BASE)
@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: Any, provider_id: int) -> HttpResponseBase:
    row = PaymentProvider.objects.filter(pk=provider_id).first()
    if row is None:
        raise Missing()
    kept = {"name": row.name, "is_on": row.is_on, "is_test": row.is_test}
    form = PlainForm(kept, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            accounts.change(
                row, form.text("name", max_length=100), secrets_in(form, row.kind), by=request.user,
                is_on=form.is_on("is_on"), is_test=form.is_on("is_test"),
            )  # fmt: skip
        except Invalid as refused:
            form.refuse(refused)
        else:
            return toast(go(request, BASE), _("Saved."))
    return show(
        request, row.name, f"{BASE}{row.pk}/", widgets(form, PROVIDERS[row.kind], row), form,
        hook=accounts.webhook_address(row), test=f"{BASE}{row.pk}/test",
    )  # fmt: skip


@door("settings", "settings")
@require_POST
def test_provider(request: Any, provider_id: int) -> HttpResponseBase:
    """Ask the provider something harmless."""
    row = PaymentProvider.objects.filter(pk=provider_id).first()
    if row is None:
        raise Missing()
    problem = accounts.test(row)
    return toast(go(request, BASE), problem or _("The provider answers; all is well."), "danger" if problem else "ok")


def secrets_in(form: PlainForm, kind: str) -> dict[str, str]:
    return {field.key: form.typed(field.key) for field in PROVIDERS[kind].secret_fields}


def widgets(form: PlainForm, kind: type[Provider], row: PaymentProvider | None) -> list[Widget]:
    there = accounts.secrets_of(row) if row is not None else {}
    secrets = [
        form.input(
            field.key, field.label, type="password", autocomplete="off", maxlength=accounts.LONGEST_SECRET,
            required=field.needed_for == "calls" and field.key not in there,
            help=_("It is kept. Write another one only to replace it.") if field.key in there else field.help,
        )
        for field in kind.secret_fields
    ]  # fmt: skip
    switch = [form.check("is_on", _("Clients may pay by it"))] if row is not None else []
    return [
        form.input("name", _("What clients see"), required=True, maxlength=100),
        *secrets,
        form.check("is_test", _("Speaks to the provider's playground")) if kind.key == "zarinpal" else form.check(
            "is_test", _("The keys are those for tests")
        ),
        *switch,
    ]  # fmt: skip


def show(request: Any, title: str, action: str, given: list[Widget], form: PlainForm, **more: Any) -> HttpResponse:
    return render(request, "sales/settings_provider.html", {
        "title": title, "action": action, "back": BASE, "widgets": given, "error": str(form.errors.get("", "")), **more,
    }, status=422 if form.errors else 200)  # fmt: skip


# -- our own accounts ----------------------------------------------------------------------------------


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Any, account_id: int = 0) -> HttpResponseBase:
    """A bank account of the company; new ones have the id 0."""
    row = BankAccount.objects.filter(pk=account_id).first() if account_id else BankAccount()
    if row is None:
        raise Missing()
    first = {
        "name": row.name, "number": row.number or request.GET.get("number", "")[:64], "archived": row.archived,
        "currency": row.currency or Installation.load().currency,
    }  # fmt: skip
    form = PlainForm(first, request.POST if request.method == "POST" else None)
    if form.sent is not None and keep_account(form, row, by=request.user):
        return toast(go(request, BASE), _("Saved."))
    archived = [form.check("archived", _("Not used any more"))] if account_id else []
    given = [
        form.input("name", _("Name"), required=True, maxlength=100),
        form.input(
            "number", _("Account number"), required=True, maxlength=80, dir="ltr",
            help=_("IBAN, or the number as the bank writes it in its statements."),
        ),
        form.select("currency", _("Currency"), choices.currencies()),
        *archived,
    ]  # fmt: skip
    title = row.name if account_id else _("New bank account")
    return show(request, title, f"{BASE}accounts/{account_id}/" if account_id else f"{BASE}accounts/new/", given, form)


def keep_account(form: PlainForm, row: BankAccount, *, by: Any) -> bool:
    before = audit.columns(row)
    row.name = form.text("name", max_length=100, required=True)
    row.number = compact(form.text("number", max_length=80, required=True))
    with form.about("currency"):
        row.currency = parse_currency(form.typed("currency"))
    row.archived = form.is_on("archived")
    if BankAccount.objects.filter(number=row.number).exclude(pk=row.pk).exists():
        form.errors.setdefault("number", _("This account is there already."))
    if form.errors:
        return False
    row.save()
    audit.record_change("settings_changed", before, audit.columns(row), by=by, name=_("Payments"))
    return True
