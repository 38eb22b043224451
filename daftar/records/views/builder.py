"""The page on which a filter is built as a sentence, and the dialog that says why a record is not in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access.doors import door
from daftar.kernel.errors import BadAddress, Missing
from daftar.records import saved_views
from daftar.records.fields.base import Field, Operator
from daftar.records.query.conditions import Condition, Group, Tree, parse_where
from daftar.records.query.explain import explain
from daftar.records.query.paths import LINKS, SIGN, resolve, target_of
from daftar.records.query.sentence import is_id, phrase, sentence
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.filter_draft import MOST_DEEP, Box, Row, draft_of, numbered, read_draft, tree_of
from daftar.records.views.list_parts import count_words
from daftar.records.views.lookup import found
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import at, filterable, place_of, whole_sentence
from daftar.ui.answers import go, is_fragment
from daftar.ui.parts import Option, Widget


@dataclass(frozen=True)
class Line:
    """One row or group as it is drawn; `name` begins the names of its inputs."""

    number: int
    depth: int
    box: Box | None = None
    row: Row | None = None
    fields: Widget | None = None
    operators: Widget | None = None
    value: Widget | None = None
    own_words: Widget | None = None
    may_nest: bool = False

    @property
    def name(self) -> str:
        return f".{self.number}"


def build(request: Any, slug: str) -> HttpResponseBase:
    """The builder for the filter of the address, or for what its own form sent; `.do=apply` answers with the address."""
    reader, type_ = opened(request, slug)
    view = View.parse(type_, without_own(request.GET), reader)
    is_sent = ".0.k" in request.GET
    draft = read_draft(request.GET, view) if is_sent else draft_of(view)
    kept = replace(view, simple=(), where=None, after="", before="", problems=())
    tree = tree_of(draft, kept)
    problems = [*(str(p) for p in view.problems), *too_much(tree)]
    place = place_of(request.GET)
    wrong = [node.problem for _n, _d, node in numbered(draft) if isinstance(node, Row) and node.problem]
    asked = kept if problems else with_tree(kept, tree)
    is_applied = request.GET.get(".do") == "apply"
    if is_applied and not wrong and not problems:
        return go(request, at(saved_views.path(type_, place), asked.address()))
    if not draft.parts:
        draft.parts.append(Row())
    return render(
        request,
        "records/_builder.html" if is_fragment(request) and not is_sent else
        "records/_builder_form.html" if is_fragment(request) else "records/builder.html",
        {
            "type": type_,
            "active": type_.key,
            "title": _("Filter: %(types)s") % {"types": type_.plural},
            "place": place,
            "kept": kept.params(),
            "action": f"/{type_.slug}/filter",
            "lines": list(lines(draft, kept)),
            "sentence": "" if problems or tree is None else sentence(tree, type_, reader),
            "count": "" if problems else found_words(asked),
            "problems": problems,
            "show_missing": is_applied,
        },
        status=400 if is_applied else 200,
    )  # fmt: skip


def without_own(params: QueryDict) -> QueryDict:
    """The address without the words of the builder's form, which begin with a dot."""
    kept = params.copy()
    for word in list(kept):
        if word.startswith("."):
            del kept[word]
    return kept


def too_much(tree: Tree | None) -> list[str]:
    """Why the filter cannot stand in an address, if it cannot."""
    if tree is None:
        return []
    try:
        parse_where(str(tree))
    except BadAddress as refused:
        return [str(refused)]
    return []


def with_tree(view: View, tree: Tree | None) -> View:
    """The view with this filter: as simple conditions where each has a word of its own, so that addresses stay short."""
    parts: tuple[Any, ...] = tree.parts if isinstance(tree, Group) and tree.kind == "and" else (tree,) if tree else ()
    words = {(p.field, p.operator) for p in parts if isinstance(p, Condition)}
    if len(words) == len(parts):
        return replace(view, simple=tuple(parts), where=None)
    return replace(view, simple=(), where=tree)


def found_words(view: View) -> str:
    count = view.count()
    return count_words(count, count, view.reader)


# -- drawing ---------------------------------------------------------------------------------------------


def lines(draft: Box, view: View) -> Iterator[Line]:
    for number, depth, node in numbered(draft):
        if isinstance(node, Box):
            yield Line(number, depth, box=node, may_nest=depth < MOST_DEEP)
        else:
            yield row_line(number, depth, node, view)


