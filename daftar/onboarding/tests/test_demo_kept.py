"""The demo company, loaded once for all of these: sums, stock and numbers hold; what people worked with stays, the rest goes."""

import datetime as dt

import pytest

from daftar.access.models import Role, User
from daftar.access.tests.freshly import sign_in
from daftar.activities.models import Activity
from daftar.catalogue.models import Hold, Product, StockMove
from daftar.crm.models import Company, Deal
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.onboarding import demo
from daftar.onboarding.models import DemoCompany
from daftar.onboarding.tests.test_demo import counts
from daftar.onboarding.tests.test_demo_sale import invoice_of_mine, papers_and_sums_hold, stock_holds
from daftar.records import writing
from daftar.records.reading import visible
from daftar.records.schema import current_schema
from daftar.sales.bank.confirming import confirm, matches_of
from daftar.sales.models import (
    Allocation,
    BankStatement,
    DealLine,
    Invoice,
    InvoiceLine,
    NumberCounter,
    Payment,
    Quote,
    SalesSettings,
    StatementLine,
)
from daftar.sales.paying.record import Share, record_payment
from daftar.sales.quoting.expiring import expire_quotes
from daftar.sales.quoting.issue import issue_quote


def test_every_kind_of_paper_is_there_and_all_sums_hold(demo_owner):
    papers_and_sums_hold("en")


def test_after_it_the_first_invoice_has_number_one(demo_owner):
    demo.remove()

    assert not NumberCounter.objects.exists()
    assert not SalesSettings.objects.exists()
    assert invoice_of_mine(demo_owner).number.endswith("-00001")


@pytest.mark.thorough
def test_how_we_sell_since_stays(demo_owner):
    SalesSettings.objects.update(due_days=3)
    demo.remove()

    assert SalesSettings.objects.get().due_days == 3


@pytest.mark.thorough
def test_an_invoice_that_we_let_be_paid_stays_with_all_that_it_names(demo_owner):
    invoice = Invoice.objects.filter(state="part_paid").get()
    lines = set(InvoiceLine.objects.filter(invoice=invoice).values_list("pk", flat=True))
    earlier = Payment.objects.get(allocations__invoice=invoice)
    mine = record_payment(
        Money(invoice.balance, "USD"), by=demo_owner, received_on=clock.today("UTC"), shares=[Share(invoice.pk)]
    )

    kept = demo.remove().kept

    invoice.refresh_from_db()
    assert (invoice.state, invoice.paid) == ("paid", invoice.total)
    assert set(InvoiceLine.objects.filter(invoice=invoice).values_list("pk", flat=True)) == lines
    assert set(Payment.objects.values_list("pk", flat=True)) == {earlier.pk, mine.pk}
    assert Allocation.objects.count() == 2
    assert f"/invoices/{invoice.pk}/" in [address for _name, address in kept]
    assert DealLine.objects.filter(deal=invoice.deal_id).exists()
    assert {line.deal_id for line in DealLine.objects.all()} == {invoice.deal_id}
    assert not DemoCompany.objects.exists()
    stock_holds()


@pytest.mark.thorough
def test_goods_that_we_sold_stay_with_their_figures(demo_owner):
    product = Product.objects.filter(stock_available__gt=3).exclude(pk__in=Hold.objects.values("product")).first()
    product = product or Product.objects.filter(stock_available__gt=3).first()
    on_hand = product.stock_on_hand
    invoice_of_mine(demo_owner, product.pk)

    demo.remove()

    product.refresh_from_db()
    assert product.stock_on_hand == on_hand
    assert set(StockMove.objects.values_list("kind", flat=True)) == {"opening"}
    assert list(Product.objects.all()) == [product]
    stock_holds()


@pytest.mark.thorough
def test_a_statement_of_which_we_decided_a_line_stays(demo_owner):
    line = StatementLine.objects.filter(state="open").order_by("line").first()
    match = matches_of([line], demo_owner)[line.pk]
    confirm(line.pk, [share.invoice_id for share in match.best.shares], by=demo_owner)

    demo.remove()

    assert BankStatement.objects.count() == 1
    assert StatementLine.objects.get(pk=line.pk).state == "matched"
    assert Payment.objects.filter(created_by=demo_owner).exists()


@pytest.mark.thorough
def test_what_ends_by_itself_holds_nothing_back(demo_owner):
    from daftar.catalogue.stock.ending import end_what_is_over

    with clock.frozen(clock.now() + dt.timedelta(days=60)):
        assert end_what_is_over() > 0
        assert expire_quotes() > 0
    removed = demo.remove()

    assert removed.kept == []
    assert not StockMove.objects.exists()
    assert list(User.objects.all()) == [demo_owner]


@pytest.mark.thorough
def test_sellers_of_the_demo_see_their_own_papers_only(demo_owner):
    made = DemoCompany.objects.get()
    sellers = [one.pk for one in User.objects.filter(pk__in=made.made["user"]) if Role.SELLER in one.roles]
    quote = Quote.objects.filter(state="issued", owner__in=sellers).order_by("pk").first()
    seller = quote.owner

    seen = visible(current_schema().type("quote"), seller)
    assert set(seen.values_list("pk", flat=True)) == set(
        Quote.objects.filter(owner=seller).values_list("pk", flat=True)
    )
    assert issue_quote(quote.deal_id, by=seller).quote_version == quote.quote_version + 1


def test_loading_twice_makes_it_once(demo_owner):
    first = DemoCompany.objects.get()
    before = counts()

    assert demo.load("fa").pk == first.pk
    assert counts() == before


@pytest.mark.thorough
def test_what_people_worked_with_stays_with_everything_it_names(client, demo_owner):
    sign_in(client, demo_owner)
    deal_type = current_schema().type("deal")
    touched = Deal.objects.filter(company__isnull=False).order_by("pk")[5]
    writing.change(deal_type, touched.pk, {"comments": "Ours now"}, by=demo_owner, via="page")
    other = Deal.objects.filter(company__isnull=False).exclude(company=touched.company).order_by("pk")[9]
    mine = writing.create(deal_type, {"name": "Mine", "company": other.company_id}, by=demo_owner, via="page")
    talks = Activity.objects.filter(about_type="deal", about_id=touched.pk).count()

    page = client.post("/settings/demo/remove").content.decode()

    assert {touched.pk, mine.pk} <= set(Deal.objects.values_list("pk", flat=True))
    assert Deal.objects.count() < 6
    assert {touched.company_id, other.company_id} <= set(Company.objects.values_list("pk", flat=True))
    assert User.objects.filter(pk=touched.owner_id).exists()
    assert Activity.objects.filter(about_type="deal", about_id=touched.pk).count() == talks
    assert f'href="/deals/{touched.pk}/"' in page
    assert not DemoCompany.objects.exists()
    assert client.get(f"/deals/{touched.pk}/").status_code == 200


@pytest.mark.thorough
def test_a_person_who_was_given_a_password_stays(client, demo_owner):
    sign_in(client, demo_owner)
    sara = User.objects.get(name="Sara Whitfield")
    form = {
        "name": sara.name,
        "email": "sara@oak.example",
        "roles": "seller",
        "is_active": "1",
        "department": str(sara.department_id),
        "office": "",
    }
    assert client.post(f"/settings/people/{sara.pk}/", form).status_code == 302

    demo.remove()

    assert set(User.objects.values_list("name", flat=True)) >= {"Boss", "Sara Whitfield"}
