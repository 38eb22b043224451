"""Personal data of one person, for those who run the company: what lies where, a file of it all, and its erasure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access import sessions
from daftar.access.doors import door, fresh_sign_in
from daftar.access.plain_form import PlainForm
from daftar.kernel import personal
from daftar.kernel.errors import Invalid
from daftar.kernel.personal import Subject
from daftar.records import erasing, personal_export
from daftar.records.reading import of_type
from daftar.records.schema import current_schema
from daftar.ui.answers import go, toast


@door("settings", "settings")
@require_safe
@fresh_sign_in()
def index(request: Any, type_key: str, person_id: int) -> HttpResponse:
    """How many traces lie where, and what can be done."""
    subject = erasing.subject_of(type_key, person_id)
    return render(request, "records/personal.html", about(subject) | {"counts": erasing.rehearse(subject)})


@door("settings", "settings")
@require_safe
@fresh_sign_in()
def export(request: Any, type_key: str, person_id: int) -> HttpResponseBase:
    """Everything as one file."""
    subject = erasing.subject_of(type_key, person_id)
    made = personal_export.export_person(subject, about(subject)["name"], by=request.user)
    response = FileResponse(made, as_attachment=True, filename=f"personal-data-{type_key}-{person_id}.zip")
    response.headers["Cache-Control"] = "no-store"
    return response


@door("settings", "settings")
def erase(request: Any, type_key: str, person_id: int) -> HttpResponseBase:
    """The second question, and the erasure."""
    here = f"/settings/personal/{type_key}/{person_id}/"
    if not sessions.fresh(request):
        return go(request, "/confirm/?" + urlencode({"next": f"{here}erase"}))
    subject = erasing.subject_of(type_key, person_id)
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        if not form.is_on("sure"):
            form.errors["sure"] = _("Tick this box if you are sure.")
        else:
            try:
                counts = erasing.erase_person(type_key, person_id, by=request.user)
            except Invalid as refused:
                form.refuse(refused)
            else:
                said = _("Erased. Traces in %(count)s places are gone.") % {"count": sum(map(bool, counts.values()))}
                return toast(
                    go(
                        request,
                        "/settings/people/" if type_key == "user" else current_schema().type(type_key).address(),
                    ),
                    said,
                )
    return render(request, "records/personal_erase.html", about(subject) | {
        "form": form, "refusals": personal.refusals(subject), "counts": erasing.rehearse(subject),
        "widgets": [form.check("sure", _("Erase all of this for good"))],
    }, status=422 if form.errors else 200)  # fmt: skip


def about(subject: Subject) -> dict[str, Any]:
    """Who it is, with the other records that are the same person."""
    types, named = current_schema().types, []
    for key, id_ in subject.records:
        row = of_type(types[key]).filter(pk=id_).first()
        if row is not None:
            named.append((types[key].name, types[key].title_of(row), types[key].address(id_)))
    type_key, id_ = subject.records[0]
    return {
        "title": _("Personal data"),
        "here": f"/settings/personal/{type_key}/{id_}/",
        "name": named[0][1],
        "card": named[0][2],
        "same": named,
    }
