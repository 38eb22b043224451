# ruff: noqa: F811 - the house is a fixture of the permission matrix
"""Promises of docs/security.md that are kept everywhere or nowhere, each asked of the whole product."""

from __future__ import annotations

import re
import time
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from PIL import Image

from daftar.access.entering import safe_target
from daftar.kernel.errors import Invalid
from daftar.records import files
from daftar.records.models import StoredFile
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.ui.answers import go

from .routes import routes
from .test_permissions import address, house, signed_in  # noqa: F401  # a fixture

ROOT = Path(__file__).resolve().parent.parent.parent
MARKUP_IN = {
    "daftar/ui/icons.py": "icons are ours",
    "daftar/ui/jinja.py": "parts that templates call are escaped there already",
    "daftar/ui/board.py": "cards are written without templates, for speed; each text goes through `table.safe`",
    "daftar/ui/day_cards.py": "days of a calendar are written without templates, for speed; each text goes through `table.safe`",
    "daftar/ui/table.py": "rows are written without templates, for speed; each text goes through `safe`",
    "daftar/ui/written.py": "entries of menus are written without templates, for speed; each text goes through `escape`",
    "daftar/ui/slots.py": "what rooms put into the layout is rendered by templates",
    "daftar/records/card_parts.py": "parts of a card are rendered by templates",
    "daftar/records/views/cells.py": "cells are drawn without templates, for speed; each value is escaped",
}
FOREIGN = [
    "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\t/evil.example",
    "/\n/evil.example", "///evil.example", " //evil.example", "http:evil.example", "", "evil.example", "/a\r\nSet-Cookie: a=b",
]  # fmt: skip
NASTY = [
    f"x{piece * (100_000 // len(piece))}x"
    for piece in ("a", "1", " ", "-", "a.", "1,", "a@", "(", "\n", " ;", "https://")
]


SIGNED = {"hooks/payments/<str:path>/"}
"""Addresses for programs of others, which sign what they send (daftar/sales/paying/tests/test_pages.py)."""
BEHIND_SECRET = "c/<str:token>/"
"""The client's page: no cookie counts there, only the secret of the address (daftar/sales/client_page/tests/test_links.py)."""


def test_every_form_of_another_site_is_refused(house):
    """What comes without our token changes nothing anywhere; programs come with a key instead."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(house["people"]["owner"])
    let_in = []
    for route in routes():
        if (
            not route.is_ours
            or route.door == "key"
            or route.pattern in SIGNED
            or route.pattern.startswith(BEHIND_SECRET)
        ):
            continue
        for method in ("post", "delete"):
            answer = getattr(client, method)(address(route), {"name": "taken"}, HTTP_ORIGIN="https://evil.example")
            if answer.status_code != 403:
                let_in.append(f"{method} {route} answered {answer.status_code}")

    assert not let_in, "\n".join(let_in)


@pytest.mark.parametrize("target", FOREIGN)
def test_no_answer_leads_to_a_foreign_address(target):
    request = HttpRequest()
    for place in (go(request, target)["Location"], safe_target(target)):
        assert place.startswith("/") and not re.match(r"/[/\\\s]", place)
        assert "\n" not in place or place == target


def test_markup_is_made_only_where_it_is_listed():
    made = re.compile(r"\bMarkup\(|mark_safe|\|\s*safe\b|autoescape (false|off)|SafeString")
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "daftar").rglob("*")
        if path.suffix in (".py", ".html") and "tests" not in path.parts and made.search(path.read_text("utf-8"))
    }

    assert found <= set(MARKUP_IN)


def test_no_long_text_keeps_a_field_busy(house):
    """100 KB of any sign, sent to any kind of field, cost well below a second."""
    slow, known = [], {}
    for type_ in current_schema().types.values():
        known |= {field.kind: field for field in type_.writable}
    reader = Reader(house["people"]["owner"])
    for kind, field in known.items():
        for text in NASTY:
            began = time.process_time()
            with suppress(Invalid):
                field.parse({"street": text} if kind == "address" else [text] if field.many else text, reader)
            if (spent := time.process_time() - began) > 0.8:
                slow.append(f"{kind} took {spent:.1f} s for {text[:8]!r}…{text[-1]!r}")
                break

    assert len(known) > 15 and not slow, "\n".join(slow)


def test_cookies_are_for_the_server_alone(house):
    client = Client()
    client.post("/sign-in/", {"email": "seller-own@house.example", "password": "a long word 17"})

    for name in ("daftar_session", "daftar_device"):
        kept = client.cookies[name]
        assert kept["httponly"] and kept["samesite"] == "Lax" and kept["path"] == "/" and not kept["domain"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a\r\nSet-Cookie: b=c.txt", b"x"), ('a"; filename="b.exe', b"x"), ("снимок.svg", b"<svg onload='alert(1)'/>"),
        ("page.html", b"<script>alert(1)</script>"), ("../../etc/passwd", b"x"), ("a\u202egnp.exe", b"MZ"),
    ],
)  # fmt: skip
def test_uploads_come_back_as_downloads_whatever_they_are_called(house, name, content):
    client, deal = signed_in(house["people"]["seller"]), house["records"]["deal", "own"]
    client.post(f"/deals/{deal}/files/", {"file": named(name, content)})
    kept = StoredFile.objects.latest("pk")

    answer = client.get(f"/files/{kept.pk}/x?preview")

    assert answer["Content-Disposition"].startswith("attachment") and "\n" not in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/octet-stream" and "sandbox" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer and "/" not in kept.name and not kept.preview


def named(name: str, content: bytes) -> SimpleUploadedFile:
    """An upload whose name nothing has cleaned on the way."""
    upload = SimpleUploadedFile("x", content)
    upload.__dict__["_name"] = name
    return upload


@pytest.mark.parametrize("size", [(60_000, 60_000), (100_000, 2_000)])
def test_a_picture_that_would_fill_the_memory_has_no_preview(tmp_path, size):
    """A few kilobytes that say of themselves how large they would be."""
    drawn = BytesIO()
    Image.new("1", (10, 10)).save(drawn, "PNG")
    head = bytearray(drawn.getvalue())
    head[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    head[29:33] = crc(bytes(head[12:29]))
    path = tmp_path / "bomb.png"
    path.write_bytes(head)

    assert files.make_preview(path) == ""


def crc(chunk: bytes) -> bytes:
    return zlib.crc32(chunk).to_bytes(4, "big")
