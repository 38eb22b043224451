"""XML as it streams by. A document type or an entity of its own ends it: a workbook has neither, and harm comes by both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.parsers import expat  # the only use: no document type, no entities, in a process with limits

from daftar.exchange.reading.workbooks.refused import Refused

Attributes = dict[str, str]
LARGEST_TAG = 1 << 22
"""Bytes without an end of a tag."""


def parser(start: Callable[[str, Attributes], None], end: Callable[[str], None], text: Callable[[str], Any]) -> Any:
    """A parser that tells elements and text, and refuses a DTD."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.buffer_size = 1 << 16
    made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = start, end, text
    made.StartDoctypeDeclHandler = made.EntityDeclHandler = made.UnparsedEntityDeclHandler = refuse
    made.ExternalEntityRefHandler = refuse
    made.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return made


def refuse(*_about: object) -> Any:
    raise Refused("dtd")


def feed(made: Any, pieces: Iterable[bytes], between: Callable[[], bool] = lambda: True) -> None:
    """Give the parser the pieces; between two of them `between` may end it. Errors: Refused."""
    since = 0
    try:
        for piece in pieces:
            since = 0 if b">" in piece else since + len(piece)
            if since > LARGEST_TAG * 8:
                raise Refused("broken")
            made.Parse(piece, False)
            if not between():
                return
        made.Parse(b"", True)
    except expat.ExpatError as problem:
        raise Refused("broken") from problem


def elements(pieces: Iterable[bytes], wanted: frozenset[str]) -> Iterator[tuple[str, Attributes]]:
    """The start tags of small parts, by local name: (name, attributes)."""
    found: list[tuple[str, Attributes]] = []

    def start(name: str, attributes: Attributes) -> None:
        name = local(name)
        if name in wanted:
            found.append((name, attributes))

    made = parser(start, lambda _name: None, lambda _text: None)
    feed(made, pieces)
    return iter(found)


def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def attribute(attributes: Attributes, name: str) -> str:
    """The attribute by its local name, whatever its prefix."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if local(key) == name), "")
