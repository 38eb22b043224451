"""Who was erased, kept outside of the database: a backup may bring a person back, and a restore erases them again by this list.

The file is `erasures.jsonl` in the data folder, one line an erasure, only ever added to. It names nobody: type and number of a
record, and a salted hash of these with the moment when it was made, so that a number given anew to somebody else is not mistaken.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from daftar.kernel import clock

Line = dict[str, str | int | bool]


def path() -> Path:
    return Path(settings.DATA) / "erasures.jsonl"


def note(type_key: str, record_id: int, made_at: datetime, *, nameless: bool = False) -> None:
    """Add one line, safe on the disk when this returns. `nameless` says that the record stays, without its person."""
    salt = secrets.token_hex(16)
    line: Line = {
        "at": clock.now().isoformat(), "type": type_key, "id": record_id, "salt": salt,
        "hash": hash_of(salt, type_key, record_id, made_at),
    }  # fmt: skip
    if nameless:
        line["nameless"] = True
    file = path()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, (json.dumps(line) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hash_of(salt: str, type_key: str, record_id: int, made_at: datetime) -> str:
    moment = made_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{salt}:{type_key}:{record_id}:{moment}".encode()).hexdigest()


def lines() -> list[Line]:
    """All lines that can be read; half a line, as a crash leaves it, is passed over."""
    try:
        texts = path().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    found: list[Line] = []
    for text in texts:
        try:
            line = json.loads(text)
            found.append(
                {
                    "type": str(line["type"]), "id": int(line["id"]), "salt": str(line["salt"]), "hash": str(line["hash"]),
                    "nameless": line.get("nameless") is True,
                }
            )  # fmt: skip
        except (ValueError, KeyError, TypeError):
            continue
    return found


def means(line: Line, made_at: datetime) -> bool:
    """Whether the line speaks of the record of its number that was made at that moment."""
    return hash_of(str(line["salt"]), str(line["type"]), int(line["id"]), made_at) == line["hash"]
