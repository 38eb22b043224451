"""What `propose` answers with: steps with their maps in JSON, record types to make, questions, and words that say what was recognised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Step:
    """One pass over one file. Shapes: `file` is its number among the files, `map` an `ImportMap` in its JSON form."""

    file: int
    type: str
    title: str
    map: dict[str, Any]
    words: list[str] = field(default_factory=list)
    """Sentences about the file as a whole."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Heading → why its column goes there, or is left out."""
    derived: list[str] = field(default_factory=list)
    """Headings of columns that only say what others say; the person may well leave them out."""
    stage_order: list[str] = field(default_factory=list)
    """Texts of the file in the order in which stages are made; a JSON column of PostgreSQL keeps none."""
    rows: int = 0
    system: str = ""
    saved: str = ""
    """Name of the saved map that it comes from."""

    def to_json(self) -> dict[str, Any]:
        """What an import keeps of it."""
        kept = {"file": self.file, "type": self.type, "title": self.title, "map": self.map}
        return kept | ({"stage_order": self.stage_order} if self.stage_order else {})


@dataclass
class NewType:
    """A record type that is made before the steps run; `title` is what the field of its names is called, `title_key` its key."""

    key: str
    name: str
    plural: str
    icon: str = ""
    title: str = ""
    title_key: str = "name"

    def to_json(self) -> dict[str, str]:
        return {"key": self.key, "name": self.name, "plural": self.plural, "icon": self.icon, "title": self.title}


@dataclass
class Choice:
    """An answer that can be given. Shapes: `change` are words of the step's map with the values that they get."""

    label: str
    change: dict[str, Any] = field(default_factory=dict)
    chosen: bool = False


@dataclass
class Question:
    """What only a person can say.

    Shapes: `code` is one of mixed_numbers, open_numbers, open_dates, mixed_dates, short_years, repeated_names, doubled_heading, data_as_headings,
    unknown_people, missing_records, closed_list, several_pipelines,
    unknown_type; `samples` are rows of the file; `blocks` when nothing can be loaded before it is answered.
    """

    code: str
    file: int
    sentence: str
    column: str = ""
    samples: list[dict[str, Any]] = field(default_factory=list)
    """{"line", "value"} of single rows, or {"value", "count"} of groups."""
    choices: list[Choice] = field(default_factory=list)
    blocks: bool = False
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Proposal:
    """All that was recognised in files that belong together."""

    steps: list[Step] = field(default_factory=list)
    types: list[NewType] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def blocking(self) -> list[Question]:
        return [question for question in self.questions if question.blocks]
