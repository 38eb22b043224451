"""One typing mistake: what was meant is found, and it is said so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daftar.records import erasing
from daftar.records.models import SearchWord
from daftar.records.searching import vocabulary
from daftar.records.searching.asked import Asked
from daftar.records.searching.vocabulary import is_one_off


@pytest.fixture
def known(shop):
    """Three contacts, whose words the job has read."""
    shop.make("contact", name="Sophie Tucker")
    shop.make("contact", name="Максим Кузнецов")
    shop.make("contact", name="پروانه گل‌آرا")
    vocabulary.learn_what_was_stored()
    return shop


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tuker", "Sophie Tucker"), ("tuckker", "Sophie Tucker"), ("tickker", ""), ("tukcer", "Sophie Tucker"),
        ("yucker", "Sophie Tucker"), ("tuckre", "Sophie Tucker"), ("sophei tuker", "Sophie Tucker"), ("tckr", ""),
        ("кузнецав", "Максим Кузнецов"), ("Кузницов", "Максим Кузнецов"), ("пузнецов", "Максим Кузнецов"),
        ("پرواته", "پروانه گل‌آرا"), ("پروانهه", "پروانه گل‌آرا"),
    ],
)  # fmt: skip
def test_one_mistake_in_a_word_finds_what_was_meant(known, at, typed, meant):
    page = at(known.olga).get("/search/", {"q": typed}).content.decode()

    assert ("Showing results for" in page) is bool(meant)
    assert not meant or meant in page


def test_what_is_spelled_right_is_not_corrected(known, at):
    known.make("contact", name="Anna Tacker")

    page = at(known.olga).get("/search/", {"q": "tucker"}).content.decode()

    assert "Showing results for" not in page
    assert "Anna Tacker" not in page
    assert list(vocabulary.corrections(Asked.of("tuck"))) == []
    assert list(vocabulary.corrections(Asked.of("0912 805"))) == []


def test_a_correction_tells_nothing_of_records_that_one_may_not_see(known, at):
    known.make("contact", name="Wenzelslaus", by=known.reza)
    vocabulary.learn_what_was_stored()

    page = at(known.sara).get("/search/", {"q": "wenzelslauz"}).content.decode()

    assert "wenzelslaus" not in page.lower()


def test_each_word_is_kept_once_and_read_once(known):
    kept = set(SearchWord.objects.values_list("word", flat=True))
    assert {"sophie", "tucker", "кузнецов", "پروانه"} <= kept

    known.make("contact", name="Tucker & Tucker 4711 Ltd")
    vocabulary.learn_what_was_stored()
    vocabulary.learn_what_was_stored()

    assert not {w for w in SearchWord.objects.values_list("word", flat=True) if not w.isalpha()}


def test_words_that_stand_nowhere_any_more_are_forgotten(known):
    contact = known.make("contact", name="Ottokar Tucker")
    vocabulary.learn_what_was_stored()
    contact.name, contact.search = "X", "x"
    contact.save()

    vocabulary.forget_some_unused()

    kept = set(SearchWord.objects.values_list("word", flat=True))
    assert "ottokar" not in kept
    assert "tucker" in kept


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_leaves_no_word(shop):
    contact = shop.make("contact", name="Ottokar Tucker")
    shop.make("contact", name="Sophie Tucker")
    vocabulary.learn_what_was_stored()

    erasing.erase_person("contact", contact.pk, by=shop.olga)

    kept = set(SearchWord.objects.values_list("word", flat=True))
    assert "ottokar" not in kept
    assert "tucker" in kept


@pytest.mark.parametrize("typed", ["%%%%", "____", '"""" ""', "a" * 5000, "\0\0\0\0", "tuc%er", "NEAR(a b)", "شششششش"])
def test_rubbish_finds_nothing_and_breaks_nothing(known, at, typed):
    assert at(known.olga).get("/search/", {"q": typed}).status_code in (200, 400)


letters = st.text("abcd", min_size=4, max_size=7)


@settings(max_examples=200, deadline=None)
@given(letters, letters)
def test_one_off_is_what_one_edit_makes(a, b):
    alphabet = "abcd"
    edits = {a[:n] + a[n + 1 :] for n in range(len(a))}
    edits |= {a[:n] + x + a[n:] for n in range(len(a) + 1) for x in alphabet}
    edits |= {a[:n] + x + a[n + 1 :] for n in range(len(a)) for x in alphabet}
    edits |= {a[:n] + a[n + 1] + a[n] + a[n + 2 :] for n in range(len(a) - 1)}

    assert is_one_off(a, b) is (b in edits)
