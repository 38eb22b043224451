"""Keys for programs: one's own, and all of them for those who run the company."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from daftar.access import keys
from daftar.access.audit.naming import every_type, type_name
from daftar.access.doors import door
from daftar.access.models import ApiKey, User
from daftar.access.plain_form import PlainForm
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.formats import current
from daftar.kernel.ids import parse_id
from daftar.kernel.ranges import day_bounds
from daftar.ui.answers import go, toast
from daftar.ui.parts import Option, Widget

MINE, EVERY = "/me/keys/", "/settings/keys/"
ACTION_WORDS = {
    "see": gettext_lazy("see"),
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
    "export": gettext_lazy("export"),
    "import": gettext_lazy("import in bulk"),
}
RIGHTS = {
    "all": gettext_lazy("All that the person may"),
    "read": gettext_lazy("Only reading"),
    "chosen": gettext_lazy("What is ticked below"),
}
STATES = {
    "live": (gettext_lazy("in use"), "green"),
    "expiring": (gettext_lazy("ends soon"), "amber"),
    "expired": (gettext_lazy("ended"), "grey"),
    "revoked": (gettext_lazy("revoked"), "grey"),
}


@door("signed_in")
@require_safe
def mine(request: Any) -> HttpResponse:
    """My personal keys."""
    return show_list(request, MINE, _("My keys"), keys.keys_for(request.user))


@door("settings", "settings")
@require_safe
def every(request: Any) -> HttpResponse:
    """Everybody's keys, personal and service ones."""
    return show_list(request, EVERY, _("Keys for programs"), keys.keys_for(request.user, everybody=True))


def show_list(request: Any, here: str, title: str, rows: Any) -> HttpResponse:
    lines = [(key, *STATES[key.state()], scope_words(key)) for key in rows[:500]]
    return render(request, "access/keys.html", {
        "title": title, "here": here, "lines": lines, "back": "/settings/" if here == EVERY else "/me/",
    })  # fmt: skip


def scope_words(key: ApiKey) -> str:
    """What the key may, in a few words."""
    if not key.scopes:
        return str(RIGHTS["all"])
    said = []
    for name, actions in key.scopes.items():
        words = _("everything") if name == "*" else type_name(name)
        said.append(f"{words}: {', '.join(str(ACTION_WORDS.get(action, action)) for action in actions)}")
    return "; ".join(said)


@door("signed_in")
def new(request: Any) -> HttpResponseBase:
    """A personal key."""
    return make(request, MINE, with_person=False)


@door("settings", "settings")
def new_service(request: Any) -> HttpResponseBase:
    """A service key, which acts as a named person."""
    return make(request, EVERY, with_person=True)


