"""How the values of a file are read and what happens to what is not here: the widgets of a map beside its columns."""

from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.exchange.importing.maps import ROW, UNKNOWN, UNKNOWN_PERSON, ImportMap, fillable
from daftar.exchange.importing.ownerless import ME, NOBODY, owner_field
from daftar.exchange.views.column_widgets import select
from daftar.kernel.money import CURRENCIES
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType
from daftar.ui.parts import Option, Widget

MOST_PEOPLE = 300
COUNTRIES = ("US", "GB", "DE", "FR", "RU", "IR", "TR", "AE", "KZ", "AZ", "AM", "GE", "TJ", "AF", "IQ", "IN", "CN")


def option_widgets(map_: ImportMap, type_: RecordType | None, reader: Reader) -> list[Widget]:
    """How values are read and what happens to unknown ones; only what this type has. One that the import makes has everything new."""
    fields = fillable(type_) if type_ is not None else []
    kinds = {f.kind for f in fields}
    unknown = {"create": _("add it"), "report": _("refuse the row"), "none": _("leave empty")}
    asked: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("match", _("Known already by"), ways_to_match(map_, fields))
    ]
    if type_ is None or type_.title_field is not None:
        asked.append(
            (
                "repeated",
                _("Rows that repeat a name"),
                [("", _("a record for each")), ("one", _("one record for all of them"))],
            )
        )
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
    if kinds & {"phones"}:
        countries = dict.fromkeys(["", *([map_.country] if map_.country else []), *COUNTRIES])
        said = [(code, code or _("the company's")) for code in countries]
        asked.append(("country", _("Country of phones without a code"), said))
    if type_ is not None and type_.stage_field is not None:
        asked.append(
            (
                "pipeline",
                _("Pipeline"),
                pipelines_of(map_, type_),
            )
        )
    if kinds & {"choice", "choices"}:
        asked.append(("unknown_choice", _("An option that is not in its list"), [(w, unknown[w]) for w in UNKNOWN]))
    if type_ is not None and (owner := owner_field(type_)) is not None:
        asked.append(("owner", _("Rows without “%(owner)s”") % {"owner": owner.label}, owners(map_, reader)))
    asked.append(("unknown_person", _("A person who is not here"), [(w, unknown[w]) for w in UNKNOWN_PERSON]))
    if kinds & {"link", "links"}:
        asked.append(("unknown_link", _("A linked record that is not here"), [(w, unknown[w]) for w in UNKNOWN]))
    made = [
        select(
            name,
            label,
            said_of(map_, name),
            [Option(v, said, chosen=v == said_of(map_, name)) for v, said in choices if v],
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


def said_of(map_: ImportMap, name: str) -> str:
    value = getattr(map_, name)
    return ",".join(value) if isinstance(value, tuple) else str(value)


def ways_to_match(map_: ImportMap, fields: list[Field]) -> list[tuple[str, str]]:
    """The usual keys by which rows are known to be here, and the one that the map names."""
    by_kind = {f.kind: f for f in fields if f.kind in ("emails", "phones")}
    points = [by_kind[kind] for kind in ("emails", "phones") if kind in by_kind]
    single = [f for f in fields if f.title or (not f.many and f.kind in ("text", "whole") and f.column)]
    ways = [("", _("nothing but the id there: other rows are new"))]
    if len(points) > 1:
        ways.append((",".join(f.key for f in points), _("e-mail, then phone")))
    ways += [(f.key, str(f.label)) for f in [*points, *single]]
    ways.append((ROW, _("the whole row: the same file again changes nothing")))
    said = said_of(map_, "match")
    if said not in dict(ways):
        labels = {f.key: str(f.label) for f in fields}
        ways.append((said, " → ".join(labels.get(key, key) for key in map_.match)))
    return ways


def pipelines_of(map_: ImportMap, type_: RecordType) -> list[tuple[str, str]]:
    ways = [("", _("the first with such a stage")), *((p.key or p.label, p.label) for p in type_.pipelines)]
    if map_.pipeline and map_.pipeline not in dict(ways):
        ways.append((map_.pipeline, _("New pipeline: %(name)s") % {"name": map_.pipeline.lstrip("+")}))
    return ways


def existing_widget(chosen: str, *, nothing: str = "") -> Widget:
    said = {
        "update": _("take what differs"),
        "keep": _("take what differs, but keep what people changed here"),
        "fill": _("only fill what is empty"),
        "leave": _("leave them as they are"),
        "ask": _("wait for my word, row by row"),
    }
    options = [Option(word, text, chosen=word == chosen) for word, text in said.items()]
    return select("existing", _("Records that are here"), chosen, options, nothing=nothing)


def owners(map_: ImportMap, reader: Reader) -> list[tuple[str, str]]:
    """Who can own the rows that name nobody; what a map of a file or a command says stays among them."""
    seen = visible(reader.schema.type("user"), reader.user).values("pk")
    people = User.objects.filter(pk__in=seen).order_by("name").values_list("pk", "name")[:MOST_PEOPLE]
    known = [("", _("me")), (NOBODY, _("nobody")), *((str(pk), name) for pk, name in people)]
    said = "" if map_.owner == ME else map_.owner
    return known if said in dict(known) else [*known, (said, said)]
