"""The sentences of code and pages, and their translations: collected by Babel, kept in locale/<language>/LC_MESSAGES/django.po."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fa", "ru")
KEYWORDS = {
    "_": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def collected() -> Catalog:
    """Every sentence that the product can say, from Python and Jinja2 sources outside of tests."""
    catalog = Catalog()
    for path, method in sources():
        options = {"newstyle_gettext": "true"} if method == "jinja2" else {}
        for _line, message, _comments, context in extract_from_file(method, path, keywords=KEYWORDS, options=options):
            catalog.add(message, context=context)
    return catalog


def sources() -> Iterator[tuple[str, str]]:
    for folder in ("daftar", "config"):
        for path in sorted((ROOT / folder).rglob("*")):
            if "tests" in path.parts or "migrations" in path.parts:
                continue
            if path.suffix == ".py":
                yield str(path), "python"
            elif path.suffix in (".html", ".txt") and "templates" in path.parts:
                yield str(path), "jinja2"


def po_file(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def kept(language: str) -> Catalog:
    """The translations as they stand in the file."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renew() -> None:
    """Bring each language's file up to the sources: new sentences empty, gone ones dropped, translations kept."""
    template = collected()
    for language in LANGUAGES:
        catalog = kept(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=120, sort_output=True, no_location=True, omit_header=False)


def lacking(language: str) -> list[str]:
    """What is wrong with a language, sentence by sentence: not translated, or other placeholders than the original."""
    known = kept(language)
    problems = []
    for message in collected():
        if not message.id:
            continue
        translated = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if translated is None or not all(strings(translated)):
            problems.append(f"not translated: {message.id!r}")
            continue
        wanted = names(message.id if isinstance(message.id, str) else message.id[-1])
        if any(names(text) - wanted for text in strings(translated)) or (
            isinstance(message.id, str) and names(strings(translated)[0]) != wanted
        ):
            problems.append(f"other placeholders: {message.id!r}")
    return problems


def strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple | list) else (message.string,)  # type: ignore[return-value]  # Babel's stubs


def names(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text)}


def main(words: list[str]) -> int:
    if "check" not in words:
        renew()
    left = 0
    for language in LANGUAGES:
        problems = lacking(language)
        left += len(problems)
        print(f"{language}: {len(problems)} to do")  # noqa: T201
        for problem in problems[:20]:
            print("  ", problem)  # noqa: T201
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
