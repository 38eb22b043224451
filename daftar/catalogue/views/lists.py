"""A price list is copied, or takes over the prices of a section."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.catalogue.copying import copy_list, take_over
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.ids import new_key
from daftar.kernel.numbers import parse_decimal, parse_percent
from daftar.records import reading
from daftar.records.bulk.runs import begin_undo
from daftar.records.models import ChangeSet
from daftar.records.views.opening import opened, reader_of
from daftar.ui.answers import form_page, go, toast
from daftar.ui.parts import Widget


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: Any, record_id: int) -> HttpResponseBase:
    """GET: name, change in percent, rounding step. POST: make the copy and open it."""
    reader, type_ = opened(request, "price-lists")
    row: Any = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "add", type_.key):
        raise NotAllowed()
    first = {"name": _("%(name)s, copy") % {"name": row.name}, "percent": "0", "step": "", "once": new_key()}
    form = PlainForm(first, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        name, (percent, step) = form.text("name", max_length=200, required=True), numbers(form)
        if not form.errors:
            try:
                made = copy_list(
                    record_id, name, by=reader.user, percent=percent, step=step, once=form.typed("once")[:64]
                )
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                said = _("The copy is made. It is not in use yet: look at its prices first.")
                return toast(go(request, type_.address(made.pk)), said)
    widgets = [form.input("name", _("Name"), required=True, maxlength=200), *number_widgets(form)]
    return shown(request, form, {
        "title": _("Copy of “%(name)s”") % {"name": row.name}, "action": f"{type_.address(record_id)}copy", "submit": _("Copy"),
        "back": type_.address(record_id), "widgets": widgets, "hidden": {"once": form.typed("once")}, "note": "",
    })  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def take_over_section(request: Any, record_id: int) -> HttpResponseBase:
    """GET: which section, change, step. POST: put its products into the list."""
    reader, type_ = opened(request, "price-lists")
    row: Any = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    sections: Any = reader.schema.type("product").whole["section"]
    options = [(option.key, option.label) for option in sections.options() if not option.archived]
    form = PlainForm({"percent": "0"}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        section, (percent, step) = form.choice("section", ["", *(key for key, _name in options)]), numbers(form)
        if not form.errors:
            try:
                came, priceless, set_ = take_over(record_id, section, by=reader.user, percent=percent, step=step)
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                undo_at = f"/catalogue/undo/{set_.pk}" if set_ is not None else ""
                return toast(go(request, type_.address(record_id)), told(came, priceless), undo=undo_at)
    widgets = [
        form.select("section", _("Section"), [("", _("Products without a section")), *options]),
        *number_widgets(form),
    ]
    return shown(request, form, {
        "title": _("Take over a section"), "action": f"{type_.address(record_id)}take-over", "submit": _("Take over"),
        "back": type_.address(record_id), "widgets": widgets, "hidden": {},
        "note": _("Each product comes with its sales price. Products that stand in the list already stay as they are."),
    })  # fmt: skip


def told(came: int, priceless: int) -> str:
    number = current().number
    said = ngettext("%(num)s product came into the list.", "%(num)s products came into the list.", came) % {
        "num": number(came)
    }
    if priceless:
        said += " " + ngettext(
            "%(num)s has no price in this currency.", "%(num)s have no price in this currency.", priceless
        ) % {"num": number(priceless)}
    return said


def numbers(form: PlainForm) -> tuple[Decimal, Decimal]:
    """(change in percent, rounding step); sentences at the fields."""
    percent = step = Decimal(0)
    if form.typed("percent").strip():
        with form.about("percent"):
            percent = parse_percent(form.typed("percent"), current())
    if form.typed("step").strip():
        with form.about("step"):
            step = parse_decimal(form.typed("step"), current(), places=2)
    return percent, step


def number_widgets(form: PlainForm) -> list[Widget]:
    return [
        form.input("percent", _("Change, %"), inputmode="text", maxlength=12, help=_("5 makes everything 5 % dearer, -5 cheaper.")),
        form.input("step", _("Round to"), inputmode="decimal", maxlength=20, help=_("0.5 or 1000, for example. Empty: to the coin.")),
    ]  # fmt: skip


def refuse(form: PlainForm, refused: Invalid | Conflict) -> None:
    if isinstance(refused, Invalid):
        form.refuse(refused)
    else:
        form.errors[""] = refused.sentence


def shown(request: Any, form: PlainForm, context: dict[str, Any]) -> HttpResponseBase:
    context |= {"body": "catalogue/_fields.html", "error": str(form.errors.get("", ""))}
    return form_page(request, context, status=422 if form.errors else 200)


@door("signed_in", "change")
@require_POST
def undo(request: Any, change_set_id: int) -> HttpResponseBase:
    """Take back what this room made at once: variants, a copy, a section. Only who made it does; each row's right is asked."""
    reader = reader_of(request)
    set_ = ChangeSet.objects.filter(pk=change_set_id, by=reader.user, via="page").first()
    if set_ is None or not set_.title:
        raise Missing()
    run = begin_undo(set_, by=reader.user)
    return go(request, f"/changes/{run.pk}/")
