"""A rehearsal says what the import will say, and nobody waits for it."""

import os
import threading
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from daftar.exchange.importing import running
from daftar.exchange.importing.running import Importer, rehearsed
from daftar.exchange.reading.opening import open_source
from daftar.kernel import database_copy
from daftar.records.models import ChoiceOption

pytestmark = pytest.mark.django_db(transaction=True)
CREATE = {"unknown_choice": "create", "unknown_person": "create", "unknown_link": "create"}
TWICE = "name,company,kind,owner,amount\n" + "".join(
    f"Deal {n % 45},Acme {n % 7},rental {n % 3},Boris,{'x' if n % 20 == 1 else n if n > 9 else ''}\n" for n in range(60)
)
"""Later rows repeat records, options and people that earlier ones made; ten of them add what those lack."""


@pytest.fixture
def elsewhere():
    """Save something in another connection, and hear how it went."""

    def save(key: str) -> list[object]:
        said: list[object] = []

        def write() -> None:
            try:
                with connection.cursor() as cursor:
                    if connection.vendor == "sqlite":
                        cursor.execute("PRAGMA busy_timeout=200")
                with transaction.atomic():
                    ChoiceOption.objects.create(type="deal", field="kind", key=key, label=key, position=99)
                said.append("saved")
            except OperationalError as problem:
                said.append(problem)
            finally:
                connection.close()

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(20)
        return said

    return save


def test_a_rehearsal_of_several_batches_says_what_the_import_says(shop, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 25)
    rehearsal = shop.load("deal", TWICE, rehearse=True, match="name", **CREATE)
    assert shop.rows("deal").count() == 0
    assert ChoiceOption.objects.count() == 0

    run = shop.load("deal", TWICE, match="name", **CREATE)
    assert rehearsal.to_json() == run.to_json()
    assert run.created and run.updated and run.refused


@pytest.mark.parametrize(
    ("text", "written", "repeated"),
    [
        ("name,mail\nA,a@x.example\nB,b@x.example\nC,A@x.example\n", ["A"], 1),
        ("name,mail\nA,a@x.example\nA,b@x.example\n", [], 0),
        ("name,mail,parent\nA,,\nB,,A\n", ["A", "B"], 0),
    ],
    ids=["its address comes again", "nothing by which it is known comes again", "rows name each other"],
)
def test_a_rehearsal_writes_only_rows_that_others_ask_for(shop, text, written, repeated):
    found: list[str] = []

    def look(_report, _place, _refused):
        found[:] = shop.rows("company").values_list("name", flat=True)

    source = open_source(shop.file(text))
    columns = {"name": "name", "mail": "emails", "parent": "parent"}
    map_ = running.ImportMap.from_json({
        "columns": {heading: columns[heading] for heading in source.headings}, "match": ["emails"], "existing": "update",
    })  # fmt: skip
    report = rehearsed(Importer("company", source, map_, by=shop.olga, keep=look, holds=True).run)

    assert (report.created, report.repeated + report.updated) == (len(text.splitlines()) - 1 - repeated, repeated)
    assert found == written


def test_others_save_while_a_rehearsal_runs(shop, elsewhere):
    said: list[object] = []

    class Slow(Importer):
        def do_batch(self, batch):
            super().do_batch(batch)
            said.extend(elsewhere("meanwhile"))

    source = open_source(shop.file("name\nOne\nTwo\n"))
    map_ = running.ImportMap.from_json({"columns": {"name": ["name"]}})
    report = rehearsed(Slow("deal", source, map_, by=shop.olga).run)

    assert (said, report.created) == (["saved"], 2)
    assert ChoiceOption.objects.filter(key="meanwhile").exists()
    assert shop.rows("deal").count() == 0


def test_the_copy_is_gone_afterwards_and_what_a_killed_process_left_goes_later(shop, settings):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL rehearses in the database itself.")
    with database_copy.on_a_copy() as is_copy:
        assert is_copy
        assert [path.name for folder in database_copy.folder().iterdir() for path in folder.glob("*.sqlite3")]
    assert list(database_copy.folder().iterdir()) == []

    left = Path(settings.DATA) / "copies" / "left"
    left.mkdir()
    database_copy.forget_old_copies()
    assert left.exists()
    os.utime(left, (0, 0))
    database_copy.forget_old_copies()
    assert not left.exists()


def test_without_room_on_the_disk_it_rehearses_in_the_database(shop, monkeypatch):
    monkeypatch.setattr(database_copy, "has_room", lambda _original: False)
    assert shop.load("deal", "name\nOne\n", rehearse=True).created == 1
    assert shop.rows("deal").count() == 0


def test_others_save_between_the_batches_of_an_import(shop, monkeypatch, elsewhere):
    """They wait for a batch, not for the import."""
    for size in ("BATCH", "LEAST", "MOST"):
        monkeypatch.setattr(running, size, 50)
    whole, said = Importer.do_batch, []

    def do_batch(self, batch):
        whole(self, batch)
        said.extend(elsewhere(f"x{len(said)}"))

    monkeypatch.setattr(Importer, "do_batch", do_batch)
    report = shop.load("deal", "name\n" + "".join(f"Deal {n}\n" for n in range(400)))

    assert (report.created, said) == (400, ["saved"] * 8)
