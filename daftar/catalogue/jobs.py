"""What the worker does for the catalogue."""

from __future__ import annotations

from daftar.catalogue.stock import ending
from daftar.kernel.jobs import every


@every(minutes=10)
def end_holds() -> None:
    """Free the goods of holds whose day is over."""
    ending.end_what_is_over()
