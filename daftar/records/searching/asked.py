"""What somebody typed to find something, read as people mean it: one number, or words that must all hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from daftar.kernel.text import ascii_digits, fold, fold_company, without_marks

LONGEST, MOST_TOKENS, LONGEST_WORD = 200, 10, 60
NUMBER = re.compile(r"[\d\s+\-()./\u2010-\u2015\u2212\u00a0]+")
LEAST_DIGITS = 3
RARE_DIGITS = 5
INDEXED = 3
"""Letters of the shortest text that the index knows as a whole; shorter ones are looked for at the beginning of words."""


@dataclass(frozen=True, slots=True)
class Token:
    """One thing that must hold.

    Shapes: `spellings` are folded texts of which one is enough; `pieces` are its words; `rare` is of each spelling a part that few
    others have, which is what an index is asked for: half of all phones begin alike, and half of all mail addresses end alike.
    """

    spellings: tuple[str, ...]
    pieces: tuple[str, ...]
    rare: tuple[str, ...] = ()

    @property
    def sought(self) -> tuple[str, ...]:
        """What an index is asked for; whatever holds a spelling holds one of these."""
        return self.rare or self.spellings


@dataclass(frozen=True)
class Asked:
    """Shapes: `text` is as typed, shortened; `is_number` when it is one number, whose digits are the only token."""

    text: str
    tokens: tuple[Token, ...]
    is_number: bool = False

    def __bool__(self) -> bool:
        return bool(self.tokens)

    @classmethod
    def of(cls, raw: str) -> Asked:
        text = without_marks(raw[:LONGEST].replace("\0", " ")).strip()
        plain = ascii_digits(text)
        if NUMBER.fullmatch(plain) and len(digits := digits_of(plain)) >= LEAST_DIGITS:
            ways = ways_to_dial(plain, digits)
            ends = tuple(dict.fromkeys(way[-RARE_DIGITS:] for way in ways))
            return cls(text, (Token(ways, (digits,), ends),), is_number=True)
        return cls(text, tuple(without_company_form(text, tokens_of(text))[:MOST_TOKENS]))

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Each single word, whatever sign stood between."""
        return tuple(piece for token in self.tokens for piece in token.pieces)


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def ways_to_dial(plain: str, digits: str) -> tuple[str, ...]:
    """The digits as they may stand in a search text: with and without 00 in front of a country, without the (0) behind it."""
    ways = [digits]
    if digits.startswith("00") and len(digits) > LEAST_DIGITS + 2:
        ways.append(digits[2:])
    if "(0)" in plain:
        ways.append(digits_of(plain.replace("(0)", "")).removeprefix("00"))
    return tuple(dict.fromkeys(way for way in ways if way))


def tokens_of(text: str) -> list[Token]:
    made = []
    for typed in text.split():
        pieces = tuple(piece[:LONGEST_WORD] for piece in fold(typed).split())
        if pieces:
            made.append(
                Token(tuple(dict.fromkeys((" ".join(pieces), "".join(pieces)))), pieces, before_at(typed, pieces))
            )
    return made


def before_at(typed: str, pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Of a mail address what stands before the @, with one letter more, in both spellings; nothing where that is too short to tell much."""
    name, at, host = typed.partition("@")
    own, behind = fold(name).split(), fold(host).split()
    if not at or not own or not behind or tuple(own + behind) != pieces or len("".join(own)) < INDEXED:
        return ()
    return tuple(dict.fromkeys((f"{' '.join(own)} {behind[0][0]}", f"{''.join(own)}{behind[0][0]}")))


def without_company_form(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens without a legal form at an end ("ООО", "Ltd.", "شرکت"), for the same company is also written without it."""
    every = [piece for token in tokens for piece in token.pieces]
    core = fold_company(text).split()
    if not 0 < len(core) < len(every):
        return tokens
    start = next((n for n in range(len(every)) if every[n : n + len(core)] == core), None)
    if start is None:
        return tokens
    kept, place = [], 0
    for token in tokens:
        end = place + len(token.pieces)
        if end > start and place < start + len(core):
            kept.append(token)
        place = end
    return kept
