"""The form in which a map is shown and changed: a select for each column, and how values are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.exchange.importing.maps import (
    CREATED,
    LABELLED,
    MOVED,
    PARTS,
    SOURCE_ID,
    UNKNOWN,
    UNKNOWN_PERSON,
    ImportMap,
    fillable,
)
from daftar.exchange.importing.ownerless import ME, NOBODY, owner_field
from daftar.exchange.importing.runs import source_of
from daftar.exchange.models import ImportRun
from daftar.exchange.reading.delimiters import DELIMITERS
from daftar.exchange.reading.encoding import ENCODINGS
from daftar.exchange.reading.source import Source
from daftar.kernel.money import CURRENCIES
from daftar.records.fields.address import LINES
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType
from daftar.ui.parts import Option, Widget

SAMPLES = 3
WORDS = (
    "date_order",
    "decimal",
    "currency",
    "pipeline",
    "system",
    "match",
    "unknown_choice",
    "unknown_person",
    "unknown_link",
    "owner",
    "existing",
)
MOST_PEOPLE = 300


def map_form(run: ImportRun, reader: Reader) -> dict[str, Any]:
    """What the page of the map draws. Errors: Unreadable when the file is gone."""
    sources = [source_of(file) for file in run.files]
    context: dict[str, Any] = {
        "sources": sources,
        "encodings": [Option(codec, name, chosen=codec == sources[0].encoding) for codec, name in ENCODINGS.items()],
        "delimiters": [
            Option(sign, name, chosen=sign == sources[0].delimiter) for sign, name in delimiter_names().items()
        ],
    }
    if not run.type:
        context["options"] = [existing_widget(str(run.map.get("existing", "")) or "keep")]
        return context
    type_, map_, source = reader.schema.type(run.type), ImportMap.from_json(run.map), sources[0]
    rows = source.first_rows(SAMPLES)
    context["columns"] = [
        {
            "heading": heading,
            "samples": [row.cells[n][:60] for row in rows],
            "widget": column_widget(n, heading, map_.columns.get(heading, ()), type_),
        }
        for n, heading in enumerate(source.headings)
    ]
    context["options"] = option_widgets(map_, type_, reader)
    return context


def map_of(form: QueryDict, source: Source, before: ImportMap) -> ImportMap:
    """The map that the form says; targets of a column that the form cannot show (a second one) are kept with the first."""
    columns = {}
    for n, heading in enumerate(source.headings):
        chosen, old = form.get(f"column-{n}", ""), before.columns.get(heading, ())
        columns[heading] = old if old and chosen == old[0] else ((chosen,) if chosen else ())
    words = {name: form.get(name, getattr(before, name))[:100] for name in WORDS}
    return replace(before, columns=columns, **words)


def column_widget(n: int, heading: str, targets: tuple[str, ...], type_: RecordType) -> Widget:
    chosen = targets[0] if targets else ""
    options: list[Option] = []
    for field in fillable(type_):
        label = f"{field.label} *" if field.required else str(field.label)
        options.append(Option(field.key, label, chosen=chosen == field.key))
        options += [
            Option(f"{field.key}.{part}", f"{field.label}: {name}", chosen=chosen == f"{field.key}.{part}")
            for part, name in part_names(field)
        ]
    options.append(Option(CREATED, _("Created (date and time)"), chosen=chosen == CREATED))
    if type_.stage_field is not None:
        options.append(Option(MOVED, _("In its stage since"), chosen=chosen == MOVED))
    options.append(Option(SOURCE_ID, _("Id in the system it came from"), chosen=chosen == SOURCE_ID))
    return select(f"column-{n}", heading, chosen, options, nothing=_("— leave out —"))


def select(name: str, label: str, value: str, options: Iterable[Option], *, nothing: str = "") -> Widget:
    """A select; with `nothing` choosing nothing is an answer too, on which a browser must not insist otherwise."""
    attrs = {"placeholder": nothing} if nothing else {}
    return Widget("select", name, label=label, value=value, options=tuple(options), required=not nothing, attrs=attrs)


def part_names(field: Any) -> list[tuple[str, str]]:
    """The parts of a field that can have columns of their own."""
    if field.kind == "address":
        return [(line, str(LINES[line][0])) for line in PARTS["address"]]
    if field.kind == "money":
        return [("currency", _("Currency"))]
    if field.kind in LABELLED:
        return [(key, str(name)) for key, name in field.labels.items()]
    return []


def option_widgets(map_: ImportMap, type_: RecordType, reader: Reader) -> list[Widget]:
    """How values are read and what happens to unknown ones; only what this type has."""
    kinds = {f.kind for f in fillable(type_)}
    single = [f for f in fillable(type_) if f.title or (not f.many and f.kind in ("text", "whole") and f.column)]
    unknown = {"create": _("add it"), "report": _("refuse the row"), "none": _("leave empty")}
    asked: list[tuple[str, str, list[tuple[str, str]]]] = [
        (
            "match",
            _("Known already by"),
            [("", _("nothing: every row is new")), *((f.key, str(f.label)) for f in single)],
        ),
    ]
    if kinds & {"date", "date_time"} or map_.date_order:
        asked.append(
            (
                "date_order",
                _("Dates like 03/04/2017"),
                [
                    ("", _("as I write them")),
                    ("dmy", _("day, month, year")),
                    ("mdy", _("month, day, year")),
                    ("ymd", _("year, month, day")),
                ],
            )
        )
    if kinds & {"money", "decimal", "percent"}:
        asked.append(("decimal", _("Decimal sign"), [("", _("as I write it")), (".", "1234.5"), (",", "1234,5")]))
    if "money" in kinds:
        codes = dict.fromkeys(
            c
            for c in ("", map_.currency, "USD", "EUR", "IRR", "RUB", "GBP", "AED", "TRY", "CNY")
            if not c or c in CURRENCIES
        )
        asked.append(("currency", _("Currency of bare amounts"), [(c, c or _("the company's")) for c in codes]))
    if type_.stage_field is not None:
        asked.append(
            (
                "pipeline",
                _("Pipeline"),
                [("", _("the first with such a stage")), *((p.key or p.label, p.label) for p in type_.pipelines)],
            )
        )
    if kinds & {"choice", "choices"}:
        asked.append(("unknown_choice", _("An option that is not in its list"), [(w, unknown[w]) for w in UNKNOWN]))
    if (owner := owner_field(type_)) is not None:
        asked.append(("owner", _("Rows without “%(owner)s”") % {"owner": owner.label}, owners(map_, reader)))
    asked.append(("unknown_person", _("A person who is not here"), [(w, unknown[w]) for w in UNKNOWN_PERSON]))
    if kinds & {"link", "links"}:
        asked.append(("unknown_link", _("A linked record that is not here"), [(w, unknown[w]) for w in UNKNOWN]))
    made = [
        select(
            name,
            label,
            getattr(map_, name),
            [Option(v, said, chosen=v == getattr(map_, name)) for v, said in choices if v],
            nothing=dict(choices).get("", ""),
        )
        for name, label, choices in asked
    ]
    made.append(existing_widget(map_.existing or "update"))
    made.append(
        Widget(
            "input",
            "system",
            label=_("Name of the source system"),
            value=map_.system,
            help=_("With a column of ids from there, loading the file again changes only what differs."),
            attrs={"maxlength": 64},
        )
    )
    return made


def existing_widget(chosen: str) -> Widget:
    said = {
        "update": _("take what differs"),
        "keep": _("take what differs, but keep what people changed here"),
        "fill": _("only fill what is empty"),
        "leave": _("leave them as they are"),
    }
    options = [Option(word, text, chosen=word == chosen) for word, text in said.items()]
    return select("existing", _("Records that are here"), chosen, options)


def owners(map_: ImportMap, reader: Reader) -> list[tuple[str, str]]:
    """Who can own the rows that name nobody; what a map of a file or a command says stays among them."""
    people = visible(reader.schema.type("user"), reader.user).order_by("name").values_list("pk", "name")[:MOST_PEOPLE]
    known = [("", _("me")), (NOBODY, _("nobody")), *((str(pk), name) for pk, name in people)]
    said = "" if map_.owner == ME else map_.owner
    return known if said in dict(known) else [*known, (said, said)]


def delimiter_names() -> dict[str, str]:
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": "|"}
    return {sign: names[sign] for sign in DELIMITERS}
