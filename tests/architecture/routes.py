"""All routes of the product, read from the address table, so that a new one is covered or fails the build on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One address pattern with its view; `parameters` maps a name to its converter."""

    pattern: str
    view: Callable[..., Any]

    @property
    def parameters(self) -> dict[str, str]:
        return {name: converter or "str" for converter, name in PARAMETER.findall(self.pattern)}

    @property
    def door(self) -> str | None:
        return getattr(self.view, "door", None)

    @property
    def is_ours(self) -> bool:
        return self.view.__module__.startswith("daftar.")

    def path(self, **values: Any) -> str:
        """The address with its parameters filled in."""
        return "/" + PARAMETER.sub(lambda m: str(values[m.group(2)]), self.pattern)

    def __str__(self) -> str:
        return self.pattern or "(first page)"


def routes() -> list[Route]:
    return list(walk(get_resolver().url_patterns, ""))


def walk(patterns: list[Any], before: str) -> Iterator[Route]:
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern):
            yield Route(text, pattern.callback)
