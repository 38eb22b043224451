"""Numbers of lines, many of them in little room: a bit for each line, so that a million stand in the report of a step."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Mapping

MOST_BYTES = 1 << 26


class Lines(Collection[int]):
    """A set of lines in their order."""

    def __init__(self, lines: Collection[int] = ()) -> None:
        self.bits, self.count = bytearray(), 0
        for line in lines:
            self.add(line)

    def add(self, line: int) -> None:
        if line not in self:
            self.bits.extend(bytes(max(0, line // 8 + 1 - len(self.bits))))
            self.bits[line // 8] |= 1 << line % 8
            self.count += 1

    def discard(self, line: int) -> None:
        if line in self:
            self.bits[line // 8] &= ~(1 << line % 8)
            self.count -= 1

    def __contains__(self, line: object) -> bool:
        return isinstance(line, int) and line // 8 < len(self.bits) and bool(self.bits[line // 8] >> line % 8 & 1)

    def __iter__(self) -> Iterator[int]:
        return (place * 8 + bit for place, byte in enumerate(self.bits) if byte for bit in range(8) if byte >> bit & 1)

    def __len__(self) -> int:
        return self.count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines) and self.bits.rstrip(b"\0") == other.bits.rstrip(b"\0")

    __hash__ = None  # type: ignore[assignment]  # they change

    def to_text(self) -> str:
        return b64encode(zlib.compress(self.bits.rstrip(b"\0"))).decode() if self.count else ""

    @classmethod
    def from_text(cls, text: str) -> Lines:
        made = cls()
        if text:
            made.bits = bytearray(zlib.decompressobj().decompress(b64decode(text), MOST_BYTES))
            made.count = int.from_bytes(made.bits, "little").bit_count()
        return made


class SameOfAll(Mapping[int, str]):
    """One word for each of the lines."""

    def __init__(self, lines: Lines, word: str) -> None:
        self.lines, self.word = lines, word

    def __getitem__(self, line: int) -> str:
        if line in self.lines:
            return self.word
        raise KeyError(line)

    def __iter__(self) -> Iterator[int]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)
