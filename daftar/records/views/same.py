"""Pairs that may be the same: the list to work through, and the word "not the same"."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.kernel.errors import BadAddress, Missing, NotAllowed
from daftar.kernel.ids import parse_id
from daftar.records.merging.merge import may_merge
from daftar.records.models import SamePair
from daftar.records.reader import Reader
from daftar.records.same import keeping, listing
from daftar.records.same.declaring import LEAST, SURE
from daftar.records.same.keys import rules_of
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.ui.answers import go, toast

PAGE = 50
LEVELS = (LEAST, 70, SURE)
DIFFERENT = "different"


def may_work(type_: RecordType, reader: Reader) -> bool:
    """Whether this person works through the pairs of the type."""
    return bool(rules_of(type_)) and may_merge(type_, reader.user)


def opened_to_merge(request: Any, slug: str) -> tuple[Reader, RecordType]:
    reader, type_ = opened(request, slug)
    if not may_merge(type_, reader.user):
        raise NotAllowed()
    return reader, type_


@door("signed_in")
@require_safe
def index(request: Any, slug: str) -> HttpResponse:
    """The pairs, surest first. `least` is a score, `show=different` those that somebody told apart, `after` the last one before."""
    reader, type_ = opened_to_merge(request, slug)
    if not rules_of(type_):
        raise Missing()
    least, shown = level(request.GET.get("least", "")), request.GET.get("show", "")
    if shown not in ("", DIFFERENT):
        raise BadAddress()
    rows = listing.seen(type_, reader, least=least, verdict=shown)
    page = list(after(rows, request.GET.get("after", ""))[: PAGE + 1])
    pairs = listing.told(type_, page[:PAGE], reader)
    last = page[PAGE - 1] if len(page) > PAGE else None
    reader.names.want(("user", pair.pair.by_id) for pair in pairs if pair.pair.by_id)
    reader.names.fetch()
    here = f"{type_.address()}same/"
    words = {k: v for k, v in (("least", least if least != LEAST else ""), ("show", shown)) if v}
    return render(request, "records/same.html", {
        "type": type_, "reader": reader, "active": type_.key, "here": here, "shown": shown, "pairs": pairs,
        "facts": {row.pk: facts_of(type_, row, reader) for pair in pairs for row in (pair.one, pair.other)},
        "levels": [(_("All"), here, not shown and least == LEAST),
                   *((_("From %(score)s") % {"score": reader.formats.number(n)}, f"{here}?least={n}", not shown and least == n) for n in LEVELS[1:]),
                   (_("Not the same"), f"{here}?show={DIFFERENT}", bool(shown))],
        "is_at_work": any(one.key == type_.key for one in keeping.lacking()),
        "next": f"{here}?{urlencode({**words, 'after': f'{last.seen_score}.{last.pk}'})}" if last else "",  # type: ignore[attr-defined]  # annotated
        "was_after": bool(request.GET.get("after")),
    })  # fmt: skip


def level(text: str) -> int:
    if not text:
        return LEAST
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise BadAddress()
    return max(LEAST, int(text))


def after(rows: QuerySet[SamePair], mark: str) -> QuerySet[SamePair]:
    if not mark:
        return rows
    score, _dot, pk = mark.partition(".")
    if not (score.isascii() and score.isdigit() and len(score) < 6):
        raise BadAddress()
    try:
        id_ = parse_id(pk)
    except Missing:
        raise BadAddress() from None
    return rows.filter(Q(seen_score__lt=int(score)) | Q(seen_score=int(score), pk__lt=id_))


def facts_of(type_: RecordType, row: Any, reader: Reader) -> list[Any]:
    """The few facts by which a person tells two records apart: those of the card's head."""
    return [shown for f in type_.head_fields() if (shown := f.show(f.get(row), reader))][:4]


@door("signed_in")
@require_POST
def different(request: Any, slug: str) -> HttpResponseBase:
    """Remember that the pair `pair` is not the same; with `ask` it may be asked again."""
    reader, type_ = opened_to_merge(request, slug)
    again = request.POST.get("ask") == "again"
    rows = listing.seen(type_, reader, least=-1000, verdict=DIFFERENT if again else "")
    pair = rows.filter(pk=parse_id(request.POST.get("pair", ""))).first()
    if pair is None:
        raise Missing()
    if not all(
        decide.may(reader.user, "merge", type_.key, row)
        for one in listing.told(type_, [pair], reader)
        for row in (one.one, one.other)
    ):
        raise NotAllowed()
    if again:
        keeping.ask_again(pair)
        said = _("This pair is asked about again.")
    else:
        keeping.say_different(type_, pair.low, pair.high, by=reader.user)
        said = _("Remembered: these two are not the same.")
    return toast(go(request, request.POST.get("back") or f"{type_.address()}same/"), said)
