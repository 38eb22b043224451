"""What this room does outside of requests."""

from __future__ import annotations

from daftar.exchange.company import places
from daftar.exchange.company import runs as archives
from daftar.exchange.exporting import kept as kept_exports
from daftar.exchange.exporting import runs as exports
from daftar.exchange.importing import kept, runs
from daftar.exchange.models import CompanyArchive
from daftar.kernel import keeping
from daftar.kernel.database_copy import forget_old_copies
from daftar.kernel.jobs import every, task


@task()
def carry_out(run_id: int) -> None:
    """Rehearse or load an import."""
    runs.do(run_id)


@every(hours=24)
def forget_old_imports() -> None:
    """Remove the files, refused rows and compared sums of imports that nobody touched for as long as the company says; their reports stay.

    What broken off uploads left goes after a day.
    """
    if (moment := keeping.before("import_files")) is not None:
        for run in runs.with_files_before(moment)[:500]:
            runs.forget_files(run)
            run.refusals.all().delete()
            run.differences.all().delete()
            run.files, run.attached = [], []
            run.save(update_fields=["files", "attached"])
    kept.clean_up(runs.files_named())


@every(minutes=5)
def notice_interrupted_imports() -> None:
    """Imports whose request was killed must not look as if they were at work."""
    runs.stop_interrupted()
    forget_old_copies()


@task()
def work_on_archive(archive_id: int) -> None:
    """Write or load an archive of the whole company."""
    archives.do(archive_id)


@every(hours=24)
def forget_old_archives() -> None:
    """Archives of the company go after as many days as the company says, and what broken off work left at once."""
    if moment := keeping.before("company_archives"):
        for row in archives.kept_before(moment):
            archives.forget(row)
    places.clean_up(set(CompanyArchive.objects.exclude(path="").values_list("path", flat=True)))


@task()
def write_export(run_id: int) -> None:
    """Write a large export to its file."""
    exports.do(run_id)


@every(hours=24)
def forget_old_exports() -> None:
    """Files of exports go after as many days as the company says, and what broken off work left after a day."""
    kept_exports.clean_up(keeping.before("export_files"))


@every(minutes=5)
def notice_abandoned_exports() -> None:
    """Exports that no task will write any more must not look as if they were at work."""
    exports.stop_abandoned()
