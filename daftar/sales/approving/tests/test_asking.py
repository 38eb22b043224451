"""A discount above the limit is asked for, decided once, and asked anew only where it goes beyond."""

from decimal import Decimal

import pytest

from daftar.access.models import Department, Role
from daftar.activities.models import Notice
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.records import writing
from daftar.records.models import Event
from daftar.sales.approving.asking import ask_approval, withdraw
from daftar.sales.approving.deciders import deciders
from daftar.sales.approving.deciding import decide_on
from daftar.sales.approving.tests.conftest import row
from daftar.sales.lines import approvals
from daftar.sales.lines.approvals import Given
from daftar.sales.models import DiscountApproval, SalesSettings
from daftar.sales.quoting.issue import issue_quote

D = Decimal


def test_the_story_five_percent_pass_twenty_five_wait_for_the_head(office, shop):
    with pytest.raises(Conflict, match="Ask for approval"):
        issue_quote(office.deal.pk, by=shop.sara)

    asked = ask_approval(office.deal.pk, by=shop.sara, comment="They take twelve")
    gtx, _saw = office.lines(office.deal)
    assert approvals.asked_in(asked) == {str(gtx.pk): Given(D(25), D(12), office.gtx.pk)}
    assert office.told(office.hana) == ["approval_asked"] and office.told(shop.olga) == office.told(shop.sara) == []
    with pytest.raises(Conflict, match="waits for approval"):
        issue_quote(office.deal.pk, by=shop.sara)

    decide_on(asked.pk, approve=True, by=office.hana)

    assert office.told(shop.sara) == ["approval_decided"]
    assert issue_quote(office.deal.pk, by=shop.sara).state == "issued"
    kinds = list(Event.objects.filter(type="deal", kind__startswith="discount").order_by("id").values_list("kind", flat=True))  # fmt: skip
    assert kinds == ["discount_asked", "discount_approved"]


def test_what_goes_beyond_asks_anew_and_what_is_lower_does_not(office, shop):
    decide_on(ask_approval(office.deal.pk, by=shop.sara).pk, approve=True, by=office.hana)

    office.save(office.deal, office.again(office.deal, discount="20%"))
    issue_quote(office.deal.pk, by=shop.sara)
    office.save(office.deal, office.again(office.deal, discount="26%"))
    with pytest.raises(Conflict):
        issue_quote(office.deal.pk, by=shop.sara)
    office.save(office.deal, office.again(office.deal, discount="25%") | {"n9": row("Paint", discount="11%")})
    with pytest.raises(Conflict, match="Paint"):
        issue_quote(office.deal.pk, by=shop.sara)
    asked = ask_approval(office.deal.pk, by=shop.sara)
    assert [one.percent for one in approvals.asked_in(asked).values()] == [11]


def test_a_yes_is_to_so_much_of_that_product(office, shop):
    decide_on(ask_approval(office.deal.pk, by=shop.sara).pk, approve=True, by=office.hana)

    office.save(office.deal, office.again(office.deal, quantity="10"))
    issue_quote(office.deal.pk, by=shop.sara)
    office.save(office.deal, office.again(office.deal, quantity="13"))
    with pytest.raises(Conflict, match="Ask for approval"):
        issue_quote(office.deal.pk, by=shop.sara)
    office.save(
        office.deal, office.again(office.deal, quantity="12", product=office.store.product("Gold", price=100).pk)
    )
    with pytest.raises(Conflict, match="Ask for approval"):
        issue_quote(office.deal.pk, by=shop.sara)


def test_a_no_to_many_is_none_to_few(office, shop):
    declined = decide_on(ask_approval(office.deal.pk, by=shop.sara).pk, approve=False, words="Too many", by=office.hana)
    gtx, _saw = office.lines(office.deal)
    line = str(gtx.pk)

    states = {
        many: approvals.words_on(office.deal.pk, {line: Given(D(25), D(many), office.gtx.pk)})[line].state
        for many in (5, 12, 20)
    }

    assert states == {5: "must_ask", 12: "declined", 20: "declined"} and declined.state == "declined"


