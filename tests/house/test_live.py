"""Live updates: who hears what, across processes, and what happens to the slow and the signed out."""

import json
import threading
import time

import httpx
import pytest
from django.db import transaction

from daftar.kernel import live
from daftar.kernel.live.hub import RESET, Hub, Stream


def text(number, channel="user:1"):
    return json.dumps({"channel": channel, "message": {"n": number}})


def test_a_message_reaches_its_channel_alone():
    hub, mine, other = Hub(), Stream(1, frozenset({"user:1"})), Stream(2, frozenset({"user:2"}))
    hub.join(mine)
    hub.join(other)

    hub.deliver(text(1))

    assert '"n":1' in mine.waiting[0]
    assert not other.waiting


def test_a_slow_page_is_told_to_ask_again_instead_of_filling_memory():
    hub, slow = Hub(), Stream(1, frozenset({"user:1"}))
    hub.join(slow)

    for number in range(101):
        hub.deliver(text(number))

    assert list(slow.waiting) == [RESET]


def test_a_page_that_comes_back_gets_what_it_missed():
    hub, stream = Hub(), Stream(1, frozenset({"user:1"}))
    for number in range(5):
        hub.deliver(text(number))

    hub.join(stream, f"{hub.epoch}-3")

    assert [part.count('"n":3') + part.count('"n":4') for part in stream.waiting] == [1, 1]


@pytest.mark.parametrize("last", ["otherepoch-3", "nonsense", "-", "x-\u06f3"])
def test_a_page_from_before_the_restart_asks_again(last):
    hub, stream = Hub(), Stream(1, frozenset({"user:1"}))

    hub.join(stream, last)

    assert list(stream.waiting) == [RESET]


def test_there_is_a_limit_of_streams_per_person():
    hub = Hub()

    joined = [hub.join(Stream(1, frozenset())) for _ in range(20)]

    assert joined.count(True) == 12
    assert hub.join(Stream(2, frozenset()))


def test_there_is_a_limit_of_streams_per_address(monkeypatch):
    monkeypatch.setattr("daftar.kernel.live.hub.STREAMS_PER_ADDRESS", 3)
    hub = Hub()

    joined = [hub.join(Stream(person, frozenset(), "", "192.0.2.7")) for person in range(5)]

    assert joined.count(True) == 3
    assert hub.join(Stream(9, frozenset(), "", "192.0.2.8"))


def test_ending_a_person_ends_their_streams():
    hub, mine, other = Hub(), Stream(1, frozenset({"user:1"})), Stream(2, frozenset({"user:2"}))
    hub.join(mine)
    hub.join(other)

    hub.deliver(json.dumps({"channel": "user:1", "message": {"end": True}}))

    assert mine.is_ended
    assert not other.is_ended


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", '{"channel": 1}', '{"channel": "user:x", "message": {"end": true}}']
)
def test_broken_messages_are_dropped(broken):
    Hub().deliver(broken)


def test_leaving_leaves_nothing_behind():
    hub, stream = Hub(), Stream(1, frozenset({"user:1", "everyone"}))
    hub.join(stream)

    hub.leave(stream)

    assert (dict(hub.streams), dict(hub.of_user)) == ({}, {})


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_when_the_transaction_fails(monkeypatch):
    sent = []
    monkeypatch.setattr("daftar.kernel.live.carriers.carry", lambda text, connection: sent.append(text))

    def publish_and_fail():
        with transaction.atomic():
            live.publish("everyone", {"n": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        publish_and_fail()
    live.publish("everyone", {"n": 2})

    assert [json.loads(text)["message"]["n"] for text in sent] == [2]


def test_data_is_refused():
    with pytest.raises(ValueError, match="send an id"):
        live.publish("everyone", {"text": "x" * 8_000})


class Person:
    pk = 7


def test_only_own_and_ruled_channels_may_be_heard():
    assert live.heard_of(Person, "user:7") == {"user:7"}
    assert not live.heard_of(Person, "user:8")
    assert live.heard_of(Person, "everyone") == {"everyone"}
    assert not live.heard_of(Person, "nobody-ruled:this")


def test_strangers_hear_nothing(house):
    with house.serving("--web-only"):
        assert httpx.get(f"{house.address}/events").status_code == 401
        assert httpx.get(f"{house.address}/events", cookies={"daftar_session": 'x";'}).status_code == 401


def test_a_message_from_another_process_reaches_an_open_page(house):
    cookie = house.manage("shell", "-v0", "-c", SIGN_IN).stdout.strip()
    heard = []
    with house.serving("--web-only"):
        thread = threading.Thread(target=listen, args=(house.address, cookie, heard))
        thread.start()
        wait_for(lambda: heard)
        time.sleep(1.5 if house.database_name else 0)

        house.manage("shell", "-v0", "-c", 'from daftar.kernel import live; live.publish("everyone", {"n": 42})')
        wait_for(lambda: any('"n":42' in line for line in heard))
        house.manage("shell", "-v0", "-c", "from daftar.kernel import live; live.end_streams(1)")

        thread.join(30)
        assert not thread.is_alive(), "the stream of a signed-out person stayed open"


SIGN_IN = """
from django.contrib.auth import get_user_model, login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
person = get_user_model().objects.create_user("sara", password="x")
assert person.pk == 1
request = HttpRequest(); request.session = SessionStore()
login(request, person, backend="django.contrib.auth.backends.ModelBackend")
request.session.save(); print(request.session.session_key)
"""


def listen(address, cookie, heard):
    with httpx.stream("GET", f"{address}/events", cookies={"daftar_session": cookie}, timeout=30) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            heard.append(line)


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
