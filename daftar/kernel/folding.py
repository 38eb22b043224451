"""The one normal form of names and texts, used by search, dedupe and import alike.

`ي`/`ی`, `ك`/`ک`, `ё`/`е`, `É`/`e`, `۱`/`1`, a zero-width non-joiner and a space: people write them as they come.
"""

from __future__ import annotations

import string
import unicodedata

_ARABIC = {
    "ي": "ی", "ى": "ی", "ئ": "ی", "ې": "ی", "ے": "ی",
    "ك": "ک", "ڪ": "ک",
    "ة": "ه", "ۀ": "ه", "ہ": "ه", "ە": "ه", "ۂ": "ه", "ھ": "ه",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
    "ؤ": "و",
}  # fmt: skip
_LETTERS = {"ё": "е", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i"}
_PAIRS = {"æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}
_DROPPED = "ـء\u200d\u200e\u200f\u061c\u00ad\ufeff\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_KEPT_COMPOSED = "й"  # a letter of its own, not an accent
_MARK_RANGES = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05BD), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x08D3, 0x08E1), (0x08E3, 0x08FF), (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
)  # fmt: skip
_SCRIPTS_WITH_ACCENTS = ("LATIN", "GREEK")


def fold(text: str) -> str:
    """`text` in the one normal form: two texts that people would call the same fold to equal texts.

    Shapes: lower case; letters, digits and single spaces only; may be "". `fold(fold(x)) == fold(x)`.
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII_TABLE).split())
    composed = unicodedata.normalize("NFKC", text).casefold()
    folded = unicodedata.normalize("NFKC", composed).translate(_TABLE)
    return " ".join(folded.split())


def _fold_character(character: str) -> str:
    if character in _DROPPED or any(low <= ord(character) <= high for low, high in _MARK_RANGES):
        return ""
    known = _ARABIC.get(character) or _LETTERS.get(character) or _PAIRS.get(character)
    if known:
        return known
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] in "PSZC":
        return " "
    if unicodedata.name(character, "").startswith(_SCRIPTS_WITH_ACCENTS):
        letters = [c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c)]
        return "".join(_LETTERS.get(c) or _PAIRS.get(c) or c for c in letters)
    return character


class _Table(dict[int, str]):
    """A `str.translate` table that fills itself; bounded by the blocks people write in."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if code < 0x3000:
            self[code] = folded
        return folded


_TABLE = _Table()
_ASCII_TABLE = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


def _sql_map() -> dict[str, str]:
    """Every character that folds to one other character or to nothing, of the scripts of our three languages."""
    codes = [
        *range(0x20, 0x250),
        *range(0x400, 0x460),
        *range(0x600, 0x700),
        *range(0x1E00, 0x1F00),
        *range(0x2000, 0x2070),
    ]
    pairs: dict[str, str] = {}
    for character in map(chr, codes):
        if character.isupper() or character in string.ascii_lowercase + string.digits:
            continue  # SQL lower() runs first
        folded = fold(f"x{character}x")[1:-1]
        if folded != character and len(folded) <= 1:
            pairs[character] = folded
    return pairs


FOLD_MAP = _sql_map()
"""Character → its folded character ("" when dropped), for text already in lower case."""
_ordered = sorted(FOLD_MAP, key=lambda c: not FOLD_MAP[c])
FOLD_FROM = "".join(_ordered)
FOLD_TO = "".join(FOLD_MAP[c] for c in _ordered)
"""For SQL: `translate(lower(x), FOLD_FROM, FOLD_TO)`; what has no partner at the end of FOLD_FROM is dropped.
It is `fold` but for letters that become two (ß, æ, œ, þ) and for runs of spaces."""
