"""All addresses of records (docs/engine.md). They end in words or numbers of the schema, so this room is asked last."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import path

from daftar.records import menu_entries
from daftar.records.views import bin as bin_
from daftar.records.views import (
    board,
    builder,
    calendar,
    calendar_move,
    columns,
    field_condition,
    groups,
    lookup,
    merging,
    move,
    same,
    saved,
    search,
)
from daftar.records.views import filter as filter_
from daftar.records.views import list as list_

app_name = "records"


def more(module: str) -> list[Any]:
    """The addresses of another part of this room, if it is there."""
    return list(import_module(module).urlpatterns) if find_spec(module) else []


urlpatterns = [
    *more("daftar.records.urls_settings"),
    *more("daftar.records.urls_custom_fields"),
    *more("daftar.records.urls_bulk"),
    path("search/", search.search, name="search"),
    path("lookup/<slug:type_key>", lookup.lookup, name="lookup"),
    path("<slug:slug>/", list_.index, name="list"),
    path("<slug:slug>/board/", board.index, name="board"),
    path("<slug:slug>/board/numbers", board.numbers, name="board_numbers"),
    path("<slug:slug>/calendar/", calendar.index, name="calendar"),
    path("<slug:slug>/<int:record_id>/day", calendar_move.move, name="day"),
    path("<slug:slug>/bin/", bin_.index, name="bin"),
    path("<slug:slug>/group-rows", groups.rows, name="group_rows"),
    path("<slug:slug>/totals", list_.totals, name="totals"),
    path("<slug:slug>/columns", columns.columns, name="columns"),
    path("<slug:slug>/filter", filter_.condition, name="filter"),
    path("<slug:slug>/views/", saved.index, name="views"),
    path("<slug:slug>/views/new", saved.new, name="view_new"),
    path("<slug:slug>/views/<int:view_id>", saved.edit, name="view_edit"),
    path("<slug:slug>/views/<int:view_id>/delete", saved.delete, name="view_delete"),
    path("<slug:slug>/views/first", saved.first, name="view_first"),
    path("<slug:slug>/same/", same.index, name="same"),
    path("<slug:slug>/same/different", same.different, name="same_different"),
    path("<slug:slug>/merge", merging.merging, name="merge"),
    path("<slug:slug>/shown", field_condition.shown, name="shown_fields"),
    path("<slug:slug>/why-not", builder.why_not, name="why_not"),
    path("<slug:slug>/<int:record_id>/move", move.move, name="move"),
    *more("daftar.records.urls_card"),
]

# Addresses are read when every room is ready, so all types are declared by now.
menu_entries.register()
search.register()
