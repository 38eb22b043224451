"""The shape of an archive: a ZIP whose bytes depend on the company alone, not on when, where or by whom it was written.

manifest.json                  what is in it: members in order, rows, columns, SHA-256
data/<model>.jsonl             one row a line, in the order of their numbers, keys in alphabetical order
files/<SHA-256>                the bytes of stored files and photos, each once
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import orjson

from daftar.kernel.backup.archive import sync_folder

FORMAT = 1
"""Raise it when what an archive says means something else, and let `opening.py` still read the older ones."""
CHUNK = 1_048_576
LEVEL = 6
MANIFEST = "manifest.json"
FILE = re.compile(r"files/([0-9a-f]{64})")
NOT_TIMED = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP can say."""
SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass
class Member:
    """One `data/…` member. `columns` are in alphabetical order, as in each line."""

    name: str
    columns: list[str]
    rows: int = 0
    bytes: int = 0
    sha256: str = ""


@dataclass
class Manifest:
    """What an archive holds. `lost` are hashes of files that rows name and whose bytes were not there."""

    version: str
    members: list[Member] = field(default_factory=list)
    files: int = 0
    files_bytes: int = 0
    lost: list[str] = field(default_factory=list)
    product: str = "Daftar"
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(member.rows for member in self.members)

    def rows_of(self, label: str) -> int:
        return sum(member.rows for member in self.members if member.name == f"data/{label}.jsonl")


class Writer:
    """Writes under a temporary name; the archive gets its own name only when it is complete and on the disk."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path, self.manifest = path, manifest
        self.draft = path.with_name(f".{path.name}.{os.getpid()}.part")

    def __enter__(self) -> Self:
        descriptor = os.open(self.draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self.file = os.fdopen(descriptor, "w+b")
        self.zip = zipfile.ZipFile(self.file, "w", allowZip64=True)
        return self

    def add_rows(self, member: Member, rows: Iterable[dict[str, Any]]) -> None:
        """Add a member of rows, which are written as they come."""
        digest = hashlib.sha256()
        with self.zip.open(entry(member.name, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as out:
            for lines in gathered(member, rows):
                digest.update(lines)
                out.write(lines)
        member.sha256 = digest.hexdigest()
        self.manifest.members.append(member)

    def add_file(self, name: str, source: IO[bytes]) -> None:
        """Add the bytes of a stored file as they are: most are packed already."""
        with self.zip.open(entry(name, zipfile.ZIP_STORED), "w", force_zip64=True) as out:
            while chunk := source.read(CHUNK):
                out.write(chunk)
                self.manifest.files_bytes += len(chunk)
        self.manifest.files += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.finish()
        finally:
            self.zip.fp = None  # nothing more is written by it
            self.file.close()
            self.draft.unlink(missing_ok=True)

    def finish(self) -> None:
        text = orjson.dumps(asdict(self.manifest), option=SORTED | orjson.OPT_INDENT_2)
        with self.zip.open(entry(MANIFEST, zipfile.ZIP_DEFLATED), "w") as out:
            out.write(text)
        self.zip.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        os.replace(self.draft, self.path)
        sync_folder(self.path.parent)


def entry(name: str, way: int) -> zipfile.ZipInfo:
    """A member's head: the same for the same name, whenever and by whomever it is written."""
    head = zipfile.ZipInfo(name, NOT_TIMED)
    head.compress_type, head._compresslevel = way, LEVEL  # type: ignore[attr-defined]  # ZipFile sets it just so
    head.create_system, head.external_attr = 3, 0o600 << 16
    return head


def gathered(member: Member, rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """The lines in larger pieces, counted."""
    piece: list[bytes] = []
    held = 0
    for row in rows:
        line = orjson.dumps(row, option=SORTED)
        piece.append(line)
        held += len(line)
        member.rows += 1
        if held > CHUNK:
            member.bytes += held
            yield b"".join(piece)
            piece, held = [], 0
    if piece:
        member.bytes += held
        yield b"".join(piece)
