"""How the company sells: numbers of papers, days, rounding, discounts, where papers move their deals, what stands on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from daftar.access import audit
from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.access.shipped_roles import role_names
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.formats import current, joined
from daftar.records.schema import current_schema
from daftar.records.shapes import PipelineInfo
from daftar.sales.choices import ROUNDINGS
from daftar.sales.models import NumberCounter, SalesSettings
from daftar.sales.numbering import SERIES, Series, checked, go_on_from, period_of, written
from daftar.sales.parties import SELLER
from daftar.sales.views.forms import percent, refuse, whole
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

ADDRESS = "/settings/sales/"
SERIES_NAMES = {
    "quote": gettext_lazy("Numbers of quotes"),
    "invoice": gettext_lazy("Numbers of invoices"),
    "credit": gettext_lazy("Numbers of credit notes"),
    "purchase": gettext_lazy("Numbers of purchase orders"),
}
SELLER_NAMES = {
    "name": gettext_lazy("Name on papers"),
    "address": gettext_lazy("Address"),
    "tax_id": gettext_lazy("Tax number"),
    "registration_number": gettext_lazy("Registration number"),
    "bank_name": gettext_lazy("Bank"),
    "bank_account": gettext_lazy("Account number"),
    "bank_code": gettext_lazy("Bank code"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "web": gettext_lazy("Web address"),
}
FACTS = {
    "issued": gettext_lazy("A quote or invoice is issued"),
    "accepted": gettext_lazy("A quote is accepted"),
    "paid": gettext_lazy("Everything is paid"),
}
DAYS = {
    "quote_days": gettext_lazy("Quotes hold so many days"),
    "due_days": gettext_lazy("Invoices are due in so many days"),
    "hold_days": gettext_lazy("Goods of an invoice are held so many days"),
}
USUAL = "usual"


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def sales_settings(request: Any) -> HttpResponseBase:
    """One page; what is wrong is said at its field and nothing is saved."""
    before = SalesSettings.load()
    form = PlainForm(kept(before), request.POST if request.method == "POST" else None)
    if form.sent is not None:
        after = read(form)
        if not form.errors and keep(after, before, form, by=request.user):
            return toast(go(request, ADDRESS), _("Saved."))
    return render(request, "sales/settings.html", {
        "title": _("Sales"), "action": ADDRESS, "back": "/settings/", "error": str(form.errors.get("", "")), "blocks": list(blocks(form)),
    }, status=422 if form.errors else 200)  # fmt: skip


def kept(settings: SalesSettings) -> dict[str, Any]:
    """What the form starts with."""
    formats, roles = current(), settings.role_limits
    values: dict[str, Any] = {
        "tax_included": settings.tax_included, "rounding": settings.rounding,
        "discount_limit": formats.number(settings.discount_limit.normalize()) if settings.discount_limit is not None else "",
        "quote_terms": settings.quote_terms, "invoice_terms": settings.invoice_terms,
        "reminder_days": joined(str(days) for days in settings.reminder_days),
    }  # fmt: skip
    values |= {name: getattr(settings, name) for name in DAYS}
    values |= {f"{series}_pattern": getattr(settings, f"{series}_pattern") for series in SERIES}
    values |= {f"seller.{name}": settings.seller.get(name, "") for name in SELLER}
    values |= {f"role.{key}": str(roles.get(key, "")) for key in role_names()}
    for pipeline in pipelines():
        named = settings.moves.get(str(pipeline.id), {})
        values |= {f"move.{pipeline.id}.{fact}": str(named[fact]) if fact in named else USUAL for fact in FACTS}
    return values


def pipelines() -> list[PipelineInfo]:
    return [one for one in current_schema().type("deal").pipelines if not one.archived]


def read(form: PlainForm) -> SalesSettings:
    """The settings that the form says; sentences at its fields where it cannot be read."""
    after = SalesSettings(
        pk=1, tax_included=form.is_on("tax_included"), rounding=form.choice("rounding", dict(ROUNDINGS))
    )
    for name in DAYS:
        days = whole(form, name)
        if not 0 <= days <= 3650 and name not in form.errors:
            form.errors[name] = _("Write a number of days between 0 and %(most)s.") % {"most": current().number(3650)}
        setattr(after, name, days)
    for series in SERIES:
        with form.about(f"{series}_pattern"):
            setattr(after, f"{series}_pattern", checked(form.typed(f"{series}_pattern")))
    after.discount_limit = a_share(form, "discount_limit")
    limits = {key: a_share(form, f"role.{key}") for key in role_names()}
    after.role_limits = {key: str(limit) for key, limit in limits.items() if limit is not None}
    after.quote_terms = form.text("quote_terms", max_length=20_000, multiline=True)
    after.invoice_terms = form.text("invoice_terms", max_length=20_000, multiline=True)
    after.seller = {name: said for name in SELLER if (said := form.text(f"seller.{name}", max_length=300))}
    after.reminder_days = reminders(form)
    after.moves = moves(form)
    return after


def a_share(form: PlainForm, name: str) -> Any:
    share = percent(form, name)
    if share is not None and not 0 <= share <= 100:
        form.errors[name] = _("Write a number between 0 and 100.")
    return share


def reminders(form: PlainForm) -> list[int]:
    """Days after the due day, rising."""
    words = form.typed("reminder_days").replace("،", ",").replace(";", ",").split(",")
    days = []
    for word in words:
        with form.about("reminder_days"):
            if word.strip():
                days.append(int(word.strip())) if word.strip().isdigit() and int(word) <= 365 else refuse_days()
    return sorted(set(days))[:10]


def refuse_days() -> None:
    raise Invalid(_("Write days as whole numbers, such as 3, 10, 30."))


def moves(form: PlainForm) -> dict[str, dict[str, int]]:
    """Pipeline → fact → stage, 0 for none; what is left as usual is not named."""
    found: dict[str, dict[str, int]] = {}
    for pipeline in pipelines():
        allowed = {"0", USUAL, *(str(stage.id) for stage in pipeline.stages if not stage.archived)}
        for fact in FACTS:
            chosen = form.choice(f"move.{pipeline.id}.{fact}", allowed)
            if chosen and chosen != USUAL:
                found.setdefault(str(pipeline.id), {})[fact] = int(chosen)
    return found


def keep(after: SalesSettings, before: SalesSettings, form: PlainForm, *, by: Any) -> bool:
    """Save settings and next numbers together; False with a sentence at the field when a number was given already."""
    try:
        with transaction.atomic():
            after.save()
            for series in SERIES:
                next_number(form, series)
            audit.record_change("settings_changed", audit.columns(before), audit.columns(after), by=by, name=_("Sales"))
    except Invalid as refused:
        refuse(form, refused)
        return False
    return True


def next_number(form: PlainForm, series: Series) -> None:
    name = f"{series}_next"
    if not form.typed(name).strip():
        return
    number = whole(form, name)
    if name in form.errors:
        raise Invalid(form.errors[name], field=name)
    try:
        go_on_from(series, number, clock.today(Installation.load().time_zone))
    except Conflict as refused:
        raise Invalid(refused.sentence, field=name) from refused


def blocks(form: PlainForm) -> Iterator[tuple[str, list[Widget]]]:
    """Headings and fields of the page."""
    days = [form.input(name, label, required=True, inputmode="numeric", maxlength=5) for name, label in DAYS.items()]
    yield _("Prices and days"), [
        form.check("tax_included", _("Prices include tax")),
        form.select("rounding", _("Rounded"), ROUNDINGS),
        *days,
        form.input(
            "reminder_days", _("Remind of unpaid invoices"), maxlength=60,
            help=_("Days after the due day, such as 3, 10, 30. Empty: nobody is reminded by itself."),
        ),
    ]  # fmt: skip
    yield _("Numbers"), [widget for series in SERIES for widget in number_widgets(form, series)]
    yield _("Discounts"), [
        form.input(
            "discount_limit", _("May be given without asking, %"), inputmode="decimal", maxlength=10,
            help=_("Empty: there is no limit for anybody. Owners of the company have none, unless one is written for them."),
        ),
        *(form.input(f"role.{key}", name, inputmode="decimal", maxlength=10) for key, name in role_names().items()),
    ]  # fmt: skip
    for pipeline in pipelines():
        stages = [(str(stage.id), stage.label) for stage in pipeline.stages if not stage.archived]
        options = [(USUAL, _("as usual")), ("0", _("stays where it is")), *stages]
        yield (
            _("Where papers move a deal: %(pipeline)s") % {"pipeline": pipeline.label},
            [form.select(f"move.{pipeline.id}.{fact}", name, options) for fact, name in FACTS.items()],
        )
    yield (
        _("Our requisites on papers"),
        [form.input(f"seller.{name}", label, maxlength=300) for name, label in SELLER_NAMES.items()],
    )
    yield _("Terms on papers"), [
        form.area("quote_terms", _("Terms of quotes"), rows=4), form.area("invoice_terms", _("Terms of invoices"), rows=4),
    ]  # fmt: skip


def number_widgets(form: PlainForm, series: Series) -> list[Widget]:
    """The pattern of a series, with an example, and the next number."""
    pattern, day = form.typed(f"{series}_pattern"), clock.today(Installation.load().time_zone)
    counter = NumberCounter.objects.filter(series=series, period=period_of(pattern, day)).first()
    coming = (counter.last if counter is not None else 0) + 1
    example = _("The next one is %(number)s.") % {"number": written(pattern, day, coming)}
    return [
        form.input(f"{series}_pattern", SERIES_NAMES[series], required=True, maxlength=60, dir="ltr", help=example),
        form.input(f"{series}_next", _("Go on from number"), inputmode="numeric", maxlength=12),
    ]
