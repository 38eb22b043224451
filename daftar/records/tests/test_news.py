"""Who hears that a record changed: those who may see it, once each."""

import pytest

from daftar.access import decide
from daftar.kernel import live
from daftar.records import handlers, sharing, writing
from daftar.records.schema import current_schema


@pytest.fixture
def told(monkeypatch, django_capture_on_commit_callbacks):
    """`told(act)`: the channels to which an act was told."""

    def of(act):
        channels = []
        monkeypatch.setattr(handlers, "publish", lambda channel, message: channels.append(channel))
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return channels

    return of


def heard(user, channels):
    decide.forget(user)
    return len(live.heard_of(user, f"records:{current_schema().slug('site-visits').key}") & set(channels))


@pytest.mark.parametrize(
    ("owner", "hear"),
    [
        ("sara", {"olga": 1, "sara": 1, "nima": 0, "reza": 0}),
        ("nima", {"olga": 1, "sara": 1, "nima": 1, "reza": 0}),
        ("reza", {"olga": 1, "sara": 0, "nima": 0, "reza": 1}),
        (None, {"olga": 1, "sara": 1, "nima": 0, "reza": 1}),
    ],
)
def test_a_change_is_heard_as_far_as_it_is_seen(shop, told, owner, hear):
    values = {"name": "Mill", "owner": getattr(shop, owner).pk if owner else None}
    channels = told(lambda: writing.create(shop.visits, values, by=shop.olga, via="page"))

    assert {name: heard(getattr(shop, name), channels) for name in hear} == hear


def test_a_seller_without_a_department_hears_of_own_records(shop, told):
    shop.sara.department = None
    shop.sara.save()
    channels = told(
        lambda: writing.create(shop.visits, {"name": "Mill", "owner": shop.sara.pk}, by=shop.olga, via="page")
    )

    assert heard(shop.sara, channels) == 1
    assert f"records:{shop.visits.key}:all" not in live.heard_of(shop.sara, f"records:{shop.visits.key}")
    for wrong in ("records:no_such_type", "records:", f"records:{shop.visits.key}:all"):
        assert not live.heard_of(shop.sara, wrong)


def test_what_is_shared_is_heard_of(shop, told):
    row = writing.create(shop.visits, {"name": "Mill", "owner": shop.reza.pk}, by=shop.olga, via="page")
    sharing.share(shop.visits, row.pk, by=shop.olga, user=shop.nima.pk)
    channels = told(lambda: writing.change(shop.visits, row.pk, {"name": "Mills"}, by=shop.olga, via="page"))

    assert {name: heard(getattr(shop, name), channels) for name in ("nima", "sara", "reza")} == {
        "nima": 1,
        "sara": 0,
        "reza": 1,
    }
