"""Consent: who agreed to what, who took it back, and what a sender may do."""

from __future__ import annotations

import pytest

from daftar.crm.actions import convert_lead
from daftar.crm.consenting import history_of, may_contact, note_consent
from daftar.crm.models import Consent
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.records import erasing

NEWS = {"purpose": "news", "channel": "email"}


@pytest.fixture
def ali(shop):
    return shop.make("contact", name="Ali Rezaei")


def test_nobody_is_contacted_who_did_not_agree(shop, ali):
    assert not may_contact("contact", ali.pk, **NEWS)

    note_consent("contact", ali.pk, **NEWS, given=True, by=shop.sara, source="on the fair", text_version="2026-05")

    assert may_contact("contact", ali.pk, **NEWS)
    assert not may_contact("contact", ali.pk, purpose="news", channel="sms")


def test_what_was_taken_back_holds_no_more_and_stays_in_the_history(shop, ali):
    note_consent("contact", ali.pk, **NEWS, given=True, by=shop.sara, source="form")
    note_consent("contact", ali.pk, **NEWS, given=False, by=shop.sara)

    assert not may_contact("contact", ali.pk, **NEWS)
    assert [one.given for one in history_of("contact", ali.pk)] == [False, True]


def test_do_not_contact_is_above_every_consent(shop):
    quiet = shop.make("contact", name="Quiet Person", do_not_contact=True)
    note_consent("contact", quiet.pk, **NEWS, given=True, by=shop.sara, source="form")

    assert not may_contact("contact", quiet.pk, **NEWS)


def test_what_a_lead_agreed_to_holds_for_the_contact_that_it_became(shop):
    lead = shop.lead()
    note_consent("lead", lead.pk, **NEWS, given=True, by=shop.sara, source="form")

    contact = convert_lead(lead.pk, by=shop.sara, contact={}).contact

    assert may_contact("contact", contact.pk, **NEWS)


def test_a_consent_without_a_source_or_of_an_unknown_kind_is_refused(shop, ali):
    with pytest.raises(Invalid) as refused:
        note_consent("contact", ali.pk, purpose="x", channel="y", given=True, by=shop.sara)

    assert set(refused.value.errors) == {"purpose", "channel", "source"}


def test_who_may_not_change_the_record_notes_nothing(shop, ali):
    with pytest.raises(NotAllowed):
        note_consent("contact", ali.pk, **NEWS, given=True, by=shop.rita, source="form")
    with pytest.raises(Missing):
        note_consent("deal", shop.deal().pk, **NEWS, given=True, by=shop.sara, source="form")


def test_consents_are_told_and_erased_with_the_person(shop, ali):
    note_consent("contact", ali.pk, **NEWS, given=True, by=shop.sara, source="on the fair")

    assert erasing.collected(erasing.subject_of("contact", ali.pk))["places"]["Consents"][0]["source"] == "on the fair"
    erasing.erase_person("contact", ali.pk, by=shop.olga)

    assert not Consent.objects.exists()


def test_the_page_gives_and_takes_back(shop, ali, at):
    page, here = at(shop.sara), f"/contacts/{ali.pk}/consents/"
    assert here in page.get(f"/contacts/{ali.pk}/").content.decode()
    assert page.post(here, NEWS).status_code == 422

    assert page.post(here, {**NEWS, "source": "on the fair"}).status_code == 302
    assert "on the fair" in page.get(here).content.decode()
    page.post(here, {**NEWS, "given": "0"})

    assert "taken back" in page.get(here).content.decode()
    assert page.get(f"/deals/{shop.deal().pk}/consents/").status_code == 404
    assert at(shop.rita).post(here, {**NEWS, "source": "x"}).status_code == 403
