import pytest

from config import translations


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_sentence_is_translated(language):
    problems = translations.lacking(language)

    assert not problems, f"{len(problems)} sentences; run bin/messages, then translate. First ones: {problems[:10]}"


def test_a_missing_translation_would_be_found(monkeypatch):
    with_one_more = translations.collected()
    with_one_more.add("A sentence that nobody has translated %(yet)s")
    monkeypatch.setattr(translations, "collected", lambda: with_one_more)

    assert any("nobody has translated" in problem for problem in translations.lacking("fa"))
