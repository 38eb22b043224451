"""Remembers what a step was done for, so that it is done again only when that changed."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from steps.say import ROOT, VENV

FOLDER = VENV / "daftar-setup"


def contents(files: Iterable[Path]) -> str:
    """Changes when the content of a file does."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def times(files: Iterable[Path]) -> str:
    """Changes when a file is added, removed or touched; quick for many."""
    digest = hashlib.sha256()
    for file in sorted(files):
        seen = file.stat()
        digest.update(f"{file.relative_to(ROOT)} {seen.st_mtime_ns} {seen.st_size}\n".encode())
    return digest.hexdigest()


def once(name: str, mark: str, step: Callable[[], object]) -> None:
    """Run the step unless it was already done for this mark."""
    note = FOLDER / name
    if note.exists() and note.read_text() == mark:
        return
    step()
    FOLDER.mkdir(parents=True, exist_ok=True)
    note.write_text(mark)
