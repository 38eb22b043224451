"""The disk is full, the file is touched, or it takes long: an import stops with a sentence, whole as far as it is, and goes on."""

import errno
import io
import os
import time
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_tasks_db.management.commands.db_worker import Worker

from daftar.exchange import jobs
from daftar.exchange.importing import attached, kept, runs
from daftar.exchange.importing.proposing import propose
from daftar.exchange.importing.running import Importer
from daftar.exchange.models import ImportRun, State
from daftar.kernel import clock
from daftar.records import custom_fields, files
from daftar.records.models import Event, ExternalId, StoredFile
from daftar.records.reader import Reader

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can be told how large it may be")
COLUMNS = {"id": "@id", "name": "name"}


def table(count, *, first=0, word="Deal"):
    return "id,name\n" + "".join(f"B{n:05},{word} {n:05}\n" for n in range(first, first + count))


def taken(shop, text, columns=COLUMNS, papers=(), name="deals.csv"):
    """An import as the page takes it in, ready to be loaded."""
    run = ImportRun(by=shop.olga, type="deal")
    sent = [SimpleUploadedFile(name, data) for name, data in papers]
    run.attached = attached.take_in(sent, [])
    run.files.append(kept.keep_file(SimpleUploadedFile(name, text.encode())))
    propose(run, Reader(shop.olga))
    run.steps = [{**run.steps[0], "map": {"columns": columns, "system": "old"}}]
    run.save()
    return run


def begun(shop, *args, state=State.RUNNING, **words):
    run = taken(shop, *args, **words)
    assert runs.claim(run, state, queued=False)
    return run


def went_on(run):
    """“Continue”, until it is done."""
    run.refresh_from_db()
    assert run.is_resumable
    assert runs.claim(run, State.RUNNING, queued=False)
    runs.do(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == (State.DONE, "")


def assert_whole(shop, run, count):
    """Every row up to the line of the import is in once with its history and its id, and none behind it."""
    names = [f"Deal {n:05}" for n in range(count)]
    assert list(shop.rows("deal").values_list("name", flat=True)) == names
    assert Event.objects.filter(change_set=run.change_set, type="deal", kind="created").count() == count
    assert ExternalId.objects.filter(type="deal").count() == count


def path_of(run):
    return kept.folder() / run.files[0]["path"]


# -- a full disk -------------------------------------------------------------------------------------


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_full_stops_the_import_and_it_goes_on_when_there_is_room(shop):
    run = begun(shop, table(4000))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 500}")
    try:
        runs.do(run.pk)
        run.refresh_from_db()
        assert run.state == State.FAILED
        assert run.problem.startswith("The storage is full: stopped at line ")
        assert 0 < run.line - 1 < 4000
        assert_whole(shop, run, run.line - 1)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")

    went_on(run)
    assert run.reports[0]["created"] == 4000
    assert_whole(shop, run, 4000)


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_in_a_full_database_changes_nothing_and_can_be_done_again(shop, monkeypatch):
    run = begun(shop, table(1000), state=State.REHEARSING)
    with monkeypatch.context() as patched:
        patched.setattr(Importer, "write", full_at(1, Importer.write))
        runs.do(run.pk)
    run.refresh_from_db()
    assert (run.state, run.change_set, shop.rows("deal").count()) == (State.FAILED, None, 0)
    assert run.problem.startswith("The storage is full, so the rehearsal stopped; nothing was changed.")

    assert runs.claim(run, State.REHEARSING, queued=False)
    runs.do(run.pk)
    run.refresh_from_db()
    assert (run.state, run.reports[0]["created"]) == (State.REHEARSED, 1000)


@pytest.mark.django_db(transaction=True)
def test_when_not_even_that_can_be_written_it_is_told_later_and_goes_on(shop, monkeypatch):
    run = begun(shop, table(1500))
    with monkeypatch.context() as patched:
        patched.setattr(Importer, "write", full_at(2, Importer.write))
        patched.setattr(runs, "finish", full_at(1, runs.finish))
        with pytest.raises(OSError, match="No space"):
            runs.do(run.pk)
    run.refresh_from_db()
    assert run.state == State.RUNNING
    assert 0 < run.line < 1500

    ImportRun.objects.filter(pk=run.pk).update(at=clock.now() - timedelta(minutes=11))
    runs.stop_interrupted()

    went_on(run)
    assert_whole(shop, run, 1500)


