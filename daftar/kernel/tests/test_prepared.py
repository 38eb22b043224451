"""A prepared question answers as the one it was made from."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import User
from daftar.kernel.prepared import Prepared
from daftar.records.models import ListSetting, SavedView

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def three():
    return [
        User.objects.create_user(f"{name}@x.example", name=name, created_at=NOW + dt.timedelta(hours=n))
        for n, name in enumerate(("Anna", "Boris", "Cyrus"))
    ]


def test_records_are_whole_and_can_be_saved(three):
    by_name = Prepared(lambda name: User.objects.filter(name=name), str)

    found = by_name.first("Boris")

    assert found == three[1] and found.roles == ["seller"] and found.created_at == NOW + dt.timedelta(hours=1)
    found.name = "Boris the second"
    found.save(update_fields=["name"])
    assert by_name.first("Boris") is None and by_name.first("Boris the second") == found


def test_each_asking_has_its_own_values(three):
    since = Prepared(lambda moment: User.objects.filter(created_at__gte=moment).order_by("id"), dt.datetime)

    assert since.rows(NOW + dt.timedelta(hours=1)) == three[1:]
    assert since.rows(NOW) == three
    assert (since.count(NOW), since.count(NOW + dt.timedelta(hours=9))) == (3, 0)


def test_values_in_any_order_and_said_twice(three):
    asked = Prepared(
        lambda id_, name, other: User.objects.filter(pk__in=[other, id_]).exclude(name=name).values_list("pk", "name"),
        int, str, int,
    )  # fmt: skip

    assert asked.rows(three[0].pk, "Anna", three[2].pk) == [(three[2].pk, "Cyrus")]
    assert asked.rows(three[0].pk, "", three[0].pk) == [(three[0].pk, "Anna")]


def test_a_record_brings_along_what_it_is_joined_with(three):
    view = SavedView.objects.create(type="deal", name="Mine", query="", owner=three[0])
    ListSetting.objects.create(user=three[0], type="deal", view=view)
    ListSetting.objects.create(user=three[1], type="deal")
    setting = Prepared(lambda id_: ListSetting.objects.filter(user_id=id_).select_related("view"), int)

    with CaptureQueriesContext(connection) as asked:
        mine, other = setting.first(three[0].pk), setting.first(three[1].pk)
        assert mine.view == view and mine.view.name == "Mine" and other.view is None

    assert len(asked) == 2


def test_a_value_that_the_statement_does_not_hold_is_told():
    with pytest.raises(TypeError, match="do not stand in the statement"):
        Prepared(lambda name: User.objects.filter(name=name.upper() + "x"), str).rows("Anna")


def test_quotes_stay_a_value(three):
    by_name = Prepared(lambda name: User.objects.filter(name=name).values_list("pk", flat=True), str)

    assert by_name.rows("Anna' OR '1'='1") == [] and by_name.rows("Anna") == [three[0].pk]
