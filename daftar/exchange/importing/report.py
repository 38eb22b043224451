"""What an import did or would do: exact counts, what looked odd, and every refused row with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
}


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
class RefusedRow:
    line: int
    cells: tuple[str, ...]
    errors: tuple[CellError, ...]


def totals(reports: Sequence[Report]) -> dict[str, int]:
    """Rows made, changed and refused, over all files of an import; for the audit log."""
    names = {"made": "created", "changed": "updated", "refused": "refused"}
    return {name: sum(getattr(report, count) for report in reports) for name, count in names.items()}


@dataclass
class Report:
    """Counts of rows: every row of the file is in exactly one of created, updated, unchanged, repeated and refused."""

    title: str = ""
    type: str = ""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    refused: int = 0
    odd: dict[str, OddValue] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.repeated + self.refused

    def note(self, column: str, value: str, what: str, line: int, near: str = "", count: int = 1) -> None:
        """Count an odd value."""
        key = f"{column}\n{value}\n{what}"
        if key not in self.odd:
            if len(self.odd) >= MOST_LISTED:
                return
            self.odd[key] = OddValue(column, value[:200], what, near, 0, line)
        self.odd[key].count += count

    def refuse(self, row: RefusedRow) -> None:
        self.refused += 1
        self.errors += row.errors[: MOST_LISTED - len(self.errors)]

    def odd_values(self) -> list[OddValue]:
        """Slips first, then what was added."""
        order = {"near_option": 0, "near_country": 0, "matched": 0, "no_person": 1, "kept": 1}
        return sorted(self.odd.values(), key=lambda o: (order.get(o.what, 2), o.column, o.value))

    def to_json(self) -> dict[str, Any]:
        return {
            **{k: getattr(self, k) for k in ("title", "type", *COUNTS)},
            "odd": [asdict(o) for o in self.odd.values()],
            "errors": [asdict(e) for e in self.errors],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Report:
        made = cls(**{k: kept.get(k, "" if k in ("title", "type") else 0) for k in ("title", "type", *COUNTS)})
        made.errors = [CellError(**e) for e in kept.get("errors", ())]
        for odd in kept.get("odd", ()):
            value = OddValue(**odd)
            made.odd[f"{value.column}\n{value.value}\n{value.what}"] = value
        return made


COUNTS = ("created", "updated", "unchanged", "repeated", "refused")


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
        lines.append(f"{report.title}: {', '.join(counts)}")
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
