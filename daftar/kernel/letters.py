"""How likely a text is to be Russian or Persian, by how often its letters stand in these languages."""

from __future__ import annotations

import unicodedata
from math import log10

RUSSIAN = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўј",
        (10.97, 8.45, 8.01, 7.35, 6.7, 6.26, 5.47, 4.73, 4.54, 4.4, 3.49, 3.21, 2.98, 2.81, 2.62, 2.01, 1.9, 1.74, 1.7, 1.65,
         1.59, 1.44, 1.21, 0.97, 0.94, 0.73, 0.64, 0.48, 0.36, 0.32, 0.26, 0.04, 0.04, 0.3, 0.1, 0.1, 0.02, 0.02, 0.01),
        strict=True,
    )
)  # fmt: skip
PERSIAN = dict(
    zip(
        "اينردهموتبسشكفزگعخقجحپلچصطآذضظغئءأةىؤژثکی\u200c",
        (14.0, 10.5, 7.5, 7.2, 6.6, 6.0, 6.2, 5.5, 5.0, 4.2, 3.3, 3.0, 2.5, 1.8, 1.7, 1.1, 1.2, 1.2, 1.1, 0.8, 0.7, 0.9, 3.0,
         0.4, 0.8, 0.7, 1.0, 0.3, 0.3, 0.2, 0.4, 0.2, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.3, 2.0, 5.0, 1.0),
        strict=True,
    )
)  # fmt: skip
STRANGE = 0.0005
NEUTRAL = frozenset("«»№“”„’‘…—–،؛؟°©®™€\u00a0\u200d\u200e\u200f•·ـ")
CODECS = (
    ("cp1251", RUSSIAN, 0.0, 1),
    ("cp1256", PERSIAN, 0.0, 4),
    ("koi8-r", RUSSIAN, 0.25, 12),
    ("cp866", RUSSIAN, 0.25, 12),
    ("mac-cyrillic", RUSSIAN, 0.02, 12),
)
"""Codec, letters, by how much it must be the likelier one, and of how many letters: the usual ones come first."""


def likely_codec(sample: bytes) -> str:
    """The codec that makes the likeliest text of the bytes; windows-1251 when nothing speaks for another."""
    best, found = float("-inf"), "cp1251"
    for codec, frequent, handicap, least in CODECS:
        score, letters = likelihood(sample.decode(codec, errors="replace"), frequent)
        if letters >= least and score - handicap > best:
            best, found = score - handicap, codec
    return found


def likelihood(text: str, frequent: dict[str, float]) -> tuple[float, int]:
    """(mean logarithm of how frequent its letters beyond ASCII are, how many there are).

    A small letter before a great one is as strange as a letter of another language.
    """
    total, count, before = 0.0, 0, " "
    for letter in text:
        if letter.isascii():
            before = letter
            continue
        if letter not in NEUTRAL:
            turned = before.islower() and letter.isupper()
            total += log10(STRANGE if turned else frequent.get(letter.lower(), STRANGE))
            count += 1
        before = letter
    return (total / count if count else 0.0), count


def share_of_letters(text: str) -> float:
    """How much of the text is what people write: Latin, Cyrillic and Arabic letters, digits, blanks, usual signs."""
    usual = sum(is_usual(letter) for letter in text)
    return usual / max(len(text), 1)


def is_usual(letter: str) -> bool:
    code = ord(letter)
    if code < 0x80:
        return code >= 0x20 or letter in "\t\r\n"
    return (
        0xA0 <= code < 0x250
        or 0x400 <= code < 0x530
        or (0x600 <= code < 0x700 and unicodedata.category(letter)[0] in "LNPM")
        or 0x2000 <= code < 0x2070
        or letter in "№€₽﷼™"
    )
