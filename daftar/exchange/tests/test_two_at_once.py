"""Two people import the same file at the same time."""

import threading

import pytest
from django.db import connection

from daftar.exchange.importing import running
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.running import Importer
from daftar.exchange.reading.opening import open_source
from daftar.records.models import CustomField, ExternalId

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 60


@pytest.mark.parametrize("by_id", [True, False])
def test_each_row_is_there_once(shop, monkeypatch, by_id):
    monkeypatch.setattr(running, "BATCH", 10)
    text = "id,name,mail,budget\n" + "".join(f"{n},Person {n},p{n}@acme.example,$5\n" for n in range(ROWS))
    columns = {"name": "name", "mail": "emails", "budget": "+money:Budget"} | ({"id": "@id"} if by_id else {})
    map_ = ImportMap.from_json({"columns": columns, "match": [] if by_id else ["emails"]})
    source, start = open_source(shop.file(text)), threading.Barrier(2)
    reports = []

    def load(by):
        try:
            start.wait(10)
            reports.append(Importer("contact", source, map_, by=by).run())
        finally:
            connection.close()

    threads = [threading.Thread(target=load, args=(by,)) for by in (shop.olga, shop.olga)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(reports) == 2
    assert shop.rows("contact").count() == ROWS
    assert sum(r.created for r in reports) == ROWS
    assert sum(r.rows for r in reports) == 2 * ROWS
    assert CustomField.objects.filter(type="contact", label="Budget").count() == 1
    assert ExternalId.objects.count() == (ROWS if by_id else 0)
