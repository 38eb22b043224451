"""A filter while it is being built: rows and groups as they stand in the form, also half filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import QueryDict

from daftar.kernel.errors import BadAddress
from daftar.records.fields.base import Field
from daftar.records.query.conditions import MOST, Condition, Group, Tree
from daftar.records.query.paths import resolve
from daftar.records.query.view import View
from daftar.records.views.lookup import found

KINDS = ("and", "or", "none")
MOST_DEEP = 3
"""So many groups stand inside each other; `none` is two levels of the text form, which allows six."""


@dataclass
class Row:
    """One condition of the form; `field` is a path, "" while none is chosen. `problem` says what is wrong with it."""

    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()
    problem: str = ""

    def condition(self, view: View) -> Condition | None:
        """The condition, when it is whole and right; else None, and `problem` says why if something was typed."""
        if not self.field or not self.operator:
            return None
        asked = Condition(self.field, self.operator, self.values)
        try:
            asked.sql(view.type, view.reader)
        except BadAddress as refused:
            self.problem = str(refused)
            return None
        return asked


@dataclass
class Box:
    """A group of the form: all (`and`), any (`or`) or none of its parts must hold."""

    kind: str = "and"
    parts: list[Row | Box] = field(default_factory=list)


Node = Row | Box


def draft_of(view: View) -> Box:
    """The form of the filter that a view has."""
    where = view.where
    rows: list[Node] = [node_of(c) for c in view.simple]
    if where is None:
        return Box("and", rows)
    node = node_of(where)
    if isinstance(node, Row):
        return Box("and", [*rows, node])
    if not rows:
        return node
    return Box("and", [*rows, *(node.parts if node.kind == "and" else [node])])


def node_of(tree: Tree) -> Node:
    if isinstance(tree, Condition):
        return Row(tree.field, tree.operator, tree.values)
    if tree.kind != "not":
        return Box(tree.kind, [node_of(part) for part in tree.parts])
    inner = tree.parts[0]
    parts = inner.parts if isinstance(inner, Group) and inner.kind == "or" else (inner,)
    return Box("none", [node_of(part) for part in parts])


def tree_of(node: Node, view: View) -> Tree | None:
    """The filter that the form means; what is not whole is left out."""
    if isinstance(node, Row):
        return node.condition(view)
    parts = tuple(part for one in node.parts if (part := tree_of(one, view)) is not None)
    if not parts:
        return None
    if node.kind == "none":
        return Group("not", (parts[0] if len(parts) == 1 else Group("or", parts),))
    return parts[0] if len(parts) == 1 else Group("and" if node.kind == "and" else "or", parts)


def numbered(node: Node, depth: int = 0, start: int = 0) -> Iterator[tuple[int, int, Node]]:
    """(number, depth, node) in the order of the form."""
    yield start, depth, node
    if isinstance(node, Box):
        at = start + 1
        for part in node.parts:
            for number, deep, one in numbered(part, depth + 1, at):
                yield number, deep, one
                at = number + 1


def read_draft(params: QueryDict, view: View) -> Box:
    """The form as it was sent, with the act of the button (`.do`) done: add, group or remove at a number."""
    nodes: list[Node] = []
    parents: dict[int, Box] = {}
    open_boxes: list[Box] = []
    for number in range(MOST):
        kind = params.get(f".{number}.k", "")
        if not kind:
            break
        node: Node = Box(kind) if kind in KINDS else read_row(params, number, view)
        text = params.get(f".{number}.d", "")
        depth = min(int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1, len(open_boxes))
        if number and depth:
            open_boxes[depth - 1].parts.append(node)
            parents[number] = open_boxes[depth - 1]
        open_boxes = open_boxes[:depth]
        if isinstance(node, Box):
            open_boxes.append(node)
        nodes.append(node)
    root = nodes[0] if nodes and isinstance(nodes[0], Box) else Box("and")
    act, _colon, text = params.get(".do", "").partition(":")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    if 0 <= number < len(nodes):
        change(act, nodes[number], parents.get(number))
    return root


def change(act: str, node: Node, parent: Box | None) -> None:
    if act == "add" and isinstance(node, Box):
        node.parts.append(Row())
    elif act == "group" and isinstance(node, Box):
        node.parts.append(Box("or" if node.kind == "and" else "and", [Row()]))
    elif act == "remove" and parent is not None:
        parent.parts[:] = [one for one in parent.parts if one is not node]


def read_row(params: QueryDict, number: int, view: View) -> Row:
    """One condition as sent; another field or comparison than the one it was drawn for begins without values."""
    path = params.get(f".{number}.f", "")[:200]
    try:
        field_ = resolve(view.type, path, view.reader).field
    except BadAddress as refused:
        return Row("", problem=str(refused) if path else "")
    operators = {o.key: o for o in field_.operators()}
    was_path, _space, was_operator = params.get(f".{number}.was", "").partition(" ")
    key = params.get(f".{number}.o", "")
    if was_path != path or key not in operators:
        return Row(path, next(iter(operators)))
    drawn = operators.get(was_operator)
    if operators[key].takes == "none" or drawn is None or drawn.takes != operators[key].takes:
        return Row(path, key)
    return Row(path, key, read_values(params, f".{number}.v", field_, view))


def read_values(params: QueryDict, name: str, field_: Field, view: View) -> tuple[str, ...]:
    """The values of a row; a look-up without scripts sends words, each of which names one record or none."""
    sent, words = params.getlist(name), params.getlist(f"{name}__text")
    said = tuple(word for word in params.getlist(f"{name}w") if word)
    if len(sent) == len(words) and hasattr(field_, "to"):
        target = view.type.schema.types.get(field_.to)
        for place, text in enumerate(words):
            if not sent[place] and text.strip() and target is not None:
                rows = found(target, text[:200], view.reader, 1)
                sent[place] = str(rows[0].pk) if rows else text
    return (*said, *field_.sent(tuple(v for v in sent if v.strip())))
