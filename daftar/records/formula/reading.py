"""The text of a formula → its tree: `amount * probability / 100`, `if(empty([Expected close]), "open", "dated")`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import NoReturn

from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid
from daftar.records.formula.tree import Call, Constant, Name, Part

LONGEST, MOST_PARTS, DEEPEST = 2_000, 200, 30
TOKEN = re.compile(
    r"""(?P<number>\d+(?:[.٫]\d+)?)
      | (?P<text>"(?:[^"]|"")*"|“[^”]*”|«[^»]*»)
      | (?P<name>(?:[a-z][a-z0-9_]*|\[[^\[\]]{1,200}\])(?:\.(?:[a-z][a-z0-9_]*|\[[^\[\]]{1,200}\]))*)
      | (?P<sign><>|!=|<=|>=|[-+*/&=<>(),;×÷−])""",
    re.VERBOSE | re.IGNORECASE,
)
STEP = re.compile(r"\[[^\[\]]*\]|[^.\[\]]+")
SAME_SIGNS = {"!=": "<>", "×": "*", "÷": "/", "−": "-", ";": ","}
WORDS: dict[str, bool | None] = {"yes": True, "no": False, "true": True, "false": False, "empty": None}
LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "<>", "<", "<=", ">", ">="),
    ("&",),
    ("+", "-"),
    ("*", "/"),
)
"""Operators from those that bind least to those that bind most; all take what stands left of them first."""
NOT = 2
"""`not` turns a whole comparison: `not stage = "won"`."""


def read(text: str) -> Part:
    """The tree of a formula.

    Shapes: fields by key (`amount`, `company.industry`) or by the name on the page in square brackets (`[Expected close]`), which
    stays in the tree in its brackets; numbers with a point, digits of any script; texts in quotes.
    Errors: Invalid, which says the place and what is wrong there.
    """
    if len(text) > LONGEST:
        raise Invalid(_("This formula is too long: at most %(most)s signs.") % {"most": LONGEST})
    return Reading(text).whole()


class Reading:
    """Reads tokens from left to right; counts parts and depth, so that no input makes it work long."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.place, self.parts = 0, 0

    def whole(self) -> Part:
        if self.kind == "end":
            raise Invalid(_("Write a formula, for example: amount * 0.2"))
        part = self.level(0, 0)
        if self.kind != "end":
            self.fail()
        return part

    # -- tokens ------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        return self.tokens[self.place][0]

    @property
    def word(self) -> str:
        return self.tokens[self.place][1]

    @property
    def at(self) -> int:
        return self.tokens[self.place][2]

    def take(self, *words: str) -> str:
        """The sign or word that stands here, if it is one of these; "" else."""
        if self.kind in ("sign", "name") and (word := self.word.lower()) in words:
            self.place += 1
            return word
        return ""

    def fail(self) -> NoReturn:
        if self.kind == "end":
            raise Invalid(
                _("The formula ends too early: something is missing behind “%(before)s”.")
                % {"before": self.text.strip()[-20:]}
            )
        raise Invalid(
            _("The formula cannot be read at place %(place)s: “%(rest)s”.")
            % {"place": self.at + 1, "rest": self.text[self.at : self.at + 20]}
        )

    def count(self, depth: int) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS or depth > DEEPEST:
            raise Invalid(_("This formula has too many parts. Split it into several fields."))

    # -- parts -------------------------------------------------------------------------------------

    def level(self, level: int, depth: int) -> Part:
        """What is joined by operators of this level, and inside of it those that bind more."""
        if level == len(LEVELS):
            return self.signed(depth)
        at = self.at
        if level == NOT and self.take("not"):
            self.count(depth + 1)
            return Call("not", (self.level(level, depth + 1),), at)
        left = self.level(level + 1, depth)
        at = self.at
        while sign := self.take(*LEVELS[level]):
            self.count(depth)
            left = Call(sign, (left, self.level(level + 1, depth)), at)
            at = self.at
        return left

    def signed(self, depth: int) -> Part:
        at = self.at
        if sign := self.take("-", "+"):
            self.count(depth + 1)
            inner = self.signed(depth + 1)
            return inner if sign == "+" else Call("negative", (inner,), at)
        return self.single(depth)

    def single(self, depth: int) -> Part:
        self.count(depth)
        kind, word, at = self.tokens[self.place]
        if self.take("("):
            part = self.level(0, depth + 1)
            self.close()
            return part
        if kind == "number":
            self.place += 1
            return Constant(Decimal(plain(word)))
        if kind == "text":
            self.place += 1
            return Constant(word[1:-1].replace('""', '"') if word[0] == '"' else word[1:-1])
        if kind == "name":
            self.place += 1
            return self.named(word, at, depth)
        self.fail()

    def named(self, word: str, at: int, depth: int) -> Part:
        """A function with what stands in its brackets, a fixed word, or a field."""
        if self.take("("):
            return Call(word.lower(), self.given(depth), at)
        if word.lower() in WORDS:
            return Constant(WORDS[word.lower()])
        steps = STEP.findall(word)
        return Name(tuple(step if step[0] == "[" else step.lower() for step in steps), at)

    def given(self, depth: int) -> tuple[Part, ...]:
        if self.take(")"):
            return ()
        parts = [self.level(0, depth + 1)]
        while self.take(","):
            parts.append(self.level(0, depth + 1))
        self.close()
        return tuple(parts)

    def close(self) -> None:
        if not self.take(")"):
            self.fail()


