"""The pages on which those who run the company look at roles, rehearse a change of one, and make it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from daftar.access.doors import door
from daftar.access.held import grants_of
from daftar.access.models import Role, User
from daftar.access.plain_form import PlainForm
from daftar.access.shipped_roles import SHIPPED, name_of
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.records import roles
from daftar.records.rehearsal import Proposal, Rehearsal, rehearse
from daftar.records.rehearsal_words import RehearsalWords
from daftar.records.role_words import action_names, clauses, sentences
from daftar.records.schema import current_schema
from daftar.records.views.role_form import COLUMNS, RoleForm, RoleValues, unowned_names
from daftar.ui.answers import go, toast

BASE = "/settings/roles/"
OPEN_ROWS, MOST_ROWS = 12, 600
"""Up to so many rows of a rehearsal stand open; more are folded; beyond the second number they are only counted."""


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Any) -> HttpResponseBase:
    """GET: the roles, each with a sentence. POST: a new one, empty or like another."""
    form = PlainForm(sent=request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            made = roles.add_role(form.typed("name"), by=request.user, like=form.typed("like"))
        except Invalid as refused:
            form.refuse(refused)
        else:
            return go(request, f"{BASE}{made.key}/")
    rows = list(Role.objects.all())
    held: Counter[str] = Counter()
    for keys in User.objects.filter(deleted_at=None, is_active=True).order_by().values_list("roles", flat=True):
        held.update(set(keys))
    in_use = [role for role in rows if not role.archived]
    like = [("", _("nothing yet")), *((role.key, name_of(role)) for role in in_use if role.key != Role.OWNER)]
    return render(request, "records/settings_roles.html", {
        "title": _("Roles"), "base": BASE, "archived": [(r.key, name_of(r)) for r in rows if r.archived],
        "rows": [(role, name_of(role), about(role), held[role.key], is_changed(role)) for role in in_use],
        "form": form, "name": form.input("name", _("Name"), required=True, maxlength=200),
        "like": form.select("like", _("Grants what this one grants"), like, required=False),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: Any, role_key: str) -> HttpResponseBase:
    """GET: the role in sentences, and its form. POST: first what the change would do, then the change (`act` save, back, shipped)."""
    row = Role.objects.filter(key=role_key, archived=False).first()
    if row is None:
        raise Missing()
    form = RoleForm(row, current_schema())
    if request.method != "POST":
        return show(request, form)
    act = request.POST.get("act", "")
    try:
        take(form, request.POST, act)
        if act == "back":
            return show(request, form)
        if row.key == Role.OWNER:
            return second_factor_only(request, form)
        values = form.values
        version = sent_version(request.POST)
        roles.check_change(row.key, by=request.user, version=version, name=values.name, grants=values.grants)
        if act != "save":
            told = rehearsed(row, values)
            if told:
                return show_rehearsal(request, form, told)
        roles.change_role(
            row.key, by=request.user, version=version, name=values.name, grants=values.grants,
            second_factor=values.second_factor,
        )  # fmt: skip
    except Invalid as refused:
        form.refuse(refused)
        return show(request, form, status=422)
    except Conflict as stale:
        form.errors[""] = stale.sentence
        return show(request, form, status=409)
    return toast(go(request, f"{BASE}{row.key}/"), _("Saved."))


@door("settings", "settings")
@require_http_methods(["POST"])
def archive(request: Any, role_key: str) -> HttpResponseBase:
    """Take a role out of use, or with `act` use_again out of the archive."""
    if request.POST.get("act") == "use_again":
        roles.use_role_again(role_key, by=request.user)
    else:
        roles.archive_role(role_key, by=request.user)
    return go(request, BASE)


# -- how -----------------------------------------------------------------------------------------------


def take(form: RoleForm, sent: Any, act: str) -> None:
    """Let the form hold what was sent: by the form, by the page of the rehearsal, or what is shipped."""
    if act in ("save", "back"):
        form.values = RoleValues.from_document(sent.get("document", ""))
    elif act == "shipped":
        if form.role.key not in SHIPPED:
            raise Missing()
        form.values = RoleValues(form.role.name, SHIPPED[form.role.key].grants, form.role.second_factor)
    else:
        form.read(sent)


def second_factor_only(request: Any, form: RoleForm) -> HttpResponseBase:
    """All that can be said of owners: whether they need a second factor."""
    roles.change_role(
        form.role.key, by=request.user, version=sent_version(request.POST), second_factor=form.values.second_factor
    )
    return toast(go(request, f"{BASE}{form.role.key}/"), _("Saved."))


def sent_version(sent: Any) -> int:
    """The version that the page showed; what cannot be read is no version, so it counts as stale."""
    text = sent.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def rehearsed(row: Role, values: RoleValues) -> Rehearsal:
    grants = roles.check_grants(values.grants, current_schema())
    return rehearse(Proposal(roles={row.key: grants}), current_schema())


def show(request: Any, form: RoleForm, *, status: int = 200) -> HttpResponse:
    row, schema = form.role, current_schema()
    holders = [(user.pk, user.name) for user in roles.holders_of(row.key)]
    return render(request, "records/settings_role.html", {
        "title": form.title, "base": BASE, "role": row, "form": form, "said": sentences(grants_of(row), schema),
        "holders": holders[:30], "more_holders": max(0, len(holders) - 30), "is_owner": row.key == Role.OWNER,
        "version": sent_version(request.POST) if request.method == "POST" else row.version,
        "is_changed": is_changed(row), "may_archive": not holders and row.key != Role.OWNER,
        "heads": [action_names()[action] for action in COLUMNS], "unowned_heads": list(unowned_names().values()),
        "errors": list(dict.fromkeys(str(said) for said in form.errors.values())),
    }, status=status)  # fmt: skip


def show_rehearsal(request: Any, form: RoleForm, told: Rehearsal) -> HttpResponse:
    return render_rehearsal(
        request, told, title=_("What this change does: %(name)s") % {"name": form.title}, action=request.path,
        hidden=[("document", form.values.document()), ("version", str(sent_version(request.POST)))],
    )  # fmt: skip


def render_rehearsal(
    request: Any, told: Rehearsal, *, title: str, action: str, hidden: list[tuple[str, str]]
) -> HttpResponse:
    """The page between a form and its saving; `hidden` is what the form held, and comes back with `act` save or back."""
    words = RehearsalWords(told, current_schema())
    rows = words.rows()
    return render(request, "records/rehearsal.html", {
        "title": title, "clauses": clauses, "action": action, "hidden": hidden, "said": words.sentences(), "rows": rows[:MOST_ROWS],
        "more": max(0, len(rows) - MOST_ROWS), "people": words.who(told.people) if len(told.people) > 1 else "",
        "open": len(rows) <= OPEN_ROWS, "person_head": pgettext("one of the people", "Person"),
        "heads": [(action_, action_names()[action_]) for action_ in ("see", "change", "delete", "export")],
    })  # fmt: skip


def about(row: Role) -> str:
    """One sentence: as shipped, else what the role may do with most records."""
    if row.key in SHIPPED and not is_changed(row):
        return str(SHIPPED[row.key].about)
    return sentences(grants_of(row), current_schema())[0]


def is_changed(row: Role) -> bool:
    """Whether a shipped role grants something else than what is shipped."""
    return row.key in SHIPPED and row.grants is not None
