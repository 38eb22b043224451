"""Asking and deciding on pages: by who may, with sentences for who may not."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Role
from daftar.access.shipped_roles import SHIPPED
from daftar.activities.models import Notice
from daftar.activities.notifying import lines as notice_lines
from daftar.crm.models import Deal
from daftar.kernel.personal import Subject
from daftar.records.reader import Reader
from daftar.sales import personal
from daftar.sales.approving.asking import ask_approval
from daftar.sales.approving.deciding import decide_on
from daftar.sales.approving.tests.conftest import row
from daftar.sales.models import DealLine, DiscountApproval

D = Decimal
MARKER = "<script>alert(1)</script> & Co"


@pytest.fixture
def asked(office, shop):
    return ask_approval(office.deal.pk, by=shop.sara, comment="They take twelve")


def text(answer, status=200):
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def page_of(asked):
    return f"/sales/approvals/{asked.pk}/"


def test_she_asks_on_the_deal_and_is_told_for_whom_it_waits(office, shop, at):
    deal = f"/deals/{office.deal.pk}/"
    for page in (deal, f"{deal}lines/"):
        assert f"{deal}approval" in text(at(shop.sara).get(page))
    form = text(at(shop.sara).get(f"{deal}approval"))
    assert "25%" in form and "Hana will be asked." in form

    answer = at(shop.sara).post(f"{deal}approval", {"comment": "Twelve", "from": "lines"})

    assert answer.status_code == 302 and answer.headers["Location"] == f"{deal}lines/"
    made = DiscountApproval.objects.get()
    assert (made.comment, made.asked_by) == ("Twelve", shop.sara)
    for page in (deal, f"{deal}lines/"):
        said = text(at(shop.sara).get(page))
        assert "Asked; waits for Hana." in said and page_of(made) in said and f"{deal}approval" not in said


def test_the_refusal_of_issuing_leads_on(office, shop, at):
    for paper in ("quote", "invoice"):
        form = {
            "days": 5,
            "language": "en",
            "terms": "",
            "seen": 0,
            "once": paper,
            "kind": "full",
            "hold": "none",
            "due_days": 1,
        }
        address = f"/deals/{office.deal.pk}/{paper}"
        said = text(at(shop.sara).post(address, form), 422)
        assert f'href="/deals/{office.deal.pk}/approval" data-dialog' in said
        made = ask_approval(office.deal.pk, by=shop.sara)
        assert page_of(made) in text(at(shop.sara).post(address, form), 422)
        DiscountApproval.objects.all().delete()


def test_he_decides_from_the_notice(office, shop, at, asked):
    notice = Notice.objects.get(to=office.hana.pk)
    reader = Reader(office.hana)
    line = notice_lines.line_of([notice], notice_lines.titles_of([notice], reader), reader)
    assert (line.href, line.sentence, line.what) == (page_of(asked), "Asks for a discount", office.deal.name)

    page = text(at(office.hana).get(line.href))
    for said in ("GTX Plus Pro", "25%", "$300.00", "$900.00", "They take twelve", "Sara", "Alvand Tools", "33.3%"):
        assert said in page, said
    answer = at(office.hana).post(line.href, {"act": "approve", "answer": "Fine"})

    assert answer.status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.answer) == ("approved", office.hana, "Fine")
    assert "Approved by Hana." in text(at(shop.sara).get(f"/deals/{office.deal.pk}/lines/"))
    assert "Hana has approved" in text(at(shop.olga).get(line.href))


def test_several_notices_lead_to_the_list(office, shop, store, asked):
    office.save(office.deal, office.again(office.deal, discount="29%"))
    ask_approval(office.deal.pk, by=shop.sara)
    reader = Reader(office.hana)

    (line,), _next = notice_lines.page(reader)
    assert (line.sentence, line.href) == ("Discounts to approve: 2", "/sales/approvals/")


def test_a_no_without_a_reason_is_asked_for_one(office, shop, at, asked):
    said = text(at(office.hana).post(page_of(asked), {"act": "decline"}), 422)
    assert "Say why not" in said and DiscountApproval.objects.get().state == "asked"

    at(office.hana).post(page_of(asked), {"act": "decline", "answer": "Twenty is enough"})
    for page in ("", "lines/"):
        assert "Declined by Hana: Twenty is enough" in text(at(shop.sara).get(f"/deals/{office.deal.pk}/{page}"))
    assert text(at(office.hana).post(page_of(asked), {"act": "perhaps"}), 422)


def test_the_second_one_reads_who_decided(office, shop, at, asked):
    decide_on(asked.pk, approve=True, by=office.hana)

    said = text(at(shop.olga).post(page_of(asked), {"act": "decline", "answer": "No"}), 409)
    assert "Hana has approved this already." in said and 'value="approve"' not in said


def test_a_replaced_request_leads_to_the_one_that_is_open(office, shop, at, asked):
    office.save(office.deal, office.again(office.deal, discount="28%"))
    second = ask_approval(office.deal.pk, by=shop.sara)

    said = text(at(office.hana).get(page_of(asked)))
    assert "A newer request" in said and page_of(second) in said and 'value="approve"' not in said


def test_a_hidden_list_price_is_nowhere(office, shop, at):
    Role.objects.filter(key=Role.HEAD).update(
        grants={**SHIPPED[Role.HEAD].grants.to_json(), "fields": {"deal_line": {"list_price": "hidden"}}}
    )
    DealLine.objects.filter(deal=office.deal.pk).update(list_price=D("130.17"))
    asked = ask_approval(office.deal.pk, by=shop.sara)

    assert "130.17" in text(at(shop.sara).get(f"/deals/{office.deal.pk}/lines/"))
    for page in (f"/deals/{office.deal.pk}/lines/", page_of(asked), "/deal-lines/"):
        assert "130.17" not in text(at(office.hana).get(page)), page


def test_what_changed_since_it_was_asked_is_said(office, shop, at, asked):
    rows = office.again(office.deal, discount="28%") | {"n7": row("Paint", discount="15%")}
    office.save(office.deal, rows)
    page = text(at(office.hana).get(page_of(asked)))
    assert "Raised to 28%" in page and "no part of this request: Paint" in page

    office.save(office.deal, office.again(office.deal, discount="22%"))
    assert "Now only 22%." in text(at(office.hana).get(page_of(asked)))
    office.save(office.deal, dict(list(office.again(office.deal).items())[1:]))
    assert "This line was removed." in text(at(office.hana).get(page_of(asked)))


def test_who_may_not_decide_reads_why_and_strangers_find_nothing(office, shop, at, asked):
    for user, words in (
        (shop.sara, "Asked; waits for Hana."),
        (shop.sam, "may not give 25%"),
        (shop.rita, "may not change"),
    ):
        said = text(at(user).get(page_of(asked)))
        assert words in said and 'value="approve"' not in said
    assert at(shop.rita).post(page_of(asked), {"act": "approve"}).status_code == 403
    for path in (page_of(asked), f"{page_of(asked)}withdraw", f"/deals/{office.deal.pk}/approval"):
        assert at(shop.reza).post(path, {"act": "approve"}).status_code == 404
        assert Client().post(path).status_code in (302, 401)
    for path in ("/sales/approvals/999999/", f"/sales/approvals/{'9' * 25}/", "/deals/999999/approval"):
        assert at(shop.sara).get(path).status_code == 404
    assert at(shop.sam).post(f"{page_of(asked)}withdraw").status_code == 403
    assert DiscountApproval.objects.get().state == "asked"


def test_she_takes_it_back_on_the_page(office, shop, at, asked):
    assert "Take the question back" in text(at(shop.sara).get(page_of(asked)))
    assert "Take the question back" not in text(at(office.hana).get(page_of(asked)))

    assert at(shop.sara).post(f"{page_of(asked)}withdraw").status_code == 302
    assert DiscountApproval.objects.get().state == "withdrawn"
    assert f"/deals/{office.deal.pk}/approval" in text(at(shop.sara).get(f"/deals/{office.deal.pk}/"))


def test_margins_only_for_who_may_see_costs(office, shop, at, asked):
    assert "Margin" in text(at(office.hana).get(page_of(asked)))
    Role.objects.filter(key=Role.HEAD).update(
        grants={**SHIPPED[Role.HEAD].grants.to_json(), "fields": {"deal_line": {"cost": "hidden"}}}
    )

    page = text(at(office.hana).get(page_of(asked)))
    assert "Margin" not in page and "33.3%" not in page and "$300.00" in page


def test_the_list_of_what_waits_and_of_ones_own(office, shop, at, asked):
    address = "/sales/approvals/"
    mine = text(at(shop.sara).get(address))
    assert "No discount waits for you." in mine and office.deal.name in mine
    his = text(at(office.hana).get(address))
    assert page_of(asked) in his and "You have not asked" in his
    for user in (shop.reza, shop.sam, shop.rita, office.iris):
        assert page_of(asked) not in text(at(user).get(address))
    Deal.objects.filter(pk=office.deal.pk).update(stage=shop.stage("lost"))
    assert page_of(asked) not in text(at(office.hana).get(address))


def test_pages_ask_as_much_for_twenty_as_for_one(office, shop, store, at):
    def one():
        deal = shop.deal(company=store.alvand.pk, owner=shop.sara.pk)
        office.save(deal, {f"n{n}": row(office.gtx, discount="20%") for n in range(9)})
        return ask_approval(deal.pk, by=shop.sara)

    def count(address):
        page = at(office.hana)
        page.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert page.get(address).status_code == 200
        return len(seen)

    made = one()
    before, single = count("/sales/approvals/"), count(page_of(made))
    few = count(f"/deals/{made.deal_id}/lines/")
    for _n in range(6):
        one()
    assert count("/sales/approvals/") <= before
    assert single <= 24 and few <= 44, (single, few)


def test_typed_words_are_escaped(office, shop, at):
    asked = ask_approval(office.deal.pk, by=shop.sara, comment=MARKER)
    decide_on(asked.pk, approve=False, words=MARKER, by=office.hana)

    for page in (
        page_of(asked),
        f"/deals/{office.deal.pk}/",
        f"/deals/{office.deal.pk}/lines/",
        "/sales/approvals/",
        "/notices/",
    ):
        said = text(at(shop.sara).get(page))
        assert "<script>alert(1)" not in said, page
    assert "&lt;script&gt;alert(1)" in text(at(shop.sara).get(page_of(asked)))


def test_too_long_a_word_is_refused_at_its_field(office, shop, at, asked):
    assert "answer-error" in text(at(office.hana).post(page_of(asked), {"act": "approve", "answer": "x" * 501}), 422)
    DiscountApproval.objects.all().delete()
    said = text(at(shop.sara).post(f"/deals/{office.deal.pk}/approval", {"comment": "x" * 501}), 422)
    assert "comment-error" in said and not DiscountApproval.objects.exists()


def test_with_the_deal_goes_what_was_said_about_its_discounts(office, shop, asked):
    found = personal.erase(Subject((("deal", office.deal.pk),)))

    assert found and not DiscountApproval.objects.exists() and DealLine.objects.exists()


@pytest.mark.parametrize("word", ["\x00", "\ud800".encode("utf-8", "surrogatepass"), "\u202e" * 9, "9" * 4000])
def test_words_that_cannot_be_break_nothing(office, shop, at, asked, word):
    for act in ("approve", "decline", word):
        assert at(office.hana).post(page_of(asked), {"act": act, "answer": word}).status_code in (302, 400, 409, 422)
    assert at(shop.sara).post(f"/deals/{office.deal.pk}/approval", {"comment": word, "from": word}).status_code in (
        302,
        400,
        422,
    )
