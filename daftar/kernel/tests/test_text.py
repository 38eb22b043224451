import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.kernel.errors import Invalid
from daftar.kernel.text import FOLD_FROM, FOLD_MAP, FOLD_TO, clean_text, fold, fold_company


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("  Tucker  ", "Tucker"),
        ("e\u0301", "é"),
        ("one\r\ntwo\tthree", "one two three"),
        ("سه\u200cشنبه", "سه\u200cشنبه"),
        ("\u202a+98 21\u202c", "+98 21"),
    ],
)
def test_text_is_stored_in_one_form(raw, stored):
    assert clean_text(raw, max_length=50) == stored


def test_lines_stay_in_long_text():
    assert clean_text("one\r\n\r\ntwo\tx\r", max_length=50, multiline=True) == "one\n\ntwo\tx"


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("a\0b", "NUL"),
        ("a\ud800b", "broken"),
        ("a\x1bb", "control"),
        ("x" * 51, "too long"),
        ("x" * 5_000_000, "too long"),
    ],
)
@pytest.mark.parametrize("multiline", [True, False])
def test_what_cannot_be_stored_is_refused_with_a_sentence(raw, word, multiline):
    with pytest.raises(Invalid) as refusal:
        clean_text(raw, max_length=50, multiline=multiline)
    assert word in str(refusal.value)


@given(st.text())
def test_cleaned_text_stays_as_it_is(raw):
    try:
        stored = clean_text(raw, max_length=200, multiline=True)
    except Invalid:
        return
    assert clean_text(stored, max_length=200, multiline=True) == stored
    stored.encode()


@pytest.mark.parametrize(
    "same",
    [
        ["كتاب‌هاي من", "کتاب های من", "کتاب هاي  من"],
        ["أحمد", "إحمد", "آحمد", "احمد", "اَحمَد", "احـــمد"],
        ["شركة", "شرکه"],
        ["Ёлкин", "елкин", "ЕЛКИН"],
        ["Société Générale", "societe generale", "SOCIÉTÉ–GÉNÉRALE"],
        ["Straße", "STRASSE"],
        ["Łódź", "lodz"],
        ["۱۲۳", "123", "١٢٣", "１２３"],
        ["O'Neil & Sons, Ltd.", "o neil   sons ltd"],
        ["ﻻله", "لاله"],
    ],
)
def test_what_people_call_the_same_folds_to_the_same(same):
    assert len({fold(text) for text in same}) == 1


def test_letters_that_are_not_accents_stay():
    assert fold("Майя") == "майя"
    assert fold("и\u0306") == "й"


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert "  " not in fold(text)


@given(st.text(alphabet=FOLD_FROM + "abc کی"))
def test_sql_translate_does_what_fold_does(text):
    table = str.maketrans(FOLD_FROM[: len(FOLD_TO)], FOLD_TO, FOLD_FROM[len(FOLD_TO) :])
    assert " ".join(text.translate(table).split()) == fold(text)


def test_the_map_is_fit_for_sql():
    assert len(FOLD_FROM) == len(FOLD_MAP) == len(set(FOLD_FROM))
    assert FOLD_MAP["ي"] == "ی"
    assert FOLD_MAP["\u200c"] == " "
    assert FOLD_MAP["ـ"] == ""
    assert FOLD_MAP["ё"] == "е"
    assert sqlite3.connect(":memory:").execute("select ?", [FOLD_FROM]).fetchone()[0] == FOLD_FROM


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Romashka LLC", "romashka"),
        ("Romashka, L.L.C.", "romashka"),
        ("ООО «Ромашка»", "ромашка"),
        ("Общество с ограниченной ответственностью Ромашка", "ромашка"),
        ("Siemens GmbH & Co. KG", "siemens"),
        ("شركت پارس‌خودرو (سهامي خاص)", "پارس خودرو"),
        ("Acme Co., Ltd.", "acme"),
        ("Inc.", "inc"),
        ("AS Roma", "as roma"),
        ("Coca-Cola Company", "coca cola"),
        ("", ""),
    ],
)
def test_company_names_meet_without_their_legal_form(written, same):
    assert fold_company(written) == same
