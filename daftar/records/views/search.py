"""One box for everything: a page with `?q=`, and the same answer as options of the box in the bar."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from daftar.access.doors import door
from daftar.records.searching import commands
from daftar.records.searching.asked import LONGEST, Asked
from daftar.records.searching.finding import found, last_opened, read_opened
from daftar.records.searching.vocabulary import corrections
from daftar.records.views.opening import reader_of
from daftar.ui import slots
from daftar.ui.answers import is_fragment

IN_BOX, ON_PAGE, COMMANDS = 5, 20, 5


@door("signed_in")
@require_safe
def search(request: Any) -> HttpResponse:
    """Records and commands for `?q=`; without words what was opened lately (`?opened=`, which the browser remembers)."""
    reader, in_box = reader_of(request), is_fragment(request)
    asked = Asked.of(request.GET.get("q", ""))
    opened = read_opened(request.GET.get("opened", ""), reader)
    every = commands.all_of(request, reader)
    chosen = commands.matching(every, asked.text, COMMANDS)
    if in_box and not asked:
        chosen = [command for command in every if command.is_form][:COMMANDS]
    most = IN_BOX if in_box else ON_PAGE
    groups, instead = found(asked, reader, opened=opened, most=most), ""
    for meant in corrections(asked) if asked and not groups else ():
        if groups := found(meant, reader, opened=opened, most=most):
            asked, instead = meant, meant.text
            break
    about = {
        "asked": asked,
        "words": request.GET.get("q", "")[:LONGEST].replace("\0", ""),
        "opened": [] if asked else last_opened(opened, reader),
        "groups": groups,
        "instead": instead,
        "commands": chosen,
        "query": urlencode({"q": asked.text}),
    }
    return render(request, "records/_search_options.html" if in_box else "records/search.html", about)


def in_bar(request: Any) -> str:
    """The link in the bar that opens the box; without scripts it leads to the page."""
    return render_to_string("records/_search_link.html", request=request) if is_signed_in(request) else ""


def in_body(request: Any) -> str:
    return render_to_string("records/_search_box.html", request=request) if is_signed_in(request) else ""


def is_signed_in(request: Any) -> bool:
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated)


def register() -> None:
    """Put the box into every page; safe to repeat."""
    slots.add("bar", in_bar, order=5)
    slots.add("body", in_body)
