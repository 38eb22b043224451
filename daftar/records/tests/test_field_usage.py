"""How much fields are used, and hiding the rarely used ones."""

from datetime import timedelta

import pytest

from daftar.access.models import Installation, Role, User
from daftar.kernel import clock
from daftar.records import custom_fields, field_counts, saved_views, writing
from daftar.records.models import CustomField, Event, FieldCount
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.schema import current_schema


def deals():
    return current_schema().type("deal")


@pytest.fixture
def owner(db):
    Installation.objects.create(pk=1, name="Oak")
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)


@pytest.fixture
def fields(owner):
    """Three fields on forty deals: one always filled, one once and long ago, one never but with a view."""
    full, once, never = (
        custom_fields.add_field(deals(), "text", name, by=owner).key for name in ("Full", "Once", "Never")
    )
    for n in range(40):
        writing.create(deals(), {"name": f"Deal {n}", full: "x", once: "" if n else "y"}, by=owner, via="page")
    Event.objects.filter(changes__has_key=once).update(at=clock.now() - timedelta(days=200))
    saved_views.save(View.parse(deals(), f"{never}.filled=", Reader(owner)), "Filled", by=owner)
    return full, once, never


def test_numbers_of_every_field_the_least_used_first(owner, fields):
    rows = {one.field.key: one for one in field_counts.used(deals(), field_counts.count(deals()))}

    assert list(rows) == [fields[2], fields[1], fields[0]]
    assert [rows[key].filled for key in fields] == [40, 1, 0]
    assert [rows[key].is_rare for key in fields] == [False, True, True]
    assert [rows[key].views for key in fields] == [0, 0, 1]
    assert rows[fields[2]].last is None


def test_the_page_shows_what_was_counted_last_and_counts_anew_when_asked(client, owner, fields):
    client.force_login(owner)
    assert "Hide 2 rarely used fields" in client.get("/settings/fields/deal/usage").content.decode()
    assert not FieldCount.objects.exists()
    client.post("/settings/fields/deal/usage", {"act": "count"})
    writing.create(deals(), {"name": "New", fields[2]: "z"}, by=owner, via="page")
    assert field_counts.counted(deals()).counts[fields[2]]["filled"] == 0

    assert client.post("/settings/fields/deal/usage", {"act": "count"}).status_code == 302

    assert FieldCount.objects.get().counts[fields[2]]["filled"] == 1


def test_the_rare_ones_are_hidden_after_a_look(client, owner, fields):
    client.force_login(owner)
    preview = client.get("/settings/fields/deal/usage?rare=").content.decode()
    assert f'value="{fields[1]}" checked' in preview
    assert f'value="{fields[2]}" aria-label' in preview
    assert f'value="{fields[0]}"' not in preview

    refused = client.post("/settings/fields/deal/usage", {"act": "hide"})
    done = client.post("/settings/fields/deal/usage", {"act": "hide", "keys": [fields[1], "name", "nonsense"]})

    assert refused.status_code == 422
    assert done.status_code == 302
    assert list(CustomField.objects.filter(hidden=True).values_list("key", flat=True)) == [fields[1]]
    assert client.post("/settings/fields/deal/usage", {"act": "x"}).status_code == 400


def test_many_records_are_counted_by_the_worker(client, owner, fields, monkeypatch):
    monkeypatch.setattr(field_counts, "AT_ONCE", 10)
    client.force_login(owner)

    assert "Press “Count anew”" in client.get("/settings/fields/deal/usage").content.decode()
    client.post("/settings/fields/deal/usage", {"act": "count"})
    assert FieldCount.objects.get().rows == 40


def test_only_who_runs_the_company_sees_it(client, owner, fields):
    client.force_login(User.objects.create_user("sara@oak.example", "rain on copper", name="Sara", role=Role.SELLER))

    assert client.get("/settings/fields/deal/usage").status_code in (403, 404)
