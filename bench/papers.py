"""PDFs: an invoice of three pages in each language, and a thousand invoices in one job."""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import replace
from decimal import Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first

from bench import imports, whole  # noqa: E402 - Django must be set up first
from daftar.access.models import Installation  # noqa: E402 - Django must be set up first
from daftar.papers.document import Paper  # noqa: E402 - Django must be set up first
from daftar.papers.looks import shipped  # noqa: E402 - Django must be set up first
from daftar.papers.render import pdf  # noqa: E402 - Django must be set up first
from daftar.papers.sample import sample  # noqa: E402 - Django must be set up first

CURRENCIES = {"en": "EUR", "fa": "IRR", "ru": "RUB"}
ONE, MANY = 0.150, 60.0
"""Seconds: one invoice of three pages, a thousand invoices."""


def invoice(language: str, lines: int) -> Paper:
    base = sample("invoice", language)
    many = [replace(base.lines[n % 2], name=f"{base.lines[n % 2].name} {n}") for n in range(lines)]
    return replace(base, currency=CURRENCIES[language], lines=many, total=Decimal(16_555_000))


def three_pages(language: str) -> str:
    paper, look = invoice(language, 80), shipped("invoice")
    pdf(paper, look)
    times = []
    for n in range(30):
        other = replace(paper, number=f"2026-{n:05}")
        began = time.perf_counter()
        made = pdf(other, look)
        times.append(time.perf_counter() - began)
    middle, worst = statistics.median(times), sorted(times)[-2]
    said = imports.verdict(worst <= ONE, "≤ 150 ms")
    return f"3 pages {language}  p50 {middle * 1000:5.0f}   p95 {worst * 1000:5.0f} ms   {said}   {len(made) / 1000:.0f} kB"


def a_thousand() -> str:
    began, size, look = time.perf_counter(), 0, shipped("invoice")
    for n in range(1_000):
        language = tuple(CURRENCIES)[n % 3]
        size += len(pdf(replace(invoice(language, 12), number=f"2026-{n:05}"), look))
    seconds = time.perf_counter() - began
    return f"1,000 invoices of 12 lines   {seconds:5.1f} s   {imports.verdict(seconds <= MANY, '≤ 60 s')}   {size / 1e6:.1f} MB"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--name", default="")
    parser.parse_args()
    call_command("migrate", verbosity=0)
    Installation.objects.update_or_create(pk=1, defaults={"name": "Karun", "currency": "USD", "rial_as": "toman"})
    print(f"papers; {whole.load()}", flush=True)
    for language in CURRENCIES:
        print(three_pages(language), flush=True)
    print(a_thousand(), flush=True)


if __name__ == "__main__":
    main()
