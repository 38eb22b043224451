"""The board of a record type: the address words of the list, plus `by`, `pipeline` and, for one column, `column`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from daftar.access.doors import door
from daftar.access.models import Row
from daftar.kernel.errors import BadAddress
from daftar.kernel.money import Money
from daftar.records import lacking
from daftar.records.boards import BoardView, Column, face_fields
from daftar.records.fields.base import Field
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.cells import TONES
from daftar.records.views.list_parts import problems, unrated_note
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import Choice, at, bar
from daftar.ui.answers import is_fragment
from daftar.ui.board import Card
from daftar.ui.parts import Shown

EMPTY_SHOWN = Shown()


@dataclass(frozen=True, slots=True)
class Places:
    """Which fact of the declaration stands where on a card; `more` are those without a place."""

    amount: Field | None
    owner: Field | None
    step: Field | None
    client: Field | None
    more: Sequence[Field]


@dataclass(frozen=True, slots=True)
class Pile:
    """A column as drawn: its head in the reader's words, its cards, and where more of them are."""

    column: Column
    count: str
    sum: str
    note: str
    cards: Sequence[Card] = ()
    more: str = ""
    is_folded: bool = False
    unfold: str = ""
    add: str = ""


@door("signed_in")
@require_safe
def index(request: Any, slug: str) -> HttpResponse:
    """The board of the address; as a fragment with `column`, only the next cards of that column."""
    reader, type_ = opened(request, slug)
    board = BoardView.of(View.of_page(type_, request.GET, reader))
    if is_fragment(request) and "column" in request.GET:
        return more_cards(request, board)
    return show(request, board, board.uncounted() if board.is_counted_apart else board.columns())


@door("signed_in")
@require_safe
def numbers(request: Any, slug: str) -> HttpResponse:
    """Count and sum of every column, fetched apart where there are very many cards; as a page, the board with its numbers."""
    reader, type_ = opened(request, slug)
    board = BoardView.of(View.of_page(type_, request.GET, reader))
    if not is_fragment(request):
        return show(request, board, board.columns())
    return with_columns(HttpResponse(headers={"HX-Reswap": "none"}), board)


def with_columns(answer: HttpResponse, board: BoardView) -> HttpResponse:
    """The answer, which brings the heads of the board up to date."""
    return trigger_client_event(answer, "board:columns", column_words(board))


def column_words(board: BoardView) -> dict[str, dict[str, str]]:
    """Count and sum of every column, as the heads show them."""
    piles = [pile_of(board, column) for column in board.columns()]
    return {p.column.key: {"count": p.count, "sum": p.sum, "note": p.note} for p in piles}


def show(request: Any, board: BoardView, columns: Sequence[Column]) -> HttpResponse:
    type_ = board.view.type
    piles, board = filled(board, columns)
    return render(
        request,
        "records/board.html",
        {
            **bar(board.view, "board"),
            **moving(board),
            "piles": piles,
            "problems": problems(board.view),
            "main_class": "fills",
            "board_fields": [
                Choice(
                    str(f.label),
                    here(type_, board.view.address(by=f.key, pipeline=None, column=None)),
                    f.key == board.field.key,
                )
                for f in type_.board_fields
            ],
            "pipelines": [
                Choice(p.label, here(type_, board.view.address(pipeline=str(p.id), column=None)), p == board.pipeline)
                for p in type_.pipelines_of(board.field)
                if not p.archived
            ]
            if board.pipeline is not None
            else [],
            "is_empty": not any(c.count is None or c.count for c in columns),
            "numbers_href": numbers_address(board) if any(c.count is None for c in columns) else "",
            "is_narrowed": bool(board.view.simple or board.view.where or board.view.words),
        },
        status=400 if board.view.problems else 200,
    )


def here(type_: RecordType, address: str) -> str:
    return at(f"/{type_.slug}/board/", address)


def numbers_address(board: BoardView) -> str:
    return at(f"/{board.view.type.slug}/board/numbers", board.view.address(column=None))


def moving(board: BoardView) -> dict[str, Any]:
    """What cards need to be moved by hand."""
    return {"type": board.view.type, "field": board.field, "by": board.field.key}


