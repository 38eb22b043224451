"""Folders of the data folder in which files lie under random names until they are forgotten."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

OLD_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Shelf:
    name: str

    def folder(self) -> Path:
        made = Path(settings.DATA) / self.name
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
        return made

    def path_of(self, name: str) -> Path:
        """Where the file of that name lies; no name leads outside of the folder."""
        return self.folder() / (Path(name).name or "none")

    def clean_up(self, known: Collection[str], *, beside: str = "") -> None:
        """Delete what no row names and that is older than a day: of uploads that broke off, of work that was killed.

        Shapes: `beside` is the end of files that lie beside those that are named.
        """
        before = time.time() - OLD_SECONDS
        for path in self.folder().iterdir():
            if path.name.removesuffix(beside) not in known and path.is_file() and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
