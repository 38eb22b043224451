"""What this room does outside of requests."""

from __future__ import annotations

from daftar.kernel.jobs import task
from daftar.records import leaving


@task()
def hand_over(run_id: int) -> None:
    """Hand over what a person who left owned."""
    leaving.carry_out(run_id)
