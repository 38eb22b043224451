"""The leaver's day: what a person leaves behind, who takes it over and how much each gets, and how far it is done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access.doors import door
from daftar.access.ending import exports_of
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.errors import BadAddress, Invalid
from daftar.kernel.ids import parse_id
from daftar.kernel.text import isolated
from daftar.onboarding.views.profile import existing
from daftar.records import leaving
from daftar.records.leaving import Group
from daftar.records.models import Leaving
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go
from daftar.ui.parts import Option, Widget

LOOKED_BACK = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Row:
    """One group with its choice and, in the preview, who gets how much."""

    group: Group
    rule: Widget
    people: Widget
    error: str
    gets: list[tuple[str, int]]


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Any, person_id: str) -> HttpResponseBase:
    """GET: what there is, or how far it got. POST `preview`: exact numbers; `go`: do it; `continue` what stopped."""
    row = existing(person_id)
    run = leaving.latest_of(row)
    if request.method != "POST":
        return at_work(request, row, run) if run and run.is_at_work else page(request, row, run)
    do = request.POST.get("do", "")
    if do not in ("preview", "go", "continue"):
        raise BadAddress()
    here = f"/settings/people/{row.pk}/leave"
    if do == "continue":
        leaving.go_on(run.pk if run else 0, by=request.user)
        return go(request, here)
    form = PlanForm(request, row)
    try:
        plan = leaving.checked_plan(row, form.plan())
        if do == "go":
            leaving.begin(row.pk, plan, by=request.user)
            return go(request, here)
    except Invalid as refused:
        form.errors.update(refused.errors)
        return page(request, row, run, form, status=422)
    return page(request, row, run, form, gets=leaving.preview(row, plan))


@door("settings", "settings")
@require_safe
def progress(request: Any, person_id: str) -> HttpResponse:
    """The bar alone, asked for every second; when the work is over the page is loaded instead."""
    row = existing(person_id)
    run = leaving.latest_of(row)
    if run is None or not run.is_at_work:
        return HttpResponse(status=204, headers={"HX-Redirect": f"/settings/people/{row.pk}/leave"})
    return render(request, "onboarding/_leaving.html", {"row": row, "run": run})


class PlanForm:
    """Who takes over what: a rule for each group, and the people named for it.

    Shapes: rule "" leaves the group with the person, "head" gives all to the head, "named" deals evenly among the named.
    """

    def __init__(self, request: Any, row: User) -> None:
        self.row, self.reader = row, reader_of(request)
        self.sent = request.POST if request.method == "POST" else None
        self.head = leaving.head_of(row)
        self.groups = leaving.groups_of(row)
        self.errors: dict[str, Any] = {}

    def rule(self, group: Group) -> str:
        if self.sent is None:
            return "head" if self.head and group.count else ""
        return str(self.sent.get(f"rule.{group.key}", ""))

    def named(self, key: str) -> list[int]:
        """The people named for the group: by id, or by name where no script runs."""
        if self.sent is None:
            return []
        ids = [parse_id(text) for text in self.sent.getlist(f"to.{key}") if text]
        if not ids:
            field = self.reader.schema.type("user").whole.by_key["substitute"]
            typed = [text for text in self.sent.getlist(f"to.{key}__text") if text.strip()]
            ids = [id_ for text in typed if (id_ := field.parse({"name": text}, self.reader))]
        return ids

    def plan(self) -> dict[str, list[int]]:
        """Group → colleagues as chosen. Errors: Invalid at the group."""
        made: dict[str, list[int]] = {}
        for group in self.groups:
            rule = self.rule(group)
            try:
                if rule == "head" and self.head:
                    made[group.key] = [self.head.pk]
                elif rule == "named":
                    made[group.key] = self.named(group.key)
                    if not made[group.key] and group.count:
                        raise Invalid(_("Name at least one colleague."))
                elif rule:
                    raise Invalid(_("Choose one of the list."))
            except Invalid as refused:
                self.errors[f"to.{group.key}"] = refused.sentence
        if self.errors:
            raise Invalid(errors=dict(self.errors))
        return made

    def rows(self, gets: dict[str, dict[int, int]] | None) -> list[Row]:
        people = {
            group.key: [] if self.errors.get(f"to.{group.key}") else self.named(group.key) for group in self.groups
        }
        numbers = gets or {}
        ids = {id_ for some in (*people.values(), *numbers.values()) for id_ in some}
        names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
        return [
            Row(
                group, self.rule_widget(group), people_widget(group, people[group.key], names),
                str(self.errors.get(f"to.{group.key}", "")),
                [(names.get(id_, ""), n) for id_, n in numbers.get(group.key, {}).items()],
            )
            for group in self.groups
            if group.count
        ]  # fmt: skip

    def rule_widget(self, group: Group) -> Widget:
        choices = [("named", _("evenly among"))]
        if self.head:
            choices.insert(0, ("head", _("all to the head, %(name)s") % {"name": self.head.name}))
        chosen = self.rule(group)
        options = tuple(Option(key, words, chosen=key == chosen) for key, words in choices)
        label = _("Who takes over: %(what)s") % {"what": group.name}
        return Widget(
            "select", f"rule.{group.key}", label=label, value=chosen, options=options,
            attrs={"placeholder": _("stays with them")},
        )  # fmt: skip


def people_widget(group: Group, ids: list[int], names: dict[int, str]) -> Widget:
    def one(value: str, shown: str) -> Widget:
        label = _("Colleague")
        return Widget("lookup", f"to.{group.key}", label=label, value=value, shown=shown, url="/lookup/user")

    parts = tuple(one(str(id_), names.get(id_, "")) for id_ in ids)
    return Widget(
        "lookups", f"to.{group.key}", label=_("Colleagues"), parts=parts, blank=one("", ""), url="/lookup/user"
    )


def page(
    request: Any, row: User, run: Leaving | None, form: PlanForm | None = None,
    *, gets: dict[str, dict[int, int]] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    form = form or PlanForm(request, row)
    rows = form.rows(gets)
    return render(request, "onboarding/leave.html", {
        "title": _("%(name)s leaves") % {"name": isolated(row.name)}, "row": row, "run": run, "rows": rows,
        "is_preview": gets is not None, "taken": taken(run) if run else [], "error": form.errors.get("is_active") or form.errors.get(""),
        "exports": exports_of(row, clock.now() - LOOKED_BACK), "may_go": row.pk != request.user.pk,
    }, status=status)  # fmt: skip


def at_work(request: Any, row: User, run: Leaving) -> HttpResponse:
    title = _("%(name)s leaves") % {"name": isolated(row.name)}
    return render(request, "onboarding/leave_progress.html", {"title": title, "row": row, "run": run})


def taken(run: Leaving) -> list[tuple[str, list[tuple[str, int]]]]:
    """Group by group who got how much."""
    names = dict(
        User.objects.filter(pk__in={int(i) for got in run.given.values() for i in got}).values_list("pk", "name")
    )
    words = {group.key: group.name for group in leaving.groups_of(run.person)}
    return [
        (words.get(key, key), [(names.get(int(id_), ""), n) for id_, n in got.items()])
        for key, got in run.given.items()
    ]
