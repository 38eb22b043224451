"""Takes a ZIP apart in a process of its own, within limits that are checked before and while it is read.

Run as a program: `python unpack.py ZIP FOLDER MOST_FILES MOST_BYTES MOST_RATIO`. It imports nothing of ours, writes each file
under a number, and says as JSON what each is called, or why the ZIP is refused: {"files": [{"name", "path", "size"}]} or
{"refused": "count" | "size" | "ratio" | "locked" | "twice" | "broken"}. Names are data: nothing is ever written under them.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

MEMORY, SECONDS = 512 * 1024 * 1024, 60
PIECE = 64 * 1024
END = b"PK\x05\x06"
DIRECTORY_ENTRY = 46
"""The smallest entry of a ZIP's directory, in bytes."""
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NOT_OURS = ("__MACOSX/",)


class Refused(Exception):
    """Why the ZIP is not taken, as one word."""


def unpack(archive: Path, folder: Path, most_files: int, most_bytes: int, most_ratio: int) -> list[dict[str, Any]]:
    """Write every file of the ZIP into the folder and tell what they are called. Errors: Refused."""
    check_directory(archive, most_files)
    with zipfile.ZipFile(archive) as opened:
        wanted = [i for i in opened.infolist() if not i.is_dir() and not i.filename.startswith(NOT_OURS)]
        check(wanted, most_files, most_bytes, most_ratio)
        made: list[dict[str, Any]] = []
        left = most_bytes
        for number, info in enumerate(wanted):
            path = folder / str(number)
            size = write(opened, info, path, left)
            left -= size
            made.append({"name": name_of(info), "path": path.name, "size": size})
    return made


def check_directory(archive: Path, most_files: int) -> None:
    """How many entries the end of the ZIP admits to, before any of them is read into memory."""
    with archive.open("rb") as file:
        file.seek(max(0, archive.stat().st_size - 65_557))
        tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) < at + 22:
        raise Refused("broken")
    _disk, _start, _here, count, size = struct.unpack("<HHHHI", tail[at + 4 : at + 16])
    if count > most_files * 2 or size > most_files * (DIRECTORY_ENTRY + 1024):
        raise Refused("count")


def check(wanted: list[zipfile.ZipInfo], most_files: int, most_bytes: int, most_ratio: int) -> None:
    if len(wanted) > most_files:
        raise Refused("count")
    if sum(info.file_size for info in wanted) > most_bytes:
        raise Refused("size")
    if any(info.file_size > most_ratio * max(info.compress_size, 1) for info in wanted):
        raise Refused("ratio")
    if any(info.flag_bits & 1 for info in wanted):
        raise Refused("locked")
    if any(info.compress_type not in PLAIN for info in wanted):
        raise Refused("broken")
    names = [name_of(info).casefold() for info in wanted]
    if len(set(names)) < len(names):
        raise Refused("twice")


def name_of(info: zipfile.ZipInfo) -> str:
    """The last part of the name; old archivers write the letters of their own land."""
    text = info.filename
    if not info.flag_bits & 0x800:
        raw = text.encode("cp437", errors="replace")
        for codec in ("utf-8", "cp866"):
            try:
                text = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    return text.replace("\\", "/").rpartition("/")[2]


def write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, left: int) -> int:
    size = 0
    with opened.open(info) as packed, path.open("wb") as out:
        while piece := packed.read(PIECE):
            size += len(piece)
            if size > left:
                raise Refused("size")
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return size


def keep_within_limits() -> None:
    """Memory and time of this process, where the system can limit them."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main(words: list[str]) -> None:
    keep_within_limits()
    try:
        answer: dict[str, Any] = {"files": unpack(Path(words[0]), Path(words[1]), *map(int, words[2:5]))}
    except Refused as refused:
        answer = {"refused": str(refused)}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, MemoryError):
        answer = {"refused": "broken"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
