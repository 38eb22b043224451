"""The form in which the steps of an import of several files are shown and changed: what each file becomes, and in which order."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.exchange.importing.answering import answer
from daftar.exchange.importing.kept import source_of
from daftar.exchange.importing.maps import EXISTING
from daftar.exchange.importing.proposing import count, map_for
from daftar.exchange.importing.steps import NEW, Step, steps_of, to_json
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun
from daftar.exchange.views.column_widgets import select
from daftar.exchange.views.option_widgets import existing_widget
from daftar.exchange.views.questions import answers_in, asked
from daftar.records.reader import Reader
from daftar.ui.parts import Option


def context_of(run: ImportRun, reader: Reader) -> dict[str, Any]:
    """What the page of the steps draws."""
    steps = steps_of(run.steps)
    said = {str(step.map.get("existing", "")) for step in steps}
    return {
        "lines": [line_of(run, n, step, reader) for n, step in enumerate(steps)],
        "existing": existing_widget((said.pop() or "update") if len(said) == 1 else "", nothing=_("as each file says")),
        "questions": asked(run),
    }


def line_of(run: ImportRun, n: int, step: Step, reader: Reader) -> dict[str, Any]:
    file, columns = run.files[step.file], step.map.get("columns", {})
    return {
        "n": n,
        "step": step,
        "file": file,
        "matched": sum(bool(targets) for targets in columns.values()),
        "columns": len(columns),
        "type": select(f"type-{n}", _("Becomes"), step.type, type_options(run, step, reader)),
    }


def type_options(run: ImportRun, step: Step, reader: Reader) -> list[Option]:
    types = [t for t in reader.schema.types.values() if t.from_files and decide.may(reader.user, "import", t.key)]
    known = [Option(t.key, str(t.heading), chosen=t.key == step.type) for t in types]
    new = [
        Option(made["key"], _("New record type: %(name)s") % {"name": made["plural"]}, chosen=made["key"] == step.type)
        for made in run.types
    ]
    return [*known, *new]


def keep(run: ImportRun, form: QueryDict, reader: Reader) -> None:
    """Keep what the form says of the steps: types, what is left out, their order, and what happens to records that are here.

    Errors: Unreadable with nothing changed.
    """
    allowed = {option.value for step in steps_of(run.steps) for option in type_options(run, step, reader)}
    steps = [kept(run, n, step, form, allowed) for n, step in enumerate(steps_of(run.steps))]
    if (existing := form.get("existing", "")) in EXISTING[1:]:
        steps = [step.but(map={**step.map, "existing": existing}) for step in steps]
    run.steps = to_json(ordered(steps, form.get("do", "")))
    answer(run, answers_in(form))
    count(run)
    run.save(update_fields=["steps", "proposal", "lines_total"])


def kept(run: ImportRun, n: int, step: Step, form: QueryDict, allowed: set[str]) -> Step:
    step = step.but(off=f"on-{n}" not in form)
    chosen = form.get(f"type-{n}", step.type)
    if chosen == step.type:
        return step
    if chosen not in allowed:
        raise Unreadable(_("There is no such record type. Choose one from the list."))
    if chosen.startswith(NEW):
        raise Unreadable(
            _("The columns of a new record type are proposed with it. Load the file again to have them back.")
        )
    return step.but(type=chosen, map=map_for(chosen, source_of(run.files[step.file])), told={})


def ordered(steps: list[Step], do: str) -> list[Step]:
    """The steps with one of them moved one place, as "order:up:3" says."""
    _word, _colon, rest = do.partition(":")
    way, _colon, number = rest.partition(":")
    if way not in ("up", "down") or not number.isdecimal() or int(number) >= len(steps):
        return steps
    place = int(number)
    other = place + (1 if way == "down" else -1)
    if 0 <= other < len(steps):
        steps[place], steps[other] = steps[other], steps[place]
    return steps
