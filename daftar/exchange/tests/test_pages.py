from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.access.tests.freshly import sign_in
from daftar.exchange import jobs
from daftar.exchange.importing import runs
from daftar.exchange.importing.running import Importer
from daftar.exchange.models import ImportRun, SavedMap, State
from daftar.exchange.tests.test_recipe import FILES
from daftar.records.models import Event, ExternalId

DEALS = "id,name,amount,company\nA1,One,100,Acme\nA2,Two,lots,\nA3,Three,300,\n"


@pytest.fixture
def page(shop, client):
    client.force_login(shop.olga)
    return client


def upload(client, path, *files):
    sent = [
        SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode(), "text/csv") for name, data in files
    ]
    return client.post(path, {"file": sent})


CHOICES = {
    "mapped": "1",
    "column-0": "@id",
    "column-1": "name",
    "column-2": "amount",
    "column-3": "company",
    "system": "old",
    "unknown_link": "create",
    "unknown_choice": "report",
    "unknown_person": "report",
    "decimal": ".",
    "match": "",
    "do": "rehearse",
}


def test_the_way_of_a_file_from_upload_to_report(shop, page):
    assert "Import" in page.get("/deals/import/").content.decode()
    sent = upload(page, "/deals/import/", ("deals.csv", DEALS))
    place = sent["Location"]

    shown = page.get(place).content.decode()
    assert "UTF-8" in shown
    assert "comma" in shown
    assert "Three" in shown
    assert 'name="column-0"' in shown
    for select in re.findall(r"<select[^>]* required.*?</select>", shown, re.S):
        assert 'value=""' not in select  # a browser would not send the form

    rehearsed = page.post(place, CHOICES, follow=True).content.decode()
    assert "nothing has been changed" in rehearsed
    assert "lots" in rehearsed
    assert not shop.rows("deal").exists()

    done = page.post(place, {"do": "load"}, follow=True).content.decode()
    assert "Refused rows as a file" in done
    assert list(shop.rows("deal").values_list("name", flat=True)) == ["One", "Three"]
    assert ExternalId.objects.filter(system="old").count() == 2
    refused = b"".join(page.get(f"{place}refused.csv").streaming_content).decode()
    assert refused.splitlines()[0] == "id,name,amount,company,why"
    assert refused.splitlines()[1].startswith('A2,Two,lots,,"amount: ')
    run = ImportRun.objects.get()
    assert (run.state, run.change_set.title, Event.objects.filter(type="deal", change_set=run.change_set).count()) == (
        State.DONE,
        "deals.csv",
        2,
    )
    assert not list((shop.folder / "imports").iterdir())


def test_the_map_is_used_again_for_the_same_headings(shop, page):
    place = upload(page, "/deals/import/", ("deals.csv", DEALS))["Location"]
    page.post(place, CHOICES)
    page.post(place, {"do": "load"})
    upload(page, "/deals/import/", ("next.csv", DEALS.replace("lots", "200")))

    assert SavedMap.objects.count() == 1
    run = ImportRun.objects.order_by("-pk").first()
    map_ = run.steps[0]["map"]
    assert (map_["system"], map_["columns"]["id"]) == ("old", ["@id"])
    page.post(f"/import/{run.pk}/", {"do": "load"})
    assert list(shop.rows("deal").values_list("name", flat=True)) == ["One", "Three", "Two"]


def test_another_encoding_reads_the_file_again(shop, page):
    place = upload(page, "/companies/import/", ("c.csv", "Название;Город\nРомашка;Москва\n".encode("cp1251")))[
        "Location"
    ]
    assert "windows-1251" in page.get(place).content.decode()
    page.post(place, {"do": "read", "encoding": "cp1256", "delimiter": ";"})

    assert ImportRun.objects.get().files[0]["encoding"] == "cp1256"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04xxxx", b"\0" * 500])
def test_a_file_that_cannot_be_read_is_answered_with_422(shop, page, data):
    sent = upload(page, "/deals/import/", ("x.csv", data))

    assert sent.status_code == 422
    assert 'aria-invalid="true"' in sent.content.decode()
    assert not ImportRun.objects.exists()
    assert not list((shop.folder / "imports").iterdir())


def test_a_map_that_fits_nothing_is_answered_with_422(shop, page):
    place = upload(page, "/deals/import/", ("deals.csv", DEALS))["Location"]
    for wrong in (
        {"column-1": "moon"},
        {"decimal": "x"},
        {"owner": "999999"},
        {"column-0": "", "column-1": "", "column-2": "", "column-3": ""},
    ):
        assert page.post(place, {**CHOICES, **wrong}).status_code == 422
    assert page.post(place, {"do": "dance"}).status_code == 400
    assert page.post(place, {}).status_code == 400


