# ruff: noqa: F811 - the house is a fixture of the permission matrix
"""On every route: the headers of security rules 5.4, and no GET, HEAD or prefetch that changes anything."""

from __future__ import annotations

import gzip
import re

import pytest
from django.db import connection
from django.test import Client

from .routes import routes
from .test_permissions import BOOKKEEPING, WRITES, address, house, signed_in  # noqa: F401  # a fixture

ROUTES = routes()
HAS_NONCE = re.compile(r"script-src 'self' 'nonce-[\w-]{16,}'")


def wanting(answer, *, signed_in: bool) -> list[str]:
    """Which headers the answer lacks."""
    headers, policy = answer.headers, answer.headers.get("Content-Security-Policy", "")
    is_attachment = "sandbox" in policy
    found = {
        "a policy with a nonce": is_attachment or HAS_NONCE.search(policy),
        "frame-ancestors": is_attachment or "frame-ancestors 'none'" in policy,
        "object-src and base-uri": is_attachment or ("object-src 'none'" in policy and "base-uri 'none'" in policy),
        "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
        "X-Frame-Options": headers.get("X-Frame-Options") == "DENY",
        "Referrer-Policy": headers.get("Referrer-Policy") in ("same-origin", "no-referrer"),
        "no-store": not signed_in or "no-store" in headers.get("Cache-Control", ""),
        "X-Request-Id": headers.get("X-Request-Id"),
    }
    return [name for name, is_there in found.items() if not is_there]


@pytest.mark.alike
@pytest.mark.parametrize("who", ["owner", "seller", "stranger"])
def test_every_answer_carries_the_headers(house, who):
    client = Client() if who == "stranger" else signed_in(house["people"][who])
    client.raise_request_exception = False
    wrong = []
    for route in ROUTES:
        for method in ("get", "post"):
            answer = getattr(client, method)(address(route))
            if lacks := wanting(answer, signed_in=who != "stranger" and "daftar_session" in client.cookies):
                wrong.append(f"{method} {route} ({answer.status_code}) lacks {lacks}")
            if who != "stranger" and str(route) == "sign-out/" and method == "post":
                client.force_login(house["people"][who])

    assert not wrong, "\n".join(wrong)


def test_two_answers_never_share_a_nonce(house):
    client = signed_in(house["people"]["owner"])

    assert len({client.get("/deals/").headers["Content-Security-Policy"] for _ in range(3)}) == 3


@pytest.mark.parametrize(
    ("method", "headers"),
    [("get", {}), ("head", {}), ("get", {"HTTP_SEC_PURPOSE": "prefetch"}), ("get", {"HTTP_SEC_FETCH_MODE": "no-cors"})],
)
def test_asking_never_changes_anything(house, method, headers):
    client, wrong, here = signed_in(house["people"]["owner"]), [], ""

    def listen(execute, sql, params, many, context):
        if sql.startswith(WRITES) and not any(word in sql for word in BOOKKEEPING):
            wrong.append(f"{method} {here} wrote {sql[:100]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        for route in ROUTES:
            here = address(route, record_id=house["records"]["deal", "own"])
            answer = getattr(client, method)(here, **headers)
            if getattr(answer, "streaming", False):
                b"".join(answer.streaming_content)

    assert not wrong, "\n".join(wrong)


def test_pages_go_compressed_and_files_as_they_lie(house):
    client = signed_in(house["people"]["owner"])
    plain = client.get("/deals/")
    packed = client.get("/deals/", headers={"Accept-Encoding": "gzip, br"})
    exported = client.get("/deals/export.csv", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.content) < len(plain.content) / 3
    assert gzip.decompress(packed.content).decode().count("<tr") == plain.content.decode().count("<tr")
    assert "Content-Encoding" not in exported.headers
