"""The lines of a vCard file: folded ones are one, a name with its words before the colon, the value still in bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

LONGEST = 4_000_000
"""Bytes of one line with what is folded behind it; more (a photo) is dropped."""
NAME = re.compile(r"(?:[A-Za-z0-9_-]+\.)?([A-Za-z0-9-]+)$")


class CardLine(NamedTuple):
    """One content line: "item1.TEL;TYPE=cell:+7…" has the name TEL and the words {"TYPE": ["CELL"]}."""

    line: int
    text: bytes
    name: str = ""
    words: dict[str, list[str]] = {}
    value: bytes = b""


def card_lines(path: Path, codec: str) -> Iterator[CardLine]:
    """Each content line with the number of its first line. One without a colon has no name."""
    number, pieces, size = 0, list[bytes](), 0
    for n, raw in enumerate(raw_lines(path, codec), 1):
        text = raw.rstrip(b"\r\n")
        if pieces and text[:1] in (b" ", b"\t") and text.strip():
            size += len(text)
            pieces += [text[1:]] if size < LONGEST else []
        elif pieces and is_soft_broken(pieces):
            size += len(text)
            pieces[-1] = pieces[-1].removesuffix(b"=")
            pieces += [text] if size < LONGEST else [b""]
        else:
            if pieces:
                yield parsed(number, b"".join(pieces))
            number, pieces, size = (n, [text], len(text)) if text.strip() else (0, [], 0)
    if pieces:
        yield parsed(number, b"".join(pieces))


def raw_lines(path: Path, codec: str) -> Iterator[bytes]:
    """Lines as bytes; of UTF-16 as UTF-8."""
    if codec.startswith("utf-16"):
        with path.open(encoding=codec, errors="replace", newline="") as text:
            for line in iter(partial(text.readline, LONGEST), ""):
                yield line.removeprefix("\ufeff").encode("utf-8", "replace")
    else:
        with path.open("rb") as file:
            for n, raw in enumerate(iter(partial(file.readline, LONGEST), b"")):
                yield raw.removeprefix(b"\xef\xbb\xbf") if not n else raw


def is_soft_broken(pieces: list[bytes]) -> bool:
    """Whether the line goes on because it is quoted-printable and ends with "="."""
    return pieces[-1].endswith(b"=") and b"QUOTED-PRINTABLE" in pieces[0][:500].partition(b":")[0].upper()


def parsed(line: int, text: bytes) -> CardLine:
    head, colon, value = split_at_colon(text)
    first, *rest = split_words(head)
    found = NAME.match(first.strip())
    if not colon or found is None:
        return CardLine(line, text)
    words: dict[str, list[str]] = {}
    for word in rest:
        key, equals, said = word.partition("=")
        key, said = (key.strip().upper(), said) if equals else ("TYPE", key)
        if key == "TYPE" and said.strip().upper() in ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"):
            key = "ENCODING"
        words.setdefault(key, []).extend(part.strip().strip('"').upper() for part in said.strip('" ').split(","))
    return CardLine(line, text, found[1].upper(), words, value)


def split_at_colon(text: bytes) -> tuple[str, bool, bytes]:
    """At the first colon that stands between no quotes."""
    is_quoted = False
    for n, byte in enumerate(text[:5000]):
        if byte == 0x22:
            is_quoted = not is_quoted
        elif byte == 0x3A and not is_quoted:
            return text[:n].decode("latin-1"), True, text[n + 1 :]
    head, colon, value = text.partition(b":")
    return head.decode("latin-1"), bool(colon), value


def split_words(head: str) -> list[str]:
    return re.findall(r'(?:[^;"]|"[^"]*"?)+', head) or [""]
