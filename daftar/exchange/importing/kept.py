"""Uploads of an import on the disk, until it is done."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings

from daftar.records import files


def keep_upload(upload: Any, suffix: str) -> Path:
    """Store an upload under a random name: written, synced, then renamed."""
    folder = Path(settings.DATA) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{files.random_name()}{suffix}"
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return path
