"""Lines whose product was merged into another: what is wanted of both is summed up anew."""

from __future__ import annotations

from collections.abc import Sequence

from daftar.records.along import Along, goes_along
from daftar.records.draft import Draft
from daftar.sales.lines.wanting import renew_with_parts


class DealLines(Along):
    def led_elsewhere(self, drafts: Sequence[Draft]) -> None:
        changed = [draft for draft in drafts if "product" in draft.changed]
        renew_with_parts([id_ for draft in changed for id_ in (draft.old("product"), draft.value("product")) if id_])


goes_along("deal_line", DealLines())
