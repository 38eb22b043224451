from decimal import Decimal

import pytest

from daftar.crm.actions import register_enquiry
from daftar.crm.same_person import same_person
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.kernel.money import Money
from daftar.records.fields._typed_list import Typed

ENQUIRY = {
    "title": "Twenty drills",
    "person_name": "Ali Rezaei",
    "company_name": "Alvand Tools",
    "phones": [Typed("+982188776655", "")],
    "amount": Money(Decimal("4200"), "USD"),
    "utm_source": "newsletter",
}


def test_an_enquiry_is_a_lead(shop):
    made = register_enquiry(ENQUIRY, by=shop.sara, via="page", once="form-1")
    again = register_enquiry(ENQUIRY, by=shop.sara, via="page", once="form-1")

    assert (made.type.key, made.record.title, made.record.pk) == ("lead", "Twenty drills", again.record.pk)


def test_without_leads_it_is_a_deal_with_its_client(without_leads):
    shop = without_leads

    made = register_enquiry(ENQUIRY, by=shop.sara, via="page", once="form-1")
    again = register_enquiry(ENQUIRY, by=shop.sara, via="page", once="form-1")

    assert (made.type.key, made.record.name, made.record.utm_source) == ("deal", "Twenty drills", "newsletter")
    assert (made.contact.name, made.company.name) == ("Ali Rezaei", "Alvand Tools")
    assert (made.record.contact_id, made.record.company_id) == (made.contact.pk, made.company.pk)
    assert made.contact.phones[0]["value"] == "+982188776655"
    assert again.record.pk == made.record.pk
    assert shop.type("deal").model.objects.count() == 1


def test_without_leads_a_known_person_is_not_made_twice(without_leads):
    shop = without_leads
    first = register_enquiry(ENQUIRY, by=shop.sara, via="page")

    second = register_enquiry({**ENQUIRY, "title": "More drills", "company_name": ""}, by=shop.sam, via="page")

    assert second.made == {"deal"}
    assert (second.contact.pk, second.company.pk) == (first.contact.pk, first.company.pk)


def test_without_leads_a_bare_phone_number_is_still_a_contact(without_leads):
    made = register_enquiry({"title": "Call back", "phones": ENQUIRY["phones"]}, by=without_leads.sara, via="page")

    assert made.contact.name == "+982188776655"


def test_an_enquiry_with_unknown_fields_or_without_right_is_refused(without_leads):
    with pytest.raises(Invalid):
        register_enquiry({**ENQUIRY, "nonsense": "1"}, by=without_leads.sara, via="page")
    with pytest.raises(NotAllowed):
        register_enquiry(ENQUIRY, by=without_leads.rita, via="page")


def test_the_same_person_is_found_among_what_one_may_see(shop):
    phone, mail = [Typed("+982188776655", "")], [Typed("ali@alvand.example", "")]
    both = shop.make("contact", name="Ali", phones=phone, emails=mail)
    company = shop.make("company", name="Alvand", phones=phone)
    shop.make("contact", by=shop.reza, name="Ali too", phones=phone)

    found = same_person({"phones": phone, "emails": mail}, shop.reader(shop.sara))

    assert [(m.type.key, m.row.pk, len(m.by)) for m in found] == [("contact", both.pk, 2), ("company", company.pk, 1)]
    assert same_person({"phones": []}, shop.reader(shop.sara)) == []
