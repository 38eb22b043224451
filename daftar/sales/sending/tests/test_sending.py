import datetime as dt
import html
import re

import pytest
from django.test import Client

from daftar.access.grants import ACTIONS, read
from daftar.access.models import Role, User
from daftar.activities.models import Notice
from daftar.kernel import clock, outbox
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.models import OutgoingMail
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.models import Event
from daftar.sales.client_page import links
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.models import ClientLink, Invoice, SalesSettings
from daftar.sales.paying.record import record_payment
from daftar.sales.paying.spreading import Share
from daftar.sales.quoting.issue import issue_quote
from daftar.sales.sending.reminding import remind_late
from daftar.sales.sending.sending import Mail, send_paper
from daftar.sales.sending.words import letter
from daftar.sales.tests.conftest import usd

MARKER = "<img src=x onerror=m()>"


def mail(to="ali@alvand.example", **more):
    return Mail(to, more.pop("subject", "Your quote"), more.pop("text", "Look:\n\n{link}"), **more)


@pytest.fixture
def quote(shop, deal):
    return issue_quote(deal.pk, by=shop.sara)


@pytest.fixture
def invoice(shop, deal):
    return issue_invoice(deal.pk, Wish(hold="none", due_days=0), by=shop.sara)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_a_quote_goes_out_with_link_and_pdf_and_the_timeline_says_so(shop, postbox, quote):
    send_paper("quote", quote.pk, mail(), by=shop.sara, key="k")
    outbox.send_due()

    (came,) = postbox.came
    address = links.address_for(quote.deal_id)
    assert came["To"] == "ali@alvand.example" and address in came.get_body(("plain",)).get_content()
    assert f'href="{address}"' in came.get_body(("html",)).get_content()
    (file,) = came.iter_attachments()
    assert file.get_filename() == f"{quote.number}.pdf" and file.get_content().startswith(b"%PDF")
    quote.refresh_from_db()
    event = Event.objects.get(kind="paper_sent")
    assert quote.sent_at is not None and event.data["to"] == "ali@alvand.example" and event.by == shop.sara
    assert "ali@alvand.example" in signed_in(shop.sara).get(f"/deals/{quote.deal_id}/").content.decode()


def test_without_the_pdf_when_it_is_not_wanted(shop, postbox, quote):
    send_paper("quote", quote.pk, mail(attach=False), by=shop.sara, key="k")
    outbox.send_due()

    assert not list(postbox.came[0].iter_attachments())


def test_the_same_form_twice_is_one_mail(shop, postbox, quote):
    for _n in range(2):
        send_paper("quote", quote.pk, mail(), by=shop.sara, key="k")

    assert OutgoingMail.objects.count() == 1 and Event.objects.filter(kind="paper_sent").count() == 1


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (mail(to="stranger@evil.example"), "to"),
        (mail(to="ali@alvand.example\nBcc: x@y.example"), ""),
        (mail(subject=""), "subject"),
        (mail(subject="x" * 300), ""),
        (mail(text=""), "text"),
        (mail(text="x" * 60_000), ""),
    ],
)
def test_a_bad_mail_is_refused_whole(shop, postbox, quote, bad, field):
    with pytest.raises(Invalid) as refused:
        send_paper("quote", quote.pk, bad, by=shop.sara, key="k")

    assert refused.value.field in (field, "") or not field
    quote.refresh_from_db()
    assert not OutgoingMail.objects.exists() and quote.sent_at is None and not ClientLink.objects.exists()


def test_who_may_not_change_the_quote_sends_nothing(shop, postbox, quote):
    for person, refusal in ((shop.rita, NotAllowed), (shop.reza, Missing)):
        with pytest.raises(refusal):
            send_paper("quote", quote.pk, mail(), by=person, key="k")
    assert signed_in(shop.rita).get(f"/quotes/{quote.pk}/send").status_code == 403
    assert signed_in(shop.reza).get(f"/quotes/{quote.pk}/send").status_code == 404


def test_the_bookkeeper_who_may_change_no_deal_sends_invoices(shop, postbox, invoice):
    rights = {"*": {"see": "all"}, "invoice": {"see": "all", "change": "all"}}
    Role.objects.create(key="books", name="Books", grants=read({"types": rights}).to_json())
    anna = User.objects.create_user("anna@shop.example", "a long word 17", name="Anna", role="books")
    client = signed_in(anna)
    given = {"to": "ali@alvand.example", "subject": "Invoice", "text": "{link}", "once": "1"}

    assert client.get(f"/invoices/{invoice.pk}/send").status_code == 200
    assert client.post(f"/invoices/{invoice.pk}/send", given).status_code == 302
    link = ClientLink.objects.get()
    assert link.made_by == shop.sara and links.address_of(link) in OutgoingMail.objects.get().text
    assert links.address_of(link) not in client.get(f"/invoices/{invoice.pk}/send").content.decode()


