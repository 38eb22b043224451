# ruff: noqa: F811 - the shop is a fixture
import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Installation
from daftar.activities.models import Activity, Notice
from daftar.catalogue.stock import doors
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money
from daftar.papers.models import PaperTemplate
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.models import Event
from daftar.sales.client_page import acts, links
from daftar.sales.client_page.tests.conftest import Desk, path_of
from daftar.sales.invoicing.correct import cancel_invoice, credit_invoice
from daftar.sales.invoicing.holding import ship
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.models import InvoiceLine, QuoteLine
from daftar.sales.paying import accounts
from daftar.sales.paying.record import record_payment
from daftar.sales.paying.spreading import Share
from daftar.sales.paying.tests import stand_ins
from daftar.sales.paying.tests.stand_ins import SECRET_KEY, WEBHOOK_SECRET
from daftar.sales.quoting.answer import withdraw_quote
from daftar.sales.quoting.issue import issue_quote

MARKER = '<img src=x onerror="m()">&\'"{{7*7}}'


def notices(kind):
    return list(Notice.objects.filter(kind=kind).order_by("id"))


def test_the_page_shows_the_quote_to_the_coin_and_nothing_of_our_own(shop, store, page):
    line = QuoteLine.objects.filter(quote=page.quote).first()
    QuoteLine.objects.filter(pk=line.pk).update(cost=Decimal("61.77"), cost_currency="USD")
    text = page.text()

    assert page.quote.number in text and "Alvand Tools Ltd" in text
    assert "$250.00" in text and "$50.00" in text and "$300.00" in text
    assert "61.77" not in text and "Sara" not in text


def test_optional_lines_are_marked_and_not_added(shop, store):
    from daftar.sales.client_page import links
    from daftar.sales.client_page.tests.conftest import path_of

    deal = store.deal(("Drill", 1, 10))
    store.add(deal, ("Case", 1, 5))
    writing.derive(shop.type("deal_line"), store.lines(deal)[1], {"is_optional": True}, by=shop.sara, via="page")
    issue_quote(deal.pk, by=shop.sara)
    text = Client().get(path_of(links.make(deal.pk, by=shop.sara))).content.decode()

    assert "optional" in text and "$12.00" in text and "$18.00" not in text


def test_the_new_version_says_that_it_replaced_the_old_one(shop, store, page):
    store.change(store.lines(page.deal)[0], price=110)
    second = issue_quote(page.deal.pk, by=shop.sara)
    text = page.text()

    assert "Version 1 was replaced by it" in text and "$270.00" in text
    late = page.accept(page.quote)
    assert late.status_code == 409 and "replaced by a newer one" in late.content.decode()
    assert page.accept(second).status_code == 303


# -- answering -----------------------------------------------------------------------------------------


def test_the_client_accepts_by_name_and_the_seller_hears_of_it(shop, page):
    answer = page.accept(name="Ali Rezaei", words="Please deliver on Monday")
    page.quote.refresh_from_db()

    assert answer.status_code == 303 and answer.headers["Location"].startswith(page.path)
    assert (page.quote.state, page.quote.answered_by, page.quote.answer) == (
        "accepted", "Ali Rezaei", "Please deliver on Monday",
    )  # fmt: skip
    event = Event.objects.get(kind="quote_accepted")
    assert (event.via, event.by, event.data["name"]) == ("client", shop.sara, "Ali Rezaei")
    assert [(one.to_id, one.by_id, one.data) for one in notices("quote_answered")] == [
        (shop.sara.pk, None, {"what": "accepted"})
    ]
    assert "accepted by Ali Rezaei" in page.text() and "/answer" not in page.text()


def test_the_same_answer_twice_is_one_and_another_one_comes_too_late(page):
    assert [page.accept().status_code, page.accept().status_code] == [303, 303]
    assert page.accept(name="Somebody else").status_code == 409
    assert "accepted by Ali" in page.accept(answer="decline").content.decode()
    assert Event.objects.filter(kind__in=("quote_accepted", "quote_declined")).count() == 1


