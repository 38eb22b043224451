"""A large export: asked for on the page, written by the worker, told, downloaded by who asked, gone after some days."""

from __future__ import annotations

import errno
import os
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from python_calamine import CalamineWorkbook
from xlsxwriter.workbook import Workbook

from daftar.access.grants import read
from daftar.access.models import AuditEntry, Role, User
from daftar.access.tests.freshly import sign_in
from daftar.activities.models import Notice
from daftar.exchange import jobs
from daftar.exchange.exporting import kept, rows, runs
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.models import ExportRun
from daftar.exchange.personal import export_at_work
from daftar.kernel import clock, keeping, personal
from daftar.kernel.errors import TooMany
from daftar.records import writing
from daftar.records.models import CustomType
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, schema_changed
from daftar.records.tests.test_races import CALLERS, at_once
from daftar.ui import menu

LIST = "/me/exports/"
DEALS = "name,amount\n" + "".join(f"Deal {n},{n} USD\n" for n in range(7))
State = ExportRun.State


@pytest.fixture
def small(monkeypatch):
    """Two rows are many, a page holds two, and the worker comes when the test says so."""
    monkeypatch.setattr(runs, "hand_on", lambda run_id: None)
    monkeypatch.setattr(runs, "AT_ONCE", 2)
    monkeypatch.setattr(runs, "SHEET_AT_ONCE", 2)
    monkeypatch.setattr(rows, "AT_ONCE", 2)
    monkeypatch.setattr(runs, "EVERY_SECONDS", 0)


@pytest.fixture
def hedi(shop, client, small):
    """Hedi heads the department, so that she may export what its people own; seven deals are there."""
    shop.load("deal", DEALS, by=shop.hedi)
    return SimpleNamespace(client=sign_in(client, shop.hedi), user=shop.hedi, shop=shop)


def ask(who, ending="csv", **words):
    """Press the button; the export that waits then."""
    answer = who.client.post("/deals/export/start", {"format": ending, **words})
    assert answer.status_code == 302, answer.content.decode()
    run = ExportRun.objects.order_by("-pk").first()
    assert answer["Location"] == f"{LIST}{run.pk}/"
    return run


def written(who, ending="csv", **words):
    run = ask(who, ending, **words)
    jobs.write_export.func(run.pk)
    run.refresh_from_db()
    return run


def fetched(who, run):
    answer = who.client.get(f"{LIST}{run.pk}/file")
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content)


def text(answer):
    return answer.content.decode()


def files():
    return sorted(path.name for path in kept.shelf.folder().iterdir())


def told(user):
    return [(n.kind, n.data["what"]) for n in Notice.objects.filter(to=user)]


def lines_of(content, path):
    """The cells of a workbook; of any other file its bytes."""
    if content[:2] != b"PK":
        return content
    path.write_bytes(content)
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


# -- from the button to the file -----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("query", ["cols=all&sort=-amount", "cols=name,amount&amount.gte=3"])
def test_the_file_is_the_one_that_a_small_list_downloads(hedi, monkeypatch, tmp_path, ending, query):
    words = dict(pair.split("=", 1) for pair in query.split("&"))
    run = written(hedi, ending, **words)
    answer = hedi.client.get(f"{LIST}{run.pk}/file")
    content = b"".join(answer.streaming_content)
    monkeypatch.setattr(runs, "is_large", lambda format_, count: False)
    direct = hedi.client.get(f"/deals/export.{ending}?{query}")

    assert run.state == State.DONE and run.total == (4 if "amount.gte" in query else 7)
    assert run.size_bytes == len(content)
    path = tmp_path / "look.xlsx"
    assert lines_of(content, path) == lines_of(b"".join(direct.streaming_content), path)
    assert answer["Content-Type"] == direct["Content-Type"]
    assert answer["Content-Disposition"] == direct["Content-Disposition"]
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_small_lists_are_downloaded_at_once_and_large_ones_lead_to_the_page(hedi):
    few, many = "/deals/export.csv?amount.gte=5", "/deals/export.csv?amount.gte=2"

    assert hedi.client.get(few).status_code == 200
    assert hedi.client.get(many)["Location"] == "/deals/export/?amount.gte=2"
    assert hedi.client.get("/deals/export.xlsx")["Location"] == "/deals/export/"
    assert hedi.client.get("/deals/export.csv?of=%3Famount.gte%3D2&all=1")["Location"] == "/deals/export/?amount.gte=2"
    answer = hedi.client.post("/deals/export/start", {"format": "csv", "amount.gte": "5"})
    assert answer["Location"] == few
    assert not ExportRun.objects.exists()


