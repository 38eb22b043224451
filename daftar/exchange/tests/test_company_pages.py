"""The page on which an owner writes, downloads, forgets and loads an archive, and the command that does the same."""

from __future__ import annotations

import io
import json
import os
import re
import time
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.access.models import AuditEntry, Role, User
from daftar.access.tests.freshly import sign_in
from daftar.activities.models import Notice
from daftar.crm.models import Deal
from daftar.exchange import jobs
from daftar.exchange.company import places, runs
from daftar.exchange.models import CompanyArchive
from daftar.exchange.tests.moving import OWNER, WORD, fresh
from daftar.kernel import clock, personal
from daftar.kernel.errors import Conflict, NotAllowed
from daftar.records import roles, writing
from daftar.records.schema import current_schema

PAGE = "/settings/archive/"


@pytest.fixture
def olga(shop, client):
    sign_in(client, shop.olga)
    writing.create(current_schema().type("deal"), {"name": "Mill"}, by=shop.olga, via="page")
    return SimpleNamespace(client=client, user=shop.olga, shop=shop)


@pytest.fixture
def newcomer(written, client):
    """A fresh installation, its owner, and the archive as they would choose it on the page."""
    user = fresh()
    sign_in(client, user)
    return SimpleNamespace(client=client, user=user, written=written)


@pytest.fixture
def later(monkeypatch):
    """The worker has not come to it yet."""
    monkeypatch.setattr(runs, "hand_on", lambda archive_id: None)


def text(answer):
    return answer.content.decode()


def chosen(content, name="company.zip"):
    return SimpleUploadedFile(name, content, "application/zip")


def write(olga):
    assert olga.client.post(f"{PAGE}write").status_code == 302
    row = CompanyArchive.objects.order_by("-pk").first()
    jobs.work_on_archive.func(row.pk)
    row.refresh_from_db()
    return row


# -- who may -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["seller", "head", "admin"])
def test_only_an_owner_comes_here(shop, client, role):
    """Somebody who may change every setting, too: the archive holds what is hidden from them."""
    if role == "admin":
        role = roles.add_role("Admin", by=shop.olga, like=next(k for k in ("owner",))).key
    person = User.objects.create_user("p@shop.example", WORD, name="P", roles=[role])
    sign_in(client, person)
    row = CompanyArchive.objects.create(by=shop.olga, act="write", state="done", path=places.new_name())

    assert PAGE not in client.get("/settings/").content.decode()
    for address in (PAGE, f"{PAGE}{row.pk}/progress", f"{PAGE}{row.pk}/company.zip"):
        assert client.get(address).status_code == 403
    for address in (f"{PAGE}write", f"{PAGE}load", f"{PAGE}{row.pk}/forget"):
        assert client.post(address).status_code == 403
    with pytest.raises(NotAllowed):
        runs.start_writing(person)
    assert CompanyArchive.objects.count() == 1


def test_who_signed_in_long_ago_is_asked_again(shop, client):
    client.force_login(shop.olga)
    row = CompanyArchive.objects.create(by=shop.olga, act="write", state="done", path=places.new_name())

    for method, address in (("post", "write"), ("post", "load"), ("get", f"{row.pk}/company.zip")):
        assert getattr(client, method)(f"{PAGE}{address}").headers["Location"].startswith("/confirm/?next=")
    assert CompanyArchive.objects.count() == 1


@pytest.mark.parametrize("number", [4711, 2**63, 10**30])
def test_what_is_not_there_is_missing(olga, number):
    assert olga.client.get(f"{PAGE}{number}/company.zip").status_code == 404
    assert olga.client.get(f"{PAGE}{number}/progress").status_code == 404
    assert olga.client.post(f"{PAGE}{number}/forget").status_code == 404


# -- writing -------------------------------------------------------------------------------------------------


