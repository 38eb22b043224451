"""The line under a form that says who is known already."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from daftar.access.doors import door
from daftar.kernel.ids import parse_id
from daftar.records.forms import RecordForm
from daftar.records.known import known_in
from daftar.records.views.opening import opened


@door("signed_in")
@require_POST
def known(request: Any, slug: str) -> HttpResponse:
    """Who is known already by what was typed so far. A post, so that phones and addresses stay out of logs; it changes nothing."""
    reader, type_ = opened(request, slug)
    form = RecordForm(type_, type_.known_fields, reader)
    form.read(request.POST)
    but = request.GET.get("but", "")
    return render(request, "records/_known.html", {"known": known_in(form, parse_id(but) if but else None)})
