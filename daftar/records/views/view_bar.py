"""The bar over list and board: what is filtered and how to change it, as links that keep the rest of the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.kernel.dates import RANGES
from daftar.records import saved_views
from daftar.records.fields.base import Field
from daftar.records.query.conditions import Condition, Group
from daftar.records.query.sentence import sentence, want_names
from daftar.records.query.view import View, can_group
from daftar.records.views.same import may_work

QUICK_RANGES = ("today", "this_week", "this_month")
PLAIN_OPERATORS = frozenset({"is", "in", "has", "kind"})
"""Operators that a chip need not name."""


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    value: str
    remove: str
    edit: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a menu or row of tabs."""

    label: str
    href: str
    is_chosen: bool = False


def at(path: str, query: str) -> str:
    """A path with a view's address behind it, without a lonely question mark."""
    return path if query == "?" else path + query


def bar(view: View, place: str) -> dict[str, Any]:
    """What the bar shows; `place` is list, board, calendar or bin."""
    type_, user = view.type, view.reader.user
    base = f"/{type_.slug}/"
    here = base if place == "list" else f"{base}{place}/"
    return {
        "type": type_,
        "heading": capfirst(type_.plural),
        "view": view,
        "reader": view.reader,
        "active": type_.key,
        "place": place,
        "here": here,
        "chips": [] if place == "bin" else chips(view, here, place),
        "tabs": [] if place == "bin" else [(t.label, t.href, t.is_chosen) for t in tabs(view, here)],
        "quick_filters": quick_filters(view, here),
        "whole_sentence": "" if place == "bin" else whole_sentence(view),
        "builder_href": builder_address(view, place),
        "why_not_href": f"{base}why-not{view.address()}" if view.conditions or view.words else "",
        "filter_fields": [Choice(str(f.label), filter_address(view, f, place)) for f in filterable(type_.fields)],
        "list_href": at(base, view.address(on=None)),
        "board_href": standing_on(view, "board", type_.board_fields),
        "calendar_href": standing_on(view, "calendar", type_.day_fields),
        "bin_href": f"{base}bin/",
        "columns_href": f"{base}columns?{urlencode({'back': at(base, view.address(cols=None))})}",
        **saved_menu(view, place),
        "group_choices": group_choices(view) if place == "list" else [],
        "news": "" if place == "bin" else f"records:{type_.key}",
        "kept": [(k, v) for k, v in view.params() if k != "q"],
        "export_href": at(f"{base}export/", view.address()) if decide.may(user, "export", type_.key) else "",
        "import_href": f"{base}import/" if type_.from_files and decide.may(user, "import", type_.key) else "",
        "same_href": f"{base}same/" if may_work(type_, view.reader) else "",
        "may_add": type_.may_be_made(user),
    }


def place_of(params: QueryDict) -> str:
    """Where a form of the bar was opened, by its own word `.to`."""
    place = str(params.get(".to", ""))
    return place if place in saved_views.PATHS else "list"


def standing_on(view: View, place: str, fields: Sequence[Field]) -> str:
    """The same rows on a board or in a calendar; the word `by` stays if it names one of its `fields`. "" where there are none."""
    own = view.others.get("by", "") in {f.key for f in fields}
    words: dict[str, None] = {} if own else {"by": None}
    return at(saved_views.path(view.type, place), view.address(on=None, **words)) if fields else ""


def group_choices(view: View) -> list[Choice]:
    """By what the list can be put into groups, and that it is not; the first entry takes the groups away."""
    base, now = view.type.address(), view.others.get("group", "")
    fields = [f for f in view.type.fields if can_group(f)]
    made = [Choice(str(f.label), base + view.address(group=f.key), f.key == now) for f in fields]
    return [Choice(_("No groups"), at(base, view.address(group=None)), not now), *made] if made else []


def saved_menu(view: View, place: str) -> dict[str, Any]:
    """The views with a name that this person may open, and where this one is saved."""
    type_, user = view.type, view.reader.user
    if place == "bin":
        return {"saved": None, "saved_views": ()}
    rows = saved_views.some_of(type_, user, saved_views.SHOWN)
    words = view.address(view=None, **{".to": place})
    changed = view.saved is not None and view.is_changed
    return {
        "saved": view.saved,
        "saved_changed": changed,
        "saved_views": [Choice(row.name, saved_views.address(row, type_), row == view.saved) for row in rows],
        "save_href": f"/{type_.slug}/views/new{words}",
        "resave_href": f"/{type_.slug}/views/new{words}&.replaces={view.saved.pk}"
        if view.saved is not None and changed and saved_views.may_change(view.saved, user)
        else "",
        "views_href": f"/{type_.slug}/views/",
    }