def tokens(text: str) -> list[tuple[str, str, int]]:
    """(kind, word, place) of all words and signs, and the end; raises `Invalid` at the first sign that means nothing."""
    found, place = [], 0
    while place < len(text):
        if text[place].isspace() or text[place] in "\u200c\u200e\u200f":
            place += 1
            continue
        match = TOKEN.match(text, place)
        if match is None:
            raise Invalid(
                _("The formula cannot be read at place %(place)s: “%(rest)s”.")
                % {"place": place + 1, "rest": text[place : place + 20]}
            )
        kind = str(match.lastgroup)
        found.append((kind, SAME_SIGNS.get(match.group(), match.group()) if kind == "sign" else match.group(), place))
        place = match.end()
    return [*found, ("end", "", len(text))]


def plain(number: str) -> str:
    """The digits of any script as 0 to 9."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else "." for sign in number)


def written(part: Part, name: Callable[[Name], str] = str) -> str:
    """The tree as text that `read` reads as the same tree; `name` writes a field (by its key, or by its name on the page)."""
    return Writing(name).part(part, 0)


class Writing:
    def __init__(self, name: Callable[[Name], str]) -> None:
        self.name = name

    def part(self, part: Part, outer: int) -> str:
        """Shapes: `outer` is the level at which brackets become needed."""
        if isinstance(part, Name):
            return self.name(part)
        if isinstance(part, Constant):
            return constant(part)
        level = next((n for n, signs in enumerate(LEVELS) if part.name in signs), len(LEVELS))
        if level < len(LEVELS) and len(part.parts) == 2:
            text = f"{self.part(part.parts[0], level)} {part.name} {self.part(part.parts[1], level + 1)}"
            return f"({text})" if level < outer else text
        if part.name == "negative":
            return f"-{self.part(part.parts[0], len(LEVELS))}"
        if part.name == "not":
            text = f"not {self.part(part.parts[0], NOT)}"
            return f"({text})" if outer >= NOT else text
        return f"{part.name}({', '.join(self.part(inner, 0) for inner in part.parts)})"


def constant(part: Constant) -> str:
    match part.value:
        case None:
            return "empty"
        case bool():
            return "yes" if part.value else "no"
        case str():
            return '"' + part.value.replace('"', '""') + '"'
    return f"{part.value:f}"
