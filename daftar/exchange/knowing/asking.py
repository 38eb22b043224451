"""What a person must be asked before a file is loaded, each with rows to look at and answers to choose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.exchange.importing.targets import WAS
from daftar.exchange.knowing.columns import Columns
from daftar.exchange.knowing.deals import pipeline_column
from daftar.exchange.knowing.keys import Ids
from daftar.exchange.knowing.kinds import Look, is_email, is_phone
from daftar.exchange.knowing.proposal import Choice, Question, Step
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.stages import Stages
from daftar.exchange.knowing.table import Column, Table
from daftar.exchange.knowing.ways import DAYS, MONEY, Ways, is_used
from daftar.exchange.knowing.writing import YEAR_LAST, dates_in, numbers_in
from daftar.kernel.formats import current, joined
from daftar.kernel.text import fold
from daftar.records.types import RecordType

SAMPLES, GROUPS = 6, 50
SECOND = re.compile(r"(.+) \((\d+)\)")


def ask(
    table: Table,
    type_: RecordType | None,
    looks: Sequence[Look],
    made: Columns,
    step: Step,
    ids: Ids,
    ways: Ways,
    people: Collection[str],
) -> list[Question]:
    """The questions about one file."""
    return [
        *about_headings(table),
        *about_numbers(table, looks, made, step),
        *about_dates(table, looks, made, step, ways),
        *about_repeated(table, type_, made, step),
        *about_people(table, looks, made, step, people),
        *about_missing(table, ids, type_, made),
    ]


def about_headings(table: Table) -> Iterator[Question]:
    """A heading row of data, and a heading that comes twice."""
    like_data = [
        h for h in table.headings if is_email(h) or is_phone(h) or numbers_in([h]).known or dates_in([h]).known
    ]
    if like_data and len(like_data) * 2 >= len(table.headings):
        yield Question(
            "data_as_headings", table.place,
            _("“%(file)s” seems to have no heading row: its first line holds %(values)s. Put a line with headings above it and load it again.")
            % {"file": table.name, "values": joined(like_data[:4])},
            samples=[{"line": 1, "value": value} for value in like_data[:SAMPLES]], blocks=True,
        )  # fmt: skip
    for heading in table.headings:
        twice = SECOND.fullmatch(heading)
        if twice and twice[1] in table.headings:
            first, second = table.column(twice[1]), table.column(heading)
            if second.filled and first.counts != second.counts:
                yield Question(
                    "doubled_heading", table.place,
                    _("“%(file)s” has the column “%(column)s” more than once, with different values. Look where each of them goes.")
                    % {"file": table.name, "column": twice[1]},
                    column=heading, samples=rows_of(table, heading),
                )  # fmt: skip


def about_numbers(table: Table, looks: Sequence[Look], made: Columns, step: Step) -> Iterator[Question]:
    for look in looks:
        numbers = look.numbers
        if not (numbers.known >= 0.8 * len(look.column.some) and is_used(look, made, MONEY)):
            continue
        if numbers.is_mixed:
            pointed = rows_of(table, look.heading, lambda value: numbers_in([value]).decimal == ".")
            samples = pointed[:3] + rows_of(table, look.heading, lambda value: numbers_in([value]).decimal == ",")[:3]
            yield Question(
                "mixed_numbers", table.place,
                _(
                    "In “%(column)s” of “%(file)s” some numbers have a point before their decimals and some a comma. Which is the decimal sign? "
                    "Rows written otherwise will be refused with their line."
                )
                % {"column": look.heading, "file": table.name},
                column=look.heading, samples=samples, choices=decimal_choices(look.heading), blocks=True,
            )  # fmt: skip
        elif numbers.is_open and not step.map.get("decimal"):
            yield Question(
                "open_numbers", table.place,
                _("Numbers in “%(column)s” of “%(file)s” can be read in two ways. Is the sign in them a decimal sign, or does it part thousands?")
                % {"column": look.heading, "file": table.name},
                column=look.heading, samples=rows_of(table, look.heading, lambda v: numbers_in([v]).is_open), choices=decimal_choices(look.heading),
            )  # fmt: skip


def decimal_choices(heading: str) -> list[Choice]:
    return [Choice(label, {"numbers": {heading: sign}}) for label, sign in (("1,234.56", "."), ("1.234,56", ","))]


def about_dates(table: Table, looks: Sequence[Look], made: Columns, step: Step, ways: Ways) -> Iterator[Question]:
    for look in looks:
        if not (look.dates.known and is_used(look, made, DAYS)):
            continue
        if look.heading in ways.open_dates and not order_of(step, look.heading):
            formats = current()
            first = "mdy" if formats.language.startswith("en") and formats.country in ("US", "PH", "") else "dmy"
            yield Question(
                "open_dates", table.place,
                _("Nothing in “%(column)s” of “%(file)s” says which number is the day. Choose how its dates are written.")
                % {"column": look.heading, "file": table.name},
                column=look.heading, samples=rows_of(table, look.heading), choices=date_choices(look.heading, first), blocks=True,
            )  # fmt: skip
        elif look.dates.is_mixed:
            yield Question(
                "mixed_dates", table.place,
                _(
                    "Dates in “%(column)s” of “%(file)s” are written in several orders. Choose the one that counts; "
                    "rows written otherwise will be refused with their line."
                )
                % {"column": look.heading, "file": table.name},
                column=look.heading, samples=rows_of(table, look.heading, lambda v: bool(YEAR_LAST.fullmatch(v))),
                choices=date_choices(look.heading, ""),
            )  # fmt: skip
        if look.dates.short:
            yield Question(
                "short_years", table.place,
                _("Years in “%(column)s” of “%(file)s” have two digits, which is not read. Write them with four digits, or leave the column out.")
                % {"column": look.heading, "file": table.name},
                column=look.heading, samples=rows_of(table, look.heading), choices=[Choice(_("Leave it out"), {"columns": {look.heading: []}})],
            )  # fmt: skip


def order_of(step: Step, heading: str) -> str:
    return str(step.map.get("dates", {}).get(heading) or step.map.get("date_order", ""))


def date_choices(heading: str, chosen: str) -> list[Choice]:
    said = (("dmy", _("day, month, year")), ("mdy", _("month, day, year")), ("ymd", _("year, month, day")))
    return [Choice(label, {"dates": {heading: order}}, chosen=order == chosen) for order, label in said]


def about_repeated(table: Table, type_: RecordType | None, made: Columns, step: Step) -> Iterator[Question]:
    """Names of companies and products that come more than once, as groups."""
    if type_ is None or type_.key not in ("company", "product"):
        return
    heading = made.heading_of(type_.title_field.key)
    if not heading:
        return
    column = table.column(heading)
    groups = repeated(column)
    if not groups:
        return
    rows, names = sum(count for _name, count in groups), len(groups)
    each = "@id" in made.taken()
    yield Question(
        "repeated_names", table.place,
        ngettext(
            "%(names)s name in “%(file)s” stands in several rows (%(rows)s in all). Are these one record, or a record each?",
            "%(names)s names in “%(file)s” stand in several rows (%(rows)s in all). Are these one record each, or a record for every row?",
            names,
        ) % {"names": current().number(names), "file": table.name, "rows": current().number(rows)},
        column=heading, samples=[{"value": name, "count": count} for name, count in groups[:GROUPS]],
        choices=[
            Choice(_("A record for every row"), {"repeated": "each"}, chosen=each),
            Choice(_("One record for every name"), {"repeated": "one"}, chosen=not each),
        ],
        data={"names": names, "rows": rows, "repeats": column.filled - distinct_names(column), "all": column.filled},
    )  # fmt: skip


def repeated(column: Column) -> list[tuple[str, int]]:
    """(name, rows) of names that come more than once, the most frequent first; spellings that fold alike are one."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for value, count in column.counts.items():
        counts[fold(value)] += count
        written.setdefault(fold(value), value)
    return [(written[key], count) for key, count in counts.most_common() if count > 1]


