"""Deals and products that become one, and their lines: deals are added up anew, goods are wanted anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.kernel.formats import joined
from daftar.records.along import Along, goes_along
from daftar.records.draft import Draft
from daftar.records.storing import store
from daftar.sales.lines.renewing import VIA, products_of, renew
from daftar.sales.lines.wanting import renew_with_parts
from daftar.sales.models import DealLine


class Deals(Along):
    def why_not_merged(self, rows: Sequence[Row], into: Row) -> str:
        """One set of lines has one currency."""
        priced = DealLine.objects.filter(deal__in=[row.pk for row in rows], deleted_at=None, price__isnull=False)
        found = sorted(set(priced.values_list("price_currency", flat=True)))
        if len(found) < 2:
            return ""
        return _("Their lines are in different currencies (%(currencies)s). Change the currency of one first.") % {
            "currencies": joined(found)
        }


class DealLines(Along):
    def led_elsewhere(self, drafts: Sequence[Draft]) -> None:
        """Lines of a deal that goes stand behind those of the one that stays; the amounts follow."""
        goods = [draft for draft in drafts if "product" in draft.changed]
        came = [draft for draft in drafts if "deal" in draft.changed]
        if came:
            put_behind([draft for draft in came if "position" not in draft.changed])
            deals = {id_ for draft in came for id_ in (draft.old("deal"), draft.value("deal"))}
            renew(deals, by=came[0].by, change_set=came[0].change_set)
        renew_with_parts(products_of([*goods, *came]))


def put_behind(came: Sequence[Draft]) -> None:
    """Give lines that came from another deal places after the last one that was there; on their way back they have theirs."""
    moved: list[Draft] = []
    for deal_id in sorted({draft.value("deal") for draft in came}):
        mine: list[Any] = [draft for draft in came if draft.value("deal") == deal_id]
        there = DealLine.objects.filter(deal=deal_id, deleted_at=None).exclude(pk__in=[d.row.pk for d in mine])
        last = there.aggregate(last=Max("position"))["last"] or 0
        for place, draft in enumerate(sorted(mine, key=lambda d: (d.row.position, d.row.pk)), start=last + 1):
            again = Draft(draft.type, draft.row, by=draft.by, via=VIA)
            again.derive({"position": place})
            moved += [again] if again.changed else []
    if moved:
        store(moved, came[0].change_set)


goes_along("deal", Deals())
goes_along("deal_line", DealLines())
