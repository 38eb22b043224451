"""Views with a name: all of them, saving one, sharing it, deleting it, and opening a list with it. Dialogs, or pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daftar.access.doors import door
from daftar.access.mails import link
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Invalid
from daftar.records import saved_views
from daftar.records.models import SavedView
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.ui.answers import go, is_fragment, toast
from daftar.ui.parts import Option, Widget

OWN_WORDS = (".to", ".replaces")


@door("signed_in")
@require_safe
def index(request: Any, slug: str) -> HttpResponseBase:
    """All views of the type that this person may open."""
    reader, type_ = opened(request, slug)
    rows = list(saved_views.seen(type_, reader.user))
    setting = saved_views.setting_of(type_, reader.user)
    lines = [
        {
            "view": row, "href": saved_views.address(row, type_), "who": audience_words(row),
            "may_change": saved_views.may_change(row, reader.user), "is_first": bool(setting and setting.view_id == row.pk),
            "edit": f"{type_.address()}views/{row.pk}",
        }
        for row in rows
    ]  # fmt: skip
    return render(
        request,
        "records/_views.html" if is_fragment(request) else "records/views.html",
        {**common(type_), "lines": lines, "me": reader.user.pk, "first": f"{type_.address()}views/first"},
    )


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any, slug: str) -> HttpResponseBase:
    """Save the view of the address under a name. Shapes: `.to` list or board; `.replaces` the number of one that becomes this."""
    reader, type_ = opened(request, slug)
    words = request.GET.copy()
    own = {word: words.pop(word)[-1] for word in OWN_WORDS if word in words}
    place, number = str(own.get(".to", "list")), str(own.get(".replaces", ""))
    view = View.parse(type_, words, reader)
    before = saved_views.get(type_, int(number), reader.user) if saved_views.is_number(number) else None
    form = form_of(request, before)
    if form.sent is not None:
        try:
            kept = saved_views.save(
                view,
                form.typed("name"),
                by=reader.user,
                place=place,
                replaces=before.pk if before else None,
                **shared(form),
            )
        except Invalid as refused:
            form.refuse(refused)
        else:
            return told(request, saved_views.address(kept, type_), _("Saved as “%(name)s”.") % {"name": kept.name})
    if view.problems and not form.errors:
        form.errors[""] = str(view.problems[0])
    title = _("Save “%(name)s” as it is now") % {"name": before.name} if before else _("Save this view")
    return show(request, type_, form, reader, title=title, action=request.get_full_path())


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, slug: str, view_id: int) -> HttpResponseBase:
    """Name and audience of a view; whom it is shown to and may not change it sees its address."""
    reader, type_ = opened(request, slug)
    view = saved_views.get(type_, view_id, reader.user)
    form = form_of(request, view)
    if form.sent is not None:
        try:
            kept = saved_views.change(type_, view_id, form.typed("name"), by=reader.user, **shared(form))
        except Invalid as refused:
            form.refuse(refused)
        else:
            return told(request, saved_views.address(kept, type_), _("Saved."))
    return show(request, type_, form, reader, title=view.name, action=request.path, view=view)


@door("signed_in", "change")
@require_POST
def delete(request: Any, slug: str, view_id: int) -> HttpResponseBase:
    reader, type_ = opened(request, slug)
    name = saved_views.get(type_, view_id, reader.user).name
    saved_views.remove(type_, view_id, by=reader.user)
    return told(
        request, type_.address(), _("The view “%(name)s” is deleted. The records stay as they are.") % {"name": name}
    )


@door("signed_in", "change")
@require_POST
def first(request: Any, slug: str) -> HttpResponseBase:
    """Let the list open with the view `view`; without it with all rows, as at first."""
    reader, type_ = opened(request, slug)
    number = request.POST.get("view", "")
    saved_views.open_with(type_, int(number) if saved_views.is_number(number) else None, by=reader.user)
    return told(
        request,
        type_.address(),
        _("The list opens with this view now.") if number else _("The list opens with all rows."),
    )


# -- how -----------------------------------------------------------------------------------------------


def common(type_: RecordType) -> dict[str, Any]:
    return {"type": type_, "active": type_.key, "base": type_.address()}


def told(request: Any, address: str, said: str) -> HttpResponseBase:
    answer = go(request, address)
    if is_fragment(request):
        return toast(answer, said)
    messages.success(request, said)
    return answer


def form_of(request: Any, view: SavedView | None) -> PlainForm:
    kept = {"name": view.name, "audience": view.audience, "department": str(view.department_id or "")} if view else {}
    return PlainForm(kept, request.POST if request.method == "POST" else None)


def shared(form: PlainForm) -> dict[str, Any]:
    """The audience of a sent form; a department counts only where it is asked for."""
    number = form.typed("department")
    return {
        "audience": form.typed("audience") or "own",
        "department": int(number) if saved_views.is_number(number) and form.typed("audience") == "department" else None,
    }


def show(
    request: Any,
    type_: RecordType,
    form: PlainForm,
    reader: Reader,
    *,
    title: str,
    action: str,
    view: SavedView | None = None,
) -> HttpResponseBase:
    href = saved_views.address(view, type_) if view else ""
    whole = link(href) if view else ""
    return render(
        request,
        "records/_view_form.html" if is_fragment(request) else "records/view_form.html",
        {
            **common(type_), "title": title, "form": form, "action": action, "view": view, "href": href, "whole": whole,
            "mail": f"mailto:?subject={quote(view.name)}&body={quote(whole)}" if view else "",
            "may_change": view is None or saved_views.may_change(view, reader.user),
            "widgets": widgets(form, reader, view), "who": audience_words(view) if view else "",
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def widgets(form: PlainForm, reader: Reader, view: SavedView | None) -> list[Widget]:
    near, audience = saved_views.departments(reader.user), form.typed("audience") or "own"
    able = [
        (key, label)
        for key, label in SavedView.Audience.choices
        if key == "own"
        or (key == "department" and near)
        or (key == "everybody" and (saved_views.may_reach_everybody(reader.user) or audience == key))
    ]
    made = [
        form.widget("input", "name", _("Name"), value=form.typed("name"), required=True, attrs={"maxlength": 100}),
        form.widget(
            "select", "audience", _("Who sees it"), required=True,
            options=tuple(Option(key, str(label), chosen=key == audience) for key, label in able),
        ),
    ]  # fmt: skip
    if near:
        chosen = form.typed("department") or (str(near[0].pk) if len(near) == 1 else "")
        options = tuple(Option(str(d.pk), d.name, chosen=str(d.pk) == chosen) for d in near)
        made.append(form.widget("select", "department", _("Department"), options=options))
    return made


def audience_words(view: SavedView) -> str:
    if view.audience == "department":
        return str(view.department.name) if view.department else str(SavedView.Audience.OWN.label)
    return str(SavedView.Audience(view.audience).label)