def test_the_page_says_what_is_written_in_the_background(hedi):
    large, few = (text(hedi.client.get(f"/deals/export/?amount.gte={n}")) for n in (1, 5))

    assert 'action="/deals/export/start"' in large and "written in the background" in large
    assert 'name="format" value="xlsx"' in large
    assert "background" not in few and 'formaction="/deals/export.xlsx"' in few


@pytest.mark.parametrize("sent", [{}, {"format": "pdf"}, {"format": "csv", "colour": "red"}])
def test_what_cannot_be_read_begins_nothing(hedi, sent):
    assert hedi.client.post("/deals/export/start", sent).status_code == 400
    assert not ExportRun.objects.exists() and not AuditEntry.objects.filter(what="exported").exists()


def test_who_began_it_is_told_and_sees_it_in_the_list(hedi):
    run = ask(hedi, "xlsx", **{"amount.gte": "2"})
    waiting = text(hedi.client.get(f"{LIST}{run.pk}/"))
    jobs.write_export.func(run.pk)
    listed, page = text(hedi.client.get(LIST)), text(hedi.client.get(f"{LIST}{run.pk}/"))

    assert "Waiting for its turn" in waiting and f"{LIST}{run.pk}/file" not in waiting and "Cancel" in waiting
    notice = Notice.objects.get()
    assert (notice.to, notice.kind, notice.data["href"]) == (hedi.user, "export_done", f"{LIST}{run.pk}/")
    assert notice.data["name"] == "Deals, Excel (XLSX)"
    for said in (listed, page):
        assert "Deals, Excel (XLSX)" in said and "Amount: at least $2.00" in said and f"{LIST}{run.pk}/file" in said
    assert "File ready to be downloaded" in text(hedi.client.get("/notices/"))


def test_how_far_it_is(hedi):
    run = ask(hedi)
    ExportRun.objects.filter(pk=run.pk).update(state="running", done=3)

    bar = text(hedi.client.get(f"{LIST}{run.pk}/progress", headers={"HX-Request": "true"}))
    assert 'value="42"' in bar and "3 of 7 rows" in bar
    jobs.write_export.func(run.pk)
    over = hedi.client.get(f"{LIST}{run.pk}/progress", headers={"HX-Request": "true"})
    assert (over.status_code, over["HX-Redirect"]) == (204, f"{LIST}{run.pk}/")


def test_each_page_of_rows_is_told(hedi, monkeypatch):
    seen, call = [], runs.Teller.__call__
    monkeypatch.setattr(runs.Teller, "__call__", lambda self, done: (seen.append(done), call(self, done)))
    for ending in FORMATS:
        seen.clear()
        written(hedi, ending)
        assert seen == [2, 4, 6, 7], ending


def test_an_empty_list_says_how_to_begin(hedi):
    assert "Open a list, then" in text(hedi.client.get(LIST))


def test_the_list_asks_as_much_for_many_as_for_one(hedi, django_assert_num_queries):
    written(hedi)
    hedi.client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        hedi.client.get(LIST)
    made = [
        ExportRun(by=hedi.user, type="deal", format="csv", query="q=x", state="done", path=str(n)) for n in range(20)
    ]
    ExportRun.objects.bulk_create(made)
    with django_assert_num_queries(len(one)):
        assert text(hedi.client.get(LIST)).count("Deals, CSV") == 21


def test_the_rows_are_those_of_the_time_at_which_it_is_written(hedi):
    run = ask(hedi)
    writing.create(hedi.shop.type("deal"), {"name": "Late", "owner": hedi.user.pk}, by=hedi.user, via="page")
    jobs.write_export.func(run.pk)
    run.refresh_from_db()

    assert run.total == 8 and b"Late" in fetched(hedi, run)


