"""What a recipe is: files that belong together, the pipelines they need, and the steps in which they are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.steps import Step as RunStep
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.source import Source
from daftar.kernel.formats import joined
from daftar.kernel.text import fold
from daftar.records.fields.base import Label


@dataclass(frozen=True)
class RecipeFile:
    """A file by the name it usually has and the headings by which it is known under any other."""

    name: str
    headings: tuple[str, ...]

    def is_this(self, source: Source) -> bool:
        here = {fold(heading) for heading in source.headings}
        return all(fold(heading) in here for heading in self.headings)


@dataclass(frozen=True)
class RecipeStage:
    key: str
    name: str
    kind: str = "open"
    colour: str = "grey"
    probability: int = 0


@dataclass(frozen=True)
class RecipePipeline:
    """A pipeline that the files speak of; made when it is missing, with no demands on its stages."""

    type: str
    key: str
    name: str
    stages: tuple[RecipeStage, ...]


@dataclass(frozen=True)
class Step:
    """One pass over one file; `map` is an `ImportMap` in its JSON form. Loaded again, it keeps what people changed by hand since."""

    title: Label
    file: str
    type: str
    map: Mapping[str, Any]

    def import_map(self) -> ImportMap:
        return ImportMap.from_json({"existing": "keep", **self.map})


@dataclass(frozen=True)
class Recipe:
    key: str
    name: Label
    about: Label
    files: tuple[RecipeFile, ...]
    steps: tuple[Step, ...]
    pipelines: tuple[RecipePipeline, ...] = ()

    @property
    def types(self) -> list[str]:
        """The record types that it fills, in order."""
        return list(dict.fromkeys(step.type for step in self.steps))

    def steps_for(self, sources: Sequence[Source], existing: str = "") -> list[RunStep]:
        """The steps of an import of these files. Shapes: `existing` as in `ImportMap`; by default as the steps say. Errors: Unreadable."""
        by_name = self.sort_out(sources)
        places = {id(source): n for n, source in enumerate(sources)}
        return [
            RunStep(
                places[id(by_name[step.file])],
                step.type,
                str(step.title),
                step.import_map().but(existing=existing).to_json(),
            )
            for step in self.steps
        ]

    def sort_out(self, sources: Sequence[Source]) -> dict[str, Source]:
        """Usual name → the file that is meant, by its headings. Errors: Unreadable naming what is missing."""
        found: dict[str, Source] = {}
        for file in self.files:
            mine = [s for s in sources if file.is_this(s)]
            if not mine:
                raise Unreadable(
                    _("The file “%(name)s” is missing: none of these files has the columns %(columns)s.")
                    % {"name": file.name, "columns": joined(file.headings)}
                )
            found[file.name] = mine[0]
        return found
