"""Which facts become notices, for whom, and how they are folded when much comes at once."""

from __future__ import annotations

from django.db import transaction
from django.test import Client

from daftar.access import invitations
from daftar.access.invitations import Guest
from daftar.access.models import Department, Role, Share, User
from daftar.activities import actions
from daftar.activities.models import Notice, NoticeWishes
from daftar.activities.notifying import lines
from daftar.activities.notifying.kinds import KINDS
from daftar.kernel import outbox
from daftar.kernel.models import OutgoingMail
from daftar.records import reading, sharing, writing
from daftar.records.bulk import runs
from daftar.records.models import ChangeSet


def told(**of):
    return [(n.to.name.split()[0], n.kind, n.count) for n in Notice.objects.filter(**of).order_by("id")]


def change(shop, deal, by, **values):
    return writing.change(shop.type("deal"), deal.pk, values, by=by, via="page")


def observe(shop, deal, user, by=None):
    sharing.share(shop.type("deal"), deal.pk, by=by or shop.sara, user=user.pk, observer=True)
    Notice.objects.all().delete()


def test_a_record_given_to_somebody_tells_them_and_never_oneself(shop):
    deal = shop.deal()
    shop.deal(by=shop.hana, owner=shop.hana.pk)
    assert told() == []

    change(shop, deal, shop.hana, owner=shop.sam.pk)
    shop.deal(by=shop.hana, owner=shop.sara.pk)

    assert told() == [("Sam", "given", 1), ("Sara", "given", 1)]
    change(shop, deal, shop.hana, owner=shop.hana.pk)
    assert told(to=shop.hana) == []


def test_who_does_not_work_here_or_cannot_sign_in_is_not_told(shop):
    gone = User.objects.create_user("gone@shop.example", "x", name="Gone", is_active=False)
    loaded = User.objects.create_user(None, name="Loaded", role=Role.SELLER)

    for owner in (gone, loaded):
        shop.deal(by=shop.olga, owner=owner.pk)

    assert told() == []


def test_observers_hear_of_changes_and_moves_of_others(shop):
    deal = shop.deal()
    observe(shop, deal, shop.rita)

    change(shop, deal, shop.sara, amount=None, name="Drills and bits")
    change(shop, deal, shop.sara, stage=next_stage(shop, deal))
    writing.remove(shop.type("deal"), deal.pk, by=shop.sara, via="page")

    assert told() == [("Rita", "observed", 1)] * 2
    assert [n.data for n in Notice.objects.order_by("id")] == [{}, {"what": "moved"}]


def next_stage(shop, deal):
    pipeline = next(p for p in shop.type("deal").pipelines if any(s.id == deal.stage_id for s in p.stages))
    here = next(n for n, s in enumerate(pipeline.stages) if s.id == deal.stage_id)
    return pipeline.stages[here + 1].id


def test_a_new_owner_who_observes_is_told_once(shop):
    deal = shop.deal()
    observe(shop, deal, shop.sam)

    change(shop, deal, shop.hana, owner=shop.sam.pk)

    assert told() == [("Sam", "given", 1)]


def test_an_import_tells_each_person_once_for_the_whole_run(shop):
    run = ChangeSet.objects.create(by=shop.olga, via="import", title="deals.csv")

    for start in (0, 120):
        rows = [{"name": f"Deal {start + n}", "owner": (shop.sam if n % 2 else shop.sara).pk} for n in range(120)]
        writing.create_many(shop.type("deal"), rows, by=shop.olga, via="import", change_set=run)

    assert sorted(told()) == [("Sam", "given", 120), ("Sara", "given", 120)]


def test_a_run_that_goes_on_after_it_was_read_is_unread_again(shop, monday):
    def one_more():
        writing.create_many(shop.type("deal"), [{"name": "D", "owner": shop.sam.pk}], by=shop.olga, via="import")

    one_more()
    assert Notice.objects.get().record_id
    Notice.objects.update(seen_at=monday)
    one_more()

    notice = Notice.objects.get()
    assert (notice.count, notice.seen_at, notice.record_id) == (2, None, None)