def make(request: Any, here: str, *, with_person: bool) -> HttpResponseBase:
    form = PlainForm({"rights": "all"}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            key, raw = keys.make_key(form.typed("name"), by=request.user, **given(form, with_person=with_person))
        except Invalid as refused:
            form.refuse(refused)
            form.errors |= {"rights": form.errors["scopes"]} if "scopes" in form.errors else {}
        else:
            return show_key(request, key, raw, here)
    return render(request, "access/key_new.html", {
        "title": _("New key"), "form": form, "widgets": widgets(form, with_person=with_person),
        "scopes": scope_widgets(form), "here": here,
    }, status=422 if form.errors else 200)  # fmt: skip


def given(form: PlainForm, *, with_person: bool) -> dict[str, Any]:
    """The arguments of `make_key` as sent. Errors: Invalid."""
    rights, end = form.choice("rights", RIGHTS), None
    if form.typed("expires_at"):
        with form.about("expires_at"):
            end = end_of(form.typed("expires_at"))
    scopes: dict[str, list[str]] = {}
    if rights == "read":
        scopes = {"*": ["see", "export"]}
    elif rights == "chosen":
        scopes = {key: [action for action in ticked(form, key) if action] for key, _name in every_type()}
        if not any(scopes.values()):
            form.errors["rights"] = _("Tick at least one right, or choose another line.")
    values: dict[str, Any] = {
        "scopes": scopes, "propose_only": form.is_on("propose_only"), "expires_at": end,
        "networks": form.typed("networks")[:5000].replace(",", " ").split(),
    }  # fmt: skip
    if with_person:
        values["user"] = person_of(form)
    if form.errors:
        raise Invalid(errors=form.errors)
    return values


def ticked(form: PlainForm, type_key: str) -> list[str]:
    """The boxes of a type that were ticked, and an empty one that the browser always sends."""
    return form.sent.getlist(f"scope.{type_key}") if form.sent is not None else []


def end_of(text: str) -> dt.datetime:
    """The end of that day on the reader's wall."""
    day = parse_date(text, current())
    return day_bounds(day, day, current())[1]


def person_of(form: PlainForm) -> User | None:
    person: User | None
    try:
        person = User.objects.live().filter(pk=parse_id(form.typed("user")), is_active=True).first()
    except Missing:
        person = None
    if person is None:
        form.errors["user"] = _("Choose one of the list.")
    return person


def widgets(form: PlainForm, *, with_person: bool) -> list[Widget]:
    end = Widget(
        "date", "expires_at", label=_("Ends on"), value=form.typed("expires_at"), error=str(form.errors.get("expires_at", "")),
        help=_("Empty: when it is revoked."),
    )  # fmt: skip
    made = [form.input("name", _("Name"), required=True, maxlength=100, help=_("The program that uses it."))]
    if with_person:
        people = User.objects.live().filter(is_active=True).order_by("name").values_list("pk", "name")[:1000]
        made.append(form.select("user", _("Acts as"), [("", "—"), *((str(pk), name) for pk, name in people)]))
    return [
        *made,
        form.select("rights", _("Rights"), RIGHTS.items()),
        form.check("propose_only", _("Only propose"), help=_("Changes wait until a person accepts them.")),
        form.area(
            "networks", _("Only from"), dir="ltr", rows=2, help=_("Addresses or networks, e.g. 192.0.2.0/24. Empty: from everywhere.")
        ),
        end,
    ]  # fmt: skip


def scope_widgets(form: PlainForm) -> list[Widget]:
    """For each record type what the key may do."""
    return [
        Widget(
            "checks", f"scope.{key}", label=name,
            options=tuple(Option(action, str(words), chosen=action in ticked(form, key)) for action, words in ACTION_WORDS.items()),
        )
        for key, name in every_type()
    ]  # fmt: skip


def show_key(request: Any, key: ApiKey, raw: str, here: str) -> HttpResponse:
    """The raw key, this once."""
    response = render(request, "access/key_shown.html", {
        "title": key.name, "key": key, "raw": raw, "here": here,
        "call": f'curl -H "Authorization: Bearer {raw}" {settings.PUBLIC_URL}/api/me',
    })  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


@door("signed_in", "change")
@require_POST
def rotate(request: Any, key_id: int) -> HttpResponseBase:
    return renewed(request, key_id, MINE)


@door("settings", "settings")
@require_POST
def rotate_any(request: Any, key_id: int) -> HttpResponseBase:
    return renewed(request, key_id, EVERY)


def renewed(request: Any, key_id: int, here: str) -> HttpResponse:
    key, raw = keys.rotate_key(key_id, by=request.user)
    return show_key(request, key, raw, here)


@door("signed_in", "change")
@require_POST
def revoke(request: Any, key_id: int) -> HttpResponseBase:
    keys.revoke_key(key_id, by=request.user)
    return toast(go(request, MINE), _("Revoked. The key opens nothing any more."))


@door("settings", "settings")
@require_POST
def revoke_any(request: Any, key_id: int) -> HttpResponseBase:
    keys.revoke_key(key_id, by=request.user)
    return toast(go(request, EVERY), _("Revoked. The key opens nothing any more."))
