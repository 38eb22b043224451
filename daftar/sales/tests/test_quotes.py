import datetime as dt
from decimal import Decimal

import pytest

from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.records import writing
from daftar.records.models import Event
from daftar.sales.models import Quote, QuoteLine, SalesSettings
from daftar.sales.quoting.answer import answer_quote, withdraw_quote
from daftar.sales.quoting.differences import compare, stale_quotes
from daftar.sales.quoting.issue import issue_quote
from daftar.sales.quoting.reissue import reissue, stale


def test_a_quote_is_a_numbered_dated_copy_of_the_lines(shop, store):
    gtx = store.product()
    deal = store.deal((gtx, 12, 100), ("Installation", 2, 50))

    quote = issue_quote(deal.pk, by=shop.sara, days=10)

    lines = list(QuoteLine.objects.filter(quote=quote).order_by("position"))
    assert quote.number.endswith("-00001") and (quote.quote_version, quote.state) == (1, "issued")
    assert (quote.net, quote.total, quote.total_currency) == (Decimal(1300), Decimal(1560), "USD")
    assert quote.valid_until - quote.issued_on == dt.timedelta(days=10)
    assert [(line.name, line.quantity, line.price) for line in lines] == [
        ("GTX Plus Pro", 12, 100),
        ("Installation", 2, 50),
    ]
    assert Quote.objects.get(pk=quote.pk).parties["client"]["name"] == "Alvand Tools Ltd"


def test_a_later_price_changes_no_quote_and_marks_one_cell(shop, store):
    deal = store.deal((store.product(), 12, 100), ("Installation", 2, 50))
    quote = issue_quote(deal.pk, by=shop.sara)

    store.change(store.lines(deal)[0], price=110)

    marked = [(row.name, cell.key, cell.now, cell.quoted) for row in compare(deal.pk, quote) for cell in row.stale]
    assert marked == [("GTX Plus Pro", "price", Decimal(110), Decimal(100))]
    assert stale_quotes([quote]) == {quote.pk: 1}
    assert QuoteLine.objects.get(quote=quote, position=1).price == 100


def test_a_line_that_came_or_went_is_one_difference(shop, store):
    deal = store.deal(("Drill", 1, 10), ("Saw", 1, 20))
    quote = issue_quote(deal.pk, by=shop.sara)
    store.add(deal, ("Hammer", 1, 5))
    writing.remove(shop.type("deal_line"), store.lines(deal)[1].pk, by=shop.sara, via="page")

    rows = {row.name: (row.is_added, row.is_removed, row.stale) for row in compare(deal.pk, quote)}

    assert rows == {"Drill": (False, False, []), "Hammer": (True, False, []), "Saw": (False, True, [])}
    assert stale_quotes([quote]) == {quote.pk: 2}


def test_issued_again_it_is_the_next_version_and_replaces_the_first(shop, store):
    deal = store.deal(("Drill", 1, 10))
    first = issue_quote(deal.pk, by=shop.sara)
    store.change(store.lines(deal)[0], price=12)

    second = issue_quote(deal.pk, by=shop.sara)

    first.refresh_from_db()
    assert (second.number, second.quote_version, second.replaces_id) == (first.number, 2, first.pk)
    assert (first.state, second.total) == ("replaced", Decimal("14.4"))
    assert stale_quotes([first, second]) == {}


def test_after_an_accepted_quote_a_new_number_begins(shop, store):
    deal = store.deal(("Drill", 1, 10))
    first = issue_quote(deal.pk, by=shop.sara)
    answer_quote(first.pk, accepted=True, name="Ali", by=shop.sara)

    second = issue_quote(deal.pk, by=shop.sara)

    first.refresh_from_db()
    assert second.number != first.number and (second.quote_version, first.state) == (1, "accepted")


@pytest.mark.parametrize(
    ("lines", "client", "field"),
    [([], True, "no lines"), ([("Drill", 1, 10)], False, "client")],
)
def test_what_cannot_be_quoted_says_why_and_takes_no_number(shop, store, lines, client, field):
    values = {} if client else {"company": None, "contact": None}
    deal = store.deal(*lines, **values)

    with pytest.raises(Invalid) as refused:
        issue_quote(deal.pk, by=shop.sara)

    assert field in str(refused.value)
    assert not Quote.objects.exists()
    assert issue_quote(store.deal(("Saw", 1, 1)).pk, by=shop.sara).number.endswith("-00001")


def test_optional_lines_are_shown_and_not_added(shop, store):
    deal = store.deal(("Drill", 1, 10))
    store.add(deal, ("Case", 1, 5))
    case = store.lines(deal)[1]
    writing.derive(shop.type("deal_line"), case, {"is_optional": True}, by=shop.sara, via="page")

    quote = issue_quote(deal.pk, by=shop.sara)

    assert quote.total == 12 and QuoteLine.objects.filter(quote=quote).count() == 2


