"""Retention: what the dry run shows is what the run does; what is needed stays; nothing happens by itself."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from daftar.access.models import AuditDetail, AuditEntry
from daftar.activities.models import Activity
from daftar.crm.actions import convert_lead
from daftar.crm.consenting import note_consent
from daftar.crm.models import Company, Contact, Deal, Lead
from daftar.kernel import clock, erasures, personal
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.records import erasing, writing
from daftar.records.models import Event, Nameless, RecordHold, RetentionRule
from daftar.records.retention import holding, planning, rules, running
from daftar.records.schema import current_schema

LONG_AGO = dt.datetime(2021, 3, 4, 12, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
NEWS = {"purpose": "news", "channel": "email"}
MODELS = {"lead": Lead, "contact": Contact, "deal": Deal, "company": Company}


@pytest.fixture(autouse=True)
def frozen_day(settings, tmp_path):
    settings.DATA = tmp_path
    with clock.frozen(NOW):
        yield


@pytest.fixture
def shipped(shop):
    rules.install_rules()
    return lambda key: RetentionRule.objects.get(key=key)


def at(moment, make):
    """What was made then, and by then."""
    with clock.frozen(moment):
        return make()


def lost(shop, moment=LONG_AGO, **values):
    """A lead that was lost."""
    with clock.frozen(moment):
        return lose(shop, shop.lead(**values))


def lose(shop, lead):
    values = {"stage": shop.stage("unsuitable", "lead"), "lost_reason": "budget"}
    writing.change(shop.type("lead"), lead.pk, values, by=shop.sara, via="page")
    return lead


def ready(rule, by):
    """The rule as it is in the night after it was switched on."""
    rules.switch_on(rule.pk, seen=rules.fingerprint(rule), by=by)
    RetentionRule.objects.filter(pk=rule.pk).update(next_at=clock.now())
    return RetentionRule.objects.get(pk=rule.pk)


def everything():
    return {(key, pk) for key, model in MODELS.items() for pk in model.objects.values_list("pk", flat=True)}


def binned():
    rows = {(k, pk) for k, model in MODELS.items() for pk in model.objects.in_bin().values_list("pk", flat=True)}
    return rows


def night():
    """What a night does: (records gone, records put into the bin), and the plans."""
    before, in_bin = everything(), binned()
    plans = running.run(running.due())
    return before - everything(), binned() - in_bin, plans


def reasons(rule, by):
    return {(one.type, one.id): one.why for one in planning.plan(rule, by=by).held}


# -- nothing by itself ----------------------------------------------------------------------------------


def test_all_rules_are_shipped_off_and_a_night_does_nothing(shop, shipped):
    lost(shop)
    assert RetentionRule.objects.count() >= 5
    assert not RetentionRule.objects.filter(is_on=True).exists()

    assert night() == (set(), set(), {})


def test_a_rule_that_is_switched_on_waits_for_the_night(shop, shipped):
    lead, rule = lost(shop), shipped("lost_leads")

    rule = rules.switch_on(rule.pk, seen=rules.fingerprint(rule), by=shop.olga)

    assert rule.next_at == dt.datetime(2026, 11, 26, running.NIGHT_HOUR, tzinfo=dt.UTC)
    assert night()[0] == set()
    with clock.frozen(rule.next_at):
        assert night()[0] == {("lead", lead.pk)}


@pytest.mark.parametrize("hour", [0, 1, 3, 12, 23])
def test_the_night_is_one_of_another_day(db, hour):
    now = dt.datetime(2026, 11, 25, hour, 30, tzinfo=dt.UTC)

    assert running.next_night(now) == dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)


def test_what_was_confirmed_is_the_condition_that_was_looked_at(shop, shipped):
    rule = shipped("lost_leads")
    seen = rules.fingerprint(rule)
    given = {name: getattr(rule, name) for name in rules.CONDITION}
    rules.switch_on(rule.pk, seen=seen, by=shop.olga)

    assert rules.change(rule.pk, given, by=shop.olga).is_on, "the same condition"
    changed = rules.change(rule.pk, {**given, "number": 12}, by=shop.olga)

    assert not changed.is_on
    with pytest.raises(Invalid):
        rules.switch_on(rule.pk, seen=seen, by=shop.olga)


def test_only_who_runs_the_company_has_a_say(shop, shipped):
    rule = shipped("lost_leads")
    for act in (
        lambda: rules.switch_on(rule.pk, seen=rules.fingerprint(rule), by=shop.sara),
        lambda: rules.switch_off(rule.pk, by=shop.sara),
        lambda: rules.change(rule.pk, {}, by=shop.sara),
        lambda: rules.remove(rule.pk, by=shop.sara),
        lambda: rules.add(shop.type("lead"), {}, by=shop.sara),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_rule_stops_when_who_switched_it_on_is_gone(shop, shipped):
    lead, rule = lost(shop), ready(shipped("lost_leads"), shop.olga)
    type(shop.olga).objects.filter(pk=shop.olga.pk).update(is_active=False)

    assert night()[0] == set()

    rule.refresh_from_db()
    assert (rule.is_on, bool(rule.problem)) == (False, True)
    assert Lead.objects.filter(pk=lead.pk).exists()


# -- what stays -----------------------------------------------------------------------------------------


def test_what_is_young_open_planned_or_talked_of_is_not_meant(shop, shipped):
    rule, old = shipped("lost_leads"), lost(shop)
    young = lost(shop, NOW - dt.timedelta(days=100))
    still_open = at(LONG_AGO, shop.lead)
    talked = lost(shop)
    planned = lost(shop)
    Activity.objects.create(kind="call", about_type="lead", about_id=talked.pk, at=NOW, done_at=NOW)
    Activity.objects.create(kind="call", about_type="lead", about_id=planned.pk, at=LONG_AGO, due_at=LONG_AGO)

    touched = planning.plan(rule, by=shop.olga).records

    assert touched == {("lead", old.pk)}
    assert not touched & {("lead", row.pk) for row in (young, still_open, talked, planned)}


def test_whom_one_sells_to_is_held_back(shop, shipped):
    lead, rule = lost(shop), shipped("lost_leads")
    shop.deal(lead=lead.pk)

    assert "Drills for Alvand" in reasons(rule, shop.olga)["lead", lead.pk]
    assert planning.plan(rule, by=shop.olga).touched == []


def test_a_person_with_a_younger_record_is_held_back(shop, shipped):
    lead = at(LONG_AGO, shop.lead)
    contact = at(LONG_AGO, lambda: convert_lead(lead.pk, by=shop.sara, contact={})).contact
    rule = RetentionRule(type="lead", since="activity", number=24, stage_kind="won", act="erase")
    assert planning.plan(rule, by=shop.olga).records == {("lead", lead.pk), ("contact", contact.pk)}

    writing.change(shop.type("contact"), contact.pk, {"position": "Buyer"}, by=shop.sara, via="page")

    assert contact.name in reasons(rule, shop.olga)["lead", lead.pk]


def test_a_record_in_the_bin_does_not_keep_its_person_here(shop, shipped):
    lead = at(LONG_AGO, shop.lead)
    contact = at(LONG_AGO, lambda: convert_lead(lead.pk, by=shop.sara, contact={})).contact
    writing.remove(shop.type("lead"), lead.pk, by=shop.olga, via="page")
    ready(shipped("strangers"), shop.olga)

    assert night()[0] == {("lead", lead.pk), ("contact", contact.pk)}


def test_what_forbids_an_erasure_by_hand_forbids_it_to_a_rule(shop, shipped, monkeypatch):
    lead, rule = lost(shop), ready(shipped("lost_leads"), shop.olga)
    monkeypatch.setattr(personal._all, "refusals", [lambda subject: "An invoice of this year names them."])

    assert night()[0] == set()
    assert reasons(rule, shop.olga) == {("lead", lead.pk): "An invoice of this year names them."}


def test_contacts_with_a_deal_or_consent_are_not_meant(shop, shipped):
    rule = shipped("strangers")
    stranger, buyer, beside, reader = (
        at(LONG_AGO, lambda n=name: shop.make("contact", name=n))
        for name in ("Ada One", "Bea Two", "Cyd Three", "Dan Four")
    )
    stage = shop.stage("lost")
    for values in ({"contact": buyer.pk}, {"contacts": [{"id": beside.pk, "role": ""}]}):
        links = shop.type("deal").by_key["contacts"]
        values = {k: links.load(v) if k == "contacts" else v for k, v in values.items()}
        shop.deal(stage=stage, lost_reason="price", **values)
    at(
        LONG_AGO,
        lambda: note_consent(
            "contact", reader.pk, purpose="news", channel="email", given=True, by=shop.sara, source="fair"
        ),
    )

    assert planning.plan(rule, by=shop.olga).records == {("contact", stranger.pk)}

    at(LONG_AGO, lambda: note_consent("contact", reader.pk, purpose="news", channel="email", given=False, by=shop.sara))
    assert ("contact", reader.pk) in planning.plan(rule, by=shop.olga).records


# -- holds ----------------------------------------------------------------------------------------------


def test_a_hold_keeps_the_record_from_rules_and_from_hands(shop, shipped):
    lead, rule = lost(shop), ready(shipped("lost_leads"), shop.olga)
    holding.hold(shop.type("lead"), lead.pk, until=dt.date(2026, 12, 31), why="the court case", by=shop.olga)

    assert night()[0] == set()
    assert "the court case" in reasons(rule, shop.olga)["lead", lead.pk]
    with pytest.raises(Invalid, match="court"):
        erasing.erase_person("lead", lead.pk, by=shop.olga)

    with clock.frozen("2026-12-31T12:00:00"):
        assert night()[0] == {("lead", lead.pk)}
    assert not RecordHold.objects.exists()


def test_a_hold_needs_a_day_to_come_and_a_reason_and_is_lifted_by_who_may(shop):
    lead, type_ = shop.lead(), shop.type("lead")
    with pytest.raises(Invalid) as refused:
        holding.hold(type_, lead.pk, until=dt.date(2026, 11, 25), why=" ", by=shop.sara)
    assert set(refused.value.errors) == {"until", "why"}

    with pytest.raises(NotAllowed):
        holding.hold(type_, lead.pk, until=dt.date(2027, 1, 1), why="x", by=shop.rita)
    holding.hold(type_, lead.pk, until=dt.date(2027, 1, 1), why="a claim", by=shop.olga)
    with pytest.raises(Invalid):
        holding.hold(type_, lead.pk, until=dt.date(2026, 12, 1), why="shorter", by=shop.sara)
    with pytest.raises(NotAllowed):
        holding.lift(type_, lead.pk, by=shop.sara)

    holding.lift(type_, lead.pk, by=shop.olga)

    assert holding.hold_of("lead", lead.pk) is None
    kinds = list(AuditEntry.objects.order_by("number").values_list("what", flat=True))
    assert kinds[-2:] == ["record_held", "hold_lifted"]


# -- what is done ---------------------------------------------------------------------------------------


def test_an_erasing_rule_leaves_nothing_but_its_count(shop, shipped):
    lead = lost(shop, person_name="Zarathustra Nemo", title="Zarathustra Nemo asks")
    rule = ready(shipped("lost_leads"), shop.olga)

    night()

    assert not Event.objects.filter(type="lead", record_id=lead.pk).exists()
    entry = AuditEntry.objects.filter(what="retention_run").get()
    assert (entry.door, entry.by_id, '"rows":1' in entry.detail.body.replace(" ", "")) == ("rule", None, True)
    assert not AuditDetail.objects.filter(body__contains="Zarathustra").exists()
    assert [(line["type"], line["id"]) for line in erasures.lines()] == [("lead", lead.pk)]
    rule.refresh_from_db()
    assert (rule.last_done, rule.last_held, rule.began_at) == (1, 0, None)
    assert rule.next_at > NOW


def test_a_nameless_record_stays_for_the_counts_and_is_done_once(shop, shipped):
    lead = lost(shop, person_name="Zarathustra Nemo", title="Zarathustra Nemo asks", wants="Call Zarathustra")
    rule = ready(shipped("lost_leads_nameless"), shop.olga)

    gone, _in_bin, plans = night()

    assert (gone, plans[rule.pk].records) == (set(), {("lead", lead.pk)})
    row = Lead.objects.get(pk=lead.pk)
    assert (row.title, row.person_name, row.wants, row.phones, row.emails) == ("…", "", "", [], [])
    assert (row.amount, row.source, row.created_at) == (lead.amount, "web", lead.created_at)
    assert row.stage_id == shop.stage("unsuitable", "lead")
    assert Nameless.objects.count() == 1
    assert planning.plan(rule, by=shop.olga).records == set()
    assert erasing.erase_again() == 0, "the list of erasures lets it stay"

    Lead.objects.filter(pk=lead.pk).update(person_name="Zarathustra Nemo")
    Nameless.objects.all().delete()  # as a restored backup would have it
    assert erasing.erase_again() == 1
    assert Lead.objects.get(pk=lead.pk).person_name == ""


def test_the_bin_is_emptied_of_what_lay_there_long_enough(shop, shipped):
    deal, young, alone = shop.deal(), shop.deal(), shop.lead(person_name="Zarathustra Nemo")
    old = NOW - dt.timedelta(days=31)
    for type_key, row, moment in (
        ("deal", deal, old),
        ("deal", young, NOW - dt.timedelta(days=29)),
        ("lead", alone, old),
    ):
        at(moment, lambda k=type_key, r=row: writing.remove(shop.type(k), r.pk, by=shop.olga, via="page"))
    ready(shipped("bin"), shop.olga)

    assert night()[0] == {("deal", deal.pk), ("lead", alone.pk)}
    assert not Event.objects.filter(type="deal", record_id=deal.pk).exists()
    assert [line["type"] for line in erasures.lines()] == ["lead"], "a deal is no person"


def test_a_record_in_the_bin_goes_alone_while_its_person_is_here(shop, shipped):
    lead = at(LONG_AGO, shop.lead)
    contact = convert_lead(lead.pk, by=shop.sara, contact={}).contact
    deal = shop.deal(contact=contact.pk, comments=f"{contact.name} wants them blue")
    at(NOW - dt.timedelta(days=31), lambda: writing.remove(shop.type("lead"), lead.pk, by=shop.olga, via="page"))
    ready(shipped("bin"), shop.olga)

    assert night()[0] == {("lead", lead.pk)}

    assert Contact.objects.filter(pk=contact.pk).exists()
    assert contact.name in Deal.objects.get(pk=deal.pk).comments
    assert erasures.lines() == []


def test_binning_is_done_in_the_name_of_who_switched_it_on(shop, shipped):
    lead = at(LONG_AGO, shop.lead)
    rule = ready(shipped("forgotten_leads"), shop.olga)

    assert night()[1] == {("lead", lead.pk)}

    event = Event.objects.filter(type="lead", record_id=lead.pk).latest("id")
    assert (event.kind, event.via, event.by_id) == ("deleted", "rule", shop.olga.pk)
    assert reasons(rule, shop.sara) == {}
    at(LONG_AGO, lambda: shop.make("lead", shop.olga, title="Not hers", owner=shop.reza.pk))
    assert "may not delete" in next(iter(reasons(rule, shop.rita).values()))


# -- the dry run is the run -----------------------------------------------------------------------------


def by_chance(shop, seed):
    """A company whose records are old, young, lost, open, converted, in the bin, on hold."""
    chance = random.Random(seed)

    def past():
        return clock.frozen(NOW - dt.timedelta(days=chance.choice((5, 40, 400, 800, 1500))))

    def into_bin(type_key, row):
        writing.remove(shop.type(type_key), row.pk, by=shop.olga, via="page")

    contacts = []
    for n in range(14):
        kind = chance.choice(("open", "lost", "lost", "converted", "bin"))
        with past():
            lead = shop.lead(title=f"Asks {n}", person_name=f"Person{n} Surname{n}", phones=[], emails=[])
            if kind == "lost":
                lose(shop, lead)
            elif kind == "converted":
                contacts.append(convert_lead(lead.pk, by=shop.sara, contact={}).contact)
        if kind == "bin":
            with past():
                into_bin("lead", lead)
    for n in range(6):
        with past():
            contacts.append(shop.make("contact", name=f"Contact{n} Family{n}"))
    for n in range(8):
        values = {"contact": chance.choice(contacts).pk} if chance.random() < 0.5 else {}
        with past():
            stage = shop.stage(chance.choice(("new", "lost")))
            deal = shop.deal(name=f"Sale {n}", stage=stage, lost_reason="price", **values)
        if chance.random() < 0.3:
            with past():
                into_bin("deal", deal)
    for model, key in ((Lead, "lead"), (Contact, "contact")):
        for row in model.objects.live().order_by("pk"):
            if chance.random() < 0.15:
                holding.hold(shop.type(key), row.pk, until=dt.date(2027, 1, 1), why="a claim", by=shop.olga)
            elif chance.random() < 0.2:
                with past():
                    note_consent(key, row.pk, **NEWS, given=True, by=shop.sara, source="form")
    return chance


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(1, 8))]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_dry_run_of_all_rules_is_what_a_night_does(shop, shipped, seed):
    chance = by_chance(shop, seed)
    chosen = sorted(RetentionRule.objects.all(), key=lambda rule: rule.pk)
    for rule in chosen:
        RetentionRule.objects.filter(pk=rule.pk).update(number=chance.choice((1, 12, 24)))
        ready(RetentionRule.objects.get(pk=rule.pk), shop.olga)
    foretold = running.plans_of(running.due())
    said = {rule.pk: rule for rule in running.due()}

    gone, in_bin, plans = night()

    acts = {pk: said[pk].act for pk in foretold}
    assert gone == {r for pk, p in foretold.items() if acts[pk] in ("erase", "delete") for r in p.records}
    assert in_bin == {r for pk, p in foretold.items() if acts[pk] == "bin" for r in p.records}
    nameless = {r for pk, p in foretold.items() if acts[pk] == "nameless" for r in p.records}
    assert set(Nameless.objects.values_list("type", "record_id")) == nameless
    for rule in RetentionRule.objects.all():
        assert (rule.last_done, rule.last_held) == (len(foretold[rule.pk].records), len(foretold[rule.pk].held)), (
            rule.key
        )
    assert {record for plan in foretold.values() for record in plan.records}, "a company by chance with something to do"


# -- kills ----------------------------------------------------------------------------------------------


def test_a_run_that_was_killed_goes_on_and_counts_each_record_once(shop, shipped, monkeypatch):
    leads = [lost(shop, title=f"Asks {n}", person_name=f"Person{n} Surname{n}") for n in range(5)]
    rule, real, calls = ready(shipped("lost_leads"), shop.olga), running.act, []

    def killed(rule, one):
        real(rule, one)
        calls.append(one)
        if len(calls) == 3:
            raise KeyboardInterrupt  # the transaction of the third is taken back, as by a kill

    monkeypatch.setattr(running, "act", killed)
    with pytest.raises(KeyboardInterrupt):
        night()
    rule.refresh_from_db()
    assert (rule.done, Lead.objects.count(), rule.last_at) == (2, 3, None)

    monkeypatch.setattr(running, "act", real)
    night()

    rule.refresh_from_db()
    assert (rule.last_done, Lead.objects.count(), rule.began_at) == (len(leads), 0, None)
    assert night()[0] == set(), "not once more in the same night"


def test_a_turn_ends_in_time_and_the_next_goes_on(shop, shipped, monkeypatch):
    for n in range(3):
        lost(shop, title=f"Asks {n}", person_name=f"Person{n} Surname{n}")
    rule = ready(shipped("lost_leads"), shop.olga)

    running.run(running.due(), seconds=1e-9)
    rule.refresh_from_db()
    assert (Lead.objects.count(), rule.last_at) == (3, None)
    assert running.due().exists()


def test_switching_off_stops_a_run_at_once(shop, shipped, monkeypatch):
    for n in range(3):
        lost(shop, title=f"Asks {n}", person_name=f"Person{n} Surname{n}")
    rule, real = ready(shipped("lost_leads"), shop.olga), running.act

    def then_off(rule, one):
        real(rule, one)
        rules.switch_off(rule.pk, by=shop.olga)

    monkeypatch.setattr(running, "act", then_off)
    night()

    rule.refresh_from_db()
    assert (Lead.objects.count(), rule.is_on) == (2, False)


def test_a_refusal_in_the_middle_leaves_that_record_and_goes_on(shop, shipped, monkeypatch):
    leads = [lost(shop, title=f"Asks {n}", person_name=f"Person{n} Surname{n}") for n in range(3)]
    ready(shipped("lost_leads"), shop.olga)
    real = running.act

    def refuses(rule, one):
        if one.id == leads[1].pk:
            raise Conflict
        real(rule, one)

    monkeypatch.setattr(running, "act", refuses)
    night()

    assert list(Lead.objects.values_list("pk", flat=True)) == [leads[1].pk]


def test_every_type_of_the_schema_that_can_have_rules_has_a_plan(shop):
    for type_ in planning.able_types():
        for act in rules.acts(type_):
            rule = RetentionRule(type=type_.key, since="activity", number=1, act=act)
            assert planning.plan(rule, by=shop.olga).touched == []
    assert {"user", "department", "activity"}.isdisjoint(type_.key for type_ in planning.able_types())
    assert "lead" in current_schema().types
