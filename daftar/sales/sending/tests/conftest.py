"""The hardware shop writes to clients: a mail server on this machine, clients with addresses."""

from __future__ import annotations

import pytest

from config.mail import MailServer
from daftar.crm.tests.conftest import Shop, at, shop  # noqa: F401  # the cast
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.sales.tests.conftest import Store, store  # noqa: F401  # the goods
from tests.house.postbox import open_postbox


@pytest.fixture
def postbox(settings):
    with open_postbox() as box:
        settings.MAIL_SERVER = MailServer("127.0.0.1", box.port, "", "", "none")
        settings.MAIL_FROM = "Oak <crm@oak.example>"
        yield box


@pytest.fixture
def deal(shop, store):  # noqa: F811  # the fixtures
    """A deal whose contact and company have addresses."""
    for key, row, address in (
        ("contact", store.ali, "ali@alvand.example"),
        ("company", store.alvand, "office@alvand.example"),
    ):
        writing.change(shop.type(key), row.pk, {"emails": [Typed(address, "")]}, by=shop.sara, via="page")
    return store.deal(("Drill", 2, 100))
