"""The text of a file from a bank, whatever its encoding."""

from __future__ import annotations

import codecs

from django.utils.translation import gettext_lazy as _

from daftar.kernel.letters import likely_codec
from daftar.sales.bank.reading.statement import Unreadable

ENCODINGS = {
    "utf-8-sig": "UTF-8", "cp1251": "windows-1251", "cp1256": "windows-1256", "cp866": "DOS 866", "koi8-r": "KOI8-R",
    "cp1252": "windows-1252", "utf-16": "UTF-16",
}  # fmt: skip
"""What can be chosen, and how people call it."""
SAMPLE_BYTES = 1 << 16


def text_of(raw: bytes, encoding: str = "") -> tuple[str, str]:
    """(the text, its codec), guessed where none is said. Errors: Unreadable for what is no text."""
    codec = encoding if encoding in ENCODINGS else guessed(raw)
    try:
        text = raw.decode(codec, errors="strict" if codec == "utf-8-sig" and not encoding else "replace")
    except UnicodeDecodeError:
        codec = by_letters(raw)
        text = raw.decode(codec, errors="replace")
    if "\0" in text:
        raise Unreadable(_("This file is no text. Ask the bank for CSV, camt.053 or the file for 1C."))
    return text, codec


def guessed(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def by_letters(raw: bytes) -> str:
    """The codec of a file that is no UTF-8: lone accents among Latin letters are 1252, else what its letters are likely to be."""
    first = next(place for place, byte in enumerate(raw) if byte > 127)
    sample = raw[max(first - 100, 0) : first + SAMPLE_BYTES]
    high = [place for place, byte in enumerate(sample) if byte > 127]
    lone = sum(sample[place - 1 : place].isalpha() and sample[place - 1] < 128 for place in high if place)
    return "cp1252" if lone > 0.8 * len(high) else likely_codec(sample)
