"""A deal of Sara's with its papers, and a stranger who has the link."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from daftar.crm.tests.conftest import Shop, at, shop  # noqa: F401  # the cast
from daftar.sales.client_page import links
from daftar.sales.models import ClientLink
from daftar.sales.quoting.issue import issue_quote
from daftar.sales.tests.conftest import Store, store  # noqa: F401  # the goods


class Desk(SimpleNamespace):
    """What the client sees: `client` is a browser without a session."""

    def get(self, part="", **more):
        return self.client.get(self.path + part, **more)

    def post(self, part, **values):
        return self.client.post(self.path + part, values)

    def text(self, part=""):
        answer = self.get(part)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def link(self):
        return ClientLink.objects.get(pk=self.link_id)

    def accept(self, quote=None, name="Ali", answer="accept", **more):
        return self.post(f"quotes/{(quote or self.quote).pk}/answer", name=name, answer=answer, **more)


def path_of(link):
    return "/" + links.address_of(link).split("/", 3)[3]


@pytest.fixture
def page(shop, store):  # noqa: F811  # the fixtures
    deal = store.deal(("Drill", 2, 100), ("Installation", 1, 50))
    quote = issue_quote(deal.pk, by=shop.sara)
    link = links.make(deal.pk, by=shop.sara)
    return Desk(client=Client(), deal=deal, quote=quote, link_id=link.pk, path=path_of(link))
