"""How the letters of a file are written: guessed from its bytes, so that a file from any office program can be read as it is."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.kernel.formats import joined
from daftar.kernel.letters import likely_codec, share_of_letters

CHUNK_BYTES = 1 << 20
SAMPLE_BYTES = 1 << 16
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1251": "windows-1251",
    "cp1256": "windows-1256",
    "cp1252": "windows-1252",
    "koi8-r": "KOI8-R",
    "cp866": "DOS 866",
    "mac-cyrillic": "Mac Cyrillic",
}
"""What can be chosen, and how people call it."""
BROKEN = re.compile("[\udc80-\udcff]")


def known_encoding(name: str) -> str:
    """The codec that a person means by "UTF-8" or "windows-1256". Errors: Unreadable for one that we do not read."""
    wanted = name.strip().lower().replace("_", "-")
    for codec, shown in ENCODINGS.items():
        if wanted in (codec, shown.lower(), shown.lower().replace(" ", "-")):
            return codec
    if wanted in ("utf8", "utf-8"):
        return "utf-8-sig"
    raise Unreadable(
        _("“%(name)s” is not an encoding that can be read here. Choose one of: %(known)s.")
        % {"name": name[:40], "known": joined(ENCODINGS.values())}
    )


def guess_encoding(path: Path) -> str:
    """The codec of the file: by its mark, else UTF-8 when (nearly) all of it is, else by the letters that come out.

    Errors: Unreadable for an empty file and for one that is no text.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise Unreadable(_("This file is empty. Export it again and check that it has a heading row."))
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if 0 in head and (codec := _without_mark(head)):
        return codec
    broken, sample = _utf8_faults(path)
    high = sum(byte > 127 for byte in sample)
    return "utf-8-sig" if broken == 0 or broken * 20 < high else _by_letters(sample)


def _without_mark(head: bytes) -> str:
    """UTF-16 without its mark: one of the two ways to read it gives letters. "" when the NULs are few and of no use."""
    even = head[: len(head) // 2 * 2]
    for codec in ("utf-16-le", "utf-16-be"):
        if share_of_letters(even.decode(codec, errors="replace")) > 0.9:
            return codec
    if head.count(0) > len(head) // 8:
        raise Unreadable(_("This file holds NUL bytes and no text. Export it again as CSV."))
    return ""


def _utf8_faults(path: Path) -> tuple[int, bytes]:
    """(bytes that are no UTF-8, a stretch of the file that holds letters beyond ASCII)."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    broken, sample = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            text = decoder.decode(chunk)
            if not sample and not chunk.isascii():
                first = next(n for n, byte in enumerate(chunk) if byte > 127)
                sample = chunk[first : first + SAMPLE_BYTES]
            broken += _broken_in(text)
            if sample and broken * 20 >= len(sample):
                return broken, sample
    return broken + _broken_in(decoder.decode(b"", final=True)), sample


def _broken_in(text: str) -> int:
    try:
        text.encode()
    except UnicodeEncodeError:
        return len(BROKEN.findall(text))
    return 0


def _by_letters(sample: bytes) -> str:
    """Lone accents among Latin letters: 1252. Else the encoding in which the letters are as frequent as in Russian or Persian."""
    high = [n for n, byte in enumerate(sample) if byte > 127]
    lone = sum(_is_latin(sample, n - 1) or _is_latin(sample, n + 1) for n in high)
    return "cp1252" if lone > 0.8 * len(high) else likely_codec(sample)


def _is_latin(sample: bytes, place: int) -> bool:
    return 0 <= place < len(sample) and sample[place : place + 1].isalpha() and sample[place] < 128
