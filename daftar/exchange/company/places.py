"""Where archives lie until they are forgotten, and how far the work on one is."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daftar.exchange.shelf import Shelf
from daftar.records import files

EVERY_SECONDS = 0.5
shelf = Shelf("company")
folder, path_of = shelf.folder, shelf.path_of


def new_name() -> str:
    return f"{files.random_name()}.zip"


def keep(upload: Any) -> str:
    """Store an upload and return its name: written, synced, then renamed."""
    name = new_name()
    part = folder() / f".{name}.part"
    with part.open("wb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    part.rename(folder() / name)
    return name


def forget(name: str) -> None:
    if name:
        path_of(name).unlink(missing_ok=True)
        progress_path(name).unlink(missing_ok=True)


def clean_up(known: set[str]) -> None:
    """Delete what no row names any more, with what tells how far it is."""
    shelf.clean_up(known, beside=".progress")


# -- how far it is -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Far:
    """Rows that are done, of all."""

    done: int = 0
    total: int = 0

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // max(self.total, 1))


def progress_path(name: str) -> Path:
    return folder() / f"{Path(name).name}.progress"


class Teller:
    """Writes how far the work is, twice a second at most. A file, for the work itself is one transaction or reads a copy."""

    def __init__(self, name: str) -> None:
        self.path, self.next = progress_path(name), 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self.next and done < total:
            return
        self.next = now + EVERY_SECONDS
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps([done, total]), encoding="ascii")
        part.replace(self.path)


def far(name: str) -> Far:
    try:
        done, total = json.loads(progress_path(name).read_text(encoding="ascii"))
        return Far(int(done), int(total))
    except (OSError, ValueError, TypeError):
        return Far()
