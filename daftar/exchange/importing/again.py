"""Files that come to an import later: more of them before it began, corrected rows after it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.importing.attached import forget
from daftar.exchange.importing.kept import keep_file, look_at
from daftar.exchange.importing.refused import WHY
from daftar.exchange.importing.runs import check_loaded
from daftar.exchange.importing.steps import Step, steps_of, to_json
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun, State


def add_files(run: ImportRun, uploads: Sequence[Any], propose: Callable[[], None]) -> None:
    """Keep the files beside those that are there and propose the steps anew; unsaved. Errors: Unreadable with nothing kept."""
    before, made = list(run.files), []
    try:
        for upload in uploads:
            made.append(keep_file(upload))
        run.files = [*before, *made]
        propose()
    except Exception:
        run.files = before
        forget(made)
        raise


def take_corrected(run: ImportRun, upload: Any) -> None:
    """Refused rows come back corrected: the steps of their file are done once more for them, as part of the same import.

    Errors: Conflict while it is at work, before it has begun, or when it was taken back; Unreadable when no file of it has these headings.
    """
    check_loaded(run)
    file = keep_file(upload)
    try:
        source = look_at(file)
        place = file_with(run, source.headings)
        old = run.files[place]
        steps = steps_of(run.steps)
        more = [
            corrected(step, len(run.files), source.headings)
            for step in steps
            if step.file == place and not step.off and not step.said
        ]
    except Exception:
        forget([file])
        raise
    run.refusals.filter(file=str(old["name"])[:200]).delete()
    file["name"] = free_name(str(file["name"]), {str(f["name"]) for f in run.files})
    run.files = [*run.files, file]
    run.steps = to_json([*steps, *more])
    run.lines_total += int(file["rows"])
    run.state = State.PAUSED
    run.save(update_fields=["files", "steps", "lines_total", "state"])


def file_with(run: ImportRun, headings: Sequence[str]) -> int:
    """The file of the run, the latest first, whose headings these are. Errors: Unreadable."""
    here = set(headings) - {WHY}
    for place in reversed(range(len(run.files))):
        if here == set(run.files[place].get("headings", ())) - {WHY}:
            return place
    raise Unreadable(
        _(
            "None of the files of this import has these columns. Correct the file with the refused rows and keep its headings."
        )
    )


def corrected(step: Step, file: int, headings: Sequence[str]) -> Step:
    """The same step for the corrected file; the reasons are no column of it."""
    columns = {heading: step.map["columns"].get(heading, []) for heading in headings if heading != WHY}
    title = _("%(title)s, corrected") % {"title": step.title}
    return step.but(file=file, title=title[:200], map={**step.map, "columns": columns})


def free_name(name: str, taken: set[str]) -> str:
    made, n = name[:180], 2
    while made in taken:
        made, n = f"{name[:180]} ({n})", n + 1
    return made
