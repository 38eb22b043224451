"""An answer on the client's page is told to the client by mail, once, in their language; who cannot be told is named to the seller."""

# ruff: noqa: F811 - the shop is a fixture
import pytest

from daftar.crm.models import Contact
from daftar.kernel.models import OutgoingMail
from daftar.records import writing
from daftar.records.models import Event
from daftar.sales.client_page import acts, links


@pytest.fixture
def link(shop, postbox, deal):
    made = links.make(deal.pk, by=shop.sara)
    acts.ask(made, name="Ali", words="When do you <b>deliver</b>?")
    return made


def answered(at, person, deal, words="On Monday", once="k"):
    answer = at(person).post(f"/deals/{deal.pk}/client-page/answer", {"words": words, "once": once})
    assert answer.status_code in (200, 302), answer.status_code
    return answer


def test_the_answer_goes_to_the_client_once_with_the_link(shop, deal, link, at):
    dialog = at(shop.sara).get(f"/deals/{deal.pk}/client-page/answer").content.decode()
    assert "A mail tells it to ali@alvand.example." in dialog

    for _ in range(2):
        answered(at, shop.sara, deal)

    mail = OutgoingMail.objects.get()
    assert mail.to == "ali@alvand.example" and "answered your question" in mail.subject
    assert (
        "On Monday" in mail.text and "When do you <b>deliver</b>?" in mail.text and links.address_of(link) in mail.text
    )
    assert "<b>" not in mail.html
    assert Event.objects.filter(kind="answer_sent", record_id=deal.pk).count() == 1
    assert "wrote to ali@alvand.example" in at(shop.sara).get(f"/deals/{deal.pk}/").content.decode()

    answered(at, shop.sara, deal, "At nine", once="k2")
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_it_is_written_in_the_language_of_the_client(shop, deal, postbox, at, language):
    Contact.objects.filter(pk=deal.contact_id).update(preferred_language=language)
    links.make(deal.pk, by=shop.sara)

    answered(at, shop.sara, deal)

    assert OutgoingMail.objects.get().language == language


def without_address(shop, deal, settings):
    for key, id_ in (("contact", deal.contact_id), ("company", deal.company_id)):
        writing.change(shop.type(key), id_, {"emails": []}, by=shop.sara, via="page")


def without_contact(shop, deal, settings):
    writing.change(shop.type("contact"), deal.contact_id, {"do_not_contact": True}, by=shop.sara, via="page")


def without_server(shop, deal, settings):
    settings.MAIL_SERVER = None


def without_link(shop, deal, settings):
    links.revoke(deal.pk, by=shop.sara)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (without_address, "The client has no e-mail address"),
        (without_contact, "asked not to be contacted"),
        (without_server, "sends no mail"),
        (without_link, "over or revoked"),
    ],
)
def test_who_cannot_be_told_is_named_at_the_answer(shop, deal, link, at, settings, spoil, sentence):
    spoil(shop, deal, settings)

    dialog = at(shop.sara).get(f"/deals/{deal.pk}/client-page/answer").content.decode()
    answered(at, shop.sara, deal)

    assert sentence in dialog
    assert not OutgoingMail.objects.exists()
    assert acts.said_on(deal.pk)[-1].words == "On Monday"