def row_line(number: int, depth: int, row: Row, view: View) -> Line:
    name = f".{number}"
    fields = Widget(
        "select", f"{name}.f", label=str(_("Field")), value=row.field, options=tuple(field_options(row.field, view)),
        attrs={"placeholder": str(_("Choose a field")), "aria-label": str(_("Field"))},
    )  # fmt: skip
    if not row.field:
        return Line(number, depth, row=row, fields=fields)
    field = resolve(view.type, row.field, view.reader).field
    options = tuple(Option(o.key, str(o.label), chosen=o.key == row.operator) for o in field.operators())
    operators = Widget(
        "select",
        f"{name}.o",
        label=str(_("Comparison")),
        options=options,
        required=True,
        attrs={"aria-label": str(_("Comparison"))},
    )
    operator = field.operator(row.operator)
    if operator.takes == "none":
        return Line(number, depth, row=row, fields=fields, operators=operators)
    groups = getattr(field, "groups", {})
    said = tuple(Option(word, str(text), chosen=word in row.values) for word, text in groups.items())
    own_words = Widget("checks", f"{name}.vw", label=str(field.label), options=said) if said else None
    values = tuple(v for v in row.values if v not in groups)
    value = renamed(value_widget(field, operator, values, view.reader), field.key, f"{name}.v")
    return Line(number, depth, row=row, fields=fields, operators=operators, value=value, own_words=own_words)


def value_widget(field: Field, operator: Operator, values: Sequence[str], reader: Reader) -> Widget:
    """As in the small form; what takes several values and shows one gets a row for each."""
    if (operator.takes == "many" and values[1:]) or hasattr(field, "to"):
        one = field.filter_widget(operator.key, values[:1], reader)
        if one.kind in ("input", "lookup"):
            rows = tuple(field.filter_widget(operator.key, (v,), reader) for v in values)
            blank = field.filter_widget(operator.key, (), reader)
            return Widget("rows", field.key, label=str(field.label), parts=rows, blank=blank)
    return field.filter_widget(operator.key, values, reader)


def renamed(widget: Widget, before: str, after: str) -> Widget:
    """The widget, and all in it, under another name; nothing in it must be filled in while it is being built."""
    name = after + widget.name.removeprefix(before) if widget.name.startswith(before) else after
    parts = tuple(renamed(part, before, after) for part in widget.parts)
    blank = renamed(widget.blank, before, after) if widget.blank else None
    return replace(widget, name=name, parts=parts, blank=blank, required=False)


def field_options(path: str, view: View) -> Iterator[Option]:
    """Fields of the type, facts, and fields of linked records by link; those two links away only below the link that is chosen."""
    type_ = view.type
    yield from (Option(f.key, str(f.label)) for f in filterable(type_.fields))
    yield from (Option(f.key, str(f.label), group=str(_("Timeline"))) for f in type_.facts.values())
    first = path.partition(".")[0]
    for link in links_of(type_):
        target = target_of(link, view.reader)
        if target is None:
            continue
        yield from options_below(target, link.key, str(link.label))
        if link.key == first and "." in path:
            for further in links_of(target):
                if (end := target_of(further, view.reader)) is not None:
                    group = f"{link.label}{SIGN}{further.label}"
                    yield from options_below(end, f"{link.key}.{further.key}", group)


def links_of(type_: RecordType) -> list[Any]:
    return [f for f in type_.fields if f.kind in LINKS]


def options_below(target: RecordType, path: str, group: str) -> Iterator[Option]:
    for field in (*filterable(target.fields), *target.facts.values()):
        yield Option(f"{path}.{field.key}", f"{group}{SIGN}{field.label}", group=group)


# -- why is it not here? -----------------------------------------------------------------------------------


@door("signed_in")
@require_safe
def why_not(request: Any, slug: str) -> HttpResponseBase:
    """Ask for a record of the type (`.record`), and say which conditions of the address it meets and which it fails."""
    reader, type_ = opened(request, slug)
    view = View.parse(type_, without_own(request.GET), reader)
    text = request.GET.get(".record", "").strip()[:200]
    typed = request.GET.get(".record__text", "").strip()[:200]
    problem, answer = "", None
    try:
        if text or typed:
            answer = explain(view, asked_id(text, typed, type_, reader))
    except Missing as missing:
        problem = str(missing)
    lookup = Widget(
        "lookup", ".record", label=type_.name, url=f"/lookup/{type_.key}",
        value=str(answer.row.pk) if answer else "", shown=answer.title if answer else typed,
    )  # fmt: skip
    return render(
        request,
        "records/_why_not.html" if is_fragment(request) else "records/why_not.html",
        {
            "type": type_,
            "active": type_.key,
            "title": _("Why is a record not here?"),
            "lookup": lookup,
            "sentence": whole_sentence(view),
            "kept": view.params(),
            "action": f"/{type_.slug}/why-not",
            "back": at(f"/{type_.slug}/", view.address()),
            "answer": answer,
            "said": lambda condition: phrase(condition, type_, reader),
            "address": type_.address(answer.row.pk) if answer and not answer.in_bin else f"/{type_.slug}/bin/",
            "problem": problem,
            "problems": [str(p) for p in view.problems],
        },
    )


def asked_id(text: str, typed: str, type_: RecordType, reader: Reader) -> int:
    """The id that was picked or typed, or that of the record which the typed words find; Missing when they find none."""
    if is_id(text) or (not text and is_id(typed)):
        return int(text or typed)
    rows = found(type_, text or typed, reader, 1)
    if not rows:
        raise Missing()
    return rows[0].pk