def test_four_files_at_once(shop, page):
    assert "Opportunities" in page.get("/import/").content.decode()
    assert page.get("/import/recipe/opportunities/").status_code == 200
    assert upload(page, "/import/recipe/opportunities/", *list(FILES.items())[:3]).status_code == 422
    place = upload(page, "/import/recipe/opportunities/", *FILES.items())["Location"]
    assert page.get(place).status_code == 200
    assert "GTXPro" in page.post(place, {"do": "rehearse"}, follow=True).content.decode()
    assert not shop.rows("deal").exists()
    assert "technolgy" in page.post(place, {"do": "load"}, follow=True).content.decode()
    assert shop.rows("deal").count() == 4


def test_a_long_file_is_loaded_by_the_worker_with_progress(shop, page, monkeypatch):
    called = []

    class Waiting:
        enqueue = staticmethod(called.append)

    monkeypatch.setattr(jobs, "carry_out", Waiting)
    text = "id,name\n" + "".join(f"B{n},Deal {n}\n" for n in range(1500))
    place = upload(page, "/deals/import/", ("long.csv", text))["Location"]
    page.post(place, {**CHOICES, "do": "load"})
    run = ImportRun.objects.get()

    assert called == [run.pk]
    assert "progress" in page.get(place).content.decode()
    assert page.get(f"{place}progress").status_code == 200
    assert page.post(place, {"do": "load"}).status_code == 409
    runs.do(run.pk)
    assert page.get(f"{place}progress")["HX-Redirect"] == place
    assert shop.rows("deal").count() == 1500


@pytest.mark.thorough
def test_a_load_that_was_killed_goes_on_where_it_stopped(shop, page, monkeypatch):
    text = "id,name\n" + "".join(f"B{n},Deal {n}\n" for n in range(900))
    place = upload(page, "/deals/import/", ("long.csv", text))["Location"]
    page.post(place, {**CHOICES, "column-2": "", "column-3": ""})
    real, count = Importer.write, []

    def killed(self, rows):
        count.append(1)
        if len(count) == 2:
            real(self, rows)
            raise KeyboardInterrupt
        return real(self, rows)

    monkeypatch.setattr(Importer, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        page.post(place, {"do": "load"})
    monkeypatch.undo()
    run = ImportRun.objects.get()
    assert (run.state, run.line, shop.rows("deal").count()) == (State.RUNNING, 501, 500)

    runs.do(run.pk)

    run.refresh_from_db()
    assert (run.state, run.reports[0]["created"], shop.rows("deal").count()) == (State.DONE, 900, 900)


def test_doors(shop, client):
    client.force_login(shop.olga)
    place = upload(client, "/deals/import/", ("deals.csv", DEALS))["Location"]
    client.force_login(shop.sara)
    for path in (
        "/import/",
        "/deals/import/",
        "/deals/import/example.csv",
        "/deals/export.csv",
        "/import/recipe/opportunities/",
    ):
        assert client.get(path).status_code == 403, path
    client.force_login(shop.hedi)
    for path in (
        place,
        f"{place}progress",
        f"{place}refused.csv",
        "/moon/import/",
        "/import/recipe/moon/",
        "/import/99999999999999999999/",
    ):
        assert client.get(path).status_code == 404, path
    assert client.post(place, {"do": "load"}).status_code == 404
    assert client.get("/import/recipe/opportunities/").status_code == 403
    assert client.get("/people/import/").status_code == 403
    client.logout()
    assert client.get("/deals/import/").status_code == 302


def test_a_list_goes_out_by_its_address(shop, page):
    shop.load("deal", "name,amount\nOne,1\nTwo,2\nThree,3\n")
    answer = page.get("/deals/export.csv?amount.gte=2&sort=-amount&cols=amount")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffName,Amount")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == [
        "Three",
        "Two",
    ]
    assert page.get("/deals/export.csv?colour=red").status_code == 400
    assert b"".join(page.get("/deals/import/example.csv").streaming_content).startswith(b"\xef\xbb\xbf")


def test_who_takes_out_very_much_shows_again_who_it_is(shop, client, monkeypatch):
    monkeypatch.setattr("daftar.exchange.exporting.rows.MASS_ROWS", 2)
    shop.load("deal", "name,amount\nOne,1\nTwo,2\nThree,3\n")
    client.force_login(shop.olga)

    asked = client.get("/deals/export.csv?sort=name")
    few = client.get("/deals/export.csv?amount.gte=2")
    freshly = sign_in(client, shop.olga).get("/deals/export.csv?sort=name")

    assert asked.headers["Location"] == "/confirm/?next=%2Fdeals%2Fexport.csv%3Fsort%3Dname"
    assert (few.status_code, freshly.status_code) == (200, 200)


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_pages_in_other_languages(shop, page, language):
    shop.olga.language = language
    shop.olga.save()
    place = upload(page, "/deals/import/", ("deals.csv", DEALS))["Location"]
    for path in ("/import/", "/deals/import/", place):
        assert page.get(path).status_code == 200
    assert page.post(place, CHOICES, follow=True).status_code == 200
