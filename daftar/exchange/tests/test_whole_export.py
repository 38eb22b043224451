"""The whole export of another system, dropped on the page as it came: fifteen files of a Zoho portal, where they are at hand."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.activities.models import Activity
from daftar.crm.models import Company, Contact, Deal, Lead
from daftar.exchange.models import ImportRun, State
from daftar.exchange.tests.shared_data import shared_folder
from daftar.exchange.tests.test_steps import form
from daftar.records.models import BulkRun, CustomField, ExternalId

ZOHO = shared_folder("zoho-export")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ZOHO.is_dir(), reason="the shared data (DAFTAR_SHARED or ../shared) is not here"),
]


@pytest.fixture
def page(shop, client):
    client.force_login(shop.olga)
    return client


def rows_of(name):
    with (ZOHO / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def drop_all(page):
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in sorted(ZOHO.glob("*.csv"))]
    assert len(files) == 15
    return page.post("/import/", {"file": files})["Location"]


def load(page, place):
    from daftar.exchange.importing import runs

    run = ImportRun.objects.order_by("pk").last()
    page.post(place, form(run, do="load"))
    runs.do(run.pk, at_a_stretch=True)
    run.refresh_from_db()
    assert (run.state, run.problem) == (State.DONE, "")
    return run


def test_fifteen_files_come_in_whole_and_a_second_time_change_nothing(shop, page):
    place = drop_all(page)
    assert "Companies" in page.get(place).content.decode()
    run = load(page, place)

    counts = {step["title"]: report for step, report in zip(run.steps, run.reports, strict=True)}
    for title, report in counts.items():
        assert (report["created"], report["refused"]) == (len(rows_of(title)), 0), title
    assert (counts["Accounts"]["groups"], counts["Accounts"]["repeats"]) == (665, 1316)

    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of("Potentials"):
        sums[row["Stage"]] += Decimal(row["Amount"].replace("$", "").replace(",", ""))
    here: dict[str, Decimal] = defaultdict(Decimal)
    schema = shop.schema
    for stage, amount in Deal.objects.values_list("stage_id", "amount"):
        here[schema.stage(stage).label] += amount
    assert here == sums
    won = {
        schema.stage(s).label for s in Deal.objects.values_list("stage_id", flat=True) if schema.stage(s).kind == "won"
    }
    assert won == {"Closed Won"}

    ids = {
        key: dict(ExternalId.objects.filter(type=key).values_list("key", "record_id"))
        for key in ("contact", "lead", "company")
    }
    calls = {a.pk: a for a in Activity.objects.filter(kind="call")}
    known = dict(ExternalId.objects.filter(type="activity").values_list("key", "record_id"))
    on = Counter()
    for row in rows_of("Calls"):
        call = calls[known[row["TASKID"]]]
        for key, column in (("contact", "CONTACTID"), ("company", "ACCOUNTID"), ("lead", "LEADID")):
            if row[column] and call.about_type == key:
                assert call.about_id == ids[key][row[column]]
        on[call.about_type] += 1
    assert on == {
        "contact": 2100,
        "lead": 170,
        "company": 40,
        "": 1790,
    }  # the others name nobody, or deals that no file holds
    assert (Company.objects.count(), Contact.objects.count(), Lead.objects.count()) == (2229, 1265, 3900)

    in_stock = sum(product.stock_on_hand for product in shop.rows("product"))
    assert in_stock == sum(int(row["Quantity In Stock"]) for row in rows_of("Products"))

    second = load(page, drop_all(page))
    for report in second.reports:
        assert (report["created"], report["updated"], report["refused"]) == (0, 0, 0), report["title"]

    page.post(place, {"do": "undo"})
    from daftar.records.bulk import runs as bulk_runs

    undo = BulkRun.objects.get()
    while undo.is_at_work:
        bulk_runs.carry_out(undo.pk)
        undo.refresh_from_db()
    assert (undo.refused, undo.moved_on) == (0, 0)
    assert not Company.objects.filter(deleted_at=None).exists()
    assert not CustomField.objects.filter(deleted_at=None).exists()