def test_a_replaced_quote_is_not_sent(shop, store, postbox, quote):
    store.change(store.lines(quote.deal)[0], price=7)
    issue_quote(quote.deal_id, by=shop.sara)

    with pytest.raises(Conflict) as refused:
        send_paper("quote", quote.pk, mail(), by=shop.sara, key="k")
    assert "replaced" in str(refused.value)
    assert "replaced" in signed_in(shop.sara).get(f"/quotes/{quote.pk}/send").content.decode()


def test_who_asked_not_to_be_contacted_gets_it_only_when_somebody_says_so(shop, store, postbox, quote):
    writing.change(shop.type("contact"), store.ali.pk, {"do_not_contact": True}, by=shop.sara, via="page")
    with pytest.raises(Conflict):
        send_paper("quote", quote.pk, mail(), by=shop.sara, key="k")
    client = signed_in(shop.sara)
    given = {"to": "ali@alvand.example", "subject": "Quote", "text": "{link}", "once": "1"}
    refused = client.post(f"/quotes/{quote.pk}/send", given)

    assert refused.status_code == 422 and "not to be contacted" in refused.content.decode()
    assert client.post(f"/quotes/{quote.pk}/send", given | {"even_so": "1"}).status_code == 302
    assert OutgoingMail.objects.count() == 1


def test_the_dialog_offers_words_in_the_language_of_the_paper(shop, postbox, deal):
    quote = issue_quote(deal.pk, by=shop.sara, language="fa")
    text = signed_in(shop.sara).get(f"/quotes/{quote.pk}/send").content.decode()

    assert "ali@alvand.example" in text and "office@alvand.example" in text and "{link}" in text
    assert letter("quote", quote).subject in text and quote.number in text
    assert not ClientLink.objects.exists()  # to look makes nothing


def test_a_look_shows_the_mail_escaped_and_sends_nothing(shop, postbox, quote):
    given = {"to": "ali@alvand.example", "subject": MARKER, "text": f"{MARKER}\n\n{{link}}", "once": "1", "look": "1"}
    answer = signed_in(shop.sara).post(f"/quotes/{quote.pk}/send", given)

    assert (
        answer.status_code == 200 and "mail-look" in answer.content.decode() and MARKER not in answer.content.decode()
    )
    assert not OutgoingMail.objects.exists()


def test_marks_of_a_language_of_pages_are_words_in_the_mail(shop, postbox, quote):
    send_paper("quote", quote.pk, mail(text=f"{MARKER} {{{{7*7}}}}"), by=shop.sara, key="k")
    outbox.send_due()

    html = postbox.came[0].get_body(("html",)).get_content()
    assert MARKER not in html and "&lt;img" in html and "{{7*7}}" in html


def test_without_a_mail_server_the_link_is_handed_over(shop, settings, quote):
    settings.MAIL_SERVER = None
    client = signed_in(shop.sara)
    first = client.get(f"/quotes/{quote.pk}/send").content.decode()
    made = client.post(f"/quotes/{quote.pk}/send").content.decode()

    assert "sends no mail yet" in first and links.address_for(quote.deal_id) in made
    with pytest.raises(Conflict):
        send_paper("quote", quote.pk, mail(), by=shop.sara, key="k")


def test_an_expired_link_is_prolonged_when_a_paper_is_sent(shop, postbox, quote):
    link = links.make(quote.deal_id, by=shop.sara)
    ClientLink.objects.update(expires_on=links.company_day() - dt.timedelta(days=1))
    send_paper("quote", quote.pk, mail(), by=shop.sara, key="k")

    link.refresh_from_db()
    assert not links.is_over(link)


def test_addresses_that_somebody_may_not_see_are_not_offered(shop, postbox, quote):
    fields = {key: {"emails": "hidden"} for key in ("contact", "company")}
    grants = read({"types": {"*": dict.fromkeys(ACTIONS, "all")}, "fields": fields})
    Role.objects.create(key="blind", name="Blind", grants=grants.to_json())
    blind = User.objects.create_user("blind@shop.example", "a long word 17", name="Blind", role="blind")
    client = signed_in(blind)

    assert "ali@alvand.example" not in client.get(f"/quotes/{quote.pk}/send").content.decode()
    given = {"to": "ali@alvand.example", "subject": "Quote", "text": "x", "once": "1"}
    assert client.post(f"/quotes/{quote.pk}/send", given).status_code == 422
    assert not OutgoingMail.objects.exists()


def test_a_paper_that_cannot_be_made_holds_up_no_other_mail(shop, postbox, quote, monkeypatch):
    from daftar.sales.sending import papers

    def broken(*words, **more):
        raise RuntimeError("typst fell over")

    monkeypatch.setattr(papers, "pdf", broken)
    send_paper("quote", quote.pk, mail(), by=shop.sara, key="k")
    outbox.post_mail("other", to="x@oak.example", subject="Other", text="x")

    assert outbox.send_due() == 1
    waits = OutgoingMail.objects.get(key="k")
    assert waits.state == "failed" and "typst fell over" in waits.problem


