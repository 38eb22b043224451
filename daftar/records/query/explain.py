"""Why a record is, or is not, among the rows of a view: each condition by itself, and which of them decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.kernel.errors import Missing
from daftar.records.facts import Fact
from daftar.records.query.conditions import Condition, Group, Tree, leaves
from daftar.records.query.paths import Path
from daftar.records.query.sentence import Piece, pieces
from daftar.records.query.view import View
from daftar.records.reading import visible
from daftar.records.searching.holding import holds

MOST_SHOWN = 3
"""So many linked records are asked for what they have."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One condition: whether it holds for the record, whether it keeps the record out, and what the record has."""

    condition: Condition
    holds: bool
    is_to_blame: bool = False
    has: str = ""


@dataclass(frozen=True)
class Explanation:
    """The answer about one record.

    Shapes: `pieces` is the sentence of the view, `verdicts` what is true of each condition; `words` are the words of the
    search, each with whether the record holds it.
    """

    row: Row
    title: str
    is_here: bool
    in_bin: bool
    pieces: Sequence[Piece]
    verdicts: Sequence[Verdict]
    words: Sequence[tuple[str, bool]]

    def verdict(self, condition: Condition) -> Verdict:
        return next(v for v in self.verdicts if v.condition == condition)

    @property
    def to_blame(self) -> list[Verdict]:
        return [v for v in self.verdicts if v.is_to_blame]


def explain(view: View, record_id: int) -> Explanation:
    """Why the record is in the view or not. Errors: Missing for a record that does not exist or that the reader may not see."""
    rows = view.reader.seen(view.type).filter(pk=record_id)
    row = rows.first()
    if row is None:
        raise Missing()
    tree: Tree | None = Group("and", view.conditions) if view.conditions else None
    conditions = list(dict.fromkeys(leaves(tree)))
    tokens = view.asked.tokens
    asked = [c.sql(view.type, view.reader) for c in conditions]
    asked += [holds(view.type, replace(view.asked, tokens=(token,)), view.reader, by_index=False) for token in tokens]
    marks = {f"holds_{n}": truth(q) for n, q in enumerate(asked)}
    found = rows.annotate(**marks).values(*marks)[0] if marks else {}
    truths = [bool(found[name]) for name in marks]
    true = dict(zip(conditions, truths[: len(conditions)], strict=True))
    blamed = set(to_blame(tree, true, wanted=True)) if tree else set()
    return Explanation(
        row,
        view.type.title_of(row),
        row.deleted_at is None and not blamed and all(truths[len(conditions) :]),
        row.deleted_at is not None,
        pieces(tree, view.type, view.reader) if tree else (),
        [Verdict(c, true[c], c in blamed, held(view, c, row) if c in blamed else "") for c in conditions],
        [(" ".join(t.pieces), is_there) for t, is_there in zip(tokens, truths[len(conditions) :], strict=True)],
    )


def truth(asked: Q) -> Case:
    return Case(When(asked or Q(pk__isnull=False), then=Value(1)), default=Value(0), output_field=IntegerField())


def is_true(tree: Tree, holds: dict[Condition, bool]) -> bool:
    """The verdict of the whole tree out of those of its conditions."""
    if isinstance(tree, Condition):
        return holds[tree]
    found = [is_true(part, holds) for part in tree.parts]
    return any(found) if tree.kind == "or" else not found[0] if tree.kind == "not" else all(found)


def to_blame(tree: Tree, holds: dict[Condition, bool], *, wanted: bool) -> Iterable[Condition]:
    """The conditions because of which the tree is not as wanted; none when it is."""
    if is_true(tree, holds) is wanted:
        return
    if isinstance(tree, Condition):
        yield tree
        return
    for part in tree.parts:
        yield from to_blame(part, holds, wanted=wanted is (tree.kind != "not"))


def held(view: View, condition: Condition, row: Row) -> str:
    """What the record, or what is linked with it, has in the field of the condition."""
    path = view.path(condition)
    rows = at_the_end(path, row, view)
    if not rows:
        return _("nothing linked that you may see")
    if isinstance(path.field, Fact):
        said = [path.field.known(one, view.reader).text for one in rows]
    else:
        view.reader.load(path.field.type, rows, [path.field])
        said = [path.field.show(path.field.get(one), view.reader).text for one in rows]
    return view.reader.formats.joined(text or _("empty") for text in said)


def at_the_end(path: Path, row: Row, view: View) -> list[Row]:
    """The records at the end of the links that the reader may see; a few of them."""
    rows = [row]
    for link in path.chain:
        ids = {id_ for one in rows for _type, id_ in link.wants(link.get(one))}
        target = view.reader.schema.type(link.to)
        rows = list(visible(target, view.reader.user).filter(pk__in=ids).order_by("pk")[:MOST_SHOWN])
    return rows
