"""Several records become one, and all of it comes back."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest

from daftar.access.models import Role, Share, User
from daftar.activities.actions import Plan, add_note, plan
from daftar.activities.models import Activity
from daftar.crm.models import Consent
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.records import custom_fields, writing
from daftar.records.bulk import runs, undo
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.any_link import Target
from daftar.records.fields.links import Linked
from daftar.records.merging.merge import Merge, merge
from daftar.records.merging.merged import living
from daftar.records.models import BulkRun, Event, RecordLink, StoredFile
from daftar.records.retyping import runs as retyping

LIKE_BEFORE = {"version", "changed_at", "changed_by_id"}


def values(shop, type_key, ids):
    rows = shop.type(type_key).model.objects.filter(pk__in=ids).order_by("pk").values()
    links = RecordLink.objects.filter(type=type_key, record_id__in=ids).order_by("record_id", "field", "position")
    return [{k: v for k, v in row.items() if k not in LIKE_BEFORE} for row in rows], list(
        links.values_list("record_id", "field", "to_id", "role")
    )


def file_of(type_key, row, name):
    return StoredFile.objects.create(
        type=type_key, record_id=row.pk, name=name, content_type="text/plain", size_bytes=1, path=name
    )


@pytest.fixture
def two(shop):
    """Two contacts who are one, with three deals each, a note, a planned call, a file and a consent each."""
    company = shop.make("company", name="Alvand")
    shop.first = shop.make(
        "contact", name="Sara Tucker", phones=[Typed("+12025550143", "work")], tags=["fair"], position="Buyer",
        companies=[Linked(company.pk, "buyer")],
    )  # fmt: skip
    shop.second = shop.make(
        "contact", name="Tucker, Sara", emails=[Typed("sara@alvand.example", "")], tags=["Fair", "vip"],
        phones=[Typed("+12025550143", ""), Typed("+12025550199", "home")], companies=[Linked(company.pk)],
        comments="Likes tea",
    )  # fmt: skip
    shop.deals = {}
    for contact in (shop.first, shop.second):
        shop.deals[contact.pk] = [shop.deal(name=f"Deal {n}", contact=contact.pk).pk for n in range(2)]
        shop.deals[contact.pk].append(shop.deal(name="Other", contacts=[Linked(contact.pk, "signs")]).pk)
        add_note(Target("contact", contact.pk), f"note of {contact.pk}", by=shop.sara)
        file_of("contact", contact, f"paper-{contact.pk}")
        Consent.objects.create(type="contact", record_id=contact.pk, purpose="news", channel="email")
    return shop


def merged(shop, *, into=None, ids=None, picks=None, by=None, once="", type_key="contact"):
    ids = ids or [shop.first.pk, shop.second.pk]
    model = shop.type(type_key).model
    versions = dict(model.objects.filter(pk__in=ids).values_list("pk", "version"))
    asked = Merge(ids, into or ids[0], picks or {}, versions)
    return merge(shop.type(type_key), asked, by=by or shop.olga, once=once)


def deals_of(shop, contact):
    of = RecordLink.objects.filter(type="deal", field="contacts", to_id=contact.pk).values("record_id")
    deals = shop.type("deal").model.objects
    return sorted(
        [*deals.filter(contact=contact.pk).values_list("pk", flat=True), *of.values_list("record_id", flat=True)]
    )


def later(**by):
    moment = clock.now() + timedelta(**by)
    return patch.object(clock, "now", lambda: moment)


def test_everything_of_both_belongs_to_one(two):
    run = merged(two)

    one, other = two.fresh("contact", two.first), two.fresh("contact", two.second)
    assert one.name == "Sara Tucker"
    assert [p["value"] for p in one.phones] == ["+12025550143", "+12025550199"]
    assert one.emails[0]["value"] == "sara@alvand.example"
    assert one.tags == ["fair", "vip"]
    assert (one.position, one.comments) == ("Buyer", "Likes tea")
    links = RecordLink.objects.filter(type="contact", record_id=one.pk)
    assert [(link.role) for link in links] == ["buyer"]
    assert other.deleted_at is not None
    assert deals_of(two, one) == sorted([*two.deals[one.pk], *two.deals[other.pk]])
    assert RecordLink.objects.get(type="deal", record_id=two.deals[other.pk][2]).role == "signs"
    assert Activity.objects.about("contact", one.pk).live().count() == 2
    assert StoredFile.objects.filter(type="contact", record_id=one.pk).count() == 2
    assert Consent.objects.filter(record_id=one.pk).count() == 2
    assert "vip" in one.search
    assert (run.act, run.state, run.done) == ("merge", "done", 2 + 3 + 1)
    assert living(two.type("contact"), other.pk, two.sara) == one.pk


def test_the_chosen_values_and_the_chosen_master_hold(two):
    merged(two, into=two.second.pk, picks={"name": two.first.pk, "tags": two.first.pk, "position": two.second.pk})

    one = two.fresh("contact", two.second)
    assert (one.name, one.tags, one.position) == ("Sara Tucker", ["fair"], "")
    assert two.fresh("contact", two.first).deleted_at is not None


def test_a_merge_is_taken_back_with_everything_in_its_place_and_what_came_after_is_asked_about(two):
    ids, deals = [two.first.pk, two.second.pk], [*two.deals[two.first.pk], *two.deals[two.second.pk]]
    before = values(two, "contact", ids), values(two, "deal", deals)
    run = merged(two)
    with later(minutes=5):
        note = add_note(Target("contact", two.first.pk), "came after", by=two.sara)
        file_of("contact", two.first, "after")
        shown = two.deal(name="After", contact=two.first.pk)

    with later(days=1):
        back = runs.begin_undo(run.change_set, by=two.olga)

    assert (values(two, "contact", ids), values(two, "deal", deals)) == before
    assert deals_of(two, two.second) == sorted(two.deals[two.second.pk])
    assert deals_of(two, two.first) == sorted([*two.deals[two.first.pk], shown.pk])
    assert Activity.objects.about("contact", two.second.pk).live().count() == 1
    assert StoredFile.objects.get(record_id=two.second.pk).name == f"paper-{two.second.pk}"
    assert Consent.objects.filter(record_id=two.second.pk).count() == 1
    asked = back.items.filter(state="added")
    assert {(i.type, i.record_id) for i in asked} == {
        ("activity", note.pk), ("deal", shown.pk), ("file", StoredFile.objects.get(name="after").pk),
    }  # fmt: skip
    assert (back.state, back.refused, back.moved_on) == ("done", 0, 3)

    runs.give_added(back, two.second.pk, [asked.get(type="activity").pk], by=two.olga)
    runs.give_added(back, two.first.pk, None, by=two.olga)
    assert Activity.objects.get(pk=note.pk).about_id == two.second.pk
    assert two.fresh("deal", shown).contact_id == two.first.pk
    back.refresh_from_db()
    assert (back.moved_on, back.left_alone) == (0, 2)


def test_what_was_changed_meanwhile_is_kept_and_asked_about(two):
    run = merged(two, picks={"name": two.second.pk})
    won = two.deals[two.second.pk][0]
    writing.change(two.type("deal"), won, {"comments": "called"}, by=two.sara, via="page")
    new = {
        "name": "Sara T.",
        "phones": [
            *two.type("contact").by_key["phones"].get(two.fresh("contact", two.first)),
            Typed("+12025550111", ""),
        ],
    }
    writing.change(two.type("contact"), two.first.pk, new, by=two.sara, via="page")

    back = runs.begin_undo(run.change_set, by=two.olga)

    deal, one = two.fresh("deal", two.type("deal").model.objects.get(pk=won)), two.fresh("contact", two.first)
    assert (deal.contact_id, deal.comments) == (two.second.pk, "called")
    assert one.name == "Sara T."
    assert [p["value"] for p in one.phones] == ["+12025550143", "+12025550111"]
    assert two.fresh("contact", two.second).deleted_at is None
    assert [i.record_id for i in back.items.filter(state="moved_on")] == [one.pk]

    back = runs.decide_kept(back, "back", None, by=two.olga)
    one = two.fresh("contact", one)
    assert one.name == "Sara Tucker"
    assert [p["value"] for p in one.phones] == ["+12025550143", "+12025550111"]


def test_an_undoing_is_not_undone_and_thirty_days_are_the_end(two):
    run = merged(two)
    with later(days=31), pytest.raises(Conflict, match="more than 30 days"):
        runs.begin_undo(run.change_set, by=two.olga)
    back = runs.begin_undo(run.change_set, by=two.olga)
    with pytest.raises(Conflict, match="taken back already"):
        runs.begin_undo(run.change_set, by=two.olga)
    with pytest.raises(Conflict, match="took a merge back"):
        runs.begin_undo(back.change_set, by=two.olga)
    assert merged(two).done == 6  # anew, that is allowed


def test_merged_again_into_a_third_and_back_in_either_order(two):
    third = two.make("contact", name="S. Tucker")
    first = merged(two)
    second = merged(two, ids=[third.pk, two.first.pk])
    assert living(two.type("contact"), two.second.pk, two.sara) == third.pk

    early = runs.begin_undo(first.change_set, by=two.olga)
    assert early.refused == 1  # the one that stayed then lies in the bin now
    assert two.fresh("contact", two.second).deleted_at is None
    runs.begin_undo(second.change_set, by=two.olga)
    assert not two.fresh("contact", two.first).deleted_at


def test_with_itself_with_too_many_and_with_what_is_no_more(two):
    contact = two.type("contact")
    one, other = two.first.pk, two.second.pk
    for ids in ([one, one], [one]):
        with pytest.raises(Invalid, match="with itself"):
            merge(contact, Merge(ids, one, {}, {}), by=two.olga)
    with pytest.raises(Invalid, match="two to 5"):
        merge(contact, Merge([one, other, other], one, {}, {}), by=two.olga)
    with pytest.raises(Invalid, match="which of these"):
        merge(contact, Merge([one, other], 999, {}, {}), by=two.olga)
    with pytest.raises(Missing):
        merge(contact, Merge([one, 999_999], one, {}, {}), by=two.olga)
    with pytest.raises(Invalid, match="one of the list"):
        merge(contact, Merge([one, other], one, {"name": 999}, {}), by=two.olga)
    assert not BulkRun.objects.exists()


def test_a_stale_choice_is_a_conflict_and_an_edit_of_what_is_merged_says_where_it_went(two):
    versions = {two.first.pk: 1, two.second.pk: 1}
    writing.change(two.type("contact"), two.second.pk, {"position": "Head"}, by=two.sara, via="page")
    with pytest.raises(Conflict, match="Tucker, Sara.*was changed while"):
        merge(two.type("contact"), Merge([*versions], two.first.pk, {}, versions), by=two.olga)
    merged(two)
    with pytest.raises(Conflict, match="merged into “Sara Tucker”"):
        writing.change(two.type("contact"), two.second.pk, {"position": "Boss"}, by=two.sara, via="page", version=2)
    with pytest.raises(Conflict, match="Take the merge back"):
        writing.bring_back(two.type("contact"), two.second.pk, by=two.olga, via="page")
    with later(days=31):
        assert writing.bring_back(two.type("contact"), two.second.pk, by=two.olga, via="page")


def test_the_same_form_twice_is_one_merge(two):
    assert merged(two, once="k").pk == merge(
        two.type("contact"), Merge([two.first.pk, two.second.pk], two.first.pk, {}, {}), by=two.olga, once="k"
    ).pk  # fmt: skip


def test_rights_are_asked_of_every_record(two):
    with pytest.raises(NotAllowed):
        merged(two, by=two.sara)  # a seller does not merge
    head = User.objects.create_user(
        "h@shop.example", "secret-head", name="Hana", role=Role.HEAD, department=two.sara.department
    )
    others = two.make("contact", by=two.reza, name="Far", owner=two.reza.pk)
    with pytest.raises(NotAllowed, match="may not merge “Far”"):
        merged(two, ids=[two.first.pk, others.pk], by=head)
    assert merged(two, by=head).by_id == head.pk


def test_links_of_the_type_to_itself_and_custom_links_follow(shop):
    shop.field("deal", "agent", "link", to="company")
    group, twin = shop.make("company", name="Acme Corporation"), shop.make("company", name="ACME corp.")
    child = shop.make("company", name="Acme Child", parent=twin.pk)
    writing.change(shop.type("company"), group.pk, {"parent": twin.pk}, by=shop.sara, via="page")
    deal = shop.deal(company=twin.pk, agent=twin.pk)

    run = merged(shop, ids=[group.pk, twin.pk], type_key="company")

    assert shop.fresh("company", group).parent_id is None
    assert shop.fresh("company", child).parent_id == group.pk
    now = shop.fresh("deal", deal)
    assert (now.company_id, now.custom["agent"]) == (group.pk, group.pk)
    runs.begin_undo(run.change_set, by=shop.olga)
    now = shop.fresh("deal", deal)
    assert (now.company_id, now.custom["agent"]) == (twin.pk, twin.pk)
    assert shop.fresh("company", group).parent_id == twin.pk
    assert shop.fresh("company", child).parent_id == twin.pk


def test_two_deals_become_one_with_the_next_step_of_either(shop):
    one, other = shop.deal(name="One"), shop.deal(name="Two")
    plan(Target("deal", other.pk), Plan("call", clock.now() + timedelta(days=1), "Call them"), by=shop.sara)
    run = merged(shop, ids=[one.pk, other.pk], type_key="deal")
    assert shop.fresh("deal", one).next_text == "Call them"
    runs.begin_undo(run.change_set, by=shop.olga)
    assert (shop.fresh("deal", one).next_text, shop.fresh("deal", other).next_text) == ("", "Call them")


def test_who_observes_one_observes_the_merged_one(two):
    Share.objects.create(type="contact", record_id=two.first.pk, user=two.sam, level="see")
    Share.objects.create(type="contact", record_id=two.second.pk, user=two.sam, level="see")
    Share.objects.create(type="contact", record_id=two.second.pk, user=two.reza, level="see", observer=True)
    run = merged(two)
    assert set(Share.objects.filter(record_id=two.first.pk).values_list("user", flat=True)) == {two.sam.pk, two.reza.pk}
    runs.begin_undo(run.change_set, by=two.olga)
    assert Share.objects.filter(record_id=two.second.pk).count() == 2


def test_every_event_of_a_merge_names_its_set(two):
    run = merged(two)
    kinds = set(undo.events_of(run.change_set).values_list("type", "kind"))
    assert kinds == {("contact", "merged"), ("contact", "deleted"), ("deal", "changed"), ("activity", "changed")}
    assert Event.objects.filter(change_set=run.change_set, via="merge").count() == run.done


def own_field(shop, kind, label, **more):
    return custom_fields.add_field(shop.type("contact"), kind, label, by=shop.olga, **more).key


def test_what_may_stand_only_once_goes_to_the_one_that_stays_and_back(two):
    code = own_field(two, "text", "Code", unique=True)
    for contact, value in ((two.first, "A-1"), (two.second, "B-2")):
        writing.change(two.type("contact"), contact.pk, {code: value}, by=two.olga, via="page")

    run = merged(two, picks={code: two.second.pk})
    assert two.fresh("contact", two.first).custom[code] == "B-2"
    back = runs.begin_undo(run.change_set, by=two.olga)

    assert (back.state, back.refused, back.moved_on) == ("done", 0, 0)
    assert two.fresh("contact", two.first).custom[code] == "A-1"
    second = two.fresh("contact", two.second)
    assert (second.custom[code], second.deleted_at) == ("B-2", None)


def test_one_whose_value_somebody_else_has_by_now_stays_in_the_bin_and_says_why(two):
    code = own_field(two, "text", "Code", unique=True)
    writing.change(two.type("contact"), two.second.pk, {code: "B-2"}, by=two.olga, via="page")
    run = merged(two, picks={code: two.first.pk})
    two.make("contact", name="Late", **{code: "B-2"})

    back = runs.begin_undo(run.change_set, by=two.olga)

    assert two.fresh("contact", two.second).deleted_at is not None
    assert "Late" in back.items.get(state="refused", record_id=two.second.pk).sentence


def test_a_field_that_became_another_kind_goes_back_as_that_kind_or_is_kept(two):
    size = own_field(two, "text", "Size")
    for contact, value in ((two.first, "large"), (two.second, "12")):
        writing.change(two.type("contact"), contact.pk, {size: value}, by=two.olga, via="page")
    run = merged(two, picks={size: two.second.pk})
    retyping.begin(two.type("contact"), size, "whole", {}, by=two.olga, agreed=10)

    back = runs.begin_undo(run.change_set, by=two.olga)

    assert two.fresh("contact", two.second).deleted_at is None
    kept = back.items.get(type="contact", record_id=two.first.pk)
    assert (back.refused, kept.state) == (0, "moved_on")
    assert two.type("contact").by_key[size].get(two.fresh("contact", two.first)) == 12