def test_a_request_of_the_first_days_holds_for_any_number(office, shop):
    gtx, _saw = office.lines(office.deal)
    DiscountApproval.objects.create(
        deal=office.deal, discounts={str(gtx.pk): "25"}, asked_by=shop.sara, decided_by=office.hana, state="approved"
    )

    assert issue_quote(office.deal.pk, by=shop.sara).state == "issued"


def test_the_page_of_a_request_says_what_changed_since(office, shop, at):
    asked = ask_approval(office.deal.pk, by=shop.sara)

    def page():
        return at(office.hana).get(f"/sales/approvals/{asked.pk}/").content.decode()

    office.save(office.deal, office.again(office.deal, quantity="20"))
    assert "Asked for 12; for more it must be asked anew." in page()
    office.save(
        office.deal, office.again(office.deal, quantity="12", product=office.store.product("Gold", price=100).pk)
    )
    assert "Another product stands here since it was asked" in page()


def test_the_same_question_twice_is_one_and_another_one_takes_its_place(office, shop):
    first = ask_approval(office.deal.pk, by=shop.sara)
    assert ask_approval(office.deal.pk, by=shop.sara).pk == first.pk
    assert office.told(office.hana) == ["approval_asked"]

    office.save(office.deal, office.again(office.deal, discount="28%"))
    second = ask_approval(office.deal.pk, by=shop.sara)

    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "asked")
    with pytest.raises(Conflict, match="newer request"):
        decide_on(first.pk, approve=True, by=office.hana)


def test_who_asked_takes_the_question_back(office, shop):
    asked = ask_approval(office.deal.pk, by=shop.sara)

    with pytest.raises(NotAllowed):
        withdraw(asked.pk, by=shop.sam)
    assert withdraw(asked.pk, by=shop.sara).state == withdraw(asked.pk, by=shop.sara).state == "withdrawn"
    with pytest.raises(Conflict, match="taken the question back"):
        decide_on(asked.pk, approve=True, by=office.hana)


def test_a_no_has_a_reason_and_one_may_ask_again(office, shop):
    asked = ask_approval(office.deal.pk, by=shop.sara)

    with pytest.raises(Invalid):
        decide_on(asked.pk, approve=False, by=office.hana)
    decide_on(asked.pk, approve=False, words="Twenty is enough", by=office.hana)
    assert Notice.objects.get(to=shop.sara.pk).data["what"] == "declined"
    with pytest.raises(Conflict):
        issue_quote(office.deal.pk, by=shop.sara)
    assert ask_approval(office.deal.pk, by=shop.sara).pk != asked.pk


def test_the_second_decider_is_told_who_decided(office, shop):
    asked = ask_approval(office.deal.pk, by=shop.sara)
    decide_on(asked.pk, approve=True, by=office.hana)
    decide_on(asked.pk, approve=True, by=office.hana)  # pressed twice

    with pytest.raises(Conflict, match="Hana has approved"):
        decide_on(asked.pk, approve=False, words="No", by=shop.olga)
    assert office.told(shop.sara) == ["approval_decided"]


# -- who decides -------------------------------------------------------------------------------------------


def test_nobody_gives_more_by_a_request_than_without_one(office, shop):
    asked = ask_approval(office.deal.pk, by=shop.sara)

    for user in (shop.sara, shop.sam):
        with pytest.raises(Conflict, match="may not give"):
            decide_on(asked.pk, approve=True, by=user)
    with pytest.raises(NotAllowed):
        decide_on(asked.pk, approve=True, by=shop.rita)
    with pytest.raises(Missing):
        decide_on(asked.pk, approve=True, by=shop.reza)
    assert DiscountApproval.objects.get().state == "asked"


def test_a_limit_that_was_raised_meanwhile_lets_one_say_yes_to_oneself(office, shop):
    asked = ask_approval(office.deal.pk, by=shop.sara)
    office.limits(seller="25")

    assert decide_on(asked.pk, approve=True, by=shop.sara).state == "approved"
    assert issue_quote(office.deal.pk, by=shop.sara).pk


def test_who_would_decide_lost_the_right_since(office, shop):
    asked = ask_approval(office.deal.pk, by=shop.sara)
    office.limits(head="20")

    with pytest.raises(Conflict, match="may not give 25"):
        decide_on(asked.pk, approve=True, by=office.hana)


