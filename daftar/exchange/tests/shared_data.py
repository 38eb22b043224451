"""Where the data from outside lies that some tests load as it is; they skip with a word where it is not."""

from __future__ import annotations

import os
from pathlib import Path


def shared_folder(name: str) -> Path:
    named = os.environ.get("DAFTAR_SHARED")
    place = Path(named) if named else Path(__file__).resolve().parents[4] / "shared"
    return place / "data" / name
