"""Under which word in addresses a made record type lives: a Latin word that no page, no other type and no later version has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid
from daftar.records.field_keys import free, latin
from daftar.records.models import CustomType
from daftar.records.types import DECLARED

LONGEST = 40
WORD = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
LATER = frozenset(
    (
        *(
            "account",
            "accounts",
            "admin",
            "apps",
            "automation",
            "automations",
            "calendar",
            "calls",
            "campaigns",
            "chat",
        ),
        *("chats", "dashboard", "dashboards", "documents", "forecast", "forms", "funnels", "help", "home", "inventory"),
        *("invoices", "mail", "mails", "media", "messages", "new", "orders", "payments", "portal", "public", "quotes"),
        *("reports", "rules", "static", "stock", "tasks", "today", "webhooks", "welcome", "widgets"),
    )
)
"""Words that pages of a later version are likely to have."""


def word_for(typed: str, plural: str) -> str:
    """The word as typed, or one made from the plural. Errors: Invalid at `slug`."""
    used = taken()
    if not typed.strip():
        word = latin(plural)[:LONGEST].strip("_").replace("_", "-")
        if not WORD.match(word):
            raise Invalid(_("Write a word in Latin letters for its addresses, for example “equipment”."), field="slug")
        return free(word, used).replace("_", "-")
    word = re.sub(r"[\s_-]+", "-", typed.strip().lower())
    if len(word) > LONGEST or not WORD.match(word):
        said = _("Only Latin letters, digits and hyphens, beginning with a letter; at most %(most)s characters.")
        raise Invalid(said % {"most": LONGEST}, field="slug")
    if word in used:
        raise Invalid(
            _("“%(word)s” is in use in addresses already. Choose another word.") % {"word": word}, field="slug"
        )
    return word


def taken() -> Collection[str]:
    """Every word that is in use, or will be."""
    made = CustomType.objects.values_list("slug", flat=True)
    return {*first_words(), *LATER, *(t.slug for t in DECLARED.values()), *made}


@cache
def first_words() -> frozenset[str]:
    """The words with which our own addresses begin."""
    return frozenset(word for text in patterns(get_resolver().url_patterns, "") if (word := first_word(text)))


def patterns(found: list[Any], before: str) -> Iterator[str]:
    for pattern in found:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern):
            yield text


def first_word(pattern: str) -> str:
    word = pattern.lstrip("^").partition("/")[0]
    return word if WORD.match(word) else ""