def test_an_owner_writes_and_downloads_the_company(olga):
    row = write(olga)

    assert (row.state, row.size_bytes > 1000, row.rows > 10) == ("done", True, True)
    answer = olga.client.get(f"{PAGE}{row.pk}/company.zip")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="company-')
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert b'"Mill"' in archive.read("data/crm.Deal.jsonl")
    notice = Notice.objects.get(to=olga.user)
    assert (notice.kind, notice.data["href"]) == ("company_done", PAGE)
    assert list(AuditEntry.objects.filter(what__startswith="company").order_by("number").values_list("what", "by_id")) == [
        ("company_written", olga.user.pk), ("company_fetched", olga.user.pk),
    ]  # fmt: skip
    page = text(olga.client.get(PAGE))
    assert f"{PAGE}{row.pk}/company.zip" in page and "This installation is not empty" in page
    assert 'type="file"' not in page


def test_how_far_it_is_is_shown(olga, later):
    olga.client.post(f"{PAGE}write")
    row = CompanyArchive.objects.get()
    places.Teller(row.path)(25, 100)

    bar = text(olga.client.get(f"{PAGE}{row.pk}/progress", headers={"HX-Request": "true"}))
    assert 'value="25"' in bar and "25 of 100 rows" in bar
    assert "The archive is being written." in text(olga.client.get(PAGE))
    jobs.work_on_archive.func(row.pk)
    assert olga.client.get(f"{PAGE}{row.pk}/progress").headers["Location"] == PAGE
    done = olga.client.get(f"{PAGE}{row.pk}/progress", headers={"HX-Request": "true"})
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, PAGE)


def test_one_archive_at_a_time(olga, later):
    olga.client.post(f"{PAGE}write")

    assert olga.client.post(f"{PAGE}write").status_code == 409
    with pytest.raises(Conflict):
        runs.start_writing(olga.user)
    assert CompanyArchive.objects.count() == 1


def test_a_task_that_is_repeated_does_nothing_twice(olga):
    row = write(olga)
    jobs.work_on_archive.func(row.pk)

    assert AuditEntry.objects.filter(what="company_written").count() == 1


def test_who_is_no_owner_any_more_when_it_is_written_gets_nothing(olga, later):
    olga.client.post(f"{PAGE}write")
    User.objects.filter(pk=olga.user.pk).update(roles=[Role.SELLER])
    row = CompanyArchive.objects.get()

    jobs.work_on_archive.func(row.pk)

    row.refresh_from_db()
    assert (row.state, row.path) == ("failed", "") and "Only an owner" in row.problem


def test_a_full_disk_is_told_and_leaves_nothing(olga, monkeypatch):
    def full(*args, **words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runs, "write_archive", full)
    row = write(olga)

    assert row.state == "failed" and row.problem
    assert Notice.objects.get(to=olga.user).data["what"] == "failed"
    assert [path for path in places.folder().iterdir() if path.suffix == ".zip"] == []


def test_the_file_goes_when_it_is_deleted_when_its_days_are_over_and_when_somebody_is_erased(olga):
    rows = [write(olga) for _n in range(3)]
    assert olga.client.post(f"{PAGE}{rows[0].pk}/forget").status_code == 302
    CompanyArchive.objects.filter(pk=rows[1].pk).update(finished_at=clock.now() - timedelta(days=8))
    jobs.forget_old_archives()
    left = lambda: list(CompanyArchive.objects.exclude(path="").values_list("pk", flat=True))  # noqa: E731  # asked twice

    assert left() == [rows[2].pk]
    assert olga.client.get(f"{PAGE}{rows[0].pk}/company.zip").status_code == 404
    assert len(list(places.folder().glob("*.zip"))) == 1
    place = next(place for place in personal.places() if place.key == "archives")
    subject = personal.Subject((("contact", 1),))
    assert len(place.find(subject)) == place.erase(subject) == 1


def test_what_broken_off_work_left_goes_after_a_day(olga):
    row = write(olga)
    old = places.folder() / ".x.zip.1.part"
    new = places.folder() / ".y.zip.1.part"
    for path in (old, new, places.path_of(row.path)):
        path.touch()
        os.utime(path, (time.time() - 90_000,) * 2)
    new.touch()

    jobs.forget_old_archives()

    assert new.exists() and places.path_of(row.path).exists() and not old.exists()


# -- loading -------------------------------------------------------------------------------------------------


