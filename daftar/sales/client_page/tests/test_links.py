import datetime as dt
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.middleware.request_log import without_secret
from daftar.kernel import clock, secrets
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.logs import JsonLines
from daftar.records import writing
from daftar.sales.client_page import links
from daftar.sales.client_page.tests.conftest import path_of
from daftar.sales.models import ClientLink


def test_the_secret_is_long_and_stored_as_a_hash_and_sealed(page):
    row = page.link()
    token = page.path.split("/")[2]

    assert len(token) == 32  # 192 bits
    assert token not in (row.token, row.token_hash) and row.token.startswith("s1.")
    assert links.find(token).pk == row.pk
    assert ("sales.ClientLink", "token") in {(one.label, one.name) for one in secrets.sealed_columns()}


def test_a_deal_has_one_open_link(shop, page):
    assert links.make(page.deal.pk, by=shop.olga).pk == page.link_id
    links.revoke(page.deal.pk, by=shop.sara)

    assert links.make(page.deal.pk, by=shop.sara).pk != page.link_id
    assert page.get().status_code == 404


@pytest.mark.parametrize("act", [links.make, links.revoke])
def test_only_who_may_change_the_deal_makes_and_revokes(shop, page, act):
    for person, refusal in ((shop.rita, NotAllowed), (shop.reza, Missing)):
        with pytest.raises(refusal):
            act(page.deal.pk, by=person)
    assert page.link().revoked_at is None


def test_a_link_ends_on_its_day_and_can_be_prolonged(shop, page):
    day = page.link().expires_on
    with clock.frozen(dt.datetime.combine(day, dt.time(12), dt.UTC)):
        assert page.get().status_code == 200
    with clock.frozen(dt.datetime.combine(day, dt.time(12), dt.UTC) + dt.timedelta(days=1)):
        assert page.get().status_code == 404
        links.prolong(page.deal.pk, day + dt.timedelta(days=30), by=shop.sara)
        assert page.get().status_code == 200


@pytest.mark.parametrize("days", [-1, 3000])
def test_a_day_that_is_over_or_far_is_refused(shop, page, days):
    with pytest.raises(Invalid):
        links.prolong(page.deal.pk, links.company_day() + dt.timedelta(days=days), by=shop.sara)


def test_what_was_revoked_is_not_revoked_twice_nor_prolonged(shop, page):
    links.revoke(page.deal.pk, by=shop.sara)
    with pytest.raises(Conflict):
        links.revoke(page.deal.pk, by=shop.sara)
    with pytest.raises(Conflict):
        links.prolong(page.deal.pk, links.company_day(), by=shop.sara)


def guessed(shop, page):
    return "/c/" + "x" * 32 + "/"


def revoked(shop, page):
    links.revoke(page.deal.pk, by=shop.sara)
    return page.path


def expired(shop, page):
    ClientLink.objects.update(expires_on=links.company_day() - dt.timedelta(days=1))
    return page.path


def of_a_deleted_deal(shop, page):
    writing.remove(shop.type("deal"), page.deal.pk, by=shop.sara, via="page")
    return page.path


@pytest.mark.parametrize("way", [guessed, revoked, expired, of_a_deleted_deal], ids=lambda way: way.__name__)
def test_what_opens_nothing_is_the_same_answer_by_the_same_questions(shop, page, way):
    path = way(shop, page)
    Client().get("/c/first/")  # the counter of this network exists
    answers = []
    for address in (path, "/c/never/"):
        with CaptureQueriesContext(connection) as seen:
            answer = Client().get(address, headers={"accept-language": "ru"})
        answers.append((answer.status_code, answer.content, len(seen.captured_queries)))

    assert answers[0] == answers[1] and answers[0][0] == 404
    assert 'lang="ru"' in answers[0][1].decode()


@pytest.mark.parametrize("part", ["ask", "quotes/{quote}/answer", "invoices/1/pay", "quotes/{quote}.pdf", "logo.png"])
def test_no_part_of_a_revoked_page_answers(shop, page, part):
    links.revoke(page.deal.pk, by=shop.sara)
    address = page.path + part.format(quote=page.quote.pk)
    method = page.client.get if "." in part else page.client.post

    assert method(address, {"answer": "accept", "name": "x"}).status_code == 404


def test_who_guesses_must_wait_and_who_has_the_link_need_not(page):
    answers = [Client().get(f"/c/{n}/").status_code for n in range(40)]

    assert answers[:20] == [404] * 20 and answers[-1] == 429
    assert page.get().status_code == 200


def test_a_link_opens_its_own_deal_only(shop, store, page):
    from daftar.sales.quoting.issue import issue_quote

    other = issue_quote(store.deal(("Saw", 1, 7)).pk, by=shop.sara)

    assert page.get(f"quotes/{other.pk}.pdf").status_code == 404
    assert page.accept(other).status_code == 404
    assert other.number not in page.text()
    other.refresh_from_db()
    assert other.state == "issued"


def test_the_page_is_no_session_and_is_kept_nowhere(page):
    answer = page.get()

    assert not answer.cookies and not page.client.cookies
    assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "<script" not in answer.content.decode() and " style=" not in answer.content.decode()
    assert page.client.get("/deals/").status_code == 302


def test_logs_never_hold_the_secret(page, caplog):
    caplog.set_level(logging.DEBUG)
    page.get()
    page.post("ask", asker="", question="When?")
    lines = [JsonLines().format(one) for one in caplog.records]

    assert any('"/c/' in line for line in lines)
    assert page.path.split("/")[2] not in "".join(lines)
    assert without_secret(page.path) == "/c/…"


def test_the_block_stands_on_the_card_of_who_may_change_the_deal(shop, page):
    def card(person):
        client = Client()
        client.force_login(person)
        return client.get(f"/deals/{page.deal.pk}/").content.decode()

    address = links.address_of(page.link())
    assert address in card(shop.sara)
    assert address not in card(shop.rita)
    links.revoke(page.deal.pk, by=shop.sara)
    assert "client-page/make" in card(shop.sara)


def test_pages_of_the_seller_make_prolong_and_revoke(shop, page):
    client = Client()
    client.force_login(shop.sara)
    base = f"/deals/{page.deal.pk}/client-page/"

    assert client.post(f"{base}until", {"until": ""}).status_code == 422
    assert client.post(f"{base}until", {"until": "1999-01-01"}).status_code == 422
    later = links.company_day() + dt.timedelta(days=9)
    assert client.post(f"{base}until", {"until": later.isoformat()}).status_code == 302
    assert page.link().expires_on == later
    assert client.post(f"{base}revoke").status_code == 302
    assert client.post(f"{base}make").status_code == 302
    assert ClientLink.objects.filter(deal=page.deal, revoked_at=None).count() == 1
    assert client.get(path_of(links.open_link(page.deal.pk))).status_code == 200
