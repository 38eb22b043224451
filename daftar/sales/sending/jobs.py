"""What the worker does for late invoices. Imported by the room's `jobs.py`."""

from __future__ import annotations

from daftar.kernel.jobs import every
from daftar.sales.sending.reminding import remind_late


@every(hours=24)
def remind_of_late_invoices() -> None:
    """Clients whose invoices are late are reminded on the days that the settings say."""
    remind_late()
