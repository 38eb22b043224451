"""A log line is one line, and tells no secret."""

import json
import logging

import pytest

from daftar.kernel.logs import JsonLines, begin_request, masked


def written(message, *arguments, **extra):
    record = logging.getLogger("daftar.test").makeRecord(
        "daftar.test", logging.INFO, "f", 1, message, arguments, None, extra=extra
    )
    return JsonLines().format(record)


def test_line_breaks_and_control_characters_are_encoded():
    line = written("name: %s", 'Eve\r\n{"level": "forged"}\x1b[31m\x00\u2028')

    assert len(line.splitlines()) == 1
    assert all(32 <= ord(character) < 127 for character in line)
    assert json.loads(line)["message"].startswith("name: Eve\r\n")


def test_the_request_id_is_in_each_line():
    ident = begin_request()

    assert json.loads(written("x"))["request"] == ident


@pytest.mark.parametrize(
    "text",
    [
        "postgres://sara:hunter22@db/shop",
        "/rest/1/hunter22/crm.deal.list",
        "Authorization: Bearer hunter22",
        "password=hunter22&x=1",
        "api_key: hunter22",
        "/reset/hunter22hunter22/",
        "/invitation/hunter22hunter22/",
        "/new-password/7-hunter22hunter22/",
        "/c/hunter22hunter22/quotes/1.pdf",
        "/pay/hunter22hunter22/",
        "/hooks/payments/hunter22hunter22/",
    ],
)
def test_secrets_in_texts_are_masked(text):
    assert "hunter22" not in masked(text)


def test_secrets_in_extras_are_masked():
    line = written("x", password="hunter22", session_key="hunter22", path="/rest/1/hunter22/x")

    assert "hunter22" not in line


def test_masking_is_quick_on_long_texts():
    import time

    began = time.perf_counter()
    masked("password=" * 12_000)
    masked("://" + "a" * 100_000)
    masked("/rest/" * 17_000)

    assert time.perf_counter() - began < 1