def test_it_holds_what_the_person_may_export_then(hedi):
    """Not what the worker could read, nor what they could when they asked."""
    shop = hedi.shop
    writing.create(shop.type("deal"), {"name": "Olga's own", "owner": shop.olga.pk}, by=shop.olga, via="page")
    User.objects.filter(pk=shop.olga.pk).update(department=None)
    run = written(hedi)
    assert run.total == 7 and b"Olga" not in fetched(hedi, run)

    run = ask(hedi)
    User.objects.filter(pk=hedi.user.pk).update(roles=[Role.SELLER])
    jobs.write_export.func(run.pk)
    run.refresh_from_db()
    assert (run.state, files()[1:]) == (State.FAILED, [])
    assert "You may not export these records any more: deals" in run.problem


def test_it_speaks_the_language_of_the_person_whatever_the_worker_speaks(hedi, monkeypatch):
    User.objects.filter(pk=hedi.user.pk).update(language="fa")
    monkeypatch.setattr(runs, "is_large", lambda format_, count: False)
    direct = b"".join(hedi.client.get("/deals/export.csv?cols=name,amount,created_at").streaming_content)
    monkeypatch.undo()
    run = ExportRun.objects.create(by=hedi.user, type="deal", format="csv", query="cols=name,amount,created_at")
    jobs.write_export.func(run.pk)

    assert fetched(hedi, run) == direct
    assert direct.decode().splitlines()[0].startswith("\ufeffنام")
    assert Notice.objects.get().data["name"] != "Deals, CSV"


# -- once ----------------------------------------------------------------------------------------------------


def test_it_is_noted_once_when_it_is_asked_for_and_once_for_each_download(hedi):
    run = written(hedi, **{"amount.gte": "2"})
    jobs.write_export.func(run.pk)
    fetched(hedi, run)

    entries = AuditEntry.objects.filter(by_id=hedi.user.pk, what__startswith="export").order_by("number")
    assert list(entries.values_list("what", "about_type")) == [("exported", "deal"), ("export_fetched", "deal")]
    assert told(hedi.user) == [("export_done", "")] and len(files()) == 1


def test_who_takes_out_very_much_shows_again_who_it_is(hedi, monkeypatch):
    monkeypatch.setattr(rows, "MASS_ROWS", 3)
    run = written(hedi)
    hedi.client.logout()
    hedi.client.force_login(hedi.user)

    asked = hedi.client.post("/deals/export/start", {"format": "csv", "sort": "name"})
    assert asked["Location"] == "/confirm/?next=%2Fdeals%2Fexport%2F%3Fsort%3Dname"
    download = hedi.client.get(f"{LIST}{run.pk}/file")
    assert download["Location"] == f"/confirm/?next=%2Fme%2Fexports%2F{run.pk}%2Ffile"
    kept.forget_file(run)
    anew = hedi.client.post(f"{LIST}{run.pk}/again")
    assert anew["Location"] == f"/confirm/?next=%2Fme%2Fexports%2F{run.pk}%2F"
    assert ExportRun.objects.get().state == State.DONE and AuditEntry.objects.filter(what="exported").count() == 1


def test_three_at_once(hedi):
    for _n in range(3):
        run = ask(hedi)
    refused = hedi.client.post("/deals/export/start", {"format": "csv"})

    assert refused.status_code == 429 and "3 of your exports are waiting or being written" in text(refused)
    assert (ExportRun.objects.count(), AuditEntry.objects.filter(what="exported").count()) == (3, 3)
    jobs.write_export.func(run.pk)
    ask(hedi)
    kept.forget_file(ExportRun.objects.get(pk=run.pk))
    assert hedi.client.post(f"{LIST}{run.pk}/again").status_code == 429
    sign_in(hedi.client, hedi.shop.olga)
    ask(hedi)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_press_at_once_three_are_taken(shop, small):
    shop.load("deal", DEALS)

    def press(n):
        reader = Reader(User.objects.get(pk=shop.olga.pk))
        try:
            return runs.begin(reader.schema.type("deal"), QueryDict(""), reader, format_key="csv")
        except TooMany as refused:
            return refused

    answers = at_once(press)

    assert sum(isinstance(answer, TooMany) for answer in answers) == CALLERS - 3
    assert ExportRun.objects.count() == AuditEntry.objects.filter(what="exported").count() == 3


# -- broken off ----------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The worker is no more."""


