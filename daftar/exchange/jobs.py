"""What this room does outside of requests."""

from __future__ import annotations

from daftar.exchange.importing import runs
from daftar.kernel import keeping
from daftar.kernel.database_copy import forget_old_copies
from daftar.kernel.jobs import every, task


@task()
def carry_out(run_id: int) -> None:
    """Rehearse or load an import."""
    runs.do(run_id)


@every(hours=24)
def forget_old_imports() -> None:
    """Remove the files and refused rows of imports that nobody touched for as long as the company says; their reports stay."""
    if (moment := keeping.before("import_files")) is None:
        return
    for run in runs.with_files_before(moment)[:500]:
        runs.forget_files(run)
        run.refusals.all().delete()
        run.files, run.attached = [], []
        run.save(update_fields=["files", "attached"])


@every(minutes=5)
def notice_interrupted_imports() -> None:
    """Imports whose request was killed must not look as if they were at work."""
    runs.stop_interrupted()
    forget_old_copies()
