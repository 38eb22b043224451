"""What the worker does for payments. Imported by the room's `jobs.py`."""

from __future__ import annotations

from daftar.kernel.jobs import every
from daftar.sales.bank import loading
from daftar.sales.paying import hearing, starting


@every(minutes=2)
def ask_about_payments() -> None:
    """Ask providers about clients who began to pay and did not come back; look again at messages that came too early."""
    starting.ask_waiting()
    hearing.hear_waiting()


@every(hours=24)
def forget_raw_payments() -> None:
    """Messages of providers and tables of banks stay as they came for as long as the company says."""
    hearing.forget_raw()
    loading.forget_held()
