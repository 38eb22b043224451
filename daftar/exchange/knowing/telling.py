"""Sentences that say what was recognised, and why."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.exchange.knowing.columns import Columns
from daftar.exchange.knowing.proposal import NewType, Step
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.stages import Stages
from daftar.exchange.knowing.table import Table
from daftar.exchange.knowing.ways import Ways
from daftar.kernel.formats import current, joined

ORDERS = {"dmy": "31.12.2017", "mdy": "12/31/2017", "ymd": "2017-12-31"}


def tell(known: Known, name: str, made: Columns, stages: Stages, ways: Ways, new: NewType | None) -> list[str]:
    """What is said of one file, the most important first."""
    table = known.table
    said = [what_it_is(known, name, new)]
    said += list(about_keys(made))
    said += list(about_stages(stages))
    said += list(about_reading(ways))
    if fields := [
        target.partition(":")[2].removesuffix("@id")
        for targets in made.targets.values()
        for target in targets
        if target.startswith("+")
    ]:
        said.append(
            ngettext(
                "%(count)s column becomes a new field: %(names)s.",
                "%(count)s columns become new fields: %(names)s.",
                len(fields),
            )
            % {"count": current().number(len(fields)), "names": joined(fields[:12])}
        )
    if out := [heading for heading, targets in made.targets.items() if not targets and table.column(heading).filled]:
        said.append(_("Left out: %(columns)s.") % {"columns": joined(out)})
    return said


def what_it_is(known: Known, name: str, new: NewType | None) -> str:
    table = known.table
    words = {
        "file": table.name,
        "type": name,
        "rows": rows_of(table),
        "system": known.system.name if known.system else "",
    }
    if new is not None:
        words["type"] = new.plural
        if known.system:
            return _("%(file)s: “%(type)s”, a new record type, from %(system)s; %(rows)s.") % words
        return _("%(file)s: “%(type)s”, a new record type; %(rows)s.") % words
    if known.system:
        return _("%(file)s: %(type)s, from %(system)s; %(rows)s.") % words
    return _("%(file)s: %(type)s; %(rows)s.") % words


def rows_of(table: Table) -> str:
    """ "2,229 rows", "about 1,000,000 rows"."""
    said = ngettext("%(count)s row", "%(count)s rows", table.rows) % {"count": current().number(table.rows)}
    return said if table.is_counted else _("about %(rows)s") % {"rows": said}


def about_keys(made: Columns) -> Iterator[str]:
    if own := made.heading_of("@id"):
        yield _("Rows are known by “%(column)s”, so the same file again changes only what differs.") % {"column": own}
    links = [
        heading for heading, targets in made.targets.items() if any(t.endswith("@id") and t != "@id" for t in targets)
    ]
    if links:
        yield _("Links are made by ids: %(columns)s.") % {"columns": joined(links)}


def about_stages(stages: Stages) -> Iterator[str]:
    if not stages.pipeline:
        return
    if stages.is_new:
        yield _("A new pipeline “%(name)s” with %(count)s stages: %(stages)s.") % {
            "name": stages.label, "count": current().number(len(stages.made)), "stages": joined(name for _kind, name in stages.made),
        }  # fmt: skip
    else:
        yield _("The stages are those of the pipeline “%(name)s”.") % {"name": stages.label}
    for kind, sentence in (
        ("won", _("Won is what stands in: %(names)s.")),
        ("lost", _("Lost is what stands in: %(names)s.")),
    ):
        if names := [name for made, name in stages.made if made == kind]:
            yield sentence % {"names": joined(names)}


def about_reading(ways: Ways) -> Iterator[str]:
    if order := ways.map.get("date_order"):
        yield _("Dates are written like %(form)s.") % {"form": ORDERS[str(order)]}
    if ways.has_jalali:
        yield _("Its years are Jalali.")
    if ways.currency:
        yield _("Amounts are in %(currency)s.") % {"currency": ways.currency}
    for heading, factor in dict(ways.map.get("times", {})).items():  # type: ignore[call-overload]  # heading → factor
        yield _("Numbers in “%(column)s” are multiplied by %(factor)s.") % {"column": heading, "factor": factor}
    if ways.country:
        why = {
            "numbers": _("Phones without a country code are of %(country)s, for most of them exist there."),
            "currency": _("Phones without a country code are of %(country)s, as the currency is and as most of them exist there."),
            "company": _("Phones without a country code are of %(country)s, as the company is."),
        }  # fmt: skip
        yield why[ways.country_by] % {"country": ways.country}


def title_of(name: str, table: Table) -> str:
    return f"{capfirst(name)}: {table.name}" if name else table.name


def all_words(steps: list[Step]) -> list[str]:
    """The first sentence of each step, for the head of the page."""
    return [step.words[0] for step in steps if step.words]
