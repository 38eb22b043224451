"""Files that cells name: taken in beside the table, stored with their rows, refused by name, and never half."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.exchange.importing import attached
from daftar.exchange.models import ImportRun
from daftar.records import custom_fields, writing
from daftar.records.models import StoredFile

PDF, PNG = b"%PDF-1.4 an offer", b"\x89PNG\r\n\x1a\n not much of a picture"
TABLE = "name,Papers\nOne,contract.pdf; Photo.PNG\nTwo,\nThree,lost.pdf\nFour,contract.pdf\n"
COLUMNS = {"name": ["name"], "Papers": ["papers"]}


@pytest.fixture
def papers(shop):
    custom_fields.add_field(shop.type("deal"), "files", "Papers", by=shop.olga)
    return shop


@pytest.fixture
def page(papers, client):
    client.force_login(papers.olga)
    return client


def zipped(**names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return made.getvalue()


def papers_of(shop, name):
    deal = shop.rows("deal").get(name=name)
    ids = shop.type("deal")["papers"].get(deal)
    return [(f.name, f.content_type, f.record_id == deal.pk) for id_ in ids for f in [StoredFile.objects.get(pk=id_)]]


def on_disk(shop, folder="files"):
    return sorted(p.name for p in (shop.folder / folder).glob("*")) if (shop.folder / folder).exists() else []


def upload(page, table, *files):
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return page.post("/deals/import/", {"file": SimpleUploadedFile("deals.csv", table.encode()), "attached": sent})


def test_by_command_cells_take_the_files_of_a_folder(papers):
    folder = papers.folder / "scans"
    folder.mkdir()
    (folder / "contract.pdf").write_bytes(PDF)
    (folder / "photo.png").write_bytes(PNG)
    file, map_file = papers.file(TABLE, "deals.csv"), papers.map_file(columns=COLUMNS, match="name")
    words = ("import", "deal", file, "--map", map_file, "--files", folder)

    code, said = papers.command(*words, "--rehearse")
    assert (code, StoredFile.objects.count(), on_disk(papers)) == (1, 0, [])
    assert "3 new" in said
    assert (
        "line 4: Papers “lost.pdf”: The file “lost.pdf” is not among the files of this import. Add it to them" in said
    )

    assert papers.command(*words)[0] == 1
    assert papers_of(papers, "One") == [("contract.pdf", "application/pdf", True), ("photo.png", "image/png", True)]
    assert papers_of(papers, "Two") == []
    assert papers_of(papers, "Four") == [("contract.pdf", "application/pdf", True)]
    assert len(on_disk(papers)) == 3

    again, said = papers.command(*words)
    assert "0 new, 0 updated, 3 unchanged, 1 refused" in said
    assert (again, StoredFile.objects.count(), len(on_disk(papers))) == (1, 3, 3)


def test_files_that_an_existing_record_does_not_take_are_not_kept(papers):
    folder = papers.folder / "scans"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(PDF)
    (folder / "b.pdf").write_bytes(PDF + b" again")
    for existing, name in (("", "a.pdf"), ("leave", "b.pdf"), ("fill", "b.pdf")):
        map_file = papers.map_file(columns=COLUMNS, match="name", existing=existing)
        table = papers.file(f"name,Papers\nOne,{name}\n")
        assert papers.command("import", "deal", table, "--map", map_file, "--files", folder)[0] == 0

    assert papers_of(papers, "One") == [("a.pdf", "application/pdf", True)]
    assert (StoredFile.objects.count(), len(on_disk(papers))) == (1, 1)


def test_a_folder_gives_no_other_files(papers):
    (papers.folder / "secret.pdf").write_bytes(PDF)
    folder = papers.folder / "scans"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "deeper.pdf").write_bytes(PDF)
    (folder / "linked.pdf").symlink_to(papers.folder / "secret.pdf")
    table = "name,Papers\nOne,../secret.pdf\nTwo,deep/deeper.pdf\nThree,linked.pdf\nFour,/etc/passwd\n"
    words = ("import", "deal", papers.file(table), "--map", papers.map_file(columns=COLUMNS))

    code, said = papers.command(*words, "--files", folder)

    assert (code, papers.rows("deal").count(), said.count("is not among the files")) == (1, 0, 4)
    assert papers.command(*words, "--files", papers.folder / "nothing")[0] == 2


def test_a_refused_row_leaves_no_file(papers):
    folder = papers.folder / "scans"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(PDF)
    (folder / "empty.pdf").write_bytes(b"")
    table = "name,stage,Papers\nOne,Won,a.pdf\nTwo,New,a.pdf; empty.pdf\nThree,New,a.pdf; 99\nFour,New,a.pdf\n"
    map_file = papers.map_file(columns={**COLUMNS, "stage": ["stage"]})

    code, said = papers.command("import", "deal", papers.file(table), "--map", map_file, "--files", folder)

    assert (code, [d.name for d in papers.rows("deal")]) == (1, ["Four"])
    assert "“empty.pdf” is empty" in said
    assert "“99” is not among the files" in said
    assert (StoredFile.objects.count(), len(on_disk(papers))) == (1, 1)
    assert (papers.folder / "files" / StoredFile.objects.get().path).read_bytes() == PDF


def test_numbers_of_stored_files_come_in_as_an_export_wrote_them(papers):
    folder = papers.folder / "scans"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(PDF)
    map_file = papers.map_file(columns=COLUMNS, match="name")
    papers.command("import", "deal", papers.file("name,Papers\nOne,a.pdf\n"), "--map", map_file, "--files", folder)
    out = papers.folder / "out.csv"
    papers.command("export", "deal", "--view", "cols=name,papers", "--out", out)

    columns = {"Name": ["name"], "Papers": ["papers"]}
    said = papers.command("import", "deal", out, "--map", papers.map_file(columns=columns, match="name"))[1]
    assert "1 unchanged, 0 refused" in said
    again = out.read_text().replace("One", "Copy")
    report = papers.load("deal", again, columns=columns, by=papers.hedi)
    assert (report.created, report.refused) == (1, 0)

    writing.remove(papers.type("deal"), papers.rows("deal").get(name="One").pk, by=papers.olga, via="page")
    report = papers.load("deal", again, columns=columns)
    assert (report.created, report.refused) == (0, 1)


def test_by_page_files_come_with_the_table_and_more_can_be_added(papers, page):
    assert 'name="attached"' in page.get("/deals/import/").content.decode()
    assert 'name="attached"' not in page.get("/leads/import/").content.decode()
    place = upload(page, TABLE, ("contract.pdf", PDF), ("photo.png", PNG))["Location"]
    assert "2 files are here" in page.get(place).content.decode()

    chosen = {"mapped": "1", "column-0": "name", "column-1": "papers", "match": "name", "do": "rehearse"}
    rehearsed = page.post(place, chosen, follow=True).content.decode()
    assert "is not among the files of this import" in rehearsed
    assert (StoredFile.objects.count(), on_disk(papers)) == (0, [])

    page.post(place, {"do": "change"})
    assert page.post(place, {"do": "attach"}).status_code == 422
    page.post(place, {"do": "attach", "attached": SimpleUploadedFile("more.zip", zipped(**{"in/lost.pdf": PDF}))})
    assert len(ImportRun.objects.get().attached) == 3
    page.post(place, {**chosen, "do": "load"})

    assert papers_of(papers, "Three") == [("lost.pdf", "application/pdf", True)]
    assert papers.rows("deal").count() == 4
    assert on_disk(papers, "imports") == []


def bomb_of_zeros():
    return zipped(**{"zeros.bin": b"\0" * 3_000_000})


def too_many():
    return zipped(**{f"{n}.txt": b"x" for n in range(attached.MOST_FILES + 1)})


def lying_about_its_size():
    """A ZIP that says 10 bytes and unpacks to more."""
    data = zipped(**{"a.txt": bytes(range(256)) * 8})
    return data.replace(struct.pack("<I", 2048), struct.pack("<I", 10))


def with_a_directory_of_millions():
    data = zipped(**{"a.txt": b"x"})
    at = data.rfind(b"PK\x05\x06")
    return data[: at + 10] + struct.pack("<H", 65_535) + data[at + 12 :]


def locked():
    data = bytearray(zipped(**{"a.txt": b"x"}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb_of_zeros, "far more than it holds"), (too_many, "more than 1,000 files"), (with_a_directory_of_millions, "more than 1,000 files"),
        (lying_about_its_size, "cannot be read"), (locked, "password"), (lambda: zipped(**{"a/x.txt": b"1", "b/X.txt": b"2"}), "same name"),
        (lambda: b"PK\x03\x04 and no more", "cannot be read"),
    ],
)  # fmt: skip
def test_a_zip_that_is_not_what_it_says_is_refused_and_leaves_nothing(papers, page, data, said):
    answer = upload(page, TABLE, ("files.zip", data()))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert on_disk(papers, "imports") == []


def test_files_over_the_limit_together_are_refused(papers, page, monkeypatch):
    monkeypatch.setattr(attached, "MOST_BYTES", 40)

    for files in ([("a.pdf", PDF), ("b.png", PNG)], [("both.zip", zipped(**{"a.pdf": PDF * 2, "b.png": PNG}))]):
        answer = upload(page, TABLE, *files)
        assert answer.status_code == 422
        assert "larger than" in answer.content.decode()
        assert on_disk(papers, "imports") == []


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil.txt", "..\\evil.txt", "C:\\evil.txt"])
def test_names_in_a_zip_are_data_and_no_places(papers, page, name):
    upload(page, "name,Papers\nOne,evil.txt\n", ("files.zip", zipped(**{name: b"words"})))

    (kept,) = ImportRun.objects.get().attached
    assert kept["name"] == "evil.txt"
    assert not list(papers.folder.rglob("*evil*"))


def test_a_zip_among_others_is_a_file_like_them(papers, page):
    place = upload(page, "name,Papers\nOne,all.zip\n", ("all.zip", zipped(**{"a.txt": b"x"})), ("b.txt", b"y"))[
        "Location"
    ]
    page.post(place, {"mapped": "1", "column-0": "name", "column-1": "papers", "do": "load"})

    assert papers_of(papers, "One") == [("all.zip", "application/zip", True)]
