"""Files that are loaded while the server is killed: each row is known again, and it is known what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

MET = 30
"""So many deals are here already; the first rows of each file mean them."""
HEADINGS = ("Id", "Name", "Amount", "Company", "Source", "Repeats", "Comments", "Size")
FIRMS = 7


@dataclass(frozen=True)
class Row:
    """A row of a file. Shapes: `kind` is met, refused or new; `repeats` the id of a row below to which it has a link, or ""."""

    line: int
    id: str
    name: str
    kind: str
    repeats: str = ""


@dataclass(frozen=True)
class Sheet:
    """One file of deals, every one with a number of its own."""

    number: int
    count: int

    @property
    def file(self) -> str:
        return f"sheet-{self.number}.csv"

    @property
    def rows(self) -> list[Row]:
        return [self.row(n) for n in range(self.count)]

    def row(self, n: int) -> Row:
        if n < MET:
            return Row(n + 2, f"base-{n}", f"Base {n}", "met")
        below = f"s{self.number}-{n + 1}" if n % 5 == 0 and self.kind_of(n + 1) == "new" else ""
        return Row(n + 2, f"s{self.number}-{n}", f"s{self.number} deal {n}", self.kind_of(n), below)

    def kind_of(self, n: int) -> str:
        if n >= self.count:
            return ""
        return "met" if n < MET else "refused" if n % 37 == 7 else "new"

    @property
    def firms(self) -> set[str]:
        return {f"s{self.number} firm {n}" for n in range(FIRMS)}

    @property
    def option(self) -> str:
        return f"Source of {self.number}"

    @property
    def field(self) -> str:
        return f"Size {self.number}"

    @property
    def comment(self) -> str:
        return f"s{self.number}"

    def text(self) -> str:
        lines = [",".join((*HEADINGS[:-1], self.field))]
        for n, row in enumerate(self.rows):
            if row.kind == "met":
                cells = [row.id, row.name, "", "", "", "", self.comment, ""]
            else:
                amount = "lots" if row.kind == "refused" else str(100 + n)
                firm = f"s{self.number} firm {n % FIRMS}"
                cells = [row.id, row.name, amount, firm, self.option, row.repeats, "", str(n % 9)]
            lines.append(",".join(cells))
        return "\n".join(lines) + "\n"

    def form(self) -> dict[str, str]:
        """What the page of the map sends."""
        targets = ("@id", "name", "amount", "company", "source", "repeat_of@id", "comments", f"+whole:{self.field}")
        words = {"unknown_choice": "create", "unknown_link": "create", "unknown_person": "report"}
        said = {"mapped": "1", "system": "old", "existing": "update", "decimal": ".", "match": "", **words}
        return said | {f"column-{n}": target for n, target in enumerate(targets)}