def test_a_quote_that_somebody_else_has_just_issued_is_looked_at_first(shop, store):
    deal = store.deal(("Drill", 1, 10))
    issue_quote(deal.pk, by=shop.olga)

    with pytest.raises(Conflict):
        issue_quote(deal.pk, by=shop.sara, seen=0)

    assert Quote.objects.count() == 1


def test_the_same_form_sent_twice_makes_one_quote(shop, store):
    deal = store.deal(("Drill", 1, 10))

    assert issue_quote(deal.pk, by=shop.sara, once="k").pk == issue_quote(deal.pk, by=shop.sara, once="k").pk


def test_who_may_not_change_the_deal_issues_nothing(shop, store):
    deal = store.deal(("Drill", 1, 10))

    with pytest.raises(Missing):
        issue_quote(deal.pk, by=shop.reza)
    with pytest.raises(NotAllowed):
        issue_quote(deal.pk, by=shop.rita)
    assert not Quote.objects.exists() and not Event.objects.filter(type="quote").exists()


def test_an_accepted_quote_moves_its_deal_to_the_last_open_stage(shop, store):
    deal = store.deal(("Drill", 1, 10), expected_close=dt.date(2026, 12, 1))
    quote = issue_quote(deal.pk, by=shop.sara)

    answer_quote(quote.pk, accepted=True, name="Ali Rezaei", words="Go ahead", by=shop.sara)

    quote.refresh_from_db()
    assert (quote.state, quote.answered_by, quote.answer) == ("accepted", "Ali Rezaei", "Go ahead")
    assert shop.stage_of(shop.fresh("deal", deal)) == "negotiation"


def test_where_papers_lead_is_the_companys_word(shop, store):
    stage, pipeline = shop.stage("qualified"), shop.type("deal").pipelines[0].id
    SalesSettings.objects.create(pk=1, moves={str(pipeline): {"accepted": stage}})
    deal = store.deal(("Drill", 1, 10))
    quote = issue_quote(deal.pk, by=shop.sara)

    answer_quote(quote.pk, accepted=True, name="Ali", by=shop.sara)

    assert shop.stage_of(shop.fresh("deal", deal)) == "qualified"


def test_an_answer_stands_and_the_same_answer_again_is_one(shop, store):
    quote = issue_quote(store.deal(("Drill", 1, 10)).pk, by=shop.sara)
    answer_quote(quote.pk, accepted=False, name="Ali", by=shop.sara)
    answer_quote(quote.pk, accepted=False, name="Ali", by=shop.sara)

    with pytest.raises(Conflict):
        answer_quote(quote.pk, accepted=True, name="Ali", by=shop.sara)

    assert Event.objects.filter(type="quote", record_id=quote.pk, kind="changed").count() == 1


def test_replaced_withdrawn_and_late_quotes_take_no_answer(shop, store):
    deal = store.deal(("Drill", 1, 10))
    first = issue_quote(deal.pk, by=shop.sara)
    second = issue_quote(deal.pk, by=shop.sara)
    late = issue_quote(store.deal(("Saw", 1, 1)).pk, by=shop.sara)
    Quote.objects.filter(pk=late.pk).update(valid_until=dt.date(2020, 1, 1))
    withdraw_quote(second.pk, by=shop.sara)

    for quote in (first, second, late):
        with pytest.raises(Conflict):
            answer_quote(quote.pk, accepted=True, name="Ali", by=shop.sara)


def test_many_stale_quotes_are_issued_again_and_each_by_itself(shop, store):
    good, bad, same = (store.deal((name, 1, 10)) for name in ("Drill", "Saw", "Nail"))
    quotes = [issue_quote(deal.pk, by=shop.sara) for deal in (good, bad, same)]
    for deal in (good, bad):
        store.change(store.lines(deal)[0], price=11)
    writing.change(shop.type("deal"), bad.pk, {"company": None, "contact": None}, by=shop.sara, via="page")

    assert {quote.pk for quote, _count in stale(shop.sara)} == {quotes[0].pk, quotes[1].pk}
    made, refused = reissue([quote.pk for quote in quotes], by=shop.sara)

    assert [(one.number, one.quote_version) for one in made] == [(quotes[0].number, 2)]
    assert [id_ for id_, _why in refused] == [quotes[1].pk]


def test_what_cannot_be_issued_again_leads_to_its_deal(shop, store, at):
    deal = store.deal(("Saw", 1, 10))
    quote = issue_quote(deal.pk, by=shop.sara)
    store.change(store.lines(deal)[0], price=11)
    writing.change(shop.type("deal"), deal.pk, {"company": None, "contact": None}, by=shop.sara, via="page")

    page = at(shop.sara).post("/quotes/stale/", {"ids": [quote.pk]}).content.decode()

    notice = page[page.index('role="note"') :].partition("</p>")[0]
    assert f'href="/deals/{deal.pk}/"' in notice and quote.number in notice
