"""Who sees a record and why, why somebody does not, and with whom it is shared: one dialog, or a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Row, Share, User
from daftar.kernel.errors import Invalid, Missing, Sentence
from daftar.kernel.ids import parse_id
from daftar.records import reading, sharing
from daftar.records.role_words import action_names, clauses, does
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.records.who_sees import Explainer, share_words
from daftar.ui.answers import go, is_fragment, toast
from daftar.ui.parts import Option, Widget

NEAR, MOST = 20, 500
"""So many people stand open in the list; the rest is folded; beyond the second number they are only counted."""


@door("signed_in")
@require_safe
def who(request: Any, slug: str, record_id: int) -> HttpResponse:
    """Why I see this; for those who may change the record or run the company: who else, and `?person=` why not."""
    type_, row = with_rights(request, slug, record_id)
    return show(request, type_, row)


@door("signed_in", "change")
@require_POST
def share(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """Open the record to a person ("u3") or a department ("d3"); once more changes how."""
    type_, row = with_rights(request, slug, record_id)
    whom, number = request.POST.get("whom", "")[:1], number_of(request.POST.get("whom", "")[1:])
    try:
        sharing.share(
            type_, row.pk, by=request.user, user=number if whom == "u" else None,
            department=number if whom == "d" else None, level=request.POST.get("level", ""),
            observer="1" in request.POST.getlist("observer"),
        )  # fmt: skip
    except Invalid as refused:
        field = "level" if "level" in refused.errors else "whom"
        return show(request, type_, row, {field: refused.sentence}, status=422)
    return again(request, type_, row, _("Shared."))


@door("signed_in", "change")
@require_POST
def stop(request: Any, slug: str, record_id: int, share_id: int) -> HttpResponseBase:
    """Close the record again to whom it was shared with."""
    type_, row = with_rights(request, slug, record_id)
    sharing.stop_sharing(type_, row.pk, share_id, by=request.user)
    decide.forget(request.user)
    if not decide.may(request.user, "see", type_.key, row):
        return go(request, type_.address())
    return again(request, type_, row, _("No longer shared."))


# -- how -----------------------------------------------------------------------------------------------


def with_rights(request: Any, slug: str, record_id: int) -> tuple[RecordType, Row]:
    """The record, of a type that has owners and rights of its own."""
    reader, type_ = opened(request, slug)
    if not decide.own_rights(type_.key):
        raise Missing()
    return type_, reading.get(type_, record_id, reader.user)


def asks_about_others(user: User, type_: RecordType, row: Row) -> bool:
    """Who may change the record, or runs the company, also sees who else sees it."""
    return decide.may(user, "change", type_.key, row) or decide.may_settings(user)


def again(request: Any, type_: RecordType, row: Row, words: str) -> HttpResponseBase:
    if is_fragment(request):
        return toast(show(request, type_, row), words)
    return go(request, f"{type_.address(row.pk)}who")


def show(
    request: Any, type_: RecordType, row: Row, errors: dict[str, Sentence] | None = None, *, status: int = 200
) -> HttpResponse:
    explainer = Explainer(type_, row)
    me: int = request.user.pk
    all_of_it = asks_about_others(request.user, type_, row)
    asked = number_of(request.GET.get("person", "")) if all_of_it else None
    asked = asked if asked in explainer.standings else None
    seers = explainer.seers() if all_of_it else []
    may_share = decide.may(request.user, "change", type_.key, row)
    shares = explainer.shares if all_of_it else [s for s in explainer.shares if s.user_id == me]
    title = _("Who sees this") if all_of_it else _("Why do I see this")
    return render(request, "records/_who.html" if is_fragment(request) else "records/who.html", {
        "title": title, "record": type_.title_of(row), "base": type_.address(row.pk), "active": type_.key,
        "all_of_it": all_of_it, "mine": explainer.reasons(me, "see"), "may_share": may_share,
        "seers": seers[:NEAR], "more": seers[NEAR:MOST], "count": len(seers), "uncounted": max(0, len(seers) - MOST),
        "does": does, "clauses": clauses, "heads": action_names(), "person": asked, "people": people(explainer, asked),
        "asked_name": explainer.name(asked), "verdicts": explainer.verdicts(asked) if asked else [],
        "shares": [(s, whom_of(s), share_words(s), explainer.name(s.by_id)) for s in shares], "me": me,
        "widgets": share_widgets(explainer, request, errors or {}) if may_share else [],
    }, status=status)  # fmt: skip


def people(explainer: Explainer, asked: int | None) -> Widget:
    options = tuple(Option(str(id_), explainer.users[id_].name, chosen=id_ == asked) for id_ in explainer.standings)
    return Widget("select", "person", label=pgettext("one of the people", "Person"), options=options, required=True)


def share_widgets(explainer: Explainer, request: Any, errors: dict[str, Sentence]) -> list[Widget]:
    sent = request.POST if errors else {}
    whom, level = sent.get("whom", ""), sent.get("level", "see")
    persons = [
        Option(f"u{id_}", explainer.users[id_].name, group=_("People"), chosen=whom == f"u{id_}")
        for id_ in explainer.standings if explainer.users[id_].is_active
    ]  # fmt: skip
    departments = [
        Option(f"d{place.id}", place.name, group=_("Departments"), chosen=whom == f"d{place.id}")
        for place in sorted(explainer.structure.places.values(), key=lambda place: place.name)
    ]
    levels = [("see", _("see it")), ("change", _("see and change it"))]
    return [
        Widget("select", "whom", label=_("Share with"), options=(*persons, *departments), error=str(errors.get("whom", ""))),
        Widget(
            "select", "level", label=_("Who may"), required=True, error=str(errors.get("level", "")),
            options=tuple(Option(key, word, chosen=key == level) for key, word in levels),
        ),
        Widget(
            "checkbox", "observer", label=_("Observes"), value="1" if "1" in str(sent.get("observer", "")) else "",
            help=_("A person who observes is told of changes."),
        ),
    ]  # fmt: skip


def whom_of(share: Share) -> str:
    if share.user is not None:
        return str(share.user.name)
    return str(share.department.name) if share.department else ""


def number_of(text: str) -> int | None:
    try:
        return parse_id(text)
    except Missing:
        return None
