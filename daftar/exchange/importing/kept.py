"""The files of an import on the disk, until it is done."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.source import Source
from daftar.records import files


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
    return open_source(
        path,
        encoding=str(file.get("encoding", "")),
        delimiter=str(file.get("delimiter", "")),
        sheet=str(file.get("sheet", "")),
        has_headings=bool(file.get("has_headings", True)),
        name=str(file["name"]),
    )


def look_at(file: dict[str, Any]) -> Source:
    """Note in `file` how it is read, its headings, how many lines it has and what it is. Errors: Unreadable."""
    source = source_of(file)
    file |= {
        "kind": source.kind,
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "sheet": source.sheet,
        "headings": list(source.headings),
        "rows": source.count_lines(),
    }
    return source


def by_sheets(files_: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files, a workbook as one for each of its sheets that holds a table. Errors: Unreadable naming the file."""
    made: list[dict[str, Any]] = []
    for file in files_:
        source = opened(file)
        others = [sheet for sheet in source.sheets if sheet != source.sheet] if not file.get("sheet") else []
        made.append(file if not others else sheet_of(file, source.sheet))
        made += [one for one in (sheet_of(file, sheet) for sheet in others) if holds_a_table(one)]
    return made


def sheet_of(file: Mapping[str, Any], sheet: str) -> dict[str, Any]:
    return {**file, "sheet": sheet, "name": f"{str(file['name'])[:140]} · {sheet[:50]}"}


def holds_a_table(file: Mapping[str, Any]) -> bool:
    try:
        return bool(source_of(file).first_rows(1))
    except Unreadable:
        return False


def opened(file: Mapping[str, Any]) -> Source:
    """The file, opened; what is wrong with one of several says which. Errors: Unreadable."""
    try:
        return source_of(file)
    except Unreadable as problem:
        raise Unreadable(f"{file['name']}: {problem}") from None
