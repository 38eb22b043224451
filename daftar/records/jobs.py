"""What this room does outside of requests and by the clock."""

from __future__ import annotations

from daftar.kernel.jobs import every, task
from daftar.records import erasing, files, leaving


@task()
def hand_over(run_id: int) -> None:
    """Hand over what a person who left owned."""
    leaving.carry_out(run_id)


@every(hours=24)
def clean_up_files() -> None:
    """Bytes that no row names any more are deleted."""
    files.clean_up()


@every(hours=24)
def erase_again_daily() -> None:
    """Whom a backup brought back behind our back is erased again."""
    erasing.erase_again()
