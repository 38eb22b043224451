import re

import pytest

from config import translations
from tests.house.installation import ROOT

COMMA_FOR_MACHINES = {
    "daftar/records/fields/address.py",  # the stored line of an address, whoever reads it
    "daftar/onboarding/management/commands/user.py",
    "daftar/records/fields/tags.py",
    "daftar/ui/gallery.py",
}
"""Where the comma is read again, by the tag box."""


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_sentence_is_translated(language):
    problems = translations.lacking(language)

    assert not problems, f"{len(problems)} sentences; run bin/messages, then translate. First ones: {problems[:10]}"


def test_a_missing_translation_would_be_found(monkeypatch):
    with_one_more = translations.collected()
    with_one_more.add("A sentence that nobody has translated %(yet)s")
    monkeypatch.setattr(translations, "collected", lambda: with_one_more)

    assert any("nobody has translated" in problem for problem in translations.lacking("fa"))


def test_words_are_joined_with_the_readers_comma():
    latin = re.compile(r'", "(\.join| if)|join\(", "\)')
    files = [*(ROOT / "daftar").rglob("*.py"), *(ROOT / "daftar").rglob("*.html")]
    found = {path.relative_to(ROOT).as_posix() for path in files if latin.search(path.read_text())}

    assert {path for path in found if "/tests/" not in path} == COMMA_FOR_MACHINES, (
        "use formats.joined, or the filter of that name"
    )
