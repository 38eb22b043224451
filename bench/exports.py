"""So many contacts out of a company as CSV, JSON lines and XLSX: rows a second of each, and what the processor worked for a row.

The rows are made by the database itself, with phones and mail addresses, as in the benchmark of imports.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first

from bench import imports, whole  # noqa: E402 - Django must be set up first
from daftar.access.models import User  # noqa: E402 - Django must be set up first
from daftar.access.preferences import formats_for  # noqa: E402 - Django must be set up first
from daftar.crm.models import Contact  # noqa: E402 - Django must be set up first
from daftar.exchange.exporting.formats import FORMATS  # noqa: E402 - Django must be set up first
from daftar.exchange.exporting.rows import begun  # noqa: E402 - Django must be set up first
from daftar.kernel.formats import using  # noqa: E402 - Django must be set up first
from daftar.records.reader import Reader  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema  # noqa: E402 - Django must be set up first

AIM = 50_000
"""Rows a second."""


def measure(boss: User, format_key: str, query: str) -> str:
    """Rows, seconds and bytes of one file."""
    formats = formats_for(boss)
    with using(formats), tempfile.NamedTemporaryFile() as file:
        export = begun(current_schema().type("contact"), query, Reader(boss, formats=formats), format_key=format_key)
        began, worked = time.perf_counter(), time.process_time()
        for piece in FORMATS[format_key].pieces(export):
            file.write(piece)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        size = Path(file.name).stat().st_size / 1e6
    speed = export.count / seconds
    said = imports.verdict(speed >= AIM, f"≥ {AIM:,}")
    return f"{format_key:6} {query:10}{speed:9,.0f} rows/s   {said:18}{worked / export.count * 1e6:6.1f} µs a row{size:8.1f} MB in {seconds:.1f} s"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--name", default="")
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    boss = User.objects.filter(name="Boss").first() or imports.base(given.rows)
    print(f"{Contact.objects.count():,} contacts; {whole.load()}; the aim is {AIM:,} rows/s", flush=True)
    for key in FORMATS:
        for query in ("", "cols=all"):
            print(measure(boss, key, query), flush=True)


if __name__ == "__main__":
    main()
