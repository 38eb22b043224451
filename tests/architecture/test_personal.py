"""Every model says where a person's traces lie in it, or that it holds none (security rule 7.2)."""

import pytest
from django.db import models

from daftar.crm.models import Contact
from daftar.exchange.models import Refusal
from daftar.kernel import personal


def test_every_model_has_a_place_or_an_excuse():
    assert personal.troubles() == []


@pytest.mark.parametrize(
    ("name", "column"),
    [("words", models.JSONField(default=dict)), ("record_id", models.BigIntegerField()), ("who", models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+"))],
)  # fmt: skip
def test_a_new_column_that_may_hold_a_person_would_be_found(monkeypatch, name, column):
    column.set_attributes_from_name(name)
    column.model = Refusal
    columns = (*Refusal._meta.concrete_fields, column)
    monkeypatch.setitem(Refusal._meta.__dict__, "concrete_fields", columns)

    assert f"exchange.Refusal.{name}: no place, no excuse" in personal.troubles()


def test_a_place_that_names_no_column_would_be_found(monkeypatch):
    monkeypatch.setitem(personal._all.excused, "access.Office", {"nmae": "a slip"})

    assert "access.Office: nmae is no column" in personal.troubles()
