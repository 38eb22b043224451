import datetime as dt
from itertools import product

import pytest

from daftar.crm.actions import convert_lead
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.any_link import Target
from daftar.records.models import ChangeSet, Event
from daftar.records.schema import current_schema


def test_a_lead_becomes_a_contact_a_company_and_a_deal(shop):
    lead = shop.lead()

    done = convert_lead(lead.pk, by=shop.sara, contact={}, company={}, deal={})

    assert (done.contact.name, done.company.name, done.deal.name) == ("Ali Rezaei", "Alvand Tools", "Twenty drills")
    assert (done.deal.contact_id, done.deal.company_id, done.deal.lead_id) == (
        done.contact.pk,
        done.company.pk,
        lead.pk,
    )
    assert [link.id for link in shop.type("contact")["companies"].get(done.contact)] == [done.company.pk]
    assert shop.type("contact")["phones"].get(done.contact) == [Typed("+982188776655", "work")]
    assert done.company.phones == []
    assert shop.type("deal")["amount"].get(done.deal).amount == 4200
    lead = shop.fresh("lead", lead)
    assert shop.stage_of(lead, "lead") == "converted"
    assert (lead.contact_id, lead.company_id, lead.deal_id) == (done.contact.pk, done.company.pk, done.deal.pk)
    assert lead.converted_at is not None
    assert done.made == {"contact", "company", "deal"}


def test_all_changes_of_a_conversion_stand_in_one_change_set(shop):
    convert_lead(shop.lead().pk, by=shop.sara, contact={}, company={}, deal={})

    events = Event.objects.filter(change_set=ChangeSet.objects.get())
    assert sorted(events.values_list("type", "kind")) == [
        ("company", "created"),
        ("contact", "created"),
        ("deal", "created"),
        ("lead", "moved"),
    ]


CHOICES = ("nothing", "new", "known")


@pytest.mark.parametrize("choice", [c for c in product(CHOICES, repeat=3) if set(c) != {"nothing"}], ids="-".join)
def test_each_part_is_new_known_or_left_out(shop, choice):
    lead = shop.lead()
    known = {
        "contact": shop.make("contact", name="Ali R."),
        "company": shop.make("company", name="Alvand"),
        "deal": shop.deal(),
    }
    parts = dict(zip(("contact", "company", "deal"), choice, strict=True))
    told = {part: {"nothing": None, "new": {}, "known": known[part].pk}[how] for part, how in parts.items()}

    done = convert_lead(lead.pk, by=shop.sara, **told)

    lead = shop.fresh("lead", lead)
    for part, how in parts.items():
        row = getattr(done, part)
        assert getattr(lead, f"{part}_id") == (row.pk if row else None)
        assert (row is None) == (how == "nothing")
        assert (part in done.made) == (how == "new")
        assert row is None or (row.pk == known[part].pk) == (how == "known")
    if done.deal and done.contact:
        assert done.deal.contact_id == done.contact.pk
    if done.deal and done.company:
        assert done.deal.company_id == done.company.pk
    if done.contact and done.company:
        links = shop.type("contact")["companies"].get(shop.fresh("contact", done.contact))
        assert [link.id for link in links] == [done.company.pk]


def test_an_existing_contact_gets_what_it_lacks_and_keeps_what_it_says(shop):
    contact = shop.make("contact", name="A. Rezaei", phones=[Typed("+982188776655", "mobile")], position="Buyer")

    convert_lead(shop.lead(position="Director").pk, by=shop.sara, contact=contact.pk)

    contact = shop.fresh("contact", contact)
    assert (contact.name, contact.position) == ("A. Rezaei", "Buyer")
    assert shop.type("contact")["phones"].get(contact) == [Typed("+982188776655", "mobile")]
    assert [e.value for e in shop.type("contact")["emails"].get(contact)] == ["ali@alvand.example"]


def test_custom_fields_go_where_the_same_key_and_kind_stands(shop):
    options = [["big", "Big"], ["small", "Small"]]
    for type_key in ("lead", "deal"):
        shop.field(type_key, "delivery")
        shop.field(type_key, "size", "choice", options=options if type_key == "lead" else options[:1])
    shop.field("lead", "floor", "whole")
    shop.field("deal", "floor", "text")
    big = shop.lead(delivery="by lorry", size="big", floor=3)
    small = shop.lead(size="small")

    done = convert_lead(big.pk, by=shop.sara, deal={})
    other = convert_lead(small.pk, by=shop.sara, deal={"delivery": "by hand"})

    assert done.deal.custom == {"delivery": "by lorry", "size": "big"}
    assert other.deal.custom == {"delivery": "by hand"}


def test_converting_twice_changes_nothing(shop):
    lead = shop.lead()
    first = convert_lead(lead.pk, by=shop.sara, contact={}, deal={})
    events = Event.objects.count()

    again = convert_lead(lead.pk, by=shop.sam, contact={}, company={}, deal={})

    assert again.before
    assert (again.contact.pk, again.deal.pk, again.company) == (first.contact.pk, first.deal.pk, None)
    assert Event.objects.count() == events


def test_a_refused_part_saves_nothing(shop):
    lead = shop.lead(company_name="")

    with pytest.raises(Invalid) as refused:
        convert_lead(lead.pk, by=shop.sara, contact={}, company={}, deal={})

    assert list(refused.value.errors) == ["company.name"]
    assert shop.type("contact").model.objects.count() == 0
    assert shop.stage_of(shop.fresh("lead", lead), "lead") == "new"


def test_nothing_chosen_is_refused(shop):
    with pytest.raises(Invalid):
        convert_lead(shop.lead().pk, by=shop.sara)


def test_whoever_may_not_see_or_change_the_lead_cannot_convert_it(shop):
    lead = shop.lead()

    with pytest.raises(Missing):
        convert_lead(lead.pk, by=shop.reza, deal={})
    with pytest.raises(NotAllowed):
        convert_lead(lead.pk, by=shop.rita, deal={})


def test_a_record_that_one_may_not_see_cannot_be_joined(shop):
    hidden = shop.make("contact", by=shop.reza, name="Their contact")

    with pytest.raises(Missing):
        convert_lead(shop.lead().pk, by=shop.sara, contact=hidden.pk, deal={})

    assert current_schema().type("deal").model.objects.count() == 0


def test_dragging_a_lead_to_converted_says_to_convert_it(shop):
    from daftar.records import writing

    lead = shop.lead()

    with pytest.raises(Invalid, match="Convert"):
        writing.change(
            shop.type("lead"), lead.pk, {"stage": shop.stage("converted", "lead")}, by=shop.sara, via="board"
        )


def test_what_was_planned_with_the_lead_goes_on_with_the_deal(shop):
    lead = shop.lead()
    tomorrow = clock.now() + dt.timedelta(days=1)
    call = {"kind": "call", "subject": "Call Ali", "due_at": tomorrow, "about": Target("lead", lead.pk)}
    shop.make("activity", **call)
    spoken = {"kind": "call", "result": "reached", "done_at": clock.now(), "about": Target("lead", lead.pk)}
    shop.make("activity", **spoken)
    lead = shop.fresh("lead", lead)
    assert lead.next_at is not None

    done = convert_lead(lead.pk, by=shop.sara, deal={})

    deal, after = shop.fresh("deal", done.deal), shop.fresh("lead", lead)
    assert (deal.next_text, deal.next_at, deal.last_contact_at) == ("Call Ali", lead.next_at, lead.last_contact_at)
    assert after.next_at is None
