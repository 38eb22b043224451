"""How long the company keeps what: the rules for records in sentences, and the days of what piles up by itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access import audit
from daftar.access.doors import ask_again, door
from daftar.access.models import User
from daftar.access.plain_form import PlainForm
from daftar.access.sessions import fresh
from daftar.kernel import keeping
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import current, digits
from daftar.records.models import RetentionRule
from daftar.records.retention import planning, rules
from daftar.records.retention.sentences import sentence
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

BASE = "/settings/retention/"


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Any) -> HttpResponseBase:
    """GET: rules and periods. POST: other periods; what would go is shown beside each before."""
    days = keeping.chosen()
    kept = {key: digits(number) if number else "" for key, number in days.items()}
    form = PlainForm(kept, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        if not fresh(request):
            return ask_again(request, BASE)
        try:
            keep(keeping.read({key: form.typed(key) for key in days}), by=request.user)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return toast(go(request, BASE), _("Saved."))
    return render(request, "records/retention.html", {
        "title": _("Retention"), "base": BASE, "form": form,
        "rows": [(rule, sentence(rule), state(rule)) for rule in rules.listed()],
        "periods": [(period, widget(form, period), keeping.due(period, days[period.key])) for period in keeping.periods()],
        "types": [(type_.key, type_.heading, type_.icon) for type_ in planning.able_types()],
    }, status=422 if form.errors else 200)  # fmt: skip


def keep(days: dict[str, int], *, by: User) -> None:
    """The periods with their entry in the log."""
    with transaction.atomic():
        before = keeping.chosen()
        keeping.choose({key: number for key, number in days.items() if number != before[key]})
        audit.record_change("settings_changed", before, days, by=by, name=_("Retention"))


def widget(form: PlainForm, period: keeping.Period) -> Widget:
    attrs = (
        {"inputmode": "numeric", "maxlength": 6, "placeholder": _("for ever")}
        if period.may_stay
        else {"inputmode": "numeric", "maxlength": 6}
    )
    help_ = _("From %(low)s to %(high)s days.") % {
        "low": current().number(period.low),
        "high": current().number(period.high),
    }
    return Widget(
        "input", period.key, label=str(period.label), value=form.typed(period.key), error=str(form.errors.get(period.key, "")),
        help=f"{help_} {period.note}".strip(), required=not period.may_stay, attrs=attrs,
    )  # fmt: skip


def state(rule: RetentionRule) -> tuple[str, str]:
    """Word and colour."""
    if rule.is_on:
        return (_("at work"), "blue") if rule.began_at else (_("on"), "green")
    return (_("stopped"), "red") if rule.problem else (_("off"), "grey")