def distinct_names(column: Column) -> int:
    return len(set(map(fold, column.counts)))


def about_people(
    table: Table, looks: Sequence[Look], made: Columns, step: Step, people: Collection[str]
) -> Iterator[Question]:
    """People by name who are not here."""
    for look in looks:
        if "owner" not in made.targets.get(look.heading, ()) or not people:
            continue
        unknown = [
            (name, count)
            for name, count in look.column.counts.most_common()
            if fold(name) not in people and "@" not in name
        ]
        if unknown:
            chosen = step.map.get("unknown_person", "report")
            yield Question(
                "unknown_people", table.place,
                ngettext(
                    "“%(column)s” of “%(file)s” names %(count)s person who is not here: %(names)s.",
                    "“%(column)s” of “%(file)s” names %(count)s people who are not here: %(names)s.",
                    len(unknown),
                ) % {"column": look.heading, "file": table.name, "count": current().number(len(unknown)), "names": joined(name for name,
                _n in unknown[:8])},
                column=look.heading, samples=[{"value": name, "count": count} for name, count in unknown[:GROUPS]],
                choices=[
                    Choice(_("Add them, without sign-in"), {"unknown_person": "create"}, chosen=chosen == "create"),
                    Choice(_("Leave the owner empty"), {"unknown_person": "none"}, chosen=chosen == "none"),
                    Choice(_("Refuse these rows"), {"unknown_person": "report"}, chosen=chosen == "report"),
                ],
            )  # fmt: skip


