import logging
from dataclasses import dataclass

import pytest
from django.db import transaction

from daftar.kernel.events import listens, publish, silenced


@dataclass(frozen=True)
class Paid:
    invoice: int


@dataclass(frozen=True)
class PaidInPart(Paid):
    rest: int


@pytest.fixture(autouse=True)
def _no_other_listeners():
    with silenced():
        yield


@pytest.fixture
def heard():
    calls = []

    @listens(Paid)
    def remember(event):
        calls.append(event)

    return calls


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_after_the_commit(heard):
    with transaction.atomic():
        publish(Paid(1))
        assert heard == []
    assert heard == [Paid(1)]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_heard(heard):
    with transaction.atomic():
        publish(Paid(1))
        transaction.set_rollback(True)
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_it_is_heard_at_once(heard):
    publish(PaidInPart(1, rest=5))
    assert heard == [PaidInPart(1, rest=5)]


@pytest.mark.django_db(transaction=True)
def test_a_failing_listener_is_logged_and_stops_nobody(caplog):
    calls = []

    @listens(Paid)
    def fail(event):
        raise RuntimeError("boom")

    @listens(Paid)
    def remember(event):
        calls.append(event)

    with caplog.at_level(logging.ERROR, logger="daftar.events"), transaction.atomic():
        publish(Paid(1))
        transaction.on_commit(lambda: calls.append("later"))
    assert calls == [Paid(1), "later"]


def test_a_module_loaded_twice_hears_once(heard, django_capture_on_commit_callbacks, db):
    @listens(Paid)
    def once(event):
        heard.append("once")

    listens(Paid)(once)
    with django_capture_on_commit_callbacks(execute=True):
        publish(Paid(1))
    assert heard == [Paid(1), "once"]


def test_an_event_is_a_frozen_dataclass():
    @dataclass
    class Loose:
        pass

    with pytest.raises(TypeError):
        listens(Loose)
    with pytest.raises(TypeError):
        listens(str)
