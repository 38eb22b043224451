"""Twenty people at once, with real threads and connections, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from daftar.kernel.errors import Conflict, Missing
from daftar.records import writing
from daftar.records.models import Entity, Event

CALLERS = 20


def at_once(act):
    """Run `act(n)` in twenty threads that start together; answers, or the errors they met."""
    start = Barrier(CALLERS)

    def one(n):
        try:
            start.wait(timeout=30)
            return act(n)
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(one, range(CALLERS)))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_edits_of_one_version_one_wins_and_the_others_are_told(shop):
    row = writing.create(shop.visits, {"name": "Mill"}, by=shop.sara, via="page")

    answers = at_once(
        lambda n: writing.change(shop.visits, row.pk, {"remarks": f"from {n}"}, by=shop.sara, via="page", version=1)
    )

    assert sum(isinstance(a, Conflict) for a in answers) == CALLERS - 1
    assert Event.objects.filter(record_id=row.pk).count() == 2
    assert Entity.objects.get(pk=row.pk).version == 2


@pytest.mark.django_db(transaction=True)
def test_of_twenty_drags_of_one_card_one_wins(shop):
    row = writing.create(shop.visits, {"name": "Mill", "remarks": "x"}, by=shop.sara, via="page")
    targets = [shop.stage["cancelled"]] * CALLERS

    answers = at_once(
        lambda n: writing.change(
            shop.visits, row.pk, {"stage": targets[n], "remarks": f"why {n}"}, by=shop.sara, via="board", version=1
        )
    )

    assert sum(isinstance(a, Conflict) for a in answers) == CALLERS - 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twenty_times_makes_one_record(shop):
    answers = at_once(
        lambda n: writing.create(shop.visits, {"name": "Mill"}, by=shop.sara, via="quick", once="same").pk
    )

    assert len(set(answers)) == 1
    assert Entity.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_deletions_one_counts(shop):
    row = writing.create(shop.visits, {"name": "Mill"}, by=shop.sara, via="page")

    def delete(_n):
        try:
            return writing.remove(shop.visits, row.pk, by=shop.sara, via="page").pk
        except Missing as problem:
            return type(problem).__name__

    answers = at_once(delete)

    assert sorted(map(str, answers)).count("Missing") == CALLERS - 1
    assert Event.objects.filter(record_id=row.pk, kind="deleted").count() == 1
