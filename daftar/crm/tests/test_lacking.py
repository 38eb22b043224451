"""What a record lacks in its stage is seen on lists, boards and cards."""

import pytest

from daftar.crm.models import Deal
from daftar.records import lacking, pipelines

SAID = "“New” needs: Expected close"


@pytest.fixture
def asking(shop):
    """The stage New asks for a date that deals made before do not have."""
    for n in range(3):
        shop.deal(name=f"Deal {n}")
    Deal.objects.update(expected_close=None)
    Deal.objects.filter(name="Deal 0").update(expected_close="2026-03-03")
    pipelines.change_stage(shop.stage("new"), {"required": ["expected_close"]}, by=shop.olga)
    return shop


@pytest.mark.parametrize("address", ["/deals/", "/deals/board/"])
def test_rows_and_cards_say_what_they_lack(asking, at, address):
    page = at(asking.sara).get(address).content.decode()
    assert page.count(f'aria-label="{SAID}"') == 2


def test_an_edit_in_place_takes_the_mark_away(asking, at):
    deal = Deal.objects.get(name="Deal 1")
    answer = at(asking.sara).post(
        f"/deals/{deal.pk}/field/expected_close",
        {"expected_close": "2026-04-04", "version": deal.version},
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL="http://testserver/deals/",
    )
    said = answer.content.decode()
    assert f'<span id="lacks-{deal.pk}" hx-swap-oob="true"></span>' in said


def test_marks_cost_no_query_of_their_own(asking, django_assert_num_queries):
    type_, rows = asking.type("deal"), list(Deal.objects.all())
    with django_assert_num_queries(0):
        assert len(lacking.in_words(type_, rows)) == 2


def test_a_field_that_is_hidden_from_the_reader_is_not_named(asking):
    type_ = asking.type("deal")
    fewer = type_.__class__.__new__(type_.__class__)
    fewer.__dict__ |= type_.__dict__ | {"by_key": {k: f for k, f in type_.by_key.items() if k != "expected_close"}}
    assert lacking.in_words(fewer, list(Deal.objects.all())) == {}