def when_done(monkeypatch, rows_done, act):
    """Once, when so many rows are done."""
    call, acted = runs.Teller.__call__, []

    def tell(self, done):
        call(self, done)
        if done >= rows_done and not acted:
            acted.append(done)
            act()

    monkeypatch.setattr(runs.Teller, "__call__", tell)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_killed_worker_leaves_no_half_file_and_the_next_one_begins_again(hedi, monkeypatch, ending):
    def die():
        raise Killed()

    whole = fetched(hedi, written(hedi, ending))
    run = ask(hedi, ending)
    when_done(monkeypatch, 4, die)
    with pytest.raises(Killed):
        jobs.write_export.func(run.pk)
    left = kept.shelf.folder() / f".{run.pk}-1.part"
    left.write_bytes(b"half")

    assert ExportRun.objects.get(pk=run.pk).state == State.RUNNING
    assert hedi.client.get(f"{LIST}{run.pk}/file").status_code == 404
    jobs.write_export.func(run.pk)

    run.refresh_from_db()
    assert (run.state, run.turn, run.total) == (State.DONE, 2, 7)
    assert not left.exists() and len(files()) == 2
    assert ending == "xlsx" or fetched(hedi, run) == whole
    assert AuditEntry.objects.filter(what="exported").count() == 2


@pytest.mark.parametrize("ending", FORMATS)
def test_cancelling_ends_it_at_the_next_page(hedi, monkeypatch, ending):
    run, seen = ask(hedi, ending), []
    when_done(monkeypatch, 2, lambda: hedi.client.post(f"{LIST}{run.pk}/cancel"))
    call = runs.Teller.__call__
    monkeypatch.setattr(runs.Teller, "__call__", lambda self, done: (seen.append(done), call(self, done)))

    jobs.write_export.func(run.pk)

    run.refresh_from_db()
    assert (run.state, seen, files(), told(hedi.user)) == (State.CANCELLED, [2, 4], [], [])
    page = text(hedi.client.get(f"{LIST}{run.pk}/"))
    assert "You cancelled it" in page and "Again" in page
    hedi.client.post(f"{LIST}{run.pk}/cancel")
    assert ExportRun.objects.get().state == State.CANCELLED


def test_one_looks_more_than_once_a_second_whether_it_is_wanted():
    assert runs.EVERY_SECONDS < 1


def test_cancelling_what_waits_leaves_nothing_for_the_worker(hedi):
    run = ask(hedi)
    hedi.client.post(f"{LIST}{run.pk}/cancel")
    jobs.write_export.func(run.pk)

    assert ExportRun.objects.get().state == State.CANCELLED and files() == []


def test_of_two_workers_one_writes_it(hedi, monkeypatch):
    """The first counts as dead when the second has it, and gives up at its next page."""
    run = ask(hedi)
    when_done(monkeypatch, 4, lambda: jobs.write_export.func(run.pk))

    jobs.write_export.func(run.pk)

    run.refresh_from_db()
    assert (run.state, run.turn) == (State.DONE, 2)
    assert files() == [run.path] and told(hedi.user) == [("export_done", "")]


def test_who_was_taken_over_stops_also_while_the_other_one_still_writes(hedi, monkeypatch):
    run = ask(hedi)
    when_done(monkeypatch, 4, lambda: runs.claimed(run.pk))

    jobs.write_export.func(run.pk)

    run.refresh_from_db()
    assert (run.state, run.turn, run.done) == (State.RUNNING, 2, 0)
    assert files() == [] and told(hedi.user) == []


@pytest.mark.parametrize("ending", FORMATS)
def test_a_full_disk_is_told_and_leaves_nothing(hedi, monkeypatch, ending):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    run = ask(hedi, ending)
    with monkeypatch.context() as patch:
        patch.setattr(runs.os, "fsync", full)
        jobs.write_export.func(run.pk)
    run.refresh_from_db()

    assert (run.state, files(), told(hedi.user)) == (State.FAILED, [], [("export_done", "failed")])
    page = text(hedi.client.get(f"{LIST}{run.pk}/"))
    assert "The disk of the server is full" in page and "Again" in page
    assert "Export stopped" in text(hedi.client.get("/notices/"))
    assert hedi.client.post(f"{LIST}{run.pk}/again")["Location"] == f"{LIST}{run.pk}/"
    jobs.write_export.func(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem, run.total) == (State.DONE, "", 7)


def test_a_disk_that_is_full_while_a_workbook_is_made(hedi, monkeypatch):
    def full(self):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Workbook, "_store_workbook", full)
    run = written(hedi, "xlsx")

    assert run.state == State.FAILED and "The disk of the server is full" in run.problem


