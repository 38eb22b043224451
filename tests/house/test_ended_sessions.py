"""Whoever is switched off is out within five seconds, page and open stream; measured on a real server."""

import threading
import time

import httpx
import pytest

from tests.house.test_live import wait_for

PEOPLE = """
from daftar.access.models import Installation, User
Installation(pk=1, name="Oak").save()
User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role="owner")
User.objects.create_user("sara@oak.example", "rain on copper", name="Sara", role="seller")
"""
SWITCHED_OFF = """
from daftar.access.models import User
from daftar.records import accounts
boss, sara = User.objects.get(email="boss@oak.example"), User.objects.get(email="sara@oak.example")
accounts.change_person(sara.pk, by=boss, name="Sara", email=sara.email, roles=["seller"], is_active=False)
"""
IN_THE_DATABASE = (
    'from daftar.access.models import User; User.objects.filter(email="sara@oak.example").update(is_active=False)'
)
LOST_MESSAGE = """
from django.contrib.sessions.models import Session
from allauth.usersessions.models import UserSession
Session.objects.filter(session_key__in=UserSession.objects.filter(user__email="sara@oak.example").values("session_key")).delete()
"""


class Page:
    """Somebody signed in with an open stream; `ended_at` is when it closed."""

    def __init__(self, address, email):
        self.client = httpx.Client(base_url=address, timeout=60, headers={"Referer": address})
        form = self.client.get("/sign-in/").text
        token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer = self.client.post(
            "/sign-in/", data={"email": email, "password": "rain on copper", "csrfmiddlewaretoken": token}
        )
        assert answer.status_code == 302
        self.ended_at, self.heard = 0.0, []
        threading.Thread(target=self.listen, daemon=True).start()
        wait_for(lambda: self.heard)

    def listen(self):
        with self.client.stream("GET", "/events") as answer:
            assert answer.status_code == 200
            for line in answer.iter_lines():
                self.heard.append(line)
        self.ended_at = time.monotonic()

    def is_in(self):
        return self.client.get("/me/").status_code == 200


@pytest.mark.slow
@pytest.mark.on_both
@pytest.mark.parametrize(
    "way", [SWITCHED_OFF, IN_THE_DATABASE, LOST_MESSAGE], ids=["by a page", "in the database", "session gone"]
)
def test_page_and_stream_of_who_is_switched_off_end_within_five_seconds(whole_house, way):
    house = whole_house
    house.manage("shell", "-v0", "-c", PEOPLE)
    with house.serving("--web-only"):
        sara, boss = Page(house.address, "sara@oak.example"), Page(house.address, "boss@oak.example")
        time.sleep(1.5 if house.database_name else 0)
        assert sara.is_in()
        # The moment of the change itself, not of the slow start of the command that makes it.
        noted = house.folder / "at"
        note = f"import time, pathlib; pathlib.Path({str(noted)!r}).write_text(str(time.monotonic()))"
        house.manage("shell", "-v0", "-c", f"{way}\n{note}")
        wait_for(lambda: sara.ended_at, 20)

        took = sara.ended_at - float(noted.read_text())
        print(f"ended after {took:.2f} s")  # noqa: T201 - shown with -s
        assert took < 5, f"the stream ended after {took:.2f} s"
        assert not sara.is_in()
        assert boss.is_in() and not boss.ended_at