def test_mails_name_only_files_that_somebody_makes(db):
    with pytest.raises(ValueError, match="Nobody makes"):
        outbox.post_mail("k", to="x@oak.example", subject="x", text="x", attached="nobody:1")


# -- reminders -----------------------------------------------------------------------------------------


def after(days, hour=9):
    return clock.frozen(clock.now() + dt.timedelta(days=days))


@pytest.fixture
def steps(db):
    SalesSettings.objects.update_or_create(pk=1, defaults={"reminder_days": [3, 10]})


def test_a_late_invoice_reminds_once_for_each_step(postbox, steps, invoice):
    said = []
    for days in (1, 3, 3, 4, 9, 10, 10, 30):
        with after(days):
            said.append(remind_late())

    assert said == [0, 1, 0, 0, 0, 1, 0, 0]
    invoice.refresh_from_db()
    assert invoice.reminded_at is not None and OutgoingMail.objects.count() == 2
    assert re.search(r"Reminder: invoice INV-", OutgoingMail.objects.first().subject)
    assert Event.objects.filter(kind="paper_sent", data__reminder=True).count() == 2


def test_a_worker_that_slept_reminds_once_of_the_newest_step(postbox, steps, invoice):
    with after(40):
        assert [remind_late(), remind_late()] == [1, 0]


def paid(shop, invoice):
    record_payment(usd(invoice.total), by=shop.olga, received_on=clock.today("UTC"), shares=[Share(invoice.pk)])


def cancelled(shop, invoice):
    from daftar.sales.invoicing.correct import cancel_invoice

    cancel_invoice(invoice.pk, by=shop.sara)


def without_contact(shop, invoice):
    writing.change(shop.type("contact"), invoice.contact_id, {"do_not_contact": True}, by=shop.sara, via="page")


def without_address(shop, invoice):
    for key, id_ in (("contact", invoice.contact_id), ("company", invoice.company_id)):
        writing.change(shop.type(key), id_, {"emails": []}, by=shop.sara, via="page")


def reminded_by_hand(shop, invoice):
    with after(3):
        send_paper("reminder", invoice.pk, mail(), by=shop.sara, key="by hand")
    OutgoingMail.objects.all().delete()


@pytest.mark.parametrize(
    "way", [paid, cancelled, without_contact, without_address, reminded_by_hand], ids=lambda way: way.__name__
)
def test_nobody_is_reminded_who_need_not_be(shop, postbox, steps, invoice, way):
    way(shop, Invoice.objects.get(pk=invoice.pk))

    with after(4):
        assert remind_late() == 0
    assert not OutgoingMail.objects.exists()


def test_whose_client_has_no_address_is_told_once_for_each_step_and_stands_in_a_list(shop, postbox, steps, invoice, at):
    without_address(shop, invoice)
    told = []
    for days in (1, 3, 3, 4, 9, 10, 10, 30):
        with after(days):
            remind_late()
        told.append(Notice.objects.filter(kind="no_address", to=shop.sara, record_id=invoice.pk).count())

    assert told == [0, 1, 1, 1, 1, 2, 2, 2]
    page = at(shop.sara)
    with after(31):
        lists = page.get("/invoices/").content.decode()
        way = re.search(r'href="([^"]*unreached_at\.filled[^"]*)"', lists).group(1)
        assert invoice.number in page.get(html.unescape(way)).content.decode()
    assert "No address to remind the client" in page.get("/notices/").content.decode()

    writing.change(
        shop.type("contact"),
        invoice.contact_id,
        {"emails": [Typed("new@alvand.example", "")]},
        by=shop.sara,
        via="page",
    )
    with after(31):
        assert remind_late() == 1
    invoice.refresh_from_db()
    assert invoice.unreached_at is None and OutgoingMail.objects.get().to == "new@alvand.example"


def test_without_steps_or_a_mail_server_nothing_waits_in_the_outbox(settings, postbox, invoice):
    with after(40):
        assert remind_late() == 0
        SalesSettings.objects.update_or_create(pk=1, defaults={"reminder_days": [3]})
        settings.MAIL_SERVER = None
        assert remind_late() == 0
    assert not OutgoingMail.objects.exists()


def test_a_paid_invoice_is_not_reminded_of_by_hand(shop, postbox, invoice):
    paid(shop, invoice)
    with pytest.raises(Conflict):
        send_paper("reminder", invoice.pk, mail(), by=shop.sara, key="k")


def test_buttons_stand_where_something_can_be_sent(shop, postbox, quote, invoice):
    client = signed_in(shop.sara)

    assert f"/quotes/{quote.pk}/send" in client.get(f"/quotes/{quote.pk}/").content.decode()
    text = client.get(f"/invoices/{invoice.pk}/").content.decode()
    assert f"/invoices/{invoice.pk}/send" in text and f"/invoices/{invoice.pk}/remind" in text
    assert client.get(f"/invoices/{invoice.pk}/remind").status_code == 200
    assert "/send" not in signed_in(shop.rita).get(f"/quotes/{quote.pk}/").content.decode()
