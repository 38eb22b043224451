"""Text as people write it: cleaned before it is stored, and folded into one normal form to be found again."""

from __future__ import annotations

import re
import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.company_names import fold_company
from daftar.kernel.errors import Invalid
from daftar.kernel.folding import FOLD_FROM, FOLD_MAP, FOLD_TO, fold

__all__ = ["FOLD_FROM", "FOLD_MAP", "FOLD_TO", "ascii_digits", "clean_text", "fold", "fold_company", "without_marks"]

# Embeddings and overrides turn the letters after them round; nobody types them, phones and mails paste them.
_TURNERS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\ufeff"))
_MARKS = _TURNERS | dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"))
_BREAKS = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TO_ASCII = {ord(zero) + i: str(i) for zero in ("\u06f0", "\u0660", "\uff10") for i in range(10)}


def clean_text(raw: str, *, max_length: int, multiline: bool = False) -> str:
    """Text that is safe to store: NFC, without spaces at its ends, at most `max_length` characters.

    Shapes: with `multiline` line ends become "\\n" and tabs stay; otherwise both become one space.
    Direction overrides are dropped. Errors: Invalid for NUL, lone surrogates, control characters, too long.
    """
    if len(raw) > max_length * 4 + 1000:  # before the costly part
        raise _too_long(len(raw), max_length)
    if _is_usual(raw):
        text = raw.strip() if raw.isascii() else unicodedata.normalize("NFC", raw).strip()
        if len(text) > max_length:
            raise _too_long(len(text), max_length)
        return text
    if _SURROGATE.search(raw) or "\ufffd" in raw:  # U+FFFD is what Django makes of bytes that are no text
        raise Invalid(_("This text holds a broken character (half of a pair). Please type or paste it again."))
    text = raw.replace("\r\n", "\n").replace("\r", "\n") if multiline else _BREAKS.sub(" ", raw)
    if "\0" in text:
        raise Invalid(_("This text holds a NUL character, which cannot be stored. Please remove it."))
    if _CONTROL.search(text):
        raise Invalid(_("This text holds an invisible control character. Please remove it or type the text again."))
    text = unicodedata.normalize("NFC", text.translate(_TURNERS)).strip()
    if len(text) > max_length:
        raise _too_long(len(text), max_length)
    return text


def _is_usual(raw: str) -> bool:
    """Whether there is nothing in it but letters, signs and spaces, as in nearly all texts."""
    return raw.isprintable() and "\ufffd" not in raw


def _too_long(length: int, max_length: int) -> Invalid:
    return Invalid(
        format_lazy(_("This text is too long: {length} characters, at most {limit}."), length=length, limit=max_length),
        limit=max_length,
    )


def isolated(text: str) -> str:
    """A name or number inside a sentence, so that neither turns the direction of the other."""
    return f"\u2068{text}\u2069"


def ascii_digits(text: str) -> str:
    """The same text with Persian, Arabic and full-width digits as 0-9."""
    return text if text.isascii() else text.translate(_TO_ASCII)


def without_marks(text: str) -> str:
    """The same text without the invisible marks of direction."""
    return text if text.isascii() else text.translate(_MARKS)