def test_more_than_the_head_may_give_goes_to_who_may(office, shop):
    office.save(office.deal, office.again(office.deal, discount="40%"))
    asked = ask_approval(office.deal.pk, by=shop.sara)

    assert office.told(office.hana) == [] and office.told(shop.olga) == ["approval_asked"]
    with pytest.raises(Conflict):
        decide_on(asked.pk, approve=True, by=office.hana)


def test_the_next_head_above_and_who_stands_in(office, shop, django_assert_max_num_queries):
    top = Department.objects.create(name="Company", head=office.iris)
    Department.objects.filter(pk=shop.sara.department_id).update(parent=top, head=shop.sara)
    office.limits(head="30")
    shop.sara.refresh_from_db()
    assert [user.name for user in deciders(office.deal, shop.sara, D(25))] == ["Iris"]

    Department.objects.filter(pk=shop.sara.department_id).update(head=office.hana)
    day = "2020-01-01"
    type(office.hana).objects.filter(pk=office.hana.pk).update(absent_from=day, substitute=shop.olga)
    with django_assert_max_num_queries(9):
        names = {user.name for user in deciders(office.deal, shop.sara, D(25))}
    assert names == {"Hana", "Olga"}


def test_where_nobody_may_say_yes_it_is_said_what_to_do(office, shop):
    office.limits(head="20", owner="20")

    with pytest.raises(Conflict, match="raise a limit"):
        ask_approval(office.deal.pk, by=shop.sara)
    assert not DiscountApproval.objects.exists()


def test_an_owner_has_no_limit_unless_one_is_written(office, shop):
    assert approvals.limit_of(shop.olga) is None
    office.limits(owner="50")
    assert approvals.limit_of(shop.olga) == 50
    SalesSettings.objects.all().delete()
    assert approvals.limit_of(shop.sara) is None


def test_rights_to_ask(office, shop):
    with pytest.raises(NotAllowed):
        ask_approval(office.deal.pk, by=shop.rita)
    with pytest.raises(Missing):
        ask_approval(office.deal.pk, by=shop.reza)
    with pytest.raises(Conflict, match="No discount"):
        ask_approval(office.deal.pk, by=office.hana)  # may give it anyway


# -- what happens to the deal meanwhile ----------------------------------------------------------------------


def test_a_closed_deal_and_one_in_the_bin_are_not_decided_on(office, shop, at):
    asked = ask_approval(office.deal.pk, by=shop.sara)
    page = f"/sales/approvals/{asked.pk}/"
    deal = shop.type("deal")
    values = {"stage": shop.stage("lost"), "lost_reason": "price"}
    writing.change(deal, office.deal.pk, values, by=shop.sara, via="page")

    with pytest.raises(Conflict, match="closed"):
        decide_on(asked.pk, approve=True, by=office.hana)
    said = at(office.hana).get(page).content.decode()
    assert "This deal is closed" in said and 'value="approve"' not in said
    writing.remove(deal, office.deal.pk, by=shop.olga, via="page")
    with pytest.raises(Missing):
        decide_on(asked.pk, approve=True, by=office.hana)
    said = at(office.hana).get(page)
    assert said.status_code == 200 and "lies in the bin" in said.content.decode()


def test_a_deal_with_another_owner_tells_both(office, shop, at):
    asked = ask_approval(office.deal.pk, by=shop.sara)
    writing.change(shop.type("deal"), office.deal.pk, {"owner": shop.sam.pk}, by=shop.olga, via="page")

    assert "Owner now" in at(office.hana).get(f"/sales/approvals/{asked.pk}/").content.decode()
    decide_on(asked.pk, approve=True, by=office.hana)

    assert "approval_decided" in office.told(shop.sara) and "approval_decided" in office.told(shop.sam)
    assert issue_quote(office.deal.pk, by=shop.sam).pk


def test_a_head_of_another_department_has_no_say(office, shop):
    assert Role.HEAD in office.iris.roles
    asked = ask_approval(office.deal.pk, by=shop.sara)

    with pytest.raises(Missing):
        decide_on(asked.pk, approve=True, by=office.iris)
