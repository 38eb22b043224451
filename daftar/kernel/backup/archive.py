"""The archive: a ZIP of members, a manifest with the SHA-256 of each, and the manifest's own.

database/daftar.sqlite3          SQLite: a whole copy
database/rows/<table>.copy       PostgreSQL: the rows of each table, as COPY writes them
files/…                          uploaded files, names as in the data folder
keys/…                           only when asked for
manifest.json, manifest.sha256
"""

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

FORMAT = 1
CHUNK = 1_048_576
SQLITE_MEMBER = "database/daftar.sqlite3"
ROWS = "database/rows/"
RESTORING = "daftar.restoring"
"""The setting of a PostgreSQL transaction that puts a backup's rows in place of the present ones: all tables are emptied then."""


class Damaged(Exception):
    """The archive is not what it was when it was made; the sentence names the part."""


@dataclass
class Manifest:
    """What an archive holds. `members`: name → [sha256, bytes]; `tables`: name → rows; `migrations`: [app, name]."""

    made_at: str
    vendor: str
    migrations: list[list[str]]
    tables: dict[str, int] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, list[Any]] = field(default_factory=dict)
    members: dict[str, list[Any]] = field(default_factory=dict)
    has_keys: bool = False
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(self.tables.values())


class ArchiveWriter:
    """Writes under a temporary name; the archive gets its own name only when it is complete and on the disk."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path, self.manifest = path, manifest
        self.draft = path.with_name(f".{path.name}.{os.getpid()}.part")

    def __enter__(self) -> Self:
        descriptor = os.open(self.draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self.file = os.fdopen(descriptor, "w+b")
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=1)
        return self

    def add(self, name: str, fill: Callable[[Callable[[bytes], object]], object]) -> None:
        """Add a member; `fill(write)` writes its content."""
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as member:

            def write(chunk: bytes) -> None:
                nonlocal size
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)

            fill(write)
        self.manifest.members[name] = [digest.hexdigest(), size]

    def add_file(self, name: str, path: Path) -> None:
        """Add a member from a file."""
        with path.open("rb") as source:
            self.add(name, lambda write: [write(chunk) for chunk in iter(lambda: source.read(CHUNK), b"")])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error:
            self.file.close()
            self.draft.unlink(missing_ok=True)
            return
        text = json.dumps(asdict(self.manifest), indent=1, ensure_ascii=False).encode()
        self.zip.writestr("manifest.json", text)
        self.zip.writestr("manifest.sha256", hashlib.sha256(text).hexdigest())
        self.zip.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.replace(self.draft, self.path)
        sync_folder(self.path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def verify_backup(path: Path) -> Manifest:
    """Read the whole archive and compare all of it with its manifest; SQLite's copy is opened and examined as well.

    Errors: Damaged, with the name of the part that is not as it was.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = read_manifest(archive)
            for name, (digest, size) in manifest.members.items():
                if _digest(archive, name) != (digest, size):
                    raise Damaged(f"{path.name}: {name} is damaged.")
            if more := set(archive.namelist()) - set(manifest.members) - {"manifest.json", "manifest.sha256"}:
                raise Damaged(f"{path.name}: {min(more)} does not belong to this backup.")
            _examine_database(archive, manifest, path.name)
    except FileNotFoundError:
        raise Damaged(f"There is no file {path}.") from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
    ) as problem:
        raise Damaged(f"{path.name} cannot be read as a backup: {problem}") from problem
    return manifest


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Errors: Damaged."""
    try:
        text = archive.read("manifest.json")
        if hashlib.sha256(text).hexdigest() != archive.read("manifest.sha256").decode():
            raise Damaged("manifest.json is damaged.")
        manifest = Manifest(**json.loads(text))
    except (KeyError, ValueError, TypeError) as problem:
        raise Damaged(f"The archive has no readable manifest ({problem}); it is not a backup of Daftar.") from problem
    if manifest.format != FORMAT:
        raise Damaged(f"The backup has format {manifest.format}; this version reads {FORMAT}.")
    return manifest


def _digest(archive: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as member:
            while chunk := member.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except KeyError:
        raise Damaged(f"{name} is missing from the archive.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as problem:
        raise Damaged(f"{name} is damaged ({problem}).") from problem
    return digest.hexdigest(), size


def _examine_database(archive: zipfile.ZipFile, manifest: Manifest, name: str) -> None:
    if manifest.vendor != "sqlite":
        for table, rows in manifest.tables.items():
            with archive.open(f"{ROWS}{table}.copy") as member:
                if _lines(member) != rows:
                    raise Damaged(f"{name}: {ROWS}{table}.copy does not have {rows} rows.")
        return
    with tempfile.TemporaryDirectory(prefix="daftar-verify-") as folder:
        copy = Path(archive.extract(SQLITE_MEMBER, folder))
        database = sqlite3.connect(copy)
        try:
            verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise Damaged(f"{name}: {SQLITE_MEMBER}: {verdict}")
            if (found := count_rows(database)) != manifest.tables:
                different = next(t for t in {**found, **manifest.tables} if found.get(t) != manifest.tables.get(t))
                raise Damaged(f"{name}: {SQLITE_MEMBER}: the table {different} does not have the rows that were saved.")
        except sqlite3.DatabaseError as problem:
            raise Damaged(f"{name}: {SQLITE_MEMBER}: {problem}") from problem
        finally:
            database.close()


def count_rows(database: sqlite3.Connection) -> dict[str, int]:
    """Rows of each table of a SQLite database, without its own inner tables."""
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608


def _lines(member: IO[bytes]) -> int:
    return sum(chunk.count(b"\n") for chunk in iter(lambda: member.read(CHUNK), b""))