def test_declined_it_keeps_the_words(shop, page):
    page.accept(answer="decline", words="Too dear")
    page.quote.refresh_from_db()

    assert (page.quote.state, page.quote.answer) == ("declined", "Too dear")


def withdrawn(shop, page):
    withdraw_quote(page.quote.pk, by=shop.sara)
    return "withdrawn"


def out_of_date(shop, page):
    page.quote.valid_until = clock.today("UTC") - dt.timedelta(days=3)
    type(page.quote).objects.filter(pk=page.quote.pk).update(valid_until=page.quote.valid_until)
    return "no longer valid"


@pytest.mark.parametrize("way", [withdrawn, out_of_date], ids=lambda way: way.__name__)
def test_too_late_is_said_in_a_sentence(shop, page, way):
    said = way(shop, page)
    answer = page.accept()

    assert answer.status_code == 409 and said in answer.content.decode()
    page.quote.refresh_from_db()
    assert page.quote.answered_at is None and said in page.text()


@pytest.mark.parametrize(
    ("values", "status"),
    [({"name": ""}, 422), ({"name": "x" * 9000}, 422), ({"name": "a\0b"}, 422), ({"answer": "maybe"}, 404)],
)
def test_a_bad_answer_changes_nothing_and_keeps_the_words(page, values, status):
    answer = page.accept(**{"words": "Kept words", **values})
    page.quote.refresh_from_db()

    assert answer.status_code == status and page.quote.state == "issued"
    assert status == 404 or "Kept words" in answer.content.decode()


def test_when_who_made_the_link_has_left_it_happens_in_the_name_of_the_owner(shop, page):
    writing.change(shop.type("deal"), page.deal.pk, {"owner": shop.sam.pk}, by=shop.olga, via="page")
    writing.change(shop.type("quote"), page.quote.pk, {"owner": shop.sam.pk}, by=shop.olga, via="page")
    shop.sara.is_active = False
    shop.sara.save()
    page.accept()
    assert Event.objects.get(kind="quote_accepted").by == shop.sam

    shop.sam.is_active = False
    shop.sam.save()
    page.post("ask", asker="Ali", question="And now?")
    assert Event.objects.get(type="activity", kind="created", via="client").by == shop.olga


# -- questions -----------------------------------------------------------------------------------------


def test_a_question_stands_on_the_timeline_and_its_answer_on_the_page(shop, page):
    answer = page.post("ask", asker="Ali", question="When do you deliver?", once="k1")
    page.post("ask", asker="Ali", question="When do you deliver?", once="k1")

    row = Activity.objects.get()
    assert answer.status_code == 303 and answer.headers["Location"].endswith("#questions")
    assert (row.kind, row.about_type, row.about_id, row.body) == ("note", "deal", page.deal.pk, "When do you deliver?")
    assert (row.subject, row.outsider) == ("Question on the client's page", "Ali")
    assert [(one.to_id, one.activity_id) for one in notices("client_asked")] == [(shop.sara.pk, row.pk)]

    client = Client()
    client.force_login(shop.sara)
    card = client.get(f"/deals/{page.deal.pk}/").content.decode()
    assert re.search(r"Ali</\w+>\s*(<[^>]*>\s*)*Question on the client&#39;s page", card)
    assert "When do you deliver?" in client.get(f"/deals/{page.deal.pk}/client-page/answer").content.decode()
    sent = client.post(f"/deals/{page.deal.pk}/client-page/answer", {"words": "On Monday", "once": "k2"})
    assert sent.status_code == 302
    assert [(one.who, one.words) for one in acts.said_on(page.deal.pk)] == [
        ("Ali", "When do you deliver?"), ("", "On Monday"),
    ]  # fmt: skip
    assert "On Monday" in page.text()