def test_an_archive_is_loaded_by_the_page(newcomer, later):
    assert 'type="file"' in text(newcomer.client.get(PAGE))

    answer = newcomer.client.post(f"{PAGE}load", {"file": chosen(newcomer.written.archive), "owner": OWNER})
    assert answer.status_code == 302
    row = CompanyArchive.objects.get()
    assert "The archive is being checked and loaded." in text(newcomer.client.get(PAGE))
    jobs.work_on_archive.func(row.pk)

    row = CompanyArchive.objects.get()
    assert (row.state, row.path, row.by.email) == ("done", "", OWNER)
    assert Deal.objects.filter(pk=newcomer.written.made.deal).exists()
    assert newcomer.client.get(PAGE).headers["Location"].startswith("/sign-in/")
    assert list(places.folder().glob("*.zip")) == []
    sign_in(newcomer.client, User.objects.get(email=OWNER))
    assert newcomer.client.get(PAGE).status_code == 200


def test_a_task_that_is_repeated_after_loading_finds_it_done(newcomer):
    newcomer.client.post(f"{PAGE}load", {"file": chosen(newcomer.written.archive)})
    row = CompanyArchive.objects.get()
    jobs.work_on_archive.func(row.pk)
    jobs.work_on_archive.func(row.pk)

    assert CompanyArchive.objects.get().state == "done"
    assert AuditEntry.objects.filter(what="company_loaded").count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file first."),
        ({"file": b"no zip"}, "is no whole ZIP file"),
        ({"file": b""}, "is no whole ZIP file"),
    ],
)
def test_a_file_that_is_no_archive_is_told_at_once(newcomer, sent, said):
    answer = newcomer.client.post(f"{PAGE}load", {key: chosen(content) for key, content in sent.items()})

    assert answer.status_code == 422 and said in text(answer)
    assert not CompanyArchive.objects.exists() and list(places.folder().iterdir()) == []


def test_what_is_found_by_the_worker_is_told_on_the_page(newcomer):
    newcomer.client.post(f"{PAGE}load", {"file": chosen(newcomer.written.archive), "owner": "sara@shop.example"})
    jobs.work_on_archive.func(CompanyArchive.objects.get().pk)

    page = text(newcomer.client.get(PAGE))
    assert "Sara is no owner in the archive." in page and 'type="file"' in page
    assert Notice.objects.get().data["what"] == "not_loaded"
    assert not Deal.objects.exists()


def test_an_installation_that_is_not_empty_takes_no_file(olga, written):
    answer = olga.client.post(f"{PAGE}load", {"file": chosen(written.archive)})

    assert answer.status_code == 422 and re.search("This installation is not empty: .*Deals: 1", text(answer))
    assert list(places.folder().iterdir()) == []


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_the_page_is_drawn_in_every_language(olga, language):
    write(olga)
    User.objects.filter(pk=olga.user.pk).update(language=language)

    assert olga.client.get(PAGE).status_code == 200


# -- by command ----------------------------------------------------------------------------------------------


def test_the_company_by_command(shop, tmp_path, written):
    writing.create(shop.type("deal"), {"name": "Mill"}, by=shop.olga, via="page")
    file = tmp_path / "company.zip"

    code, said = shop.command("company", "export", file)
    assert (code, "rows" in said) == (0, True)
    assert shop.command("company", "verify", file)[0] == 0
    code, said = shop.command("company", "import", file)
    assert (code, "This installation is not empty" in said) == (2, True)
    fresh()
    code, said = shop.command("company", "import", file)
    assert code == 0 and "Olga signs in as olga@shop.example with the password of before" in said
    assert [json.loads(line)["name"] for line in names(file)] == ["Mill"]
    file.write_bytes(file.read_bytes()[:2000])
    code, said = shop.command("company", "verify", file)
    assert (code, "is no whole ZIP file" in said) == (2, True)


def names(file):
    with zipfile.ZipFile(file) as archive:
        return archive.read("data/crm.Deal.jsonl").splitlines()


def test_by_command_only_as_an_owner(shop, tmp_path):
    shop.command("company", "export", tmp_path / "company.zip")
    fresh()
    User.objects.create_user("sara@shop.example", WORD, name="Sara", role=Role.SELLER)

    code, said = shop.command("company", "import", tmp_path / "company.zip", "--as", "sara@shop.example")

    assert (code, "Only an owner" in said) == (2, True)
