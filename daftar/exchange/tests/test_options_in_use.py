"""The undo of an import puts an option away only where no record has it chosen; the database is asked once, however many records there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.exchange.models import Made
from daftar.exchange.taking_back.made import note_made
from daftar.exchange.taking_back.things import put_option_away
from daftar.records import custom_fields, custom_types, writing
from daftar.records.custom_fields import OptionEdit
from daftar.records.models import ChangeSet, ChoiceOption

RECORDS = 12


def type_with(shop, made):
    """A type that ships, or one in the general table of made types."""
    if not made:
        return shop.type("deal")
    return shop.type(custom_types.add_type("contract", "contracts", by=shop.olga).key)


@pytest.mark.parametrize("made", [False, True], ids=["shipped", "made"])
@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_an_option_that_only_the_last_record_has_stays(shop, kind, made):
    type_ = type_with(shop, made)
    options = [OptionEdit("Red"), OptionEdit("Green"), OptionEdit("Red sky")]
    key = custom_fields.add_field(type_, kind, "Colour", by=shop.olga, options=options).key
    type_ = shop.type(type_.key)
    red, green, sky = (option.key for option in type_[key].options())
    title = type_.title_field.key
    values = [{title: f"№ {n}", key: green} for n in range(RECORDS)]
    rows = writing.create_many(type_, values, by=shop.olga, via="page")
    last, gone = rows[-1].pk, rows[0].pk
    writing.change(type_, last, {key: [green, red] if kind == "choices" else red}, by=shop.olga, via="page")
    writing.change(type_, gone, {key: [sky] if kind == "choices" else sky}, by=shop.olga, via="page")
    writing.remove(type_, gone, by=shop.olga, via="page")
    change_set = ChangeSet.objects.create(by=shop.olga, via="import", title="file.csv")
    for option in (red, sky):
        note_made(change_set, "option", type_.key, f"{key}:{option}")
    of_red, of_sky = Made.objects.order_by("pk")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert put_option_away(of_red, shop.olga) == "1 record uses it."
    of_records = [q["sql"] for q in asked if f'FROM "{type_.model._meta.db_table}"' in q["sql"]]
    assert len(of_records) == 1 and "COUNT(" in of_records[0] and "LIMIT" not in of_records[0]
    assert put_option_away(of_sky, shop.olga) == ""
    archived = ChoiceOption.objects.filter(type=type_.key, field=key, archived=True)
    assert list(archived.values_list("key", flat=True)) == [sky]