def full_at(number, real):
    """The disk is full at that call."""
    calls = []

    def write(*args, **words):
        calls.append(1)
        if len(calls) == number:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **words)

    return write


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_is_full_of_the_files_of_the_rows(shop, monkeypatch):
    custom_fields.add_field(shop.type("deal"), "files", "Papers", by=shop.olga)
    text = "id,name,papers\n" + "".join(f"B{n:05},Deal {n:05},{n}.txt\n" for n in range(700))
    papers = [(f"{n}.txt", f"Paper {n}".encode()) for n in range(700)]
    run = begun(shop, text, columns=COLUMNS | {"papers": "papers"}, papers=papers)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full_at(2 * 550, os.fsync))  # of the file, of its folder
        runs.do(run.pk)
    run.refresh_from_db()
    assert (run.state, run.line) == (State.FAILED, 501)
    assert run.problem == (
        "The storage is full: stopped at line 501. Rows before it are in. Make room and press “Continue”."
    )
    assert_whole(shop, run, 500)
    assert StoredFile.objects.count() == 500
    assert not list(files.folder().glob(".*.part"))

    went_on(run)
    assert_whole(shop, run, 700)
    texts = {(files.folder() / row.path).read_text() for row in StoredFile.objects.all()}
    assert texts == {f"Paper {n}" for n in range(700)}


@pytest.mark.parametrize("at", [1, 2])
def test_a_disk_that_is_full_while_files_are_taken_in_keeps_nothing_of_them(shop, client, monkeypatch, at):
    client.force_login(shop.olga)
    client.raise_request_exception = False
    monkeypatch.setattr(os, "fsync", full_at(at, os.fsync))
    sent = [SimpleUploadedFile(name, table(3).encode()) for name in ("one.csv", "two.csv")]

    assert client.post("/deals/import/", {"file": sent}).status_code == 507
    assert not ImportRun.objects.exists()
    assert not list(kept.folder().iterdir())


# -- a file that is touched --------------------------------------------------------------------------


def replaced(path):
    path.with_name("other").write_text(table(3000, word="Else"))
    path.with_name("other").replace(path)


