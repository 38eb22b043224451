"""All words by which columns are known, for every record type of the schema; made once for one proposal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from django.conf import settings
from django.utils import translation

from daftar.exchange.importing.maps import BESIDE, target_of
from daftar.exchange.knowing.guessing import known_words
from daftar.exchange.knowing.systems.shape import squash
from daftar.exchange.knowing.type_words import words_of_types
from daftar.exchange.knowing.words import OF_TYPES, SYNONYMS
from daftar.kernel.text import fold
from daftar.records.schema import Schema
from daftar.records.types import RecordType

ASIDE = frozenset({"department", "office"})
"""Types that are only taken when their own name says so."""
BEFORE = ("associated", "related", "primary", "main", "основной", "связанный", "deal", "person", "organization")


class Vocabulary:
    """Headings → targets of each type, and words → types."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.type_words = words_of_types(schema)
        self.by_type: dict[str, dict[str, list[str]]] = {}

    def of(self, type_: RecordType) -> dict[str, list[str]]:
        """Squashed heading → targets, words that hold for this type alone first."""
        if type_.key not in self.by_type:
            found: dict[str, list[str]] = {}
            for target, words in OF_TYPES.get(type_.key, {}).items():
                if target in BESIDE or target_of(type_, target) is not None:
                    for word in words.split("|"):
                        found.setdefault(squash(word), []).append(target)
            for word in (*SYNONYMS["@changed"].split("|"), *self.labels_of(type_, "changed_at")):
                found.setdefault(squash(word), []).append("@changed")
            for word, targets in known_words(type_).items():
                found.setdefault(word, []).extend(t for t in targets if t not in found.get(word, ()))
            self.by_type[type_.key] = found
        return self.by_type[type_.key]

    def labels_of(self, type_: RecordType, key: str) -> list[str]:
        """What a field is called, in all our languages."""
        said = []
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                said += [str(field.label) for field in type_.fields if field.key == key]
        return said

    def targets(self, type_: RecordType, heading: str) -> list[str]:
        """What a heading can mean, the likeliest first: as it is, without brackets, without the type's own name before it."""
        words = self.of(type_)
        found: list[str] = []
        for form in self.forms(type_, heading):
            found += [target for target in words.get(form, ()) if target not in found]
        return found

    def forms(self, type_: RecordType, heading: str) -> Iterator[str]:
        yield squash(heading)
        bare = heading.partition("(")[0].partition(",")[0] or heading
        yield squash(bare)
        said = fold(bare).split()
        for taken in (2, 1):
            if len(said) > taken and self.type_words.get(" ".join(said[:taken])) == type_.key:
                yield "".join(said[taken:])
            if len(said) > taken and self.type_words.get(" ".join(said[-taken:])) == type_.key:
                yield "".join(said[:-taken])

    def types_of(self, heading: str) -> dict[str, float]:
        """Types that know a heading, each with a weight: the fewer know it, the more it says."""
        if (kept := self._types_of.get(heading)) is None:
            form = squash(heading)
            bare = squash(heading.partition("(")[0].partition(",")[0] or heading)
            knowing = [
                type_.key
                for type_ in self.schema.types.values()
                if type_.key not in ASIDE and (form in self.of(type_) or bare in self.of(type_))
            ]
            kept = self._types_of[heading] = {key: 0.5 + 0.5 / len(knowing) for key in knowing}
        return kept

    @cached_property
    def _types_of(self) -> dict[str, dict[str, float]]:
        return {}

    def type_of_stem(self, stem: str) -> str:
        """The type that the words before "id" name: "account" of "Account Id", "associated company"; "user" for owners; else ""."""
        said = [word for word in fold(stem).split() if word not in ("name", "primary", "system", "external", "record")]
        if not said:
            return ""
        if (
            said[-1] in ("owner", "user", "host", "salesperson", "agent")
            or said[-2:] == ["assigned", "to"]
            or said[-1] == "by"
        ):
            return "user"
        while len(said) > 1 and " ".join(said) not in self.type_words and said[0] in BEFORE:
            said = said[1:]
        phrase = " ".join(said)
        return (
            self.type_words.get(phrase, "")
            or self.type_words.get(phrase.replace(" ", ""), "")
            or self.joined.get(phrase.replace(" ", ""), "")
        )

    @cached_property
    def joined(self) -> dict[str, str]:
        """Words without blanks between them: "purchaseorder" of "PURCHASEORDERID"."""
        return {word.replace(" ", ""): key for word, key in self.type_words.items()}