def about_missing(table: Table, ids: Ids, type_: RecordType | None, made: Columns) -> Iterator[Question]:
    """Ids of records that no file holds: told, for nothing can be done here but to add the file."""
    for heading, (named, count) in ids.missing.items():
        yield Question(
            "missing_records", table.place,
            missing_sentence(table, heading, named, count, type_, made),
            column=heading, samples=rows_of(table, heading), data={"count": count, "type": named},
        )  # fmt: skip


def more_questions(
    known: Known, type_: RecordType | None, looks: Sequence[Look], made: Columns, stages: Stages, step: Step
) -> list[Question]:
    asked: list[Question] = []
    pipe = pipeline_column(looks)
    if stages.pipeline and pipe is not None and pipe.column.distinct > 1:
        said = _(
            "“%(file)s” holds %(count)s pipelines in one file; all their stages go into “%(name)s”. "
            "Split the file by “%(column)s” if they shall stay apart."
        ) % {
            "file": known.table.name, "count": current().number(pipe.column.distinct), "name": stages.label, "column": pipe.heading,
        }  # fmt: skip
        asked.append(
            Question(
                "several_pipelines",
                known.table.place,
                said,
                column=pipe.heading,
                samples=[{"value": v, "count": c} for v, c in pipe.column.counts.most_common(20)],
            )
        )
    for key, table in step.map.get("choices", {}).items():
        if lost := [text for text, option in table.items() if option == ""]:
            said = _("“%(field)s” has no option for: %(texts)s. These stay empty unless you choose one.") % {
                "field": type_[key.removeprefix(WAS)].label if type_ else key,
                "texts": joined(lost[:8]),
            }
            asked.append(
                Question(
                    "closed_list",
                    known.table.place,
                    said,
                    column=made.heading_of(key),
                    samples=[{"value": text} for text in lost[:20]],
                )
            )
    return asked


def missing_sentence(
    table: Table, heading: str, named: str, count: int, type_: RecordType | None, made: Columns
) -> str:
    found = type_.schema.types.get(named) if type_ is not None else None
    what = found.plural if found is not None else named.lstrip("+").replace("_", " ")
    words = {"column": heading, "file": table.name, "count": current().number(count), "what": what}
    if what and any(target.endswith("@id") for target in made.targets.get(heading, ())):
        said = _(
            "“%(column)s” of “%(file)s” names %(count)s %(what)s that these files do not hold. One that stands for each is made, "
            "so that its lines are not lost; add that file to have the real ones."
        )
        return said % words
    if what:
        said = _(
            "“%(column)s” of “%(file)s” names %(count)s %(what)s that these files do not hold. The numbers are kept as text; "
            "add that file to have links."
        )
        return said % words
    said = _(
        "“%(column)s” of “%(file)s” names %(count)s records that these files do not hold. The numbers are kept as text."
    )
    return said % words


def rows_of(table: Table, heading: str, holds: object = None) -> list[dict[str, object]]:
    """A few rows of the sample with different values of the column."""
    found: dict[str, int] = {}
    for line, value in table.cells(heading):
        if value not in found and (holds is None or holds(value)):  # type: ignore[operator]  # a test of a value
            found[value] = line
        if len(found) >= SAMPLES:
            break
    return [{"line": line, "value": value} for value, line in found.items()]
