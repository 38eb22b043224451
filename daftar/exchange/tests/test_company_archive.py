"""The whole company as one file: what is written is loaded to an equal state, and writes the same file again."""

from __future__ import annotations

import pytest

from daftar.access.models import Installation
from daftar.exchange.company import carried
from daftar.exchange.company.loading import read_archive
from daftar.exchange.company.writing import write_archive
from daftar.exchange.tests.moving import fresh
from daftar.onboarding import demo


def test_every_model_is_carried_or_left_out_with_a_reason():
    assert carried.troubles() == []


@pytest.fixture
def demo_company(shop):
    Installation.objects.create(pk=1, name="Oak", language="en", currency="USD")
    demo.load("en")
    return shop


def test_the_demo_company_moves_and_writes_the_same_archive_again(demo_company, tmp_path):
    first, again = tmp_path / "first.zip", tmp_path / "again.zip"
    manifest = write_archive(first)
    loaded = read_archive(first, by=fresh())
    write_archive(again)

    assert manifest.rows_of("crm.Deal") > 20 and loaded.rows == manifest.rows
    assert first.read_bytes() == again.read_bytes()