def test_nobody_changes_what_a_client_wrote(shop, page):
    page.post("ask", asker="Ali", question="When do you deliver?")
    row = Activity.objects.get()

    with pytest.raises(Invalid) as refused:
        writing.change(shop.type("activity"), row.pk, {"body": "Never mind"}, by=shop.olga, via="page")

    assert refused.value.errors == {"body": "This is what Ali wrote. Write a note beside it."}


def test_our_own_notes_never_stand_on_the_page(shop, page):
    from daftar.activities.actions import add_note, comment
    from daftar.records.fields.any_link import Target

    add_note(Target("deal", page.deal.pk), "They would pay twice as much", by=shop.sara)
    comment(Target("deal", page.deal.pk), "Ask for more", by=shop.sara)

    assert "twice as much" not in page.text() and "Ask for more" not in page.text()


def test_a_client_calls_nobody_by_an_at_sign(shop, page):
    page.post("ask", asker="Ali", question="@Olga @Sam look here")

    assert {one.kind for one in Notice.objects.exclude(kind="client_asked")} <= {"client_opened"}


@pytest.mark.parametrize("values", [{"asker": ""}, {"question": "  "}, {"question": "x" * 5000}, {"asker": "x" * 300}])
def test_a_bad_question_is_refused_with_its_words_kept(page, values):
    answer = page.post("ask", **{"asker": "Ali", "question": "When?", **values})

    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not Activity.objects.exists()


def test_who_asks_without_end_must_wait(page):
    answers = [page.post("ask", asker="Ali", question=f"{n}?").status_code for n in range(30)]

    assert answers[:20] == [303] * 20 and answers[-1] == 429
    assert Activity.objects.count() < 30
    assert page.get().status_code == 200


def test_words_of_clients_are_escaped_wherever_they_stand(shop, page):
    page.post("ask", asker=MARKER, question=MARKER)
    page.accept(name=MARKER, words=MARKER)
    client = Client()
    client.force_login(shop.sara)
    pages = [
        "",
        f"/deals/{page.deal.pk}/",
        f"/quotes/{page.quote.pk}/",
        "/quotes/",
        f"/deals/{page.deal.pk}/client-page/answer",
        "/notices/",
    ]
    for address in pages:
        answer = client.get(address) if address else page.get()
        assert answer.status_code in (200, 404), address
        assert "<img src=x" not in answer.content.decode() and ">&'\"{" not in answer.content.decode(), address
    assert "{{7*7}}" in page.text()


# -- opening -------------------------------------------------------------------------------------------


def test_the_first_opening_after_a_paper_is_told_once(shop, page):
    page.get()
    page.get()
    page.quote.refresh_from_db()
    first = page.quote.opened_at

    assert first is not None and page.link().opens == 2
    assert Event.objects.filter(kind="page_opened").count() == 1
    assert [one.to_id for one in notices("client_opened")] == [shop.sara.pk]

    issue_invoice(page.deal.pk, Wish(hold="none"), by=shop.sara)
    page.get()
    page.get()
    page.quote.refresh_from_db()
    assert Event.objects.filter(kind="page_opened").count() == 2 and page.quote.opened_at == first


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("head", {}),
        ("get", {"sec-purpose": "prefetch"}),
        ("get", {"sec-fetch-mode": "no-cors"}),
        ("get", {"user-agent": "WhatsApp/2.23.20"}),
        ("get", {"user-agent": "TelegramBot (like TwitterBot)"}),
    ],
)
def test_what_no_person_opened_is_not_opened(page, method, headers):
    assert getattr(page.client, method)(page.path, headers=headers).status_code == 200

    page.quote.refresh_from_db()
    assert (page.link().opens, page.quote.opened_at) == (0, None)


def test_a_colleague_who_looks_at_the_page_is_no_client(shop, page):
    page.client.force_login(shop.sara)
    page.get()

    assert page.link().opens == 0


