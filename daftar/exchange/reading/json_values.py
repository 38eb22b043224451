"""One object of JSON as keys and text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext as _

DEEPEST, LONGEST_NUMBER = 20, 100
BETWEEN = "; "
SIGNS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


class Faulty(Exception):
    """Why an object cannot be taken, with the key and the value that it is about."""

    def __init__(self, sentence: str, key: str = "", value: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.key, self.value = sentence, key, value


class Number(str):
    """Digits as they are written, told apart from text."""

    __slots__ = ()


def loaded(text: str, line: int, column: int = 1) -> dict[str, Any]:
    """The object; numbers as `Number`. Errors: Faulty, with line and column in the file."""
    if text.count("[") + text.count("{") > DEEPEST and depth(text) > DEEPEST:
        raise Faulty(_("This object is nested more than %(most)s levels deep. Flatten it.") % {"most": DEEPEST})
    try:
        found = json.loads(
            text, parse_float=Number, parse_int=Number, parse_constant=refuse, object_pairs_hook=without_doubles
        )
    except json.JSONDecodeError as problem:
        at = (problem.lineno + line - 1, problem.colno + (column - 1 if problem.lineno == 1 else 0))
        raise Faulty(
            _("This is no JSON: it breaks off on line %(line)s, sign %(column)s. Mend it and load the row again.")
            % {"line": at[0], "column": at[1]}
        ) from None
    if not isinstance(found, dict):
        raise Faulty(_('This is a value and no object. Write it as {"name": …}.'))
    return found


def refuse(constant: str) -> NoReturn:
    raise Faulty(_("“%(value)s” is no number of JSON. Write a number or null.") % {"value": constant})


def without_doubles(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Faulty(twice(double), double[:100])
    return found


def twice(key: str) -> str:
    return _("The key “%(key)s” stands twice in this object. Leave one of them out.") % {"key": key[:100]}


def depth(text: str) -> int:
    """How deep the brackets go, those in texts left out."""
    deepest = now = 0
    for found in SIGNS.finditer(text):
        now += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        deepest = max(deepest, now)
    return deepest


def flat(value: dict[str, Any], before: str = "") -> dict[str, str]:
    """Key → text; of what is nested the keys with a point between them. Errors: Faulty."""
    found: dict[str, str] = {}
    for key, inner in value.items():
        name = " ".join((before + key).split())[:200] or "—"
        if isinstance(inner, dict):
            more = flat(inner, f"{name}.")
        elif isinstance(inner, list):
            more = of_list(inner, name)
        else:
            more = {name: said(inner, name)}
        for one, text in more.items():
            if one in found:
                raise Faulty(twice(one), one[:100])
            found[one] = text
    return found


def of_list(values: list[Any], name: str) -> dict[str, str]:
    """Values joined; of objects in a list the values of each key are joined, of lists in a list their JSON stands."""
    found: dict[str, list[str]] = {}
    for inner in values:
        if isinstance(inner, dict):
            for key, text in flat(inner, f"{name}.").items():
                found.setdefault(key, []).append(text)
        else:
            text = json.dumps(inner, ensure_ascii=False) if isinstance(inner, list) else said(inner, name)
            found.setdefault(name, []).append(text)
    return {key: BETWEEN.join(filter(None, texts)) for key, texts in found.items()} or {name: ""}


def said(value: Any, name: str) -> str:
    """A value as text. Errors: Faulty for a number that nothing here can hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, Number):
        return str(value).encode("utf-8", "replace").decode()
    if len(value) <= LONGEST_NUMBER:
        if not ("e" in value or "E" in value):
            return str(value)
        number = Decimal(value)
        if abs(number.adjusted()) <= LONGEST_NUMBER:
            return f"{number:f}"
    raise Faulty(_("This number is too large to be kept. Write it as text or leave it out."), name, value[:80])
