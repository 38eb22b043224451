"""Who hears that a record changed: those who may see it, once each."""

import pytest

from daftar.kernel import live
from daftar.records import handlers, writing


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
    mine = [channel for channel in handlers.news_of(user, "site_visit") if channel in channels]
    assert all(live.may_listen(user, channel) for channel in mine)
    assert not any(live.may_listen(user, channel) for channel in channels if channel not in mine)
    return len(mine)


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
    assert not live.may_listen(shop.sara, "records:site_visit:all")
    assert not live.may_listen(shop.sara, "records:no_such_type:all")
    assert not live.may_listen(shop.sara, "records:")
