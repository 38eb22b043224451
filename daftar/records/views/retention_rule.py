"""One rule of retention: what it says, what it would do today, its switch, and the form that changes it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access.doors import door, fresh_sign_in
from daftar.access.plain_form import PlainForm
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.formats import current, digits
from daftar.kernel.text import ascii_digits
from daftar.records.models import RetentionRule
from daftar.records.retention import conditions, dry_runs, planning, rules, running
from daftar.records.retention.sentences import sentence
from daftar.records.types import RecordType
from daftar.records.views.retention import BASE, state
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, type_key: str) -> HttpResponseBase:
    """A rule of the company's own; it is off, and its page shows what it would do."""
    type_ = able(type_key)
    kept = {"number": digits(24), "unit": "month", "since": "activity", "act": rules.acts(type_)[-1]}
    form = PlainForm(kept, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            made = rules.add(type_, given(form), by=request.user)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return go(request, f"{BASE}{made.pk}/")
    return render(request, "records/retention_new.html", {
        "title": _("New rule: %(type)s") % {"type": type_.heading}, "base": BASE, "form": form,
        "here": f"{BASE}new/{type_key}", "widgets": widgets(form, type_),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: Any, rule_id: int) -> HttpResponseBase:
    """GET: the dry run of today. POST: another condition, which switches the rule off until it was looked at."""
    row = rules.get(rule_id)
    if request.method != "POST":
        return show(request, row, form_of(row))
    form = PlainForm({}, request.POST)
    was_on = row.is_on
    try:
        row = rules.change(rule_id, given(form), by=request.user)
    except Invalid as refused:
        form.refuse(refused)
        return show(request, row, form)
    said = (
        _("Saved. Look at what the rule does now, then switch it on again.")
        if was_on and not row.is_on
        else _("Saved.")
    )
    return toast(go(request, f"{BASE}{rule_id}/"), said)


@door("settings", "settings")
@require_POST
@fresh_sign_in(BASE)
def switch(request: Any, rule_id: int) -> HttpResponseBase:
    """On (`act` on, with the fingerprint of what was looked at) or off."""
    row, form = rules.get(rule_id), PlainForm({}, request.POST)
    here = f"{BASE}{rule_id}/"
    if form.typed("act") != "on":
        rules.switch_off(rule_id, by=request.user)
        return toast(go(request, here), _("Switched off. Nothing more happens by this rule."))
    try:
        if not form.is_on("sure"):
            raise Invalid(_("Tick this box if you are sure."), field="sure")
        if dry_runs.shown(row, by=request.user) is None:
            raise Invalid(_("Count first what it would do."), field="sure")
        row = rules.switch_on(rule_id, seen=form.typed("seen"), by=request.user)
    except Invalid as refused:
        form.refuse(refused)
        return show(request, row, form_of(row), form)
    return toast(
        go(request, here), _("Switched on. It runs first on %(when)s.") % {"when": current().date_time(row.next_at)}
    )


@door("settings", "settings")
@require_POST
def count(request: Any, rule_id: int) -> HttpResponseBase:
    """Let the worker make a dry run that is too long for a page."""
    dry_runs.ask(rules.get(rule_id), by=request.user)
    return go(request, f"{BASE}{rule_id}/")


@door("settings", "settings")
@require_POST
def remove(request: Any, rule_id: int) -> HttpResponseBase:
    """Take away a rule of the company's own."""
    row = rules.get(rule_id)
    try:
        rules.remove(rule_id, by=request.user)
    except Invalid as refused:
        form = form_of(row)
        form.refuse(refused)
        return show(request, row, form)
    return toast(go(request, BASE), _("Removed."))


# -- how ------------------------------------------------------------------------------------------------


def show(request: Any, row: RetentionRule, form: PlainForm, switched: PlainForm | None = None) -> HttpResponse:
    switched = switched or PlainForm()
    has_errors = bool(form.errors or switched.errors)
    return render(request, "records/retention_rule.html", {
        "title": _("Retention"), "base": BASE, "here": f"{BASE}{row.pk}/", "rule": row, "sentence": sentence(row), "state": state(row),
        "dry": dry_runs.shown(row, by=request.user), "is_counting": dry_runs.is_being_counted(row), "most": dry_runs.SHOWN,
        "seen": rules.fingerprint(row), "first_night": running.next_night(clock.now()),
        "form": form, "widgets": widgets(form, rules.type_of(row)), "switched": switched,
        "sure": switched.check("sure", _("I have looked at what this rule does")),
    }, status=422 if has_errors else 200)  # fmt: skip


def able(type_key: str) -> RecordType:
    type_ = next((type_ for type_ in planning.able_types() if type_.key == type_key), None)
    if type_ is None:
        raise Missing()
    return type_


def form_of(row: RetentionRule) -> PlainForm:
    return PlainForm({name: getattr(row, name) for name in rules.CONDITION} | {"number": digits(row.number)})


def given(form: PlainForm) -> dict[str, Any]:
    """The condition as it was sent; what is no number is none, and what the type does not have is empty."""
    text = ascii_digits(form.typed("number")).strip()
    return {
        "since": form.typed("since"), "number": int(text) if text.isdecimal() and len(text) < 6 else None,
        "unit": form.typed("unit"), "stage_kind": form.typed("stage_kind"), "without": form.several("without"), "act": form.typed("act"),
    }  # fmt: skip


def widgets(form: PlainForm, type_: RecordType | None) -> list[Widget]:
    """The fields of a condition that this type has."""
    acts, sinces, units = (
        dict(choice.choices) for choice in (RetentionRule.Act, RetentionRule.Since, RetentionRule.Unit)
    )
    made = [
        form.select("since", _("When"), [(key, sinces[key]) for key in rules.sinces(type_)]),
        form.input("number", _("For how long"), required=True, inputmode="numeric", maxlength=5),
        form.select("unit", _("Months or days"), units.items()),
    ]
    if kinds := rules.kinds(type_):
        made.append(form.select("stage_kind", _("Stage"), [("", _("any")), *kinds], required=False))
    asked = conditions.of_type(type_.key) if type_ is not None else []
    if asked:
        made.append(form.ticks("without", _("Only those"), [(one.key, one.words) for one in asked]))
    return [*made, form.select("act", _("What happens"), [(key, acts[key]) for key in rules.acts(type_)])]