def filled(board: BoardView, columns: Sequence[Column]) -> tuple[list[Pile], BoardView]:
    """All heads, and the first cards of the columns that stand open: a query for each of them and one for all cards."""
    unfolded, after = board.view.others.get("column", ""), board.view.after
    pages = {}
    for column in columns:
        if column.count == 0 or (column.is_closed and column.key != unfolded):
            continue
        try:
            pages[column.key] = board.cards(column, after if column.key == unfolded else "")
        except BadAddress as problem:
            board = replace(board, view=replace(board.view, problems=(*board.view.problems, problem)))
            pages[column.key] = board.cards(column)
    rows = board.records([id_ for page in pages.values() for id_ in page.ids])
    piles = []
    for column in columns:
        page = pages.get(column.key)
        cards = cards_of(board, [rows[id_] for id_ in page.ids if id_ in rows]) if page else []
        piles.append(pile_of(board, column, cards, page.next if page else ""))
    return piles, board


def pile_of(board: BoardView, column: Column, cards: Sequence[Card] = (), cursor: str = "") -> Pile:
    view, formats = board.view, board.view.reader.formats
    folded = column.is_closed and view.others.get("column") != column.key
    return Pile(
        column,
        "…" if column.count is None else formats.number(column.count),
        formats.money(Money(column.sum, formats.currency), "short") if column.sum else "",
        unrated_note(column.unrated, view.reader),
        cards,
        here(view.type, view.address(column=column.key, after=cursor)) if cursor else "",
        folded,
        here(view.type, view.address(column=column.key if folded else None)) if column.is_closed else "",
        f"/{view.type.slug}/quick?{board.field.key}={column.key}"
        if column.takes_cards and not column.is_closed
        else "",
    )


def more_cards(request: Any, board: BoardView) -> HttpResponse:
    """The next cards of one column, which take the place of the "more" line."""
    if board.view.problems:
        raise board.view.problems[0]
    wanted = board.view.others.get("column", "")
    columns = board.uncounted() if board.is_counted_apart else board.columns()
    column = next((c for c in columns if c.key == wanted), None)
    if column is None:
        raise BadAddress(field="column")
    page = board.cards(column, board.view.after)
    rows = board.records(page.ids)
    pile = pile_of(board, column, cards_of(board, list(rows.values())), page.next)
    return render(request, "records/_cards.html", {**moving(board), "pile": pile})


def cards_of(board: BoardView, rows: Sequence[Row]) -> list[Card]:
    lacks, places = lacking.in_words(board.view.type, rows), places_of(board)
    return [card_of(board, places, row, " ".join(lacks.get(row.pk, ()))) for row in rows]


def places_of(board: BoardView) -> Places:
    """The facts of the declaration find their places by kind."""
    type_ = board.view.type
    facts = [f for f in face_fields(type_) if f.key not in (type_.title_field.key, board.field.key)]
    amount = take(facts, ("money", "decimal", "whole", "percent"))
    owner = take(facts, ("person",))
    step = take(facts, ("next_step", "date", "date_time"))
    client = take(facts, ("link", "links", "text", "phones", "emails", "choice", "tags"))
    return Places(amount, owner, step, client, facts)


def card_of(board: BoardView, places: Places, row: Row, lacks: str) -> Card:
    """The face of one card."""
    type_, reader = board.view.type, board.view.reader
    who = shown(places.owner, row, reader)
    return Card(
        row.pk,
        row.version,
        type_.address(row.pk),
        type_.title_of(row),
        TONES.get(type_.row_tone(row, reader), ""),
        shown(places.amount, row, reader),
        shown(places.client, row, reader),
        shown(places.step, row, reader),
        who.title or who.text,
        tuple(s for f in places.more if (s := shown(f, row, reader))),
        who.image,
        lacks,
    )


def take(facts: list[Field], kinds: Sequence[str]) -> Field | None:
    """The first fact of one of the kinds, which then stands no more among the others."""
    for field in facts:
        if field.kind in kinds:
            facts.remove(field)
            return field
    return None


def shown(field: Field | None, row: Row, reader: Reader) -> Shown:
    """The value as it reads; an amount without its minor units, which take the place of the client."""
    if field is None:
        return EMPTY_SHOWN
    value = field.get(row)
    reads = field.show(value, reader)
    return reads._replace(text=reader.formats.money(value, "whole")) if field.kind == "money" and reads else reads
