# ruff: noqa: F811 - the house is a fixture of the permission matrix
"""Malformed requests over all routes, as each role: no 500, no hang, no trace, no foreign name, and a 4xx leaves no mark."""

from __future__ import annotations

import logging
import signal
import time
from collections import Counter
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client

from daftar.access import bearer, decide
from daftar.access.audit.folding import folds
from daftar.access.shipped_roles import SHIPPED
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money
from daftar.records import schema as schema_module
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.buying.lines import Wish as Ordered
from daftar.sales.buying.orders import make_order
from daftar.sales.invoicing.issue import issue_invoice
from daftar.sales.lines.saving import save_lines
from daftar.sales.lines.typed import LinesForm
from daftar.sales.paying.record import record_payment
from daftar.sales.paying.spreading import Share
from daftar.sales.quoting.issue import issue_quote

from .malformed import Asked, Known, Writer
from .routes import routes
from .test_permissions import BOOKKEEPING, TYPES, WRITES, fingerprint, house, signed_in  # noqa: F401  # a fixture

ALL = routes()
LONGEST_SECONDS = 10
QUICK_EACH, THOROUGH_EACH = 40, 1_260
WHO = (*SHIPPED, "stranger")
NOT_FOR_A_TEST = ("settings/demo/load", "settings/demo/remove")
"""What takes many seconds when it is asked for rightly, and needs no input to be so."""


class Hang(BaseException):
    """Not an Exception: no handler of ours may swallow it."""