# -- invoices, payments, delivery ----------------------------------------------------------------------


def test_invoices_show_what_is_paid_due_and_late(shop, store, page):
    invoice = issue_invoice(page.deal.pk, Wish(hold="none", due_days=0), by=shop.sara)
    record_payment(
        Money(Decimal("100.00"), "USD"), by=shop.olga, received_on=clock.today("UTC"), shares=[Share(invoice.pk)]
    )
    with clock.frozen(clock.now() + dt.timedelta(days=3)):
        text = page.text()

    assert invoice.number in text and "Partly paid" in text and "overdue" in text
    assert "$100.00" in text and "$200.00" in text


def test_lines_say_what_has_left_and_what_waits(shop, store, page):
    good = store.product("Lamp", 10)
    store.add(page.deal, (good, 5, 10))
    invoice = issue_invoice(page.deal.pk, Wish(hold="none"), by=shop.sara)
    assert "Waiting to be shipped" in page.text()

    line = InvoiceLine.objects.get(invoice=invoice, product=good.pk)
    InvoiceLine.objects.filter(pk=line.pk).update(shipped=2)
    assert "2 shipped, 3 to come" in page.text()
    InvoiceLine.objects.filter(pk=line.pk).update(shipped=5)
    assert "Shipped" in page.text() and "to come" not in page.text()


def test_delivery_on_the_page_follows_shipments_credit_notes_and_cancelling(shop, store, page):
    gtx = store.product(name="GTX")
    doors.receive([doors.Item(gtx.pk, Decimal(9))], by=shop.olga, kind="opening")
    store.add(page.deal, (gtx, 5, 10))
    invoice = issue_invoice(page.deal.pk, by=shop.sara)
    line = InvoiceLine.objects.get(product=gtx.pk)

    assert "Waiting to be shipped" in page.text()
    ship(invoice.pk, {line.pk: Decimal(2)}, by=shop.sara)
    assert "2 shipped, 3 to come" in page.text()
    note = credit_invoice(invoice.pk, {line.pk: Decimal(3)}, by=shop.sara)
    assert "Shipped" in page.text() and "to come" not in page.text()
    cancel_invoice(note.pk, by=shop.sara)
    credit_invoice(invoice.pk, {line.pk: Decimal(1)}, by=shop.sara)
    assert "2 shipped, 2 to come" in page.text()

    other = store.deal((gtx, 3, 10))
    there = Desk(client=page.client, path=path_of(links.make(other.pk, by=shop.sara)))
    second = issue_invoice(other.pk, by=shop.sara)
    credit_invoice(second.pk, by=shop.sara)
    assert "Credited, not shipped" in there.text() and "Waiting" not in there.text()

    last = store.deal((gtx, 1, 10))
    there = Desk(client=page.client, path=path_of(links.make(last.pk, by=shop.sara)))
    cancel_invoice(issue_invoice(last.pk, by=shop.sara).pk, by=shop.sara)
    assert "Waiting" not in there.text()


def test_a_client_pays_by_a_way_that_is_offered(shop, store, page, monkeypatch, settings):
    invoice = issue_invoice(page.deal.pk, Wish(hold="none"), by=shop.sara)
    assert "Pay with" not in page.text()
    card = accounts.add("stripe", "Card", {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}, by=shop.olga)
    assert "Pay with Card" in page.text() and SECRET_KEY not in page.text()

    with stand_ins.running(settings) as there:
        there.currency = "usd"
        answer = page.post(f"invoices/{invoice.pk}/pay", provider=card.pk)

    text = answer.content.decode()
    assert answer.status_code == 200 and re.search(r'http-equiv="refresh" content="0; url=http', text)
    assert (
        page.link().pk == invoice.paymentattempt_set.get().link_id if hasattr(invoice, "paymentattempt_set") else True
    )
    for provider in ("", "999", "x"):
        assert page.post(f"invoices/{invoice.pk}/pay", provider=provider).status_code == 404


