"""The leaver's day: exact numbers before, the same numbers after, nothing lost, safe to repeat."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session

from daftar.access import audit
from daftar.access.models import Department, Role, Share, User
from daftar.activities.models import Activity, Notice
from daftar.crm.models import Contact, Deal, Lead
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.records import leaving, writing
from daftar.records.fields.any_link import Target
from daftar.records.models import Event, Leaving, ListSetting, Stage
from daftar.records.schema import current_schema


@pytest.fixture
def team(owner, seller):
    """Sara leaves; Hana heads her department; Reza and Nora are colleagues."""
    place = Department.objects.create(name="Trade")
    made = {
        name: User.objects.create_user(f"{name}@oak.example", "rain on copper", name=name.capitalize(), role=role)
        for name, role in (("hana", Role.HEAD), ("reza", Role.SELLER), ("nora", Role.SELLER))
    }
    Department.objects.filter(pk=place.pk).update(head=made["hana"])
    seller.department = place
    seller.save()
    return made


@pytest.fixture
def worker_waits(monkeypatch):
    """The worker takes nothing from the queue until the test says so; everything is much enough for it."""
    monkeypatch.setattr(leaving, "AT_ONCE", 0)
    monkeypatch.setattr("daftar.records.jobs.hand_over", SimpleNamespace(enqueue=lambda run_id: None))


def give(key, owner, count, **values):
    type_ = current_schema().type(key)
    title = type_.title_field.key
    return [
        writing.create(type_, {title: f"{key} {n}", "owner": owner.pk, **values}, by=owner, via="page")
        for n in range(count)
    ]


def plan_of(team, *names, groups=("lead", "deal", "contact", "company", "activity")):
    return {key: [team[name].pk for name in names] for key in groups}


def owned(model, person):
    return model.objects.filter(owner=person, deleted_at=None).count()


def test_the_page_says_what_is_theirs(chief_client, seller, team):
    deals = give("deal", seller, 3)
    won = (
        Stage.objects.get(pipeline__type="deal", kind="won", pipeline__key="sales")
        if Stage.objects.filter(pipeline__type="deal", kind="won", pipeline__key="sales").exists()
        else Stage.objects.filter(pipeline__type="deal", kind="won").first()
    )
    Deal.objects.filter(pk=deals[0].pk).update(stage=won)
    give("contact", seller, 2)
    Department.objects.create(name="Night", head=seller)

    counts = {group.key: group.count for group in leaving.groups_of(seller)}
    page = chief_client.get(f"/settings/people/{seller.pk}/leave").content.decode()

    assert (counts["deal"], counts["contact"], counts["departments"], counts["lead"]) == (2, 2, 1, 0)
    assert "Open: deals" in page
    assert "all to the head, Hana" in page
    assert "Exported in the last fourteen days" in page


def test_the_page_says_what_they_took_out(chief_client, seller, team):
    audit.record("exported", by=seller, about=("deal", None), details={"type": "deal", "rows": 4812})

    page = chief_client.get(f"/settings/people/{seller.pk}/leave").content.decode()

    took = page[page.index("Exported in the last fourteen days") :]
    assert "<bdi>deals</bdi>" in took
    assert "4,812" in took


def test_what_the_preview_says_is_what_happens(chief_client, client, seller, team):
    give("deal", seller, 5)
    give("contact", seller, 4)
    form = {
        "rule.deal": "named", "to.deal": [team["reza"].pk, team["nora"].pk], "rule.contact": "head", "rule.views": "",
        "do": "preview",
    }  # fmt: skip

    preview = chief_client.post(f"/settings/people/{seller.pk}/leave", form).content.decode()
    seller.refresh_from_db()
    assert seller.is_active
    assert "Reza</bdi>: <b>3" in preview
    assert "Nora</bdi>: <b>2" in preview
    assert "Hana</bdi>: <b>4" in preview

    assert chief_client.post(f"/settings/people/{seller.pk}/leave", form | {"do": "go"}).status_code == 302

    assert [owned(Deal, team[name]) for name in ("reza", "nora")] == [3, 2]
    assert owned(Contact, team["hana"]) == 4
    seller.refresh_from_db()
    assert not seller.is_active
    done = chief_client.get(f"/settings/people/{seller.pk}/leave").content.decode()
    assert "Reza</bdi>: <b>3" in done


def test_people_are_named_without_scripts_too(chief_client, seller, team):
    give("deal", seller, 2)
    form = {"rule.deal": "named", "to.deal": ["", ""], "to.deal__text": ["Reza", "Nora"], "do": "go"}

    assert chief_client.post(f"/settings/people/{seller.pk}/leave", form).status_code == 302
    assert [owned(Deal, team[name]) for name in ("reza", "nora")] == [1, 1]


@pytest.mark.parametrize(
    "form",
    [
        {"rule.deal": "named"}, {"rule.deal": "king"}, {"rule.deal": "named", "to.deal": "999999"},
        {"rule.deal": "named", "to.deal__text": "Nobody"},
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_changes_nothing(chief_client, seller, team, form):
    give("deal", seller, 2)

    answer = chief_client.post(f"/settings/people/{seller.pk}/leave", {**form, "do": "go"})

    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    seller.refresh_from_db()
    assert seller.is_active
    assert owned(Deal, seller) == 2


def test_every_record_keeps_its_history_in_one_change_set(owner, seller, team):
    give("deal", seller, 3)

    run = leaving.begin(seller.pk, plan_of(team, "reza"), by=owner)

    events = Event.objects.filter(type="deal", change_set=run.change_set)
    assert events.count() == 3
    assert {e.data["why"] for e in events} == {"leaver"}
    assert {tuple(e.changes["owner"]) for e in events} == {(seller.pk, team["reza"].pk)}


def test_planned_activities_go_too_and_nobody_is_called_for_each(owner, seller, team):
    deal = give("deal", seller, 1)[0]
    activity = current_schema().type("activity")
    planned = {"kind": "task", "subject": "Call", "due_at": clock.now(), "about": Target("deal", deal.pk)}
    for n in range(3):
        writing.create(activity, {**planned, "subject": f"Call {n}", "owner": seller.pk}, by=seller, via="page")
    Activity.objects.filter(subject="Call 2").update(done_at=clock.now())

    leaving.begin(seller.pk, plan_of(team, "nora"), by=owner)

    assert owned(Activity, team["nora"]) == 2
    assert owned(Activity, seller) == 1
    assert [(n.kind, n.count) for n in Notice.objects.filter(to=team["nora"], kind="assigned")] == [("assigned", 2)]


def test_shares_departments_and_columns_go_to_colleagues(owner, seller, team):
    deals = give("deal", owner, 3)
    for deal in deals:
        Share.objects.create(type="deal", record_id=deal.pk, user=seller, level="change")
    Share.objects.create(type="deal", record_id=deals[0].pk, user=team["reza"], level="see")
    night = Department.objects.create(name="Night", head=seller)
    day = Department.objects.create(name="Day", deputy=seller)
    User.objects.filter(pk=team["nora"].pk).update(substitute=seller, absent_from=dt.date(2030, 1, 1))
    User.objects.filter(pk=seller.pk).update(substitute=team["nora"], absent_from=dt.date(2020, 1, 1))
    ListSetting.objects.create(user=seller, type="deal", columns=["name"])
    ListSetting.objects.create(user=seller, type="lead", columns=["title"])
    ListSetting.objects.create(user=team["reza"], type="lead", columns=["stage"])
    plan = {key: [team["reza"].pk] for key in ("shares", "departments", "views")}
    counts = leaving.preview(seller, plan)

    run = leaving.begin(seller.pk, plan, by=owner)

    assert not Share.objects.filter(user=seller).exists()
    assert set(Share.objects.filter(user=team["reza"]).values_list("level", flat=True)) == {"change"}
    assert Share.objects.filter(user=team["reza"]).count() == 3
    night.refresh_from_db()
    day.refresh_from_db()
    team["nora"].refresh_from_db()
    assert (night.head, day.deputy, team["nora"].substitute) == (team["reza"], None, None)
    seller.refresh_from_db()
    assert (seller.substitute, seller.absent_from) == (None, None)
    assert ListSetting.objects.get(user=team["reza"], type="deal").columns == ["name"]
    assert ListSetting.objects.get(user=team["reza"], type="lead").columns == ["stage"]
    got = {key: {int(i): n for i, n in by.items()} for key, by in run.given.items()}
    assert got == counts == {
        "shares": {team["reza"].pk: 3}, "departments": {team["reza"].pk: 1}, "views": {team["reza"].pk: 1}
    }  # fmt: skip


def test_all_ways_in_end_at_once(client, owner, seller, team, monkeypatch):
    told = []
    monkeypatch.setattr("daftar.access.sessions.live.end_streams", told.append)
    client.force_login(seller)
    assert client.get("/deals/").status_code == 200

    leaving.begin(seller.pk, {}, by=owner)

    assert client.get("/deals/")["Location"].startswith("/sign-in/")
    assert set(told) == {seller.pk}
    assert not Session.objects.exists()


def test_a_crash_between_batches_loses_and_repeats_nothing(owner, seller, team, monkeypatch, worker_waits):
    give("deal", seller, 7)
    give("contact", seller, 3)
    monkeypatch.setattr(leaving, "BATCH", 2)
    run = leaving.begin(seller.pk, plan_of(team, "reza", "nora", "hana"), by=owner)
    done, real = [], leaving.next_batch

    def dies(*args):
        if len(done) == 2:
            raise RuntimeError("killed")
        more = real(*args)
        done.extend([args] if more else [])
        return more

    monkeypatch.setattr(leaving, "next_batch", dies)
    with pytest.raises(RuntimeError):
        leaving.carry_out(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert 0 < run.done < 10
    monkeypatch.setattr(leaving, "next_batch", real)

    leaving.go_on(run.pk, by=owner)
    leaving.carry_out(run.pk)
    leaving.carry_out(run.pk)

    run.refresh_from_db()
    assert (run.state, run.done, run.total, owned(Deal, seller)) == ("done", 10, 10, 0)
    assert [owned(Deal, team[name]) for name in ("reza", "nora", "hana")] == [3, 2, 2]
    assert [owned(Contact, team[name]) for name in ("reza", "nora", "hana")] == [1, 1, 1]
    assert Event.objects.filter(data__why="leaver", type="deal").count() == 7


def test_a_worker_that_died_without_a_word_is_followed_by_another(owner, seller, team, monkeypatch, worker_waits):
    """Killed: the run still says it is running, and the queue runs the task once more."""
    give("lead", seller, 5)
    monkeypatch.setattr(leaving, "BATCH", 2)
    run = leaving.begin(seller.pk, plan_of(team, "reza", "nora"), by=owner)
    leaving.next_batch(run.pk, "lead", leaving.hands(run)["lead"])

    leaving.carry_out(run.pk)

    assert [owned(Lead, team[name]) for name in ("reza", "nora")] == [3, 2]


def test_a_colleague_who_left_meanwhile_stops_it_with_words(chief_client, owner, seller, team, worker_waits):
    give("lead", seller, 3)
    run = leaving.begin(seller.pk, plan_of(team, "reza"), by=owner)
    User.objects.filter(pk=team["reza"].pk).update(is_active=False)

    leaving.carry_out(run.pk)

    run.refresh_from_db()
    assert run.state == "failed"
    assert "new plan" in chief_client.get(f"/settings/people/{seller.pk}/leave").content.decode()
    again = leaving.begin(seller.pk, plan_of(team, "nora"), by=owner)
    leaving.carry_out(again.pk)
    assert owned(Lead, team["nora"]) == 3


def test_progress_is_shown_while_it_is_at_work(chief_client, owner, seller, team, worker_waits):
    give("lead", seller, 3)
    run = leaving.begin(seller.pk, plan_of(team, "reza"), by=owner)
    here = f"/settings/people/{seller.pk}/leave"

    assert 'id="leaving"' in chief_client.get(here).content.decode()
    assert "0 of 3" in chief_client.get(f"{here}/progress").content.decode()
    assert chief_client.post(here, {"do": "go"}).status_code == 409
    leaving.carry_out(run.pk)
    assert chief_client.get(f"{here}/progress")["HX-Redirect"] == here


def test_owners_are_kept(owner, seller, team):
    admin = User.objects.create_user("a@oak.example", "rain on copper", name="Ada", role=Role.ADMINISTRATOR)

    with pytest.raises(NotAllowed):
        leaving.begin(owner.pk, {}, by=admin)
    with pytest.raises(Conflict):
        leaving.begin(owner.pk, {}, by=owner)
    with pytest.raises(NotAllowed):
        leaving.begin(admin.pk, {}, by=seller)
    with pytest.raises(Invalid):
        leaving.begin(seller.pk, {"deal": [seller.pk]}, by=admin)
    assert not Leaving.objects.exists()


def test_an_administrator_does_not_make_an_owner_inactive(client, owner):
    User.objects.create_user("b@oak.example", "rain on copper", name="Bea", role=Role.OWNER)
    admin = User.objects.create_user("a@oak.example", "rain on copper", name="Ada", role=Role.ADMINISTRATOR)
    client.force_login(admin)
    form = {"name": "Boss", "email": owner.email, "roles": "owner", "is_active": "", "department": "", "office": ""}

    assert client.post(f"/settings/people/{owner.pk}/", form).status_code == 403


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_the_page_is_drawn_in_every_language(chief_client, owner, seller, team, language):
    give("deal", seller, 1)
    User.objects.filter(pk=owner.pk).update(language=language)

    assert f'lang="{language}"' in chief_client.get(f"/settings/people/{seller.pk}/leave").content.decode()


@pytest.mark.slow
def test_ten_thousand_records_are_handed_over(owner, seller, team, worker_waits):
    now = clock.now()
    stage = Stage.objects.filter(pipeline__type="deal", kind="open").first()
    rows = [Deal(name=f"D{n}", owner=seller, stage=stage, stage_since=now, created_by=seller) for n in range(10_000)]
    Deal.objects.bulk_create(rows, batch_size=500)

    run = leaving.begin(seller.pk, plan_of(team, "reza", "nora", "hana"), by=owner)
    assert run.is_at_work
    leaving.carry_out(run.pk)

    assert [owned(Deal, team[name]) for name in ("reza", "nora", "hana")] == [3334, 3333, 3333]
