"""A long file is read ahead by a second process while it is rehearsed, and nothing else is different."""

import signal

import pytest

from daftar.exchange.importing import ahead, running
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.running import Importer, rehearsed
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.opening import open_source
from daftar.records.models import ChangeSet

pytestmark = pytest.mark.django_db(transaction=True)
MAP = {
    "columns": {"Id": "@id", "Name": "name", "Mail": "emails", "Phone": "phones", "Account": "companies", "Kind": "source", "Owner": "owner"},
    "match": ["emails"], "existing": "update", "unknown_choice": "create", "unknown_link": "create", "unknown_person": "none", "country": "US",
    "system": "old",
}  # fmt: skip


def file_of(rows):
    """Every seventh company is new, every fifth mail repeats one above, every eleventh cannot be read."""
    lines = ["Id,Name,Mail,Phone,Account,Kind,Owner"]
    for n in range(rows):
        mail = "at nowhere" if n % 11 == 3 else f"p{n - 4 if n % 5 == 4 else n}@acme.example"
        account = f"New {n % 21}" if n % 7 == 2 else "Acme"
        lines.append(
            f"{n},Person {n},{mail},805-247-{n:04},{account},{'odd' if n % 13 == 1 else 'web'},{'Olga' if n % 2 else 'Nobody'}"
        )
    return "\n".join(lines)


@pytest.fixture
def file(shop, monkeypatch):
    shop.load("company", "name\nAcme\n", columns={"name": "name"})
    monkeypatch.setattr(ahead, "FIRST_PART", 0.1)
    monkeypatch.setattr(ahead, "LEAST_ROWS", 10_000)
    return shop.file(file_of(120))


@pytest.fixture
def others(monkeypatch):
    """The processes that were begun."""
    begun: list[ahead.Other] = []
    kept = ahead.Other

    class Known(kept):
        def __init__(self, asked):
            super().__init__(asked)
            begun.append(self)

    monkeypatch.setattr(ahead, "Other", Known)
    return begun


def importer(shop, file, **words):
    return Importer("contact", open_source(file), ImportMap.from_json(MAP), by=shop.olga, **words)


def test_a_file_read_ahead_says_the_same(shop, file, others, settings, monkeypatch):
    alone = rehearsed(importer(shop, file).run)
    settings.READ_AHEAD_LINES = 100
    taken: list[int] = []
    kept = ahead.unpacked
    monkeypatch.setattr(ahead, "unpacked", lambda row, of: taken.append(row.line) or kept(row, of))

    assert rehearsed(importer(shop, file, holds=True).run).to_json() == alone.to_json()
    assert importer(shop, file).run().to_json() == alone.to_json()
    assert alone.created and alone.repeated and alone.refused == 11
    assert len(others) == 1
    assert len(taken) > 30
    assert all(other.process.returncode is not None for other in others)


def test_when_the_other_process_dies_the_import_reads_on(shop, file, others, settings, monkeypatch):
    alone = rehearsed(importer(shop, file).run)
    settings.READ_AHEAD_LINES = 100
    monkeypatch.setattr(running, "BATCH", 20)

    def kill(_report, _place, _refused):
        others[0].process.send_signal(signal.SIGKILL)

    assert rehearsed(importer(shop, file, keep=kill, holds=True).run).created == alone.created


def test_rows_that_name_each_other_are_read_ahead_and_linked_in_the_end(shop, others, settings, monkeypatch):
    settings.READ_AHEAD_LINES = 100
    monkeypatch.setattr(ahead, "FIRST_PART", 0.1)
    text = "name,parent\n" + "".join(
        f"Firm {n},{f'Firm {n - 7}' if n % 3 == 0 and n > 6 else ''}\n" for n in range(150)
    )
    map_ = ImportMap.from_json({"columns": {"name": "name", "parent": "parent"}})

    found: dict[str, object] = {}

    def act():
        report = Importer("company", open_source(shop.file(text)), map_, by=shop.olga, holds=True).run()
        found.update(
            (row.name, row.parent and row.parent.name) for row in shop.rows("company").select_related("parent")
        )
        return report

    report = rehearsed(act)

    assert (report.created, report.refused, len(others)) == (150, 0, 1)
    assert found == {f"Firm {n}": f"Firm {n - 7}" if n % 3 == 0 and n > 6 else None for n in range(150)}


def test_where_no_process_can_be_begun_the_import_reads_by_itself(shop, file, settings, monkeypatch):
    alone = rehearsed(importer(shop, file).run)
    settings.READ_AHEAD_LINES = 100

    def refuse(*_words, **_more):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(ahead.subprocess, "Popen", refuse)
    assert rehearsed(importer(shop, file, holds=True).run).created == alone.created


def test_a_file_that_changes_stops_the_import(shop, file, others, settings, monkeypatch):
    settings.READ_AHEAD_LINES = 100
    act = importer(shop, file, holds=True)
    file.write_text(file_of(300))
    with pytest.raises(Unreadable, match="changed while it was read"):
        rehearsed(act.run)
    assert shop.rows("contact").count() <= 10


@pytest.mark.parametrize("words", [{}, {"is_first": False}])
def test_what_only_this_transaction_sees_is_read_by_it_alone(shop, file, others, settings, monkeypatch, words):
    settings.READ_AHEAD_LINES = 100
    columns = {**MAP["columns"], "Kind": "+choice:Kind"}
    map_ = ImportMap.from_json({**MAP, "columns": columns if not words else MAP["columns"]})

    def act():
        change_set = ChangeSet.objects.create(by=shop.olga, via="import", title="x")
        return Importer(
            "contact", open_source(file), map_, by=shop.olga, change_set=change_set, holds=True, **words
        ).run()

    rehearsed(act)
    assert others == []


def test_a_file_that_is_mostly_odd_is_read_here(shop, others, settings, monkeypatch):
    settings.READ_AHEAD_LINES = 100
    monkeypatch.setattr(ahead, "FIRST_PART", 0.1)
    monkeypatch.setattr(ahead, "LEAST_ROWS", 100)
    file = shop.file("name,mail\n" + "".join(f"P{n},at nowhere\n" for n in range(900)))
    map_ = ImportMap.from_json({"columns": {"name": "name", "mail": "emails"}})

    assert rehearsed(Importer("contact", open_source(file), map_, by=shop.olga, holds=True).run).refused == 900
    assert others[0].process.returncode == -signal.SIGKILL
