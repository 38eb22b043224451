"""Which kinds a custom field of a kind can become."""

from __future__ import annotations

from collections.abc import Mapping

NUMBERS = ("whole", "decimal", "percent", "money")
WORDS = ("text", "long_text")
FROM_WORDS = (
    *NUMBERS, "yes_no", "choice", "choices", "date", "date_time", "duration", "person", "link", "phones", "emails", "webs", "tags",
)  # fmt: skip
TARGETS: Mapping[str, tuple[str, ...]] = {
    "text": ("long_text", *FROM_WORDS),
    "long_text": ("text", *FROM_WORDS),
    "whole": ("decimal", "percent", "money", "text", "choice", "yes_no"),
    "decimal": ("whole", "percent", "money", "text"),
    "percent": ("whole", "decimal", "text"),
    "money": ("whole", "decimal", "text"),
    "yes_no": ("choice", "text", "whole"),
    "choice": ("choices", "tags", "text", "person", "link"),
    "choices": ("choice", "tags", *WORDS),
    "tags": ("choices", "choice", *WORDS),
    "date": ("date_time", "text"),
    "date_time": ("date", "text"),
    "duration": ("decimal", "text"),
    "person": ("text",),
    "link": ("text",),
    "phones": WORDS,
    "emails": WORDS,
    "messengers": WORDS,
    "webs": WORDS,
    "address": WORDS,
}
"""What is kept in tables of its own (several links, files, stages), and what is worked out, stays what it is."""


def targets(kind: str) -> tuple[str, ...]:
    return TARGETS.get(kind, ())
