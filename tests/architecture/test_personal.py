"""Every model says where a person's traces lie in it, or that it holds none (security rule 7.2)."""

import pytest
from django.db import models

from daftar.crm.models import Contact
from daftar.exchange.models import Refusal
from daftar.kernel import personal


def test_every_model_has_a_place_or_an_excuse():
    assert personal.troubles() == []


@pytest.mark.parametrize(
    "column",
    [
        models.JSONField(name="words"),
        models.BigIntegerField(name="record_id"),
        models.ForeignKey(Contact, name="who", on_delete=models.CASCADE),
    ],
)
def test_a_new_column_that_may_hold_a_person_is_looked_at(column):
    assert personal.watched(Refusal, [column]) == [column.name]


def test_a_column_without_place_and_excuse_would_be_found(monkeypatch):
    monkeypatch.delitem(personal._all.places, "refused")

    assert personal.troubles() == [
        "exchange.Refusal.cells: no place, no excuse",
        "exchange.Refusal.why: no place, no excuse",
    ]


def test_a_place_that_names_no_column_would_be_found(monkeypatch):
    monkeypatch.setitem(personal._all.excused, "access.Office", {"nmae": "a slip"})

    assert "access.Office: nmae is no column" in personal.troubles()
