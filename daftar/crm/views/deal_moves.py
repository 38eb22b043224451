"""What a deal's card offers beside dragging: repeat it, open it again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.crm.actions.close_deal import reopen_deal
from daftar.crm.actions.repeat_deal import copied, decides_amount, repeat_deal
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.ids import new_key
from daftar.records import reading
from daftar.records.bulk.runs import begin_undo
from daftar.records.forms import RecordForm
from daftar.records.models import Event
from daftar.records.views.opening import opened
from daftar.ui.answers import go, is_fragment, toast

ASKED = ("name", "amount", "expected_close", "stage")


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: Any, record_id: int) -> HttpResponseBase:
    """GET: name, amount (where no lines say it) and planned day of the next sale. POST: make it, with a task for its day, and open it."""
    reader, type_ = opened(request, "deals")
    deal = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "add", type_.key):
        raise NotAllowed()
    start = copied(type_, deal, reader)
    has_lines = decides_amount(deal)
    asked = [key for key in ASKED if key != "amount" or not has_lines]
    form = RecordForm(
        type_,
        [field for key in asked if (field := type_.field(key))],
        reader,
        initial={"expected_close": None, **start},
    )
    once = request.POST.get("once", "")[:64] or new_key()
    status = 200
    if request.method == "POST":
        status = 422
        if form.read(request.POST):
            try:
                row = repeat_deal(record_id, by=reader.user, values=form.values, once=once, task=True)
            except Invalid as refused:
                form.refuse(refused)
            else:
                answer = go(request, type_.address(row.pk))
                undo_at = f"{type_.address(row.pk)}repeat/undo"
                return toast(answer, _("The next deal is ready."), undo=undo_at) if is_fragment(request) else answer
    context = {
        "type": type_, "active": type_.key, "title": _("Repeat “%(name)s”") % {"name": type_.title_of(deal)},
        "action": f"{type_.address(record_id)}repeat", "back": type_.address(record_id), "submit": _("Make the deal"),
        "widgets": form.widgets(), "error": str(form.errors.get("", "")), "hidden": {"once": once},
        "note": _("Client, goods and all other fields are copied; the new deal starts today.") + (
            " " + _("Its lines have today's prices, and a note says what differs. A task is planned for the expected day.") if has_lines else ""
        ),
    }  # fmt: skip
    return render(request, "crm/_form.html" if is_fragment(request) else "crm/form.html", context, status=status)


@door("signed_in", "change")
@require_POST
def undo_repeat(request: Any, record_id: int) -> HttpResponseBase:
    """Take a repetition back, with its lines and its task: only who made it does; each row's right is asked."""
    reader, type_ = opened(request, "deals")
    reading.get(type_, record_id, reader.user)
    made = Event.objects.filter(type="deal", record_id=record_id, kind="created", change_set__by=reader.user).first()
    if made is None or made.change_set is None or not made.data.get("repeats"):
        raise Missing()
    run = begin_undo(made.change_set, by=reader.user)
    return go(request, f"/changes/{run.pk}/")


@door("signed_in", "change")
@require_POST
def reopen(request: Any, record_id: int) -> HttpResponseBase:
    """Open a won or lost deal again, at the stage where it stood last."""
    reader, type_ = opened(request, "deals")
    reopen_deal(record_id, by=reader.user)
    return go(request, type_.address(record_id))
