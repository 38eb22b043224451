"""Twenty at once: one pair of keys, ten browsers at most, one push for each notice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection

from daftar.access.models import User
from daftar.activities.models import OutgoingPush, PushBrowser
from daftar.activities.notifying import browsers, push_key, pushes
from daftar.activities.notifying.writing import News, tell
from daftar.activities.tests.push_service import FarBrowser, PushService
from daftar.kernel import clock
from daftar.kernel.errors import Conflict

FAR = FarBrowser()


def twenty(act):
    """What twenty threads get that begin together."""
    start = Barrier(20)

    def one(n):
        try:
            start.wait(timeout=30)
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(one, range(20)))


def person(name):
    user = User.objects.create_user(f"{name}@shop.example", "a long word 17", name=name, role="seller")
    return user, UserSession.objects.create(user=user, session_key=name, ip="127.0.0.1", user_agent="")


@pytest.mark.django_db(transaction=True)
def test_the_pair_of_keys_is_made_once_and_nobody_gets_more_than_ten_browsers():
    (sam, sams), (sara, saras) = person("sam"), person("sara")

    assert len(set(twenty(lambda _n: push_key.public_key()))) == 1

    def note(n):
        try:
            browsers.note(sam, sams, agent="", **FAR.sent(f"https://push.example/{n}"))
        except Conflict:
            return 0
        return 1

    assert sum(twenty(note)) == browsers.of(sam).count() == 10

    both = [(sam, sams), (sara, saras)]
    PushBrowser.objects.all().delete()
    twenty(lambda n: browsers.note(*both[n % 2], agent="", **FAR.sent("https://push.example/shared")))
    assert PushBrowser.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_one_sends(settings):
    service = PushService()
    settings.ALLOWED_HOSTS_OUT = [service.origin.removeprefix("http://")]
    sam, session = person("sam")
    push_key.public_key()
    browsers.note(sam, session, agent="", **FAR.sent("https://push.example/sam"))
    PushBrowser.objects.update(endpoint=f"{service.origin}/sam")
    with clock.frozen("2026-11-23T09:00"):
        tell([News(sam.pk, "new_device", data={"name": "Firefox", "href": "/me/security/"})])

        posted = twenty(lambda _n: pushes.post_due())
        assert sum(posted) == OutgoingPush.objects.count() == 1
        assert sum(twenty(lambda _n: pushes.send_due())) == len(service.got) == 1
    service.close()
