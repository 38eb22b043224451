"""The ZIP around a workbook: looked at before anything is unpacked, and counted again while it is."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from daftar.exchange.reading.workbooks.refused import Refused

MOST_PARTS, MOST_BYTES, MOST_RATIO = 10_000, 2 * 1024**3, 100
FREE_BYTES = 1024**2
"""Parts that are not larger may be packed as tightly as they like."""
PIECE = 1 << 16
END, DIRECTORY_ENTRY = b"PK\x05\x06", 46
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Container:
    """The parts of a workbook by name. Errors: Refused."""

    def __init__(self, path: Path) -> None:
        check_directory(path)
        self.zip = zipfile.ZipFile(path)
        self.parts = {info.filename: info for info in self.zip.infolist()}
        check(list(self.parts.values()))

    def __contains__(self, name: str) -> bool:
        return name in self.parts

    def size(self, name: str) -> int:
        """Bytes of the part when it is unpacked, as the ZIP says."""
        return self.parts[name].file_size

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part, unpacked piece by piece."""
        if name not in self.parts:
            raise Refused("broken")
        info = self.parts[name]
        left, most = MOST_BYTES, max(MOST_RATIO * info.compress_size, FREE_BYTES)
        with self.zip.open(info) as packed:
            while piece := packed.read(PIECE):
                left -= len(piece)
                most -= len(piece)
                if left < 0:
                    raise Refused("size")
                if most < 0:
                    raise Refused("ratio")
                yield piece


def check_directory(path: Path) -> None:
    """How many parts the end of the ZIP admits to, before its directory is read into memory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_557))
        tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) < at + 22:
        raise Refused("broken")
    _disk, _start, _here, count, size = struct.unpack("<HHHHI", tail[at + 4 : at + 16])
    if count > MOST_PARTS or size > MOST_PARTS * (DIRECTORY_ENTRY + 256):
        raise Refused("count")


def check(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise Refused("count")
    if sum(info.file_size for info in parts) > MOST_BYTES:
        raise Refused("size")
    if any(info.file_size > max(MOST_RATIO * info.compress_size, FREE_BYTES) for info in parts):
        raise Refused("ratio")
    if any(info.flag_bits & 1 for info in parts):
        raise Refused("locked")
    if any(info.compress_type not in PLAIN for info in parts):
        raise Refused("broken")