def truncated(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 3 // 4)


def same_size(path):
    data, times = path.read_bytes(), path.stat()
    path.write_bytes(data.replace(b"Deal 029", b"Rubbish9"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("touch", [replaced, truncated])
@pytest.mark.parametrize("batch", [1, 2])
def test_a_file_that_is_touched_while_it_is_loaded_stops_the_import(shop, monkeypatch, touch, batch):
    run, calls, real = begun(shop, table(3000)), [], Importer.write

    def write(self, rows):
        calls.append(1)
        if len(calls) == batch:
            touch(path_of(run))
        return real(self, rows)

    monkeypatch.setattr(Importer, "write", write)
    runs.do(run.pk)

    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.problem.startswith("The file was changed while it was read.")
    assert_whole(shop, run, max(run.line - 1, 0))
    assert bool(run.line) == (batch == 2)


@pytest.mark.parametrize("touch", [replaced, truncated, same_size])
@pytest.mark.parametrize("before", [State.REHEARSED, State.PAUSED])
def test_a_file_that_is_touched_between_rehearsal_and_loading_or_in_a_pause_is_not_loaded(
    shop, monkeypatch, touch, before
):
    state = State.REHEARSING if before == State.REHEARSED else State.RUNNING
    run = begun(shop, table(3000), state=state)
    with monkeypatch.context() as patched:
        if before == State.PAUSED:
            patched.setattr(Importer, "write", full_at(2, Importer.write))
        runs.do(run.pk)
    run.refresh_from_db()
    come = max(run.line - 1, 0)
    whole = path_of(run).read_bytes()
    touch(path_of(run))

    assert runs.claim(run, State.RUNNING, queued=False)
    runs.do(run.pk)

    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.problem.startswith("The kept copy of “deals.csv” is not the file any more that was taken in.")
    assert_whole(shop, run, come)
    path_of(run).write_bytes(whole)
    went_on(run)
    assert_whole(shop, run, 3000)


# -- how many files, and how long they stay ----------------------------------------------------------


def test_more_than_a_hundred_files_are_refused_and_none_is_kept(shop, client):
    client.force_login(shop.olga)
    sent = [SimpleUploadedFile(f"{n}.csv", table(1, first=n).encode()) for n in range(101)]

    answer = client.post("/deals/import/", {"file": sent})

    assert (answer.status_code, "Choose at most 100 files at once." in answer.content.decode()) == (422, True)
    assert not ImportRun.objects.exists()
    assert not list(kept.folder().iterdir())


def test_a_hundred_files_are_taken_and_the_next_is_refused(shop, client):
    client.force_login(shop.olga)
    sent = [SimpleUploadedFile(f"{n}.csv", table(1, first=n).encode()) for n in range(100)]
    place = client.post("/deals/import/", {"file": sent})["Location"]
    more = client.post(place, {"do": "files", "file": SimpleUploadedFile("more.csv", table(1).encode())})

    assert (more.status_code, "at most 100 files" in more.content.decode()) == (422, True)
    assert len(ImportRun.objects.get().files) == len(list(kept.folder().iterdir())) == 100


def test_each_sheet_of_a_workbook_is_one_of_the_files(shop, client, monkeypatch):
    monkeypatch.setattr(kept, "MOST_FILES", 2)
    client.force_login(shop.olga)

    answer = client.post("/deals/import/", {"file": SimpleUploadedFile("book.xlsx", book("One", "Two", "Three"))})

    assert (answer.status_code, "at most 2 files" in answer.content.decode()) == (422, True)
    assert not list(kept.folder().iterdir())


def book(*sheets):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        for name in sheets:
            sheet = workbook.add_worksheet(name)
            for n, row in enumerate(table(5).splitlines()):
                sheet.write_row(n, 0, row.split(","))
    return made.getvalue()


def test_spools_of_sheets_go_with_the_file_when_its_days_are_over(shop, client):
    client.force_login(shop.olga)
    place = client.post("/deals/import/", {"file": SimpleUploadedFile("book.xlsx", book("One", "Two"))})["Location"]
    client.get(place)
    run = ImportRun.objects.get()
    assert {path.suffix for path in kept.folder().iterdir()} == {".table", ".rows", ".json"}
    jobs.forget_old_imports()
    assert {path.suffix for path in kept.folder().iterdir()} == {".table", ".rows", ".json"}

    ImportRun.objects.update(at=clock.now() - timedelta(days=31))
    jobs.forget_old_imports()

    assert not list(kept.folder().iterdir())
    run.refresh_from_db()
    assert (run.files, str(run)) == ([], "book.xlsx · One, book.xlsx · Two")
    gone = "The files of this import are not kept any more. Load them again."
    for answer, status in (client.get(place), 200), (client.post(place, {"steps": "1", "do": "rehearse"}), 422):
        assert (answer.status_code, gone in answer.content.decode()) == (status, True)
    assert client.get(f"{place}steps/0/").status_code == 404


def test_rows_that_still_wait_when_the_days_of_the_file_are_over_can_only_be_loaded_again(shop, client):
    client.force_login(shop.olga)
    went_in = taken(shop, table(2))
    runs.start(went_in, State.RUNNING)
    run = taken(shop, table(2, word="Else"))
    run.steps = [{**run.steps[0], "map": {**run.steps[0]["map"], "existing": "ask"}}]
    run.save()
    runs.start(run, State.RUNNING)
    assert ImportRun.objects.get(pk=run.pk).reports[0]["waiting"] == 2
    ImportRun.objects.update(at=clock.now() - timedelta(days=31))
    jobs.forget_old_imports()

    answer = client.post(f"/import/{run.pk}/", {"do": "decide", "place": "0", "row-2": "update"})

    assert (answer.status_code, "Load them again." in answer.content.decode()) == (422, True)


def test_what_broken_off_uploads_left_goes_after_a_day_and_nothing_else(shop):
    run = taken(shop, table(3), papers=[("a.txt", b"A")])
    old, left = time.time() - 25 * 3600, kept.folder() / "0123.part"
    left.write_text("half")
    (kept.folder() / "fresh.part").write_text("half")
    (kept.folder() / "tmpabc").mkdir()
    for path in kept.folder().iterdir():
        if path.name != "fresh.part":
            os.utime(path, (old, old))

    jobs.forget_old_imports()

    stay = {"fresh.part", run.files[0]["path"], run.attached[0]["path"]}
    assert {path.name for path in kept.folder().iterdir()} == stay


# -- a long one --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_long_import_stands_in_the_queue_again_and_each_turn_brings_it_on(shop, monkeypatch):
    monkeypatch.setattr(runs, "SECONDS", 1e-9)
    turns, real = [], runs.do
    monkeypatch.setattr(runs, "do", lambda run_id: (turns.append(ImportRun.objects.get().line), real(run_id)))
    run = taken(shop, table(3000))
    runs.start(run, State.RUNNING)

    Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=50,
        worker_id="one", excluded_queue_names=[],
    ).run()  # fmt: skip

    run.refresh_from_db()
    assert (run.state, run.reports[0]["created"]) == (State.DONE, 3000)
    assert turns[:2] == [0, 501]
    assert turns == sorted(turns)
    assert_whole(shop, run, 3000)
