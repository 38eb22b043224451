"""Marks outside of the database: now and then number and hash of the last entry go into a file, so that a cut tail is found.

The file is `audit/anchors.jsonl` in the data folder, one line a mark, only ever added to. A restore begins a new chapter in it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.conf import settings

from daftar.access.models import AuditHead
from daftar.kernel import clock

LONGEST_LINE = 400


def path() -> Path:
    return Path(settings.DATA) / "audit" / "anchors.jsonl"


def drop(*, restored: bool = False) -> int:
    """Mark the present end of the log, unless it is marked already; its number."""
    head = AuditHead.objects.filter(pk=1).first()
    if head is None or not head.number:
        return 0
    if not restored and last_mark() == (head.number, head.hash):
        return head.number
    line = {"at": clock.now().isoformat(), "number": head.number, "hash": head.hash}
    file = path()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, (json.dumps(line | ({"restored": True} if restored else {})) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return head.number


def marks() -> dict[int, str]:
    """Number → hash, of the marks since the last restore."""
    try:
        lines = path().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return {}
    found: dict[int, str] = {}
    for text in lines:
        if line := read(text):
            number, hash_, is_restored = line
            if is_restored:
                found.clear()
            found[number] = hash_
    return found


def last_mark() -> tuple[int, str] | None:
    """Number and hash of the last line, without reading the others."""
    try:
        with path().open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST_LINE))
            line = read(file.read().decode("ascii", "replace").rstrip("\n").rpartition("\n")[2])
    except FileNotFoundError:
        return None
    return line[:2] if line else None


def read(text: str) -> tuple[int, str, bool] | None:
    """Number, hash and whether a restore was before; None for half a line, as a crash leaves it."""
    try:
        line = json.loads(text)
        return int(line["number"]), str(line["hash"]), bool(line.get("restored"))
    except (ValueError, KeyError, TypeError):
        return None