def test_a_provider_that_does_not_answer_is_said_beside_the_invoice(shop, page, monkeypatch):
    from daftar.kernel.errors import OutsideFailure
    from daftar.sales.paying import starting

    invoice = issue_invoice(page.deal.pk, Wish(hold="none"), by=shop.sara)
    card = accounts.add("stripe", "Card", {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}, by=shop.olga)

    def fails(*words, **more):
        raise OutsideFailure("The bank does not answer.")

    monkeypatch.setattr(starting, "start", fails)
    answer = page.post(f"invoices/{invoice.pk}/pay", provider=card.pk)
    assert answer.status_code == 502 and "The bank does not answer." in answer.content.decode()


def test_each_paper_comes_as_a_pdf(shop, store, page):
    invoice = issue_invoice(page.deal.pk, Wish(hold="none"), by=shop.sara)
    for part in (f"quotes/{page.quote.pk}.pdf", f"invoices/{invoice.pk}.pdf"):
        answer = page.get(part)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF") and answer.headers["Cache-Control"] == "no-store"
    assert page.get(f"invoices/{invoice.pk}/delivery.pdf").status_code == 404


def test_the_logo_is_that_of_the_papers(page):
    assert page.get("logo.png").status_code == 404 and "client__logo" not in page.text()
    PaperTemplate.objects.create(kind="quote", logo=b"\x89PNG small")
    assert "client__logo" in page.text()
    assert page.get("logo.png").headers["Content-Type"] == "image/png"


# -- language and cost ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fa", "rtl"), ("ru", "ltr")])
def test_the_language_of_the_contact_or_the_chosen_one(shop, page, language, direction):
    writing.change(
        shop.type("contact"), page.deal.contact_id, {"preferred_language": language}, by=shop.sara, via="page"
    )
    opening = f'<html lang="{language}" dir="{direction}">'

    assert opening in page.text()
    other = "ru" if language != "ru" else "en"
    assert f'lang="{other}"' in page.text(f"?language={other}").split("<head>")[0]
    assert f'answer?language={other}#quote"' in page.text(f"?language={other}")
    assert opening in page.text("?language=xx")


def test_in_persian_days_are_jalali_and_rial_is_as_the_company_shows_it(shop, store):
    from daftar.sales.client_page import links
    from daftar.sales.client_page.tests.conftest import path_of

    Installation.objects.update_or_create(pk=1, defaults={"name": "Hardware", "language": "fa", "rial_as": "toman"})
    deal = store.deal(("Drill", 1, 100))
    quote = issue_quote(deal.pk, by=shop.sara)
    type(quote).objects.filter(pk=quote.pk).update(valid_until=dt.date(2030, 3, 21))
    text = Client().get(path_of(links.make(deal.pk, by=shop.sara)) + "?language=fa").content.decode()

    assert "۱۴۰۹" in text and "2030" not in text


def test_questions_to_the_database_do_not_grow_with_lines_and_invoices(shop, store, page):
    issue_invoice(page.deal.pk, Wish(hold="none"), by=shop.sara)

    def count():
        page.get()
        with CaptureQueriesContext(connection) as seen:
            page.get()
        return len(seen.captured_queries)

    few = count()
    for n in range(4):
        store.add(page.deal, *[(f"Part {n} {m}", 1, 10) for m in range(10)])
        issue_invoice(page.deal.pk, Wish(hold="none"), by=shop.sara)
        page.post("ask", asker="Ali", question=f"Question {n}")

    assert count() <= few + 1 and few < 35


def test_many_emails_of_a_contact_do_not_stand_on_the_page(shop, page):
    writing.change(
        shop.type("contact"),
        page.deal.contact_id,
        {"emails": [Typed("private@home.example", "")]},
        by=shop.sara,
        via="page",
    )

    assert "private@home.example" not in page.text()
