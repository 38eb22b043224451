"""The form in which a map is shown and changed: a select for each column, and how values are read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.exchange.importing.answering import answer
from daftar.exchange.importing.kept import look_at, source_of
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.ownerless import owner_for
from daftar.exchange.importing.proposing import count, map_for
from daftar.exchange.importing.steps import steps_of, to_json
from daftar.exchange.models import ImportRun, State
from daftar.exchange.reading.delimiters import DELIMITERS, known_delimiter
from daftar.exchange.reading.encoding import ENCODINGS
from daftar.exchange.reading.source import Source
from daftar.exchange.views.column_widgets import column_widget, reading_widgets
from daftar.exchange.views.option_widgets import option_widgets
from daftar.exchange.views.questions import answers_in
from daftar.exchange.views.value_tables import choices_said, stages_said, tables_of
from daftar.records.reader import Reader
from daftar.ui.parts import Option

SAMPLES = 3
WORDS = (
    "date_order",
    "decimal",
    "currency",
    "pipeline",
    "system",
    "country",
    "repeated",
    "unknown_choice",
    "unknown_person",
    "unknown_link",
    "owner",
    "existing",
)


def context_of(run: ImportRun, place: int, reader: Reader) -> dict[str, Any]:
    """What the page of a step's map draws. Errors: Unreadable when the file is gone."""
    step = steps_of(run.steps)[place]
    source = source_of(run.files[step.file])
    type_, map_ = reader.schema.types.get(step.type), step.import_map()
    rows = source.first_rows(SAMPLES)
    return {
        "step": step,
        "place": place,
        "type": type_,
        "source": source,
        "encodings": [Option(codec, name, chosen=codec == source.encoding) for codec, name in ENCODINGS.items()],
        "delimiters": [
            Option(sign, name, chosen=sign == source.delimiter) for sign, name in delimiter_names(source).items()
        ],
        "sheets": [Option(sheet, sheet, chosen=sheet == source.sheet) for sheet in source.sheets],
        "columns": [
            {
                "heading": heading,
                "samples": [row.cells[n][:60] for row in rows],
                "widget": column_widget(n, heading, map_.columns.get(heading, ()), type_),
                "why": step.told.get(heading, ""),
                "reading": reading_widgets(n, heading, map_, type_),
            }
            for n, heading in enumerate(source.headings)
        ],
        "tables": tables_of(map_, type_),
        "options": option_widgets(map_, type_, reader),
    }


def keep(run: ImportRun, place: int, form: QueryDict, reader: Reader) -> None:
    """Keep what the form says as the map of the step, and its answers to questions. Errors: Unreadable with nothing changed."""
    steps = steps_of(run.steps)
    step = steps[place]
    source, type_ = source_of(run.files[step.file]), reader.schema.types.get(step.type)
    made = map_of(form, source, step.import_map())
    made.check_words()
    if type_ is not None:
        made.check_for(type_, source.headings)
        owner_for(made.owner, type_, reader)
    steps[place] = step.but(map=made.to_json())
    run.steps = to_json(steps)
    answer(run, answers_in(form))
    run.save(update_fields=["steps", "proposal"])


def read_otherwise(run: ImportRun, place: int, form: QueryDict, reader: Reader) -> None:
    """Read the step's file in another encoding or with another delimiter; all maps of the file are guessed anew. Errors: Unreadable."""
    steps = steps_of(run.steps)
    number = steps[place].file
    file = dict(run.files[number])
    file["encoding"] = form.get("encoding", "")[:20]
    said = form.get("other_delimiter", "") or form.get("delimiter", "") or file["delimiter"]
    file["delimiter"] = known_delimiter(said) if said else ""
    file["sheet"] = form.get("sheet", file.get("sheet", ""))[:100]
    file["has_headings"] = "no_headings" not in form
    source = look_at(file)
    run.files = [file if n == number else old for n, old in enumerate(run.files)]
    run.steps = to_json([step.but(map=map_for(step.type, source)) if step.file == number else step for step in steps])
    count(run)
    run.state = State.MAPPING
    run.save(update_fields=["files", "steps", "lines_total", "state"])


def map_of(form: QueryDict, source: Source, before: ImportMap) -> ImportMap:
    """The map that the form says; targets of a column that the form cannot show (a second one) are kept with the first."""
    columns: dict[str, tuple[str, ...]] = {}
    dates, numbers = dict(before.dates), dict(before.numbers)
    for n, heading in enumerate(source.headings):
        chosen, old = form.get(f"column-{n}", "")[:300], before.columns.get(heading, ())
        columns[heading] = old if old and chosen == old[0] else ((chosen,) if chosen else ())
        for words, name in ((dates, f"dates-{n}"), (numbers, f"numbers-{n}")):
            if name in form:
                words[heading] = form.get(name, "")[:10]
    said = {name: form.get(name, getattr(before, name))[:100] for name in WORDS}
    match = tuple(key for key in form.get("match", "")[:300].split(",") if key) if "match" in form else before.match
    return replace(
        before,
        columns=columns,
        match=match,
        dates={heading: word for heading, word in dates.items() if word},
        numbers={heading: word for heading, word in numbers.items() if word},
        stages=stages_said(form, before),
        choices=choices_said(form, before),
        **said,
    )


def delimiter_names(source: Source) -> dict[str, str]:
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": "|"}
    known = {sign: names[sign] for sign in DELIMITERS}
    return known if not source.delimiter else {**known, source.delimiter: known.get(source.delimiter, source.delimiter)}
