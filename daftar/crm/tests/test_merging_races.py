"""Merges that meet: with real threads and connections, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from daftar.kernel.errors import Conflict, Missing
from daftar.records import writing
from daftar.records.bulk import runs
from daftar.records.merging.merge import Merge, merge
from daftar.records.models import BulkRun, Event


def at_once(*acts):
    start = Barrier(len(acts))

    def one(act):
        try:
            start.wait(timeout=30)
            return act()
        except (Conflict, Missing) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.django_db(transaction=True)
def test_three_in_a_ring_merged_by_three_at_once_leave_a_whole_record(shop):
    rows = [shop.make("contact", name=f"Sara {n}") for n in range(3)]
    deals = [shop.deal(contact=row.pk) for row in rows]
    ids = [row.pk for row in rows]
    contact = shop.type("contact")

    def pair(one, other):
        asked = Merge([one, other], one, {}, {one: 1, other: 1})
        return lambda: merge(contact, asked, by=shop.olga)

    answers = at_once(pair(ids[0], ids[1]), pair(ids[1], ids[2]), pair(ids[2], ids[0]))

    done = [a for a in answers if isinstance(a, BulkRun)]
    assert len(done) == 1
    assert all("changed while" in str(a) or "merged into" in str(a) for a in answers if a not in done)
    into = done[0].values["into"]
    gone = done[0].values["merged"][0]
    assert shop.type("contact").model.objects.live().count() == 2
    assert [shop.fresh("deal", d).contact_id for d in deals] == [into if id_ == gone else id_ for id_ in ids]


@pytest.mark.django_db(transaction=True)
def test_of_ten_same_merges_one_is_made_and_of_ten_undoings_one(shop):
    one, other = shop.make("contact", name="Sara"), shop.make("contact", name="Sara")
    contact, asked = shop.type("contact"), Merge([one.pk, other.pk], one.pk, {}, {})

    made = at_once(*[lambda: merge(contact, asked, by=shop.olga)] * 10)
    runs_made = [a for a in made if isinstance(a, BulkRun)]
    assert len(runs_made) == 1
    assert Event.objects.filter(type="contact", kind="merged").count() == 1

    back = at_once(*[lambda: runs.begin_undo(runs_made[0].change_set, by=shop.olga)] * 10)
    assert sum(isinstance(a, BulkRun) for a in back) == 1
    assert contact.model.objects.live().count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_an_edit_that_meet_leave_one_of_two_stories(shop):
    one, other = shop.make("contact", name="Sara"), shop.make("contact", name="Sara T.")
    contact = shop.type("contact")
    asked = Merge([one.pk, other.pk], one.pk, {}, {one.pk: 1, other.pk: 1})

    made, edited = at_once(
        lambda: merge(contact, asked, by=shop.olga),
        lambda: writing.change(contact, other.pk, {"position": "Head"}, by=shop.sara, via="page", version=1),
    )

    assert isinstance(made, Conflict) != isinstance(edited, Conflict)
    assert contact.model.objects.live().count() == (2 if isinstance(made, Conflict) else 1)