@contextmanager
def at_most(seconds: float):
    def ring(number: int, frame: Any) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Causes(logging.Handler):
    """Keeps why the last answer was a 500."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and (problem := record.exc_info[1]):
            trace, ours = problem.__traceback__, ""
            while trace:
                code = trace.tb_frame.f_code
                if "/daftar/" in code.co_filename or "/config/" in code.co_filename:
                    ours = f"{code.co_filename.rpartition('/daftar/')[2]}:{trace.tb_lineno} {code.co_name}"
                trace = trace.tb_next
            self.last = f"{type(problem).__name__}: {str(problem)[:200]} at {ours}"


class Trial:
    """Sends requests as one person and keeps what was wrong with the answers."""

    def __init__(self, house: dict[str, Any], who: str) -> None:
        self.client = Client(raise_request_exception=False) if who == "stranger" else signed_in(house["people"][who])
        self.client.raise_request_exception = False
        self.causes, self.wrong, self.wrote = Causes(), dict[str, str](), False
        self.secret = hidden_names(house, who)
        self.before = fingerprint()
        self.statuses: Counter[int] = Counter()
        self.sent = 0
        self.slow: list[tuple[float, str]] = []

    def send(self, asked: Asked) -> None:
        """One request in a transaction of its own, which is undone: each meets the same house."""
        bearer.counter.counts.clear()
        cookies = dict(self.client.cookies)
        with transaction.atomic():
            self.judge(asked)
            transaction.set_rollback(True)
        self.client.cookies.clear()
        self.client.cookies.update(cookies)
        if self.wrote:  # what a process remembers may tell of what was undone
            schema_module._kept = None
            folds.forget()

    def judge(self, asked: Asked) -> None:
        self.causes.last, self.wrote, began = "", False, time.monotonic()
        self.sent += 1
        try:
            headers = {**asked.headers}
            if "HTTP_COOKIE" in headers:
                own = "; ".join(f"{name}={kept.value}" for name, kept in self.client.cookies.items())
                headers["HTTP_COOKIE"] = f"{own}; {headers['HTTP_COOKIE']}"
            with at_most(LONGEST_SECONDS), connection.execute_wrapper(self.listen):
                answer = self.client.generic(
                    asked.method, asked.path, asked.body, asked.content_type, QUERY_STRING=asked.query, **headers
                )
                body = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
        except Hang:
            self.note(asked, "hangs")
            return
        self.slow = sorted([*self.slow, (time.monotonic() - began, f"{answer.status_code} {asked}"[:300])])[-10:]
        text = body.decode(errors="replace")
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            self.note(asked, f"answered {answer.status_code}: {self.causes.last}")
        if "Traceback (most recent" in text or 'File "/' in text:
            self.note(asked, "shows a trace")
        for name in self.secret:
            if name in text:
                self.note(asked, f"names “{name}”")
        safe = 400 <= answer.status_code < 500 or asked.method in ("GET", "HEAD", "OPTIONS")
        if safe and self.wrote and fingerprint() != self.before:
            self.note(asked, f"answered {answer.status_code} and changed the database")

    def listen(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.wrote = self.wrote or is_write(sql)
        return execute(sql, params, many, context)

    def note(self, asked: Asked, what: str) -> None:
        self.wrong.setdefault(f"{asked.route} {what}", f"{asked.route} {what}\n    {asked}")


def is_write(sql: str) -> bool:
    return sql.startswith(WRITES) and not any(word in sql for word in BOOKKEEPING)


def hidden_names(house: dict[str, Any], who: str) -> list[str]:
    """Titles of records that this person may not see."""
    names = [
        (key, f"{key} of {whose}", house["records"][key, whose])
        for key in TYPES
        for whose in ("own", "department", "foreign")
    ]
    if who == "stranger":
        return [name for _key, name, _id in names]
    person, schema = house["people"][who], current_schema()
    return [n for key, n, pk in names if not decide.may(person, "see", key, schema.type(key).model.objects.get(pk=pk))]


def known(house: dict[str, Any]) -> Known:
    types = [house["schema"].type(key) for key in TYPES]
    fields = sorted({f.key for t in types for f in t.fields})
    people = [str(p.pk) for p in house["people"].values()]
    records = [(key, house["schema"].type(key).slug, str(pk)) for (key, _whose), pk in house["records"].items()]
    records += papers(house)
    near = {t.slug: [f.key for f in t.fields] for t in types}
    return Known(
        fields, [t.slug for t in types], list(TYPES), [*(pk for _k, _s, pk in records), *people], records, near
    )


def papers(house: dict[str, Any]) -> list[tuple[str, str, str]]:
    """A sale with a quote, an invoice, a payment and an order, for the pages of papers."""
    by, deal = house["people"]["owner"], house["records"]["deal", "foreign"]
    company = house["records"]["company", "foreign"]
    writing.change(house["schema"].type("deal"), deal, {"company": company}, by=by, via="page")
    form = LinesForm(QueryDict("currency=USD&row=n1&n1.name=Nail&n1.quantity=2&n1.price=5"), Formats(language="en"))
    save_lines(deal, form.lines, form.terms, by=by)
    quote, invoice = issue_quote(deal, by=by), issue_invoice(deal, by=by)
    paid = record_payment(Money(Decimal(1), "USD"), shares=[Share(invoice.pk)], received_on=date(2026, 3, 3), by=by)
    order = make_order(company, [Ordered(None, Decimal(1), name="Nail", price=Money(Decimal(1), "USD"))], by=by)
    made = {"quote": quote, "invoice": invoice, "payment": paid, "purchase_order": order}
    return [(key, house["schema"].type(key).slug, str(row.pk)) for key, row in made.items()]


@contextmanager
def caught(trial: Trial):
    """Failures are told to the trial instead of filling the screen."""
    log = logging.getLogger("daftar.errors")
    loud = [logging.getLogger(name) for name in ("django.request", "django.security", "daftar.request")]
    log.addHandler(trial.causes)
    for one in loud:
        one.disabled = True
    try:
        yield
    finally:
        log.removeHandler(trial.causes)
        for one in loud:
            one.disabled = False


def try_all(house: dict[str, Any], who: str, number: int) -> Trial:
    routes_here = [r for r in ALL if str(r) not in NOT_FOR_A_TEST]
    writer = Writer(routes_here, known(house), who)
    trial = Trial(house, who)
    with caught(trial):
        for _ in range(number):
            trial.send(writer.one())
    assert fingerprint() == trial.before
    return trial


@pytest.mark.parametrize("who", WHO)
def test_malformed_requests_are_refused_with_words(house, who):
    trial = try_all(house, who, QUICK_EACH)

    assert not trial.wrong, "\n".join(trial.wrong.values())


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
def test_ten_thousand_malformed_requests_are_refused_with_words(house, who):
    trial = try_all(house, who, THOROUGH_EACH)

    far = sum(count for status, count in trial.statuses.items() if status in (200, 204, 302, 400, 409, 413, 422))
    said = [f"{seconds:.2f} s {answered}" for seconds, answered in reversed(trial.slow)]
    print(f"{who}: {trial.sent} sent, {dict(trial.statuses)}", *said, sep="\n  ")  # noqa: T201 - shown with -s
    assert trial.sent >= THOROUGH_EACH
    assert far > trial.sent / 2 or who != "owner", f"most never came past the door: {trial.statuses}"
    assert not trial.wrong, "\n".join(trial.wrong.values())


def test_a_failure_would_be_found(house, monkeypatch):
    monkeypatch.setattr("daftar.records.views.list.show", lambda *_all, **_more: 1 / 0)

    trial = Trial(house, "owner")
    trial.client.raise_request_exception = False
    route = next(r for r in ALL if str(r) == "<slug:slug>/")
    with caught(trial):
        trial.send(Asked(route, "GET", "/deals/", "", b"", "", {}))

    assert "ZeroDivisionError" in " ".join(trial.wrong)
