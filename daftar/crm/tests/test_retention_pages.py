"""The pages of retention: rules in sentences, the dry run, the switch; holds from the card; days of what piles up."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from daftar.access import audit, sessions
from daftar.access.audit.chain import verify
from daftar.access.jobs import erase_old_audit_details
from daftar.access.models import AuditDetail
from daftar.crm.models import Lead
from daftar.crm.tests.test_retention import LONG_AGO, NOW, lost
from daftar.crm.tests.test_retention import at as at_time
from daftar.kernel import clock, keeping
from daftar.kernel.models import KeptFor
from daftar.records.models import RecordHold, RetentionRule
from daftar.records.retention import dry_runs, rules

HOME = "/settings/retention/"


@pytest.fixture(autouse=True)
def frozen_day(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(sessions, "fresh", lambda request: True)
    monkeypatch.setattr("daftar.records.views.retention.fresh", lambda request: True)
    with clock.frozen(NOW):
        yield


@pytest.fixture
def page(shop, at):
    rules.install_rules()
    return at(shop.olga)


def rule_of(key):
    return RetentionRule.objects.get(key=key)


def text(answer):
    return answer.content.decode()


def test_rules_are_sentences_and_off(shop, page):
    said = text(page.get(HOME))

    assert (
        "Leads, lost or not suitable, nothing happened for 24 months and nothing is planned: erase the person" in said
    )
    assert "Everything in the bin, 30 days in the bin: delete for good" in said
    assert ">on<" not in said


def test_the_page_of_a_rule_shows_whom_it_reaches_and_switches_it_on(shop, page):
    first, second = lost(shop, title="Old one"), lost(shop, title="Held one")
    RecordHold.objects.create(type="lead", record_id=second.pk, until="2027-01-01", why="the court case", by=shop.olga)
    rule = rule_of("lost_leads")
    here = f"{HOME}{rule.pk}/"

    said = text(page.get(here))
    assert f"/leads/{first.pk}/" in said
    assert "the court case" in said
    assert "1 record" in said

    assert page.post(f"{here}switch", {"act": "on", "seen": rules.fingerprint(rule)}).status_code == 422
    assert not rule_of("lost_leads").is_on
    assert page.post(f"{here}switch", {"act": "on", "seen": "another", "sure": "1"}).status_code == 422
    assert page.post(f"{here}switch", {"act": "on", "seen": rules.fingerprint(rule), "sure": "1"}).status_code == 302
    assert rule_of("lost_leads").is_on
    assert "26 Nov 2026" in text(page.get(here))

    sent = {"since": "activity", "number": "12", "unit": "month", "stage_kind": "lost", "without": "", "act": "erase"}
    assert page.post(here, sent).status_code == 302
    assert not rule_of("lost_leads").is_on
    assert Lead.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "0"),
        ("number", "x"),
        ("number", "999999"),
        ("act", "delete"),
        ("since", "bin"),
        ("unit", "year"),
        ("stage_kind", "x"),
        ("without", "deal"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_at_its_field(shop, page, field, value):
    sent = {"since": "activity", "number": "12", "unit": "month", "stage_kind": "lost", "without": "", "act": "erase"}

    answer = page.post(f"{HOME}new/lead", {**sent, field: value})

    assert answer.status_code == 422
    assert f'data-error-for="{field}">' in text(answer)
    assert not RetentionRule.objects.filter(key="").exists()


def test_a_rule_of_ones_own_is_made_off_and_removed_and_a_shipped_one_stays(shop, page):
    sent = {"since": "change", "number": "۶", "unit": "month", "without": ["deal", ""], "act": "bin"}

    made = page.post(f"{HOME}new/company", sent)

    own = RetentionRule.objects.get(key="")
    assert made.headers["Location"] == f"{HOME}{own.pk}/"
    assert (own.is_on, own.number, own.without) == (False, 6, ["deal"])
    assert page.post(f"{HOME}{own.pk}/remove").status_code == 302
    assert page.post(f"{HOME}{rule_of('bin').pk}/remove").status_code == 422
    assert page.get(f"{HOME}{own.pk}/").status_code == 404
    assert page.get(f"{HOME}new/user").status_code == 404


def test_much_is_counted_by_the_worker_before_it_can_be_switched_on(shop, page, monkeypatch):
    monkeypatch.setattr(dry_runs, "AT_ONCE", 1)
    leads = [lost(shop, title=f"Asks {n}") for n in range(3)]
    rule = rule_of("lost_leads")
    here, sent = f"{HOME}{rule.pk}/", {"act": "on", "seen": rules.fingerprint(rule), "sure": "1"}
    assert "in the background" in text(page.get(here))
    assert page.post(f"{here}switch", sent).status_code == 422

    held = lost(shop, title="Held one")
    RecordHold.objects.create(type="lead", record_id=held.pk, until="2027-01-01", why="the court case", by=shop.olga)
    page.post(f"{here}count")
    assert "court" not in str(rule_of("lost_leads").counted), "words about people are not kept"
    assert "the court case" in text(page.get(here))
    assert f"{len(leads)} records" in text(page.get(here))
    assert page.post(f"{here}switch", sent).status_code == 302


def test_days_of_what_piles_up_are_changed_within_bounds(shop, page):
    sent = {key: str(days or "") for key, days in keeping.chosen().items()}

    refused = page.post(HOME, {**sent, "audit_details": "30"})
    assert refused.status_code == 422
    assert "from 365 to" in text(refused)
    assert not KeptFor.objects.exists()

    assert page.post(HOME, {**sent, "audit_details": "400", "sent_mails": "7"}).status_code == 302
    assert (keeping.days_of("audit_details"), keeping.days_of("sent_mails"), keeping.days_of("import_files")) == (
        400,
        7,
        30,
    )
    assert keeping.before("audit_details") is not None
    assert keeping.before("removed_files") is None


def test_clean_ups_keep_to_the_days_that_were_chosen(shop, page):
    with clock.frozen(LONG_AGO):
        audit.record("exported", by=shop.olga, details={"type": "deal", "rows": 3})
    erase_old_audit_details()
    assert AuditDetail.objects.exclude(body="").exists()

    keeping.choose({"audit_details": 365})
    assert "1 is older today" in text(page.get(HOME))
    erase_old_audit_details()

    assert not AuditDetail.objects.filter(entry__what="exported").exclude(body="").exists()
    assert verify().bad is None, "the chain is whole"


def test_a_card_is_put_on_hold_and_taken_off(shop, page, at):
    lead = shop.lead()
    here = f"/leads/{lead.pk}/hold"
    assert here in text(page.get(f"/leads/{lead.pk}/"))
    assert page.post(here, {"until": "soon", "why": ""}).status_code == 422

    assert page.post(here, {"until": "2027-05-01", "why": "a claim"}).status_code == 302
    assert "a claim" in text(page.get(f"/leads/{lead.pk}/"))
    assert at(shop.rita).post(here, {"act": "lift"}).status_code == 403
    assert at(shop.olga).post(here, {"act": "lift"}).status_code == 302
    assert not RecordHold.objects.exists()


def test_the_command_says_it_and_changes_nothing_unless_told(shop, page, capsys):
    lost(shop)
    at_time(LONG_AGO, shop.lead)
    call_command("retention")
    assert "No rule is switched on" in capsys.readouterr().out

    call_command("retention", "--dry-run", "--rule", "lost_leads")
    said = capsys.readouterr().out
    assert "Reached: 1" in said

    call_command("retention", "--run", "--rule", "lost_leads")
    assert "switched off" in capsys.readouterr().out
    rules.switch_on(rule_of("lost_leads").pk, seen=rules.fingerprint(rule_of("lost_leads")), by=shop.olga)
    call_command("retention", "--run")
    assert "runs from" in capsys.readouterr().out
    assert Lead.objects.count() == 2

    with clock.frozen(rule_of("lost_leads").next_at):
        call_command("retention", "--run")
    assert Lead.objects.count() == 1
