"""What stands between the cells of a text file: said by a person, or guessed from the first lines."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable

DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
"""The usual ones, and how they are called."""
RARE = (":", "~", "^")
"""Guessed only where nothing else would part a line, and these part all of them alike."""
WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":"}


def known_delimiter(text: str) -> str:
    """The sign that is meant by itself or by "tab", "comma", "semicolon", "pipe", "colon".

    Errors: Unreadable for more than one sign, and for one that stands in words: a letter, a digit, a quote, a blank.
    """
    sign = WORDS.get(text.strip().lower(), text if text == "\t" else text.strip())
    if len(sign) != 1 or sign.isalnum() or sign in "\"'_\\" or not (sign.isprintable() or sign == "\t"):
        raise Unreadable(
            _("“%(text)s” is no delimiter. Choose a comma, a semicolon, a tab, | or another single sign.")
            % {"text": text[:10]}
        )
    return sign


def guess_delimiter(lines: Sequence[str]) -> str:
    """The sign that parts the first lines into the same number of cells, the more the better."""
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) <= 5:
        try:
            return known_delimiter(lines[0].rstrip("\r\n")[4:])
        except Unreadable:
            pass
    best, delimiter = (0, 0), ""
    for sign in DELIMITERS:
        counts = [unquoted(line).count(sign) for line in lines]
        if counts and counts[0]:
            same = sum(c == counts[0] for c in counts)
            best, delimiter = max((best, delimiter), ((same * 2 // len(counts), counts[0]), sign))
    return delimiter or rare_delimiter(lines) or ","


def rare_delimiter(lines: Sequence[str]) -> str:
    for sign in RARE:
        counts = {unquoted(line).count(sign) for line in lines}
        whole = bool(lines) and all(cell.strip() for cell in unquoted(lines[0]).split(sign))
        if len(lines) > 1 and len(counts) == 1 and counts != {0} and whole:
            return sign
    return ""


def unquoted(line: str) -> str:
    """The line without what stands between quotes."""
    return "".join(line.split('"')[::2])