def test_a_mistake_of_ours_is_told_without_its_text(hedi, monkeypatch):
    monkeypatch.setattr(runs, "meant", lambda *args: 1 / 0)
    run = written(hedi)

    assert run.state == State.FAILED and "Something went wrong" in run.problem and "zero" not in run.problem


def test_what_no_task_will_write_any_more_is_told_as_stopped(hedi):
    run = ask(hedi)
    DBTaskResult.objects.create(
        task_path=jobs.write_export.module_path, args_kwargs={}, backend_name="default", run_after=clock.now(),
        exception_class_path="", traceback="",
    )  # fmt: skip
    ExportRun.objects.update(state="running", turn=1, at=clock.now() - timedelta(minutes=11))
    jobs.notice_abandoned_exports()
    assert ExportRun.objects.get().state == State.RUNNING, "its task waits"
    DBTaskResult.objects.all().delete()
    jobs.notice_abandoned_exports()

    run.refresh_from_db()
    assert run.state == State.FAILED and "The server was stopped meanwhile" in run.problem
    assert told(hedi.user) == [("export_done", "failed")]


# -- whose it is ---------------------------------------------------------------------------------------------


def test_nobody_else_has_it(hedi):
    run = written(hedi)
    hidden = [
        ("get", ""),
        ("get", "progress"),
        ("get", "file"),
        ("post", "cancel"),
        ("post", "again"),
        ("post", "delete"),
    ]
    sign_in(hedi.client, hedi.shop.olga)

    for method, word in hidden:
        assert getattr(hedi.client, method)(f"{LIST}{run.pk}/{word}").status_code == 404, word
        assert getattr(hedi.client, method)(f"{LIST}{10**30}/{word}").status_code == 404, word
    assert f"{LIST}{run.pk}/" not in text(hedi.client.get(LIST))
    assert ExportRun.objects.get().path and len(files()) == 1


def test_who_lost_the_right_has_it_no_more(hedi):
    run = written(hedi)
    User.objects.filter(pk=hedi.user.pk).update(roles=[Role.SELLER])

    answer = hedi.client.get(f"{LIST}{run.pk}/file")
    assert answer.status_code == 403 and "You may not export these records any more: deals" in text(answer)
    assert hedi.client.post(f"{LIST}{run.pk}/again").status_code == 403
    assert not AuditEntry.objects.filter(what="export_fetched").exists()
    assert hedi.client.post(f"{LIST}{run.pk}/delete").status_code == 302 and files() == []


def test_who_reaches_less_than_then_has_it_no_more(hedi):
    """They sit in another department now, or a field in the file is hidden from them."""
    shop, run = hedi.shop, written(hedi, cols="name,amount")
    sales = shop.hedi.department
    User.objects.filter(pk=hedi.user.pk).update(department=None)
    answer = hedi.client.get(f"{LIST}{run.pk}/file")
    assert answer.status_code == 403 and "Your rights have changed since this file was written" in text(answer)

    User.objects.filter(pk=hedi.user.pk).update(department=sales)
    fetched(hedi, run)
    grants = {"types": {"deal": {"see": "all", "export": "all"}}}
    clerk = Role.objects.create(key="clerk", name="Clerk", grants=read(grants).to_json())
    User.objects.filter(pk=hedi.user.pk).update(roles=[clerk.key])
    fetched(hedi, run)
    Role.objects.update(grants=read({**grants, "fields": {"deal": {"amount": "hidden"}}}).to_json())
    schema_changed()
    assert hedi.client.get(f"{LIST}{run.pk}/file").status_code == 403
    ExportRun.objects.update(columns=["name", "a_field_that_was_deleted"])
    fetched(hedi, run)


def test_records_that_are_not_here_any_more(hedi):
    run = written(hedi)
    ExportRun.objects.update(type="machine")

    assert hedi.client.get(f"{LIST}{run.pk}/file").status_code == 404
    assert hedi.client.post(f"{LIST}{run.pk}/again").status_code == 404
    assert hedi.client.get(LIST).status_code == hedi.client.get(f"{LIST}{run.pk}/").status_code == 200
    ExportRun.objects.update(state="waiting")
    jobs.write_export.func(run.pk)
    assert "are not here any more" in ExportRun.objects.get().problem
    assert not CustomType.objects.exists() and "machine" not in current_schema().types


