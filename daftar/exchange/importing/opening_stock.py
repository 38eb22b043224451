"""The opening stock of products that an import makes: goods that are received in the ledger, once, with the product."""

from __future__ import annotations

from collections.abc import Sequence

from daftar.catalogue.opening import once_of
from daftar.catalogue.stock.doors import Item, receive
from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.work import Work


def open_stock(work: Work, made: Sequence[tuple[Parsed, int]]) -> None:
    """Receive what the file says of new products, in the transaction of their batch; nothing of what is 0. Errors: Conflict without a warehouse."""
    items = [Item(product, row.stock) for row, product in made if row.stock] if work.type.key == "product" else []
    if items:
        once = once_of(work.change_set, items[0].product_id) if work.change_set is not None else ""
        receive(items, by=work.by, kind="opening", reason=work.report.title[:500], once=once)
