"""The page on which a custom field becomes another kind: what fits, what does not, what uses it; then the act, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import BadAddress, Conflict, Invalid, Missing
from daftar.records import custom_fields
from daftar.records.as_if import as_if
from daftar.records.field_uses import usage_of
from daftar.records.fields import KINDS
from daftar.records.models import CustomField, Retyping
from daftar.records.retyping import runs
from daftar.records.retyping.counting import MOST_SHOWN, count, lost_by
from daftar.records.retyping.kinds import targets
from daftar.records.retyping.past import as_was
from daftar.records.types import RecordType
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

State = Retyping.State


def opened(request: Any, type_key: str, key: str) -> tuple[RecordType, CustomField]:
    """The type and its custom field that is not in the bin. Errors: Missing."""
    type_ = reader_of(request).schema.type(type_key)
    row = CustomField.objects.filter(type=type_key, key=key, deleted_at=None).first()
    if row is None:
        raise Missing()
    return type_, row


@door("settings", "settings")
def kind(request: Any, type_key: str, key: str) -> HttpResponseBase:
    """GET: choose a kind (`?kind=`, for links `&to=`) and see what would happen. POST: `act` is begin, agree, drop or undo."""
    type_, row = opened(request, type_key, key)
    here = f"/settings/fields/{type_key}/{key}/kind"
    run = Retyping.objects.filter(type=type_key, key=key).exclude(state=State.DROPPED).first()
    problem = ""
    if request.method == "POST":
        try:
            said = ACTS[request.POST.get("act", "")](request, type_, row, run)
        except KeyError:
            raise BadAddress() from None
        except (Invalid, Conflict) as refused:
            problem = str(refused)
        else:
            return toast(go(request, here), said) if said else go(request, here)
    asked = request.POST if request.method == "POST" else request.GET
    to = asked.get("kind", "")
    page: dict[str, Any] = {
        "type": type_, "row": row, "here": here, "run": run, "problem": problem, "most": MOST_SHOWN, "days": runs.DAYS,
        "kind_name": KINDS[row.kind].kind_name, "name_of": lambda kind: KINDS[kind].kind_name,
        "title": _("Another kind: %(name)s") % {"name": row.label}, "chosen": "",
        "kinds": [KINDS[one] for one in targets(row.kind)],
    }  # fmt: skip
    if run is not None and run.is_open:
        page |= {"misfits": lost_by(run, by=request.user) if run.state == State.READY else (), "counted": None}
    elif to in targets(row.kind) and not runs.in_the_way(type_, row):
        page |= tried(request, type_, row, to, asked.get("to", ""))
    if run is not None and run.state == State.DONE and run.undoes_id is None:
        page |= {
            "why_not_back": runs.why_not_back(run),
            "misfits_then": lost_by(run, by=request.user) if run.misfits else (),
        }
    return render(request, "records/settings_field_kind.html", page, status=422 if problem else 200)


def tried(request: Any, type_: RecordType, row: CustomField, to: str, target: str) -> dict[str, Any]:
    """What the page says of a kind that was chosen."""
    form = PlainForm({"to": target})
    is_link = to == "link"
    page: dict[str, Any] = {
        "chosen": to,
        "target": links_to(form, type_) if is_link else None,
        "to": target,
        "counted": None,
    }
    if is_link and target not in type_.schema.types:
        return page
    settings = {"to": target, "total": True}
    new = as_was(
        custom_fields.bound(type_, row), to, custom_fields.checked_settings(type_, to, settings), f"{row.key}__0"
    )
    counted = count(type_, row, to, settings, by=request.user)
    uses = usage_of(type_, row.key, as_if(type_, row.key, new))
    return page | {"counted": counted, "misfits": counted.misfits, "uses": uses}


def links_to(form: PlainForm, type_: RecordType) -> Widget:
    choices = [(one.key, one.plural) for one in type_.schema.types.values()]
    return form.select("to", _("Links to"), [("", _("Choose one of the list.")), *choices])


def begin(request: Any, type_: RecordType, row: CustomField, run: Retyping | None) -> str:
    text = request.POST.get("agreed", "")
    agreed = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    settings = {"to": request.POST.get("to", ""), "total": True}
    done = runs.begin(type_, row.key, request.POST.get("kind", ""), settings, by=request.user, agreed=agreed)
    return said_of(done)


def agree(request: Any, type_: RecordType, row: CustomField, run: Retyping | None) -> str:
    return said_of(runs.agree(wanted(run), by=request.user))


def drop(request: Any, type_: RecordType, row: CustomField, run: Retyping | None) -> str:
    runs.drop(wanted(run), by=request.user)
    return _("Nothing was changed.")


def undo(request: Any, type_: RecordType, row: CustomField, run: Retyping | None) -> str:
    return said_of(runs.begin_undo(wanted(run), by=request.user))


ACTS = {"begin": begin, "agree": agree, "drop": drop, "undo": undo}


def wanted(run: Retyping | None) -> Retyping:
    if run is None:
        raise Conflict(_("It has ended already."))
    return run


def said_of(run: Retyping) -> str:
    if run.state != State.DONE:
        return ""
    return _("The field is of the kind “%(kind)s” now.") % {"kind": KINDS[run.kind_to].kind_name}


@door("settings", "settings")
@require_safe
def progress(request: Any, type_key: str, key: str) -> HttpResponse:
    """The bar alone; when the work is over the whole page is loaded instead."""
    _type, row = opened(request, type_key, key)
    here = f"/settings/fields/{type_key}/{key}/kind"
    run = Retyping.objects.filter(type=type_key, key=row.key, state=State.WORKING).first()
    if run is None:
        return HttpResponse(status=204, headers={"HX-Redirect": here})
    return render(request, "records/_field_kind_progress.html", {"run": run, "here": here})