def test_the_menu_leads_to_it_for_who_may_export(hedi):
    assert f'href="{LIST}"' in text(hedi.client.get("/deals/"))
    sign_in(hedi.client, hedi.shop.sara)
    assert f'href="{LIST}"' not in text(hedi.client.get("/deals/"))


def test_the_menu_asks_the_database_for_nothing(hedi, monkeypatch, django_assert_num_queries):
    hedi.client.get("/deals/")
    with CaptureQueriesContext(connection) as with_it:
        hedi.client.get("/deals/")
    monkeypatch.delitem(menu._items, "user:exports")
    with django_assert_num_queries(len(with_it)):
        hedi.client.get("/deals/")


# -- how long ------------------------------------------------------------------------------------------------


def test_files_go_after_seven_days_and_lines_after_three_months(hedi):
    old, new = written(hedi), written(hedi)
    assert keeping.days_of("export_files") == 7
    ExportRun.objects.filter(pk=old.pk).update(finished_at=clock.now() - timedelta(days=7, minutes=1))
    ExportRun.objects.filter(pk=new.pk).update(finished_at=clock.now() - timedelta(days=6, hours=23))

    jobs.forget_old_exports()

    new.refresh_from_db()
    assert files() == [new.path]
    assert hedi.client.get(f"{LIST}{old.pk}/file").status_code == 404
    assert "File deleted" in text(hedi.client.get(f"{LIST}{old.pk}/"))
    assert hedi.client.post(f"{LIST}{old.pk}/again").status_code == 302
    jobs.write_export.func(old.pk)
    fetched(hedi, old)
    assert hedi.client.post(f"{LIST}{old.pk}/again").status_code == 409
    ExportRun.objects.filter(pk=old.pk).update(path="", at=clock.now() - timedelta(days=91))
    jobs.forget_old_exports()
    assert list(ExportRun.objects.all()) == [new]


def test_what_broken_off_work_left_goes_after_a_day(hedi):
    run = written(hedi)
    old, new = (kept.shelf.folder() / name for name in (".7-1.part", ".8-1.part"))
    for path in (old, new, kept.path_of(run)):
        path.touch()
        os.utime(path, (time.time() - 90_000,) * 2)
    new.touch()
    jobs.forget_old_exports()

    assert files() == sorted([new.name, run.path])


def test_it_is_deleted_before_but_not_while_it_is_written(hedi):
    run, going = written(hedi), ask(hedi)

    assert hedi.client.post(f"{LIST}{going.pk}/delete").status_code == 409
    assert hedi.client.post(f"{LIST}{run.pk}/delete")["Location"] == LIST
    assert (files(), list(ExportRun.objects.all())) == ([], [going])


@pytest.mark.parametrize("ending", FORMATS)
def test_the_file_goes_with_a_person_whom_it_names(hedi, ending):
    shop = hedi.shop
    names = ["Zyxolina Quabberton", "Ana Lee", "Bo Ra"]
    shop.load("contact", "name\n" + "\n".join(names) + "\n", by=shop.hedi)
    assert hedi.client.post("/contacts/export/start", {"format": ending, "cols": "name"}).status_code == 302
    about = ExportRun.objects.get()
    subject = personal.Subject((("contact", 1),), names=frozenset(names[:1]))
    place = next(place for place in personal.places() if place.key == "exports")

    assert "A file of an export is being written" in export_at_work(subject)
    jobs.write_export.func(about.pk)
    other = written(hedi, ending)
    asked = ExportRun.objects.create(
        by=hedi.user, type="deal", format="csv", state="failed", query="q=Zyxolina+Quabberton"
    )
    assert [found["type"] for found in place.find(subject)] == ["contact", "deal"]
    assert place.erase(subject) == 2 and place.erase(subject) == 0
    assert list(ExportRun.objects.all()) == [other] and not ExportRun.objects.filter(pk=asked.pk).exists()


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_the_pages_are_drawn_in_every_language(hedi, language):
    User.objects.filter(pk=hedi.user.pk).update(language=language)
    run, waiting = written(hedi), ask(hedi)
    for path in (LIST, f"{LIST}{run.pk}/", f"{LIST}{waiting.pk}/", f"{LIST}{waiting.pk}/progress", "/deals/export/"):
        assert hedi.client.get(path).status_code == 200, path
