"""Maps under a name: kept for all files of an import, taken for files with the same headings."""

from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.exchange.importing.proposing import count
from daftar.exchange.importing.saved_maps import Pass, fitting, save_as, usable
from daftar.exchange.importing.steps import NEW, Step, steps_of, to_json
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun
from daftar.kernel.errors import Invalid
from daftar.records.reader import Reader


def names_for(run: ImportRun, reader: Reader) -> list[tuple[str, str]]:
    """(name, how it is shown) of the kept maps that fit any file of the run; one's own and shared ones."""
    names = dict.fromkeys((row.name, row.by_id, row.by.name) for row in usable(reader.user))
    found = [
        (
            name,
            name if by_id == reader.user.pk else _("%(name)s, shared by %(person)s") % {"name": name, "person": person},
        )
        for name, by_id, person in names
    ]
    return [
        (name, words) for name, words in found if any(passes_for(run, n, name, reader) for n in range(len(run.files)))
    ]


def passes_for(run: ImportRun, file: int, name: str, reader: Reader) -> list[Step]:
    kept = fitting(run.files[file].get("headings", ()), reader.schema, by=reader.user, name=name)
    return [Step(file, row.type, str(run.files[file]["name"]), row.map) for row in kept]


def use(run: ImportRun, name: str, reader: Reader) -> None:
    """Take the maps of that name for every file that they fit; unsaved. Errors: Unreadable when they fit none."""
    old, steps, used = steps_of(run.steps), [], set[int]()
    for step in old:
        if step.file in used:
            continue
        passes = passes_for(run, step.file, name, reader)
        if passes:
            used.add(step.file)
        steps += [one.but(title=step.title) for one in passes] or [step]
    if not used:
        raise Unreadable(_("The map “%(name)s” fits none of these files.") % {"name": name[:100]})
    run.steps = to_json(steps)
    count(run)


def keep(run: ImportRun, name: str, *, shared: bool, by: User) -> None:
    """Keep the maps of the run under a name. Errors: Unreadable."""
    steps = [step for step in steps_of(run.steps) if not step.off and not step.type.startswith(NEW)]
    passes = [Pass(step.type, tuple(run.files[step.file].get("headings", ())), step.map) for step in steps]
    system = next((str(step.map["system"]) for step in steps if step.map.get("system")), "")
    try:
        save_as(name, passes, by=by, shared=shared, system=system)
    except Invalid as refused:
        raise Unreadable(" ".join(str(sentence) for sentence in refused.errors.values())) from None
