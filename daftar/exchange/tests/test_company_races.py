"""Many at once, with real threads and connections: one archive at a time, and nothing is lost beside a loading."""

from __future__ import annotations

import pytest

from daftar.access.models import User
from daftar.crm.models import Deal, Lead
from daftar.exchange.company import runs
from daftar.exchange.company.loading import read_archive
from daftar.exchange.company.problems import CannotLoad
from daftar.exchange.models import CompanyArchive
from daftar.exchange.tests.moving import fresh
from daftar.kernel.errors import Conflict
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.records.tests.test_races import CALLERS, at_once


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_want_an_archive_one_gets_it(shop, monkeypatch):
    monkeypatch.setattr(runs, "hand_on", lambda archive_id: None)

    answers = at_once(lambda n: runs.start_writing(shop.olga))

    assert sum(isinstance(answer, Conflict) for answer in answers) == CALLERS - 1
    assert CompanyArchive.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_loadings_at_once_one_loads(written, tmp_path):
    path, by = tmp_path / "first.zip", fresh()
    path.write_bytes(written.archive)

    def load(n):
        try:
            return read_archive(path, by=by)
        except CannotLoad as refused:
            return refused

    answers = at_once(load)

    assert sum(not isinstance(answer, CannotLoad) for answer in answers) == 1
    assert (User.objects.count(), Deal.objects.filter(pk=written.made.deal).count()) == (written.people, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_stored_beside_a_loading_is_not_lost(written, tmp_path):
    """Whoever stored something first has it; then nothing is loaded over it."""
    path, by = tmp_path / "first.zip", fresh()
    path.write_bytes(written.archive)
    type_ = current_schema().type("lead")

    def act(n):
        if n:
            return writing.create(type_, {"title": f"Mine {n}"}, by=by, via="page")
        try:
            return read_archive(path, by=by)
        except CannotLoad as refused:
            return refused

    answers = at_once(act)

    stored = {answer.pk for answer in answers[1:]}
    assert set(Lead.objects.filter(title__startswith="Mine").values_list("pk", flat=True)) == stored
    assert Lead.objects.filter(title="Wants a mill").exists() is not isinstance(answers[0], CannotLoad)
