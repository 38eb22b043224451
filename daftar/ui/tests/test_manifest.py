"""What a phone reads before it puts Daftar on its first screen."""

import json

from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image


def told(**headers):
    answer = Client().get("/manifest.webmanifest", headers=headers)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    return json.loads(answer.content)


def test_a_stranger_gets_it_for_a_browser_asks_without_cookies(db):
    english, persian = told(), told(**{"accept-language": "fa"})

    assert (english["name"], english["dir"], english["start_url"]) == ("Daftar", "ltr", "/")
    assert (persian["name"], persian["dir"]) == ("دفتر", "rtl")


def test_its_pictures_have_the_size_that_they_say():
    for size in (180, 512):
        with Image.open(finders.find(f"ui/daftar-{size}.png")) as picture:
            assert picture.size == (size, size)


def test_every_page_names_it(db):
    page = Client().get("/sign-in/", follow=True).content.decode()

    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert "apple-touch-icon" in page