def filterable(fields: Sequence[Field]) -> list[Field]:
    return [f for f in fields if f.operators()]


def filter_address(view: View, field: Field, place: str, operator: str = "") -> str:
    """Where one condition on the field is edited."""
    words = {".field": field.key, ".to": place} | ({".op": operator} if operator else {})
    return f"/{view.type.slug}/filter{view.address(**words)}"


def chips(view: View, here: str, place: str) -> list[Chip]:
    """The active conditions in words, each with the address without it."""
    want_names(view.simple, view.type, view.reader)
    made = [
        Chip(
            view.path(c).label,
            in_words(view, c),
            at(here, view.without(c).address()),
            edit_address(view, c, place),
        )
        for c in view.simple
    ]
    if view.where is not None:
        words = sentence(view.where, view.type, view.reader)
        made.append(Chip(_("Filter"), words, at(here, view.address(where=None)), builder_address(view, place)))
    if view.words:
        made.append(Chip(_("Search"), view.words, at(here, view.address(q=None))))
    return made


def edit_address(view: View, condition: Condition, place: str) -> str:
    """Where one condition of the address is edited: its small form, or the builder for a field of a linked record."""
    path = view.path(condition)
    if path.chain or path.field.key not in view.type.by_key:
        return builder_address(view, place)
    return filter_address(view, path.field, place, condition.operator)


def builder_address(view: View, place: str) -> str:
    return f"/{view.type.slug}/filter{view.address(**{'.to': place})}"


def in_words(view: View, condition: Condition) -> str:
    """The comparison and its values as the reader would say them."""
    field = view.path(condition).field
    operator = field.operator(condition.operator)
    words = view.reader.formats.joined(field.operand_words(operator.key, condition.values, view.reader))
    if not words:
        return str(operator.label)
    return words if operator.key in PLAIN_OPERATORS else f"{operator.label} {words}"


def whole_sentence(view: View) -> str:
    """All conditions of the view as one sentence; "" for a view without."""
    if not view.conditions:
        return ""
    return sentence(Group("and", view.conditions), view.type, view.reader)


def tabs(view: View, here: str) -> list[Choice]:
    """All, open, mine: the three views that everybody has."""
    type_ = view.type
    first = view.setting.view_id if view.setting else None
    whole = replace(view, others={**view.others, "view": saved_views.ALL} if first else view.others)
    made = [Choice(_("All"), at(here, only(whole)), not view.simple and view.where is None and not view.saved)]
    stage = type_.stage_field
    if stage is not None:
        made.append(tab(view, here, _("Open"), Condition(stage.key, stage.operators()[0].key, ("open",))))
    if owner := owner_field(view):
        made.append(tab(view, here, _("Mine"), Condition(owner.key, owner.operators()[0].key, ("me",))))
    for label, conditions in type_.more_views(view.reader):
        made.append(tab(view, here, str(label), *(Condition(*c) for c in conditions)))
    return made if len(made) > 1 else []


def owner_field(view: View) -> Field | None:
    return next((f for f in view.type.fields if f.kind == "person" and getattr(f, "assigns", False)), None)


def tab(view: View, here: str, label: str, *conditions: Condition) -> Choice:
    return Choice(label, at(here, only(view, *conditions)), view.simple == conditions and view.where is None)


def only(view: View, *conditions: Condition) -> str:
    """The address with these conditions and no others; a saved view is left."""
    others = {k: v for k, v in view.others.items() if k != "view" or v == saved_views.ALL}
    if view.saved is not None:
        view = replace(view, sort=view.type.default_sort, columns=(), words="")
    return replace(view, simple=conditions, where=None, others=others).address()


def quick_filters(view: View, here: str) -> list[Choice]:
    """Named ranges of the first two dates of the type, one click each."""
    dates = [f for f in view.type.fields if f.kind in ("date", "date_time")][:2]
    made = []
    for field in dates:
        for name in QUICK_RANGES:
            condition = Condition(field.key, "in", (name,))
            others = tuple(c for c in view.simple if c.field != field.key)
            made.append(
                Choice(
                    f"{field.label}: {RANGES[name]}",
                    at(here, replace(view, simple=(*others, condition)).address()),
                    condition in view.simple,
                )
            )
    return made
