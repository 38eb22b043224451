"""One condition of a view: a small form, which is a page of its own without scripts; the result is an address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from daftar.access.doors import door
from daftar.kernel.errors import BadAddress, Missing
from daftar.records import saved_views
from daftar.records.fields.base import Field, Operator
from daftar.records.query.conditions import Condition
from daftar.records.query.view import View
from daftar.records.types import RecordType
from daftar.records.views.builder import build
from daftar.records.views.lookup import found
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import Choice, at, filter_address, place_of
from daftar.ui.answers import go, is_fragment

OWN_WORDS = (".field", ".op", ".to", ".set")


@door("signed_in")
@require_safe
def condition(request: Any, slug: str) -> HttpResponseBase:
    """The form for `.field`; with `.set` what it sent, answered by the address with that condition. Without it, the builder."""
    if ".field" not in request.GET:
        return build(request, slug)
    reader, type_ = opened(request, slug)
    field = type_.field(request.GET.get(".field", ""))
    if field is None or not field.operators():
        raise Missing()
    view = View.parse(type_, rest(request.GET, field), reader)
    before = next(
        (c for c in View.parse(type_, without(request.GET, OWN_WORDS), reader).simple if c.field == field.key), None
    )
    operator = chosen_operator(field, request.GET.get(".op", ""), before)
    place = place_of(request.GET)
    values: tuple[str, ...] = before.values if before and before.operator == operator.key else ()
    problem = ""
    if ".set" in request.GET or operator.takes == "none":
        values = () if operator.takes == "none" else typed(field, request.GET, view)
        asked = Condition(field.key, operator.key, values)
        try:
            if values or operator.takes == "none":
                asked.sql(type_, reader)
                view = replace(view, simple=(*view.simple, asked))
            return go(request, at(saved_views.path(type_, place), view.address()))
        except BadAddress as refused:
            problem = str(refused)
    return render(
        request,
        "records/_filter.html" if is_fragment(request) else "records/filter.html",
        {
            "type": type_,
            "active": type_.key,
            "field": field,
            "operator": operator,
            "problem": problem,
            "place": place,
            "widget": field.filter_widget(operator.key, values, reader),
            "kept": view.params(),
            "action": f"/{type_.slug}/filter",
            "operators": [
                Choice(str(o.label), filter_address(view, field, place, o.key), o.key == operator.key)
                for o in field.operators()
            ],
        },
        status=400 if problem else 200,
    )


def without(params: QueryDict, words: tuple[str, ...]) -> QueryDict:
    kept = params.copy()
    for word in words:
        kept.pop(word, None)
    return kept


def rest(params: QueryDict, field: Field) -> QueryDict:
    """The address without this form's own words and without other conditions on the field: one condition per field."""
    kept = without(params, OWN_WORDS)
    for word in list(kept):
        if word.partition(".")[0] in (field.key, f"{field.key}__text"):
            del kept[word]
    return kept


def chosen_operator(field: Field, key: str, before: Condition | None) -> Operator:
    wanted = key or (before.operator if before else "")
    return next((o for o in field.operators() if o.key == wanted), field.operators()[0])


def typed(field: Field, params: QueryDict, view: View) -> tuple[str, ...]:
    """The values that were sent; a look-up without scripts sends words, which name one record or none."""
    values = field.sent(tuple(v for v in params.getlist(field.key) if v.strip()))
    words = params.get(f"{field.key}__text", "").strip()
    if values or not words or not hasattr(field, "to"):
        return values
    for word, name in getattr(field, "groups", {}).items():
        if words.casefold() in (word, str(name).casefold()):
            return (word,)
    return named(view.type.schema.type(field.to), words, view)


def named(target: RecordType, words: str, view: View) -> tuple[str, ...]:
    rows = found(target, words, view.reader, 1)
    return (str(rows[0].pk),) if rows else (words,)
