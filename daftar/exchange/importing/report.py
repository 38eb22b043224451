"""What an import did or would do: exact counts, what looked odd, and every refused row with its reason."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daftar.exchange.importing.lines import Lines
from daftar.exchange.importing.outcomes import (
    MOST_LINES,
    MOST_ROWS,
    OUTCOMES,
    REFUSED,
    WAITING,
    Group,
    RowTold,
    StageSum,
)
from daftar.kernel.text import fold

MOST_LISTED = 1000
"""Refused cells and odd values that a report lists; the counts go on."""
WHAT = {
    "near_option": gettext_lazy("kept as a new option; did you mean “%(near)s”?"),
    "new_option": gettext_lazy("new option added"),
    "matched": gettext_lazy("taken as “%(near)s”"),
    "new_person": gettext_lazy("person added, without sign-in"),
    "no_person": gettext_lazy("no such person; left empty"),
    "new_record": gettext_lazy("record added"),
    "kept": gettext_lazy("kept “%(near)s”, which somebody wrote here since"),
    "near_country": gettext_lazy("kept as it is; did you mean “%(near)s”?"),
    "stand_in": gettext_lazy("in none of the files; a record that stands for it was made"),
    "several": gettext_lazy("several records here are called so; left empty"),
    "no_link": gettext_lazy("no record here has this key; left empty"),
    "other_link": gettext_lazy("another column of the row leads elsewhere; that one was taken"),
    "left_person": gettext_lazy("this person has left; new records go to whom the import names"),
    "rounded": gettext_lazy("more digits than the currency has; rounded to its smallest coin"),
}
MADE = frozenset({"near_option", "new_option", "new_person", "new_record", "stand_in"})
"""Told of rows for whose sake something was made, and of all that name it."""
line_of = attrgetter("line")
BY_COLUMN = frozenset({"several", "no_link", "other_link", "rounded"})
"""Told once for a column, with the first value as an example: the values of such cells are all different."""


@dataclass(slots=True)
class OddValue:
    """A value worth a look; `what` is a key of `WHAT`, `near` what it was compared with."""

    column: str
    value: str
    what: str
    near: str = ""
    count: int = 0
    line: int = 0

    @property
    def sentence(self) -> str:
        return str(WHAT[self.what]) % {"near": self.near}


@dataclass(frozen=True, slots=True)
class CellError:
    """One reason why a row was refused; `column` is "" when it is about the whole row."""

    line: int
    column: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SumTold:
    """A row whose sum in the file is another one than it comes to. Shapes: amounts as plain numbers, "" where there is none."""

    line: int
    title: str
    told: str
    ours: str
    currency: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    line: int
    cells: tuple[str, ...]
    errors: tuple[CellError, ...]
    title: str = ""


def totals(reports: Sequence[Report]) -> dict[str, int]:
    """Rows made, changed and refused, over all files of an import; for the audit log."""
    names = {"made": "created", "changed": "updated", "refused": "refused"}
    return {name: sum(getattr(report, count) for report in reports) for name, count in names.items()}


@dataclass
class Report:
    """Counts of rows: every row of the file is in exactly one of `OUTCOMES`.

    Shapes: `rows_told` are the first rows of each outcome, and of `candidates`: new ones that may be the same as a record here.
    `groups` counts titles that several rows have, `repeats` the rows behind the first of each; `grouped` lists the first of them.
    `by_stage` are stage → rows and sums of what was stored for rows that went in, `in_file` the same as the file says it.
    `waits` are the lines of all rows that wait, listed or not. `mixed` are columns that hold two ways of writing, None before the file was
    looked at.
    """

    title: str = ""
    type: str = ""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    refused: int = 0
    waiting: int = 0
    candidates: int = 0
    no_links: int = 0
    groups: int = 0
    repeats: int = 0
    odd: dict[str, OddValue] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)
    rows_told: dict[str, list[RowTold]] = field(default_factory=dict)
    grouped: dict[str, Group] = field(default_factory=dict)
    by_stage: dict[str, StageSum] = field(default_factory=dict)
    in_file: dict[str, StageSum] = field(default_factory=dict)
    waits: Lines = field(default_factory=Lines)
    mixed: list[str] | None = None
    compared: int = 0
    """Rows whose sums were compared with what they come to; `differing` of them have another one."""
    differing: int = 0
    sums: list[SumTold] = field(default_factory=list)
    """The first that differ."""
    fresh_sums: list[SumTold] = field(default_factory=list)
    """Those of the batch at hand, which who keeps them takes away."""

    @property
    def rows(self) -> int:
        return sum(getattr(self, outcome) for outcome in OUTCOMES)

    def tell(self, outcome: str, row: RowTold) -> None:
        """Count a row, and list it when it is one of the first in the file, in whatever order rows are done."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        if outcome == WAITING:
            self.waits.add(row.line)
        told = self.rows_told.setdefault(outcome, [])
        if self.has_room(outcome, row.line):
            insort(told, row, key=line_of)
            del told[MOST_ROWS:]

    def has_room(self, outcome: str, line: int) -> bool:
        """Whether a row on that line would be listed."""
        told = self.rows_told.get(outcome) or []
        return len(told) < MOST_ROWS or line < told[-1].line

    def lists(self, outcome: str, row: RowTold) -> bool:
        """Whether it is among the rows listed."""
        told = self.rows_told.get(outcome, ())
        at = bisect_left(told, row.line, key=line_of)
        return at < len(told) and told[at] is row

    def untell_waiting(self, line: int) -> None:
        """Take back a row that waited for a word and has it now."""
        if line in self.waits:
            self.waits.discard(line)
            self.waiting -= 1
            self.rows_told[WAITING] = [row for row in self.rows_told.get(WAITING, ()) if row.line != line]

    def group(self, title: str, first: int, line: int, *, is_new: bool) -> None:
        """A row whose title stands in the file above; `first` is the line there, `is_new` when it is the second of its group."""
        self.groups += is_new
        self.repeats += 1
        if is_new and len(self.grouped) < MOST_ROWS:
            self.grouped[fold(title)] = Group(title[:200], [first], 1)
        if (known := self.grouped.get(fold(title))) is not None:
            known.count += 1
            if len(known.lines) < MOST_LINES:
                known.lines.append(line)

    def note(self, column: str, value: str, what: str, line: int, near: str = "", count: int = 1) -> None:
        """Count an odd value."""
        key = odd_key(column, value, what)
        self.no_links += count if what == "no_link" else 0
        if key not in self.odd:
            if len(self.odd) >= MOST_LISTED:
                return
            self.odd[key] = OddValue(column, value[:200], what, near, 0, line)
        self.odd[key].count += count
        if line < self.odd[key].line:
            self.odd[key].line, self.odd[key].value = line, value[:200]

    def refuse(self, row: RefusedRow) -> None:
        self.tell(REFUSED, RowTold(row.line, row.title[:200]))
        self.errors += row.errors[: MOST_LISTED - len(self.errors)]

    def tell_sum(self, told: SumTold) -> None:
        """Count a sum that differs."""
        self.differing += 1
        self.fresh_sums.append(told)
        if len(self.sums) < MOST_ROWS or told.line < self.sums[-1].line:
            insort(self.sums, told, key=line_of)
            del self.sums[MOST_ROWS:]

    def take_sums(self) -> list[SumTold]:
        """Those of the batch at hand, once, in the order of the file."""
        fresh, self.fresh_sums = sorted(self.fresh_sums, key=line_of), []
        return fresh

    def odd_values(self) -> list[OddValue]:
        """Slips first, then what was added."""
        order = {
            "near_option": 0,
            "near_country": 0,
            "matched": 0,
            "no_person": 1,
            "kept": 1,
            "no_link": 1,
            "left_person": 1,
        }
        return sorted(self.odd.values(), key=lambda o: (order.get(o.what, 2), o.column, o.value))

    def to_json(self) -> dict[str, Any]:
        return {
            **{k: getattr(self, k) for k in ("title", "type", *COUNTS)},
            "odd": [asdict(self.odd[key]) for key in sorted(self.odd)],
            "errors": [asdict(e) for e in self.errors],
            "rows": {outcome: [row.to_json() for row in told] for outcome, told in self.rows_told.items() if told},
            "grouped": [{"key": key, **asdict(group)} for key, group in self.grouped.items()],
            "by_stage": {stage: asdict(found) for stage, found in self.by_stage.items()},
            "in_file": {stage: asdict(found) for stage, found in self.in_file.items()},
            "waits": self.waits.to_text(),
            "mixed": self.mixed,
            "sums": [asdict(one) for one in self.sums],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Report:
        made = cls(**{k: kept.get(k, "" if k in ("title", "type") else 0) for k in ("title", "type", *COUNTS)})
        made.errors = [CellError(**e) for e in kept.get("errors", ())]
        made.sums = [SumTold(**one) for one in kept.get("sums") or ()]
        for odd in kept.get("odd", ()):
            value = OddValue(**odd)
            made.odd[odd_key(value.column, value.value, value.what)] = value
        made.rows_told = {
            o: [RowTold.from_json(row) for row in told] for o, told in dict(kept.get("rows") or {}).items()
        }
        for group in kept.get("grouped") or ():
            made.grouped[group["key"]] = Group(group["title"], list(group["lines"]), group["count"])
        made.by_stage = {stage: StageSum(**found) for stage, found in dict(kept.get("by_stage") or {}).items()}
        told = kept.get("waits")  # releases before this one kept the lines of those alone that they list
        made.waits = Lines.from_text(told) if told else Lines([row.line for row in made.rows_told.get(WAITING, ())])
        made.mixed = kept.get("mixed")
        made.in_file = {stage: StageSum(**found) for stage, found in dict(kept.get("in_file") or {}).items()}
        return made


def odd_key(column: str, value: str, what: str) -> str:
    return f"{column}\n{'' if what in BY_COLUMN else value}\n{what}"


COUNTS = (*OUTCOMES, "candidates", "no_links", "groups", "repeats", "compared", "differing")


def in_words(reports: Sequence[Report], *, rehearsed: bool) -> str:
    """The report for a terminal."""
    lines = [_("Rehearsal: nothing was changed.")] if rehearsed else []
    for report in reports:
        counts = [
            _("%(count)s new") % {"count": f"{report.created:,}"},
            _("%(count)s updated") % {"count": f"{report.updated:,}"},
            _("%(count)s unchanged") % {"count": f"{report.unchanged:,}"},
            _("%(count)s refused") % {"count": f"{report.refused:,}"},
        ]
        if report.repeated:
            counts.append(_("%(count)s repeat a row above") % {"count": f"{report.repeated:,}"})
        if report.waiting:
            counts.append(_("%(count)s wait for your word") % {"count": f"{report.waiting:,}"})
        if report.candidates:
            counts.append(_("%(count)s may be here already") % {"count": f"{report.candidates:,}"})
        lines.append(f"{report.title}: {', '.join(counts)}")
        if report.groups:
            said = _("%(repeats)s rows repeat an earlier name, in %(groups)s groups.")
            lines.append("  " + said % {"repeats": f"{report.repeats:,}", "groups": f"{report.groups:,}"})
        if report.compared:
            said = _("%(differ)s of %(all)s sums differ from what the rows come to.")
            lines.append("  " + said % {"differ": f"{report.differing:,}", "all": f"{report.compared:,}"})
        for odd in report.odd_values():
            times = f" ×{odd.count:,}" if odd.count > 1 else ""
            lines.append(f"  ? {odd.column} “{odd.value}”{times} ({in_line(odd.line)}): {odd.sentence}")
        for error in report.errors:
            where = f"{error.column} “{error.value}”: " if error.column else ""
            lines.append(f"  ! {in_line(error.line)}: {where}{error.sentence}")
        if report.refused > len({e.line for e in report.errors}):
            lines.append("  " + _("… and more; only the first %(most)s are listed.") % {"most": f"{MOST_LISTED:,}"})
    return "\n".join(lines)


def in_line(number: int) -> str:
    return _("line %(number)s") % {"number": number}
