"""The files of an import on the disk, until it is done."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from daftar.exchange.importing.reading import Source
from daftar.records import files

PIECE = 1 << 20


def keep_upload(upload: Any, suffix: str) -> Path:
    """Store an upload under a random name: written, synced, then renamed."""
    path = folder() / f"{files.random_name()}{suffix}"
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return path


def folder() -> Path:
    path = Path(settings.DATA) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep_file(upload: Any) -> dict[str, Any]:
    """Store an uploaded table; what a run keeps of it."""
    path = keep_upload(upload, ".table")
    return {"name": (upload.name or "file.csv")[:200], "path": path.name, "encoding": "", "delimiter": ""}


def source_of(file: Mapping[str, Any]) -> Source:
    """The kept file, read as it was guessed or chosen. Errors: Unreadable."""
    path = folder() / Path(str(file["path"])).name
    return Source(path, encoding=file["encoding"], delimiter=file["delimiter"], name=file["name"])


def look_at(file: dict[str, Any]) -> Source:
    """Note in `file` how it is read, its headings, how many lines it has and what it is. Errors: Unreadable."""
    source = source_of(file)
    file |= {
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "headings": list(source.headings),
        "rows": source.count_lines(),
        "sha256": digest(source.path),
    }
    return source


def digest(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            made.update(piece)
    return made.hexdigest()
