"""The files of an import on the disk, until it is done."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.source import Source
from daftar.records import files

MOST_FILES = 100
ORPHAN_SECONDS = 24 * 3600


def keep_upload(upload: Any, suffix: str) -> Path:
    """Store an upload under a random name: written, synced, then renamed."""
    path = folder() / f"{files.random_name()}{suffix}"
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:  # on a full disk what was written must not stay
        part.unlink(missing_ok=True)
        raise
    return path


def clean_up(named: Collection[str]) -> None:
    """Remove what no import names and nobody touched for a day: of uploads and of work that broke off. Spools go with their file."""
    before = time.time() - ORPHAN_SECONDS
    for path in folder().iterdir():
        if ".".join(path.name.split(".")[:2]) in named or path.stat().st_mtime > before:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def folder() -> Path:
    path = Path(settings.DATA) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep_file(upload: Any) -> dict[str, Any]:
    """Store an uploaded table; what a run keeps of it."""
    path = keep_upload(upload, ".table")
    name = (upload.name or "file.csv")[:200]
    return {"name": name, "path": path.name, "encoding": "", "delimiter": "", "sha256": sha256_of(path)}


def source_of(file: Mapping[str, Any]) -> Source:
    """The kept file, read as it was guessed or chosen. Errors: Unreadable."""
    return open_source(
        path_of(file),
        encoding=str(file.get("encoding", "")),
        delimiter=str(file.get("delimiter", "")),
        sheet=str(file.get("sheet", "")),
        has_headings=bool(file.get("has_headings", True)),
        name=str(file["name"]),
    )


def source_as_kept(file: Mapping[str, Any]) -> Source:
    """The kept file, which is still the one that was taken in. Errors: Unreadable."""
    path = path_of(file)
    if file.get("sha256") and path.is_file() and sha256_of(path) != file["sha256"]:
        raise Unreadable(
            _(
                "The kept copy of “%(name)s” is not the file any more that was taken in. "
                "What was loaded before stays and can be undone; load the file again."
            )
            % {"name": str(file["name"])[:80]}
        )
    return source_of(file)


def path_of(file: Mapping[str, Any]) -> Path:
    return folder() / Path(str(file["path"])).name


def sha256_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


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
        for one in (sheet_of(file, sheet) for sheet in others):
            made += [one] if holds_a_table(one) else []
            check_count(made)
    return made


def check_count(files_: Sequence[Any]) -> None:
    """Errors: Unreadable for too many files at once; each sheet of a workbook is one."""
    if len(files_) > MOST_FILES:
        raise Unreadable(_("Choose at most %(most)s files at once.") % {"most": MOST_FILES})


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
