"""The table of the sale: five numbers, a deal of 200 lines, its sums in the page, papers, a thousand invoices; all on one full database.

`--rows` is the number of moves in the ledger; each product has fifty. Beside the clock stands what the processor worked, for others may work too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connections  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402 - Django must be set up first

from bench import five_numbers, papers, whole  # noqa: E402 - Django must be set up first
from bench.imports import verdict  # noqa: E402 - Django must be set up first
from daftar.access.models import Installation, User  # noqa: E402 - Django must be set up first
from daftar.catalogue.models import Product, TaxClass  # noqa: E402 - Django must be set up first
from daftar.crm.models import Deal  # noqa: E402 - Django must be set up first
from daftar.kernel.money import Money  # noqa: E402 - Django must be set up first
from daftar.papers.render import pdf  # noqa: E402 - Django must be set up first
from daftar.records import writing  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema  # noqa: E402 - Django must be set up first
from daftar.sales.invoicing.issue import issue_invoice  # noqa: E402 - Django must be set up first
from daftar.sales.models import SaleTerms  # noqa: E402 - Django must be set up first
from daftar.sales.papers import of_invoice  # noqa: E402 - Django must be set up first

LONG, SHORT, INVOICES, BATCH = 200, 12, 1_000, 100
"""Lines of the long deal and of the others; invoices; deals that are made in one go."""
OPENS, ADDS_UP, ALL_PAPERS = 150, 50, 60
"""Milliseconds, milliseconds, seconds."""
TYPED = """() => {
  const box = document.querySelectorAll("[data-line] input[name$='.quantity']")[100], taken = []
  for (let n = 0; n < 60; n++) {
    box.value = String(1 + n % 9)
    const began = performance.now()
    box.dispatchEvent(new Event("input", { bubbles: true }))
    document.body.offsetHeight
    taken.push(performance.now() - began)
  }
  return [taken.length && document.querySelectorAll("[data-line]").length, taken.sort((a, b) => a - b)]
}"""


def money(amount: Decimal) -> Money:
    return Money(amount.quantize(Decimal("0.01")), "USD")


def deals(count: int, lines: int, boss: User) -> list[int]:
    """So many deals with so many lines each, of products that are there; their ids."""
    schema, tax = current_schema(), TaxClass.objects.filter(percent=20).first()
    tax = tax or TaxClass.objects.create(name="VAT 20 %", percent=Decimal(20))
    client = writing.create(schema.type("company"), {"name": "Alvand Tools"}, by=boss, via="page")
    products = list(Product.objects.order_by("pk")[:1_000])
    made: list[int] = []
    for start in range(0, count, BATCH):
        values = [{"name": f"Sale {n}", "company": client.pk} for n in range(start, min(count, start + BATCH))]
        some = [deal.pk for deal in writing.create_many(schema.type("deal"), values, by=boss, via="import")]
        SaleTerms.objects.bulk_create(SaleTerms(deal_id=id_, currency="USD") for id_ in some)
        rows = [line(id_, n, products[(id_ * 7 + n) % len(products)]) for id_ in some for n in range(1, lines + 1)]
        writing.create_many(schema.type("deal_line"), [{}] * len(rows), by=boss, via="demo", derived=rows)
        made += some
    return made


def line(deal: int, place: int, product: Product) -> dict[str, object]:
    quantity, price = Decimal(1 + place % 3), Decimal("12.35") + place
    return {
        "deal": deal, "position": place, "name": product.name, "code": product.code, "product": product.pk, "quantity": quantity, "unit": "pc",
        "factor": Decimal(1), "price": money(price), "tax_name": "VAT 20 %", "tax_percent": Decimal(20), "net": money(quantity * price),
        "gross": money(quantity * price * Decimal("1.2")),
    }  # fmt: skip


def opened(deal: int, boss: User) -> int:
    """The deal's card and its editor at the socket, and its sums in a browser; how many aims are missed."""
    missed = 0
    with whole.serving() as (server, address, _began):
        client = whole.browser(address, boss)
        whole.first_page(client, server)
        for name, path in (
            ("editor of 200 lines opens", f"/deals/{deal}/lines/"),
            ("card of the deal opens", f"/deals/{deal}/"),
        ):
            taken = whole.measured(whole.getting(client, path), server)
            said = verdict(taken.p95 <= OPENS, f"≤ {OPENS} ms")
            missed += taken.p95 > OPENS
            print(
                f"{name:34}{taken.p50:8.1f} ms half {taken.p95:8.1f} ms 95 of 100   {said}   processor {taken.cpu:.1f} ms",
                flush=True,
            )
        return missed + added_up(address, deal, boss)


def added_up(address: str, deal: int, boss: User) -> int:
    """A quantity typed among 200 lines, until the sums stand in the page and it is laid out anew."""
    name, found = "200 lines add up in the page", shutil.which("chromium") or os.environ.get("DAFTAR_BROWSER", "")
    if not found:
        print(f"{name:34}left out: there is no Chromium", flush=True)
        return 0
    from playwright.sync_api import sync_playwright

    signed_in = Client()
    signed_in.force_login(boss)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME, "value": signed_in.cookies[settings.SESSION_COOKIE_NAME].value, "url": address
    }  # fmt: skip
    with sync_playwright() as play:
        window = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        context = window.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"{address}/deals/{deal}/lines/")
        page.wait_for_function("Boolean(customElements.get('line-editor'))")
        lines, taken = page.evaluate(TYPED)
        window.close()
    if lines != LONG:
        sys.exit(f"the editor shows {lines} lines")
    half, most = statistics.median(taken), taken[len(taken) * 95 // 100]
    said = verdict(most <= ADDS_UP, f"≤ {ADDS_UP} ms")
    print(f"{name:34}{half:8.1f} ms half {most:8.1f} ms 95 of 100   {said}", flush=True)
    return int(most > ADDS_UP)


def timed(name: str, act: Callable[[], object], most: float = 0) -> int:
    began, worked = time.perf_counter(), time.process_time()
    act()
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    said = verdict(seconds <= most, f"≤ {most} s") if most else ""
    print(f"{name:34}{seconds:8.1f} s   {said}   processor {worked:.1f} s", flush=True)
    return int(bool(most) and seconds > most)


def thousand(count: int, boss: User) -> int:
    """So many invoices of 12 lines are issued, goods held and all; then their PDFs are made in one go."""
    ids = deals(count, SHORT, boss)
    issued: list[int] = []
    missed = timed(f"{count:,} invoices issued", lambda: issued.extend(issue_invoice(id_, by=boss).pk for id_ in ids))
    from daftar.sales.models import Invoice

    def papers_of_all() -> None:
        for id_ in issued:
            pdf(of_invoice(Invoice.objects.select_related("deal").get(pk=id_)))

    return missed + timed(f"PDFs of {count:,} invoices, one job", papers_of_all, ALL_PAPERS)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--name", default="")
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    print(whole.load(), flush=True)
    began = time.perf_counter()
    boss = five_numbers.fill(given.rows)
    five_numbers.told(began)
    failed = five_numbers.measured(boss)
    Installation.objects.update(name="Karun", currency="USD", rial_as="toman")
    deal = deals(1, LONG, boss)[0]
    connections.close_all()
    missed = len(failed) + opened(deal, boss)
    for language in papers.CURRENCIES:
        said = papers.three_pages(language)
        missed += "MISSED" in said
        print(said, flush=True)
    missed += thousand(min(INVOICES, max(20, given.rows // 1_000)), boss)
    print(f"{Deal.objects.count():,} deals; {missed} missed; {whole.load()}", flush=True)
    if missed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