def test_a_batch_costs_the_same_statements_for_few_and_for_many(shop):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def spent(count):
        rows = [{"name": f"Deal {n}", "owner": shop.sam.pk} for n in range(count)]
        with CaptureQueriesContext(connection) as seen:
            writing.create_many(shop.type("deal"), rows, by=shop.olga, via="import")
        return len([q for q in seen.captured_queries if "activities_notice" in q["sql"]])

    spent(1)

    assert spent(2) == spent(200) <= 4


def test_a_notice_is_gone_when_its_fact_is(shop):
    deal = shop.deal()
    with transaction.atomic():
        change(shop, deal, shop.hana, owner=shop.sam.pk)
        sharing.share(shop.type("deal"), deal.pk, by=shop.hana, user=shop.rita.pk)
        assert len(told()) == 2
        transaction.set_rollback(True)

    assert told() == []
    assert not Share.objects.exists()


def test_sharing_tells_the_person(shop):
    deal = shop.deal()

    sharing.share(shop.type("deal"), deal.pk, by=shop.sara, user=shop.rita.pk)
    assert told() == [("Rita", "shared", 1)]


def test_sharing_with_a_department_tells_its_people_once(shop):
    service, inner = shop.reza.department, Department.objects.create(name="Repairs", parent=shop.reza.department)
    fixer = User.objects.create_user("fix@shop.example", "x", name="Fixer", role=Role.SELLER, department=inner)
    gone = User.objects.create_user("gone@shop.example", "x", name="Gone", department=service, is_active=False)
    Department.objects.filter(pk=inner.pk).update(head=shop.sam)
    first, second = shop.deal(), shop.deal()

    sharing.share(shop.type("deal"), first.pk, by=shop.sara, user=shop.reza.pk)
    Notice.objects.all().delete()
    for deal, level in ((first, "see"), (first, "change"), (second, "see")):
        sharing.share(shop.type("deal"), deal.pk, by=shop.sara, department=service.pk, level=level)

    assert sorted(told()) == [("Fixer", "shared", 2), ("Reza", "shared", 1), ("Sam", "shared", 2)]
    assert not Notice.objects.filter(to=gone).exists()
    line = lines.page(shop.reader(shop.reza))[0][0]
    assert (line.sentence, line.what, line.who) == ("Shared with your department", "Drills for Alvand", "Sara Ahmadi")
    assert lines.page(shop.reader(fixer))[0][0].sentence == "2 deals were shared with you"


def test_a_department_is_not_told_of_a_record_that_is_closed_to_it_again(shop):
    deal = shop.deal()
    kept = sharing.share(shop.type("deal"), deal.pk, by=shop.sara, department=shop.reza.department_id)
    sharing.stop_sharing(shop.type("deal"), deal.pk, kept.pk, by=shop.sara)

    assert told() == [("Reza", "shared", 1)]
    assert lines.page(shop.reader(shop.reza))[0] == []


def test_observers_hear_of_comments_but_once_and_may_switch_it_off(shop):
    deal = shop.deal()
    observe(shop, deal, shop.rita)
    observe(shop, deal, shop.sam)
    NoticeWishes.objects.create(user=shop.sam, channels={"comment": {"page": False, "mail": False}})

    made = actions.comment(shop.about(deal), "They called back", by=shop.sara)
    assert told() == [("Rita", "comment", 1)]
    writing.change(shop.type("activity"), made.pk, {"body": "They called again"}, by=shop.sara, via="page")
    actions.comment(shop.about(deal), "@Rita look", by=shop.sara)

    assert told() == [("Rita", "comment", 1), ("Rita", "mention", 1)]
    assert Notice.objects.filter(kind="comment").get().activity_id == made.pk


def test_an_observer_who_may_not_see_it_is_not_told_of_comments(shop):
    deal = shop.deal()
    observe(shop, deal, shop.reza)
    writing.remove(shop.type("deal"), deal.pk, by=shop.sara, via="page")
    writing.bring_back(shop.type("deal"), deal.pk, by=shop.sara, via="page")
    Share.objects.filter(user=shop.reza).delete()

    actions.comment(shop.about(deal), "Quiet", by=shop.sara)

    assert told(kind="comment") == []


