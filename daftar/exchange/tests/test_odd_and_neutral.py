import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.exchange.importing.odd import distance, near, near_country
from daftar.kernel.neutral import PLAIN_NUMBER, neutral, restored


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("technolgy", ["Technology", "Retail"], "Technology"),
        ("Tehcnology", ["Technology"], "Technology"),
        ("technology", ["Technology"], ""),
        ("retail", ["Medical"], ""),
        ("IT", ["HR"], ""),
        ("Тенхологии", ["Технологии"], "Технологии"),
    ],
)
def test_slips_are_found(word, known, expected):
    assert near(word, known) == expected


def test_countries_with_a_slip_are_found():
    assert near_country("Philipines") == "Philippines"
    assert near_country("Kenya") == near_country("Россия") == near_country("ایران") == near_country("Atlantis") == ""


@given(st.text(max_size=8), st.text(max_size=8))
def test_distance_is_symmetric_and_bounded(one, two):
    assert distance(one, two) == distance(two, one)
    assert (distance(one, two) == 0) == (one == two)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@sum", "\tx", "\rx", "'=x", "''@x", "＝1"])
def test_formulas_are_neutralised_and_come_back(cell):
    assert neutral(cell) == f"'{cell}"
    assert restored(neutral(cell)) == cell


@pytest.mark.parametrize("cell", ["", "-5", "+1202555014", "-5.50", "Acme", "'tis", "a=b"])
def test_other_cells_stay(cell):
    assert neutral(cell) == restored(cell) == cell


@given(st.text())
def test_every_text_comes_back(cell):
    safe = neutral(cell)

    assert restored(safe) == cell
    assert not safe or safe[0] not in "=@\t\r" and (safe[0] not in "+-" or PLAIN_NUMBER.fullmatch(safe))
