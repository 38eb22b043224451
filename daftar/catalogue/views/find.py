"""What the product boxes of tables offer: exact codes and barcodes first, then words."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from daftar.access.doors import door
from daftar.catalogue.models import Product, ProductPack
from daftar.records.reading import visible
from daftar.records.views.lookup import OFFERED, found
from daftar.records.views.opening import opened
from daftar.ui.parts import Option


@door("signed_in")
@require_safe
def find(request: Any) -> HttpResponse:
    """Options for `?q=`: the product of that code or barcode (its own or a pack's), then those that the words name."""
    reader, type_ = opened(request, "products")
    words = request.GET.get("q", "").strip()[:200]
    first: list[Any] = []
    if words:
        packs = ProductPack.objects.filter(barcode=words, deleted_at=None).values("product")
        seen = cast("QuerySet[Product]", visible(type_, reader.user))
        first = list(seen.filter(Q(code__iexact=words) | Q(barcode=words) | Q(pk__in=packs)).order_by("id")[:OFFERED])
    known = {row.pk for row in first}
    rows = first + [row for row in found(type_, words, reader, OFFERED) if row.pk not in known]
    shows_code = type_.field("code") is not None
    options = [Option(str(row.pk), type_.title_of(row), group=row.code if shows_code else "") for row in rows[:OFFERED]]
    return render(request, "ui/_options.html", {"options": options})