def test_the_inviter_hears_that_the_guest_came(shop):
    made = invitations.invite([Guest("", "seller")], by=shop.olga)[0]

    invitations.accept(made.link.split("/")[-2], name="New One", email="new@shop.example", password="a long word 17")

    assert told() == [("Olga", "invitation_used", 1)]


def sign_in(client, agent="Mozilla/5.0 (X11; Linux) Firefox/140.0"):
    return client.post(
        "/sign-in/", {"email": "sam@shop.example", "password": "a long word 17"}, headers={"User-Agent": agent}
    )


def test_a_sign_in_from_a_new_device_is_told_and_cannot_be_switched_off(shop):
    known = Client()
    sign_in(known)
    assert told() == []
    NoticeWishes.objects.create(user=shop.sam, channels={k: {"page": False, "mail": False} for k in KINDS})

    known.post("/sign-out/")
    sign_in(known)
    assert told() == []
    sign_in(Client())

    assert told() == [("Sam", "new_device", 1)]
    assert Notice.objects.get().data["name"] == "Firefox on Linux · 127.0.0.1"


def test_a_parked_mail_is_told_to_those_who_run_the_company_once_a_day(shop, settings):
    for key in "ab":
        outbox.post_mail(key, to="x@y.example", subject="S", text="T")
    for mail in OutgoingMail.objects.all():
        mail.attempts, mail.first_try = 1, None
        outbox.failed(mail, __import__("smtplib").SMTPRecipientsRefused({"x@y.example": (550, b"no")}))

    assert told() == [("Olga", "mail_parked", 2)]


def test_what_is_switched_off_is_not_written(shop):
    NoticeWishes.objects.create(user=shop.sam, channels={"given": {"page": False, "mail": False}})

    change(shop, shop.deal(), shop.hana, owner=shop.sam.pk)

    assert told() == []


def change_many(shop, monkeypatch, ids, **values):
    """As when the worker does it: `AT_ONCE` rows are done in the request, and nobody is told of those."""
    monkeypatch.setattr(runs, "queue", lambda run_id: None)
    monkeypatch.setattr(runs, "AT_ONCE", 1)
    picked = runs.Picked(reading.visible(shop.type("deal"), shop.olga).filter(pk__in=ids))
    return runs.begin(shop.type("deal"), "change", values, picked, by=shop.olga)


def test_who_began_a_long_change_of_many_is_told_of_its_end(shop, monkeypatch):
    ids = [shop.deal(by=shop.olga).pk for _ in range(2)]
    run = change_many(shop, monkeypatch, ids, comments="Blue")
    assert told() == []

    runs.carry_out(run.pk)

    (line,), _more = lines.page(shop.reader(shop.olga))
    assert (line.sentence, line.href) == ("Change of many finished", f"/changes/{run.pk}/")
    change_many(shop, monkeypatch, ids[:1], comments="Green")
    assert told() == [("Olga", "bulk_done", 1)], "what the request did is seen at once"


def test_who_took_many_back_is_told_that_rows_wait(shop, monkeypatch):
    ids = [shop.deal(by=shop.olga).pk for _ in range(2)]
    run = change_many(shop, monkeypatch, ids, comments="Blue")
    runs.carry_out(run.pk)
    writing.change(shop.type("deal"), ids[0], {"comments": "Mine"}, by=shop.olga, via="page")
    Notice.objects.all().delete()

    runs.carry_out(runs.begin_undo(run.change_set, by=shop.olga).pk)

    (line,), _more = lines.page(shop.reader(shop.olga))
    assert line.sentence == "Taken back; some rows wait for your decision"


def test_a_change_of_many_stopped_by_hand_tells_nothing_and_a_broken_one_does(shop, monkeypatch):
    ids = [shop.deal(by=shop.olga).pk for _ in range(2)]
    by_hand = change_many(shop, monkeypatch, ids, comments="Blue")
    runs.stop(by_hand.pk)
    runs.carry_out(by_hand.pk)
    assert told() == []

    broken = change_many(shop, monkeypatch, ids, comments="Green")
    runs.break_off(broken.pk, "The disk is full.")

    (line,), _more = lines.page(shop.reader(shop.olga))
    assert (line.sentence, line.href) == ("Change of many stopped", f"/changes/{broken.pk}/")
