import pytest

from daftar.kernel.errors import Invalid
from daftar.records import writing
from daftar.records.schema import current_schema


def lead(by, **values):
    return writing.create(current_schema().type("lead"), values, by=by, via="quick")


def test_a_lead_is_called_by_what_they_want(shop):
    made = lead(shop.sara, person_name="Mina", wants="12 routers for the new office\nas soon as possible")

    assert made.title == "12 routers for the new office"


def test_else_by_who_asks(shop):
    assert lead(shop.sara, person_name="Mina").title == "Enquiry of Mina"


def test_a_typed_subject_stays(shop):
    assert lead(shop.sara, title="Routers", person_name="Mina").title == "Routers"


def test_a_lead_of_nobody_who_wants_nothing_is_refused_at_the_subject(shop):
    with pytest.raises(Invalid) as refused:
        lead(shop.sara)

    assert set(refused.value.errors) == {"title"}


def test_an_emptied_subject_is_filled_again(shop):
    made = lead(shop.sara, title="Routers", person_name="Mina")

    changed = writing.change(current_schema().type("lead"), made.pk, {"title": ""}, by=shop.sara, via="page")

    assert changed.title == "Enquiry of Mina"
