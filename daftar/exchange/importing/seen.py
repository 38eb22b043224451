"""What one file has shown so far: the records that its rows mean, names that repeat, rows that are equal; little memory for a million."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from daftar.kernel.text import fold

CHUNK = 65_536


class Ids:
    """A set of record ids: a bit for each, in pieces, since ids of one import lie side by side."""

    def __init__(self) -> None:
        self.chunks: dict[int, bytearray] = {}

    def add(self, id_: int) -> None:
        chunk = self.chunks.get(id_ // CHUNK)
        if chunk is None:
            chunk = self.chunks[id_ // CHUNK] = bytearray(CHUNK // 8)
        chunk[id_ % CHUNK // 8] |= 1 << id_ % 8

    def __contains__(self, id_: int) -> bool:
        chunk = self.chunks.get(id_ // CHUNK)
        return chunk is not None and bool(chunk[id_ % CHUNK // 8] & 1 << id_ % 8)


class Titles:
    """Folded titles of a file, each as a number: where it stood first, and whether it came again."""

    def __init__(self) -> None:
        self.lines: dict[int, int] = {}

    def see(self, title: str, line: int) -> tuple[int, bool] | None:
        """None for a title that is new; else the line where it stood first, and whether this is the second one."""
        key = number_of(fold(title))
        first = self.lines.setdefault(key, line)
        if first == line:
            return None
        self.lines[key] = -abs(first)  # below zero: it came again
        return abs(first), first > 0


class EqualRows:
    """Numbers rows that are equal within the file, in its order."""

    def __init__(self) -> None:
        self.once: set[int] = set()
        self.counts: dict[int, int] = {}

    def key_of(self, cells: Sequence[str]) -> str:
        """The key of a row: its content, and which of its equals it is."""
        digest = sha256("\x1f".join(cell.strip() for cell in cells).encode("utf-8", errors="replace"))
        key = int.from_bytes(digest.digest()[:8], "big", signed=True)
        if key not in self.once:
            self.once.add(key)
            return f"row:{digest.hexdigest()}"
        self.counts[key] = count = self.counts.get(key, 1) + 1
        return f"row:{digest.hexdigest()}:{count}"


class Seen:
    """Everything of one file. Shapes: `met` are records that some row of it means, `made` those that it made, `by_title` the record of a title
    where rows of one title are one record.
    """

    def __init__(self) -> None:
        self.met, self.made = Ids(), Ids()
        self.titles, self.equals = Titles(), EqualRows()
        self.by_title: dict[int, int] = {}

    def record_of(self, title: str) -> int | None:
        return self.by_title.get(number_of(fold(title)))

    def keep_title(self, title: str, record_id: int) -> None:
        self.by_title.setdefault(number_of(fold(title)), record_id)


def number_of(text: str) -> int:
    return int.from_bytes(sha256(text.encode("utf-8", errors="replace")).digest()[:8], "big", signed=True)
