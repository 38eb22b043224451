"""Many stale quotes are issued again at once: prices rose, and every open offer should say so."""

from __future__ import annotations

from collections.abc import Sequence

from daftar.access.models import User
from daftar.kernel.errors import DaftarError
from daftar.records import reading
from daftar.records.schema import current_schema
from daftar.sales.models import Quote
from daftar.sales.quoting.differences import stale_quotes
from daftar.sales.quoting.issue import issue_quote

MOST = 200
"""How many are looked at on one page."""


def open_quotes(by: User) -> list[Quote]:
    """The newest open quotes that the person may see."""
    seen = reading.visible(current_schema().type("quote"), by)
    rows = Quote.objects.filter(pk__in=seen.values("pk"), state__in=("issued", "expired"), deal__isnull=False)
    return list(rows.select_related("deal").order_by("-id")[:MOST])


def stale(by: User) -> list[tuple[Quote, int]]:
    """(quote, number of differences) of the open quotes that differ from their deal."""
    quotes = open_quotes(by)
    counts = stale_quotes(quotes)
    return [(quote, counts[quote.pk]) for quote in quotes if quote.pk in counts]


def reissue(quote_ids: Sequence[int], *, by: User) -> tuple[list[Quote], list[tuple[int, str]]]:
    """Issue the deals of these quotes anew; each by itself, so that one that cannot be does not hold up the others.

    Shapes: (the new quotes, (id of a quote, why it was not issued)).
    """
    wanted = {quote.pk: quote for quote, _count in stale(by)}
    made: list[Quote] = []
    refused: list[tuple[int, str]] = []
    for id_ in quote_ids:
        quote = wanted.get(id_)
        if quote is None or quote.deal_id is None:
            continue
        try:
            made.append(issue_quote(quote.deal_id, by=by, terms=quote.terms, language=quote.language, seen=quote.pk))
        except DaftarError as problem:
            refused.append((id_, str(problem.sentence)))
    return made, refused
