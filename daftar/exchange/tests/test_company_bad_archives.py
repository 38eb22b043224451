"""Archives that are damaged, made up or of another version: a sentence with member and line, and nothing is loaded."""

from __future__ import annotations

import hashlib
import json
import zipfile

import pytest
from django.db import connection

from daftar.access.models import User
from daftar.crm.models import Deal
from daftar.exchange.company import opening
from daftar.exchange.company.layout import FORMAT, MANIFEST
from daftar.exchange.company.loading import read_archive
from daftar.exchange.company.problems import BadArchive
from daftar.exchange.tests.moving import fresh
from daftar.kernel.errors import StorageFull
from daftar.records import files

DEALS, EVENTS, ROLES, FILES = (
    "data/crm.Deal.jsonl",
    "data/records.Event.jsonl",
    "data/access.Role.jsonl",
    "data/records.StoredFile.jsonl",
)


class Changed:
    """An archive whose parts a test may change; it is put together anew, with a manifest that fits unless that is changed."""

    def __init__(self, path):
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.manifest = json.loads(self.parts.pop(MANIFEST))
        self.fits = True

    def lines(self, name):
        return [json.loads(line) for line in self.parts[name].splitlines()]

    def put(self, name, rows):
        self.parts[name] = b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)

    def row(self, part, number, **values):
        """Change the row of that line."""
        rows = self.lines(part)
        rows[number - 1] |= values
        self.put(part, rows)

    def save(self):
        for member in self.manifest["members"] if self.fits else ():
            if (part := self.parts.get(member["name"])) is not None:
                member |= {"rows": part.count(b"\n"), "bytes": len(part), "sha256": hashlib.sha256(part).hexdigest()}
        with zipfile.ZipFile(self.path, "w") as archive:
            for name, part in self.parts.items():
                way = zipfile.ZIP_STORED if name.startswith("files/") else zipfile.ZIP_DEFLATED
                archive.writestr(name, part, way)
            archive.writestr(MANIFEST, json.dumps(self.manifest))


@pytest.fixture
def moving(written, tmp_path):
    """A good archive, and a fresh installation that could load it."""
    path = tmp_path / "company.zip"
    path.write_bytes(written.archive)
    changed = Changed(path)
    changed.by = fresh()
    return changed


def refused(moving, path=None):
    """What is said; and all is as it was."""
    before = sorted(files.folder().iterdir())
    with pytest.raises(BadArchive) as problem:
        read_archive(path or moving.path, by=moving.by)
    assert list(User.objects.all()) == [moving.by] and not Deal.objects.exists()
    assert sorted(files.folder().iterdir()) == before
    return str(problem.value)


def test_what_is_unchanged_is_loaded(moving):
    moving.save()

    read_archive(moving.path, by=moving.by)

    assert Deal.objects.exists()


# -- the file as a whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off(moving, share):
    whole = moving.path.read_bytes()
    moving.path.write_bytes(whole[: int(len(whole) * share)])

    assert "is no whole ZIP file: it is cut off or damaged. Copy the archive again" in refused(moving)


def test_a_file_that_is_no_archive(moving, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear all")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr(MANIFEST, json.dumps({"product": "Other", "format": 1}))
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass

    assert "is no whole ZIP file" in refused(moving, tmp_path / "letter.txt")
    assert "The manifest of “other.zip” cannot be read" in refused(moving, tmp_path / "other.zip")
    assert "it has no manifest" in refused(moving, tmp_path / "empty.zip")
    assert "There is no file" in refused(moving, tmp_path / "nowhere.zip")


@pytest.mark.parametrize("place", [0.05, 0.2, 0.4, 0.6, 0.8])
def test_a_byte_that_turned(moving, place):
    whole = bytearray(moving.path.read_bytes())
    with zipfile.ZipFile(moving.path) as archive:
        end = archive.start_dir
    whole[int(end * place)] ^= 0x41
    moving.path.write_bytes(whole)

    said = ""
    try:
        read_archive(moving.path, by=moving.by)
    except BadArchive as problem:
        said = str(problem)

    assert Deal.objects.exists() is not bool(said)  # a byte of a head may say nothing


def test_a_member_that_was_changed_without_its_manifest(moving):
    moving.fits = False
    moving.row(DEALS, 1, name="Another")
    moving.save()

    assert refused(moving).startswith(f"{DEALS}: it is not as it was written.")


def test_a_stored_file_that_is_another(moving):
    name = next(name for name in moving.parts if name.startswith("files/") and moving.parts[name] == b"rooms")
    moving.parts[name] = b"booms"
    moving.save()

    assert refused(moving) == f"{name}: it is not as it was written. Copy the archive again, or write a new one."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../../etc/passwd", "../../etc/passwd: it does not belong to an archive of a company."),
        ("files/../../x", "files/../../x: it does not belong to an archive of a company."),
        ("data/crm.Deal.jsonl.bak", "it does not belong"),
        ("data/auth.Group.jsonl", "data/auth.Group.jsonl: it does not belong"),
        (f"files/{'0' * 64}", "but says that there are"),
    ],
)
def test_a_part_that_does_not_belong(moving, name, said):
    moving.parts[name] = b"x"
    moving.save()

    assert said in refused(moving)


def test_a_part_that_is_missing(moving):
    del moving.parts[DEALS]
    moving.save()

    assert refused(moving) == f"{DEALS}: it is missing. Copy the archive again, or write a new one."


def test_a_part_that_is_there_twice(moving):
    moving.save()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(moving.path, "a") as archive:
        archive.writestr(DEALS, b"")

    assert refused(moving) == f"{DEALS}: it is there twice."


def test_a_bomb_is_refused_before_it_is_unpacked(moving, monkeypatch):
    monkeypatch.setattr(opening, "FREE_RATIO", 100_000)
    moving.parts[DEALS] = b" " * 1_000_000
    moving.save()

    assert refused(moving) == f"{DEALS}: it would unpack to very much more than it is. Such a file is not opened."


def test_a_stored_file_may_not_be_packed(moving):
    name = next(name for name in moving.parts if name.startswith("files/"))
    moving.save()
    with zipfile.ZipFile(moving.path, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, part in moving.parts.items():
            archive.writestr(other, part)
        archive.writestr(MANIFEST, json.dumps(moving.manifest))

    assert refused(moving) == f"{name}: it is packed in a way that no archive of a company is."


def test_what_has_no_room_is_refused_before_it_is_unpacked(moving, monkeypatch):
    monkeypatch.setattr(opening.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1_000})())

    assert "the disk has no room for that. Make room and try again." in refused(moving)


def test_a_disk_that_fills_up_takes_everything_back(moving, monkeypatch):
    def full(*args, **words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "make_preview", full)
    before = sorted(files.folder().iterdir())
    with pytest.raises(StorageFull):
        read_archive(moving.path, by=moving.by)

    assert sorted(files.folder().iterdir()) == before and not Deal.objects.exists()


# -- another version -----------------------------------------------------------------------------------------


def test_an_archive_of_a_newer_version(moving):
    moving.manifest |= {"format": FORMAT + 1, "version": "9.0"}
    moving.save()

    assert refused(moving) == "The archive was written by a newer version (9.0). Update Daftar here first."


def test_a_column_and_a_table_that_this_version_does_not_know(moving):
    rows = [{**row, "mood": "good"} for row in moving.lines(DEALS)]
    member = next(m for m in moving.manifest["members"] if m["name"] == DEALS)
    columns = list(member["columns"])
    member["columns"] = sorted([*columns, "mood"])
    moving.put(DEALS, rows)
    moving.save()
    assert f"{DEALS}: this version does not know the column “mood”. The archive is of a newer version" in refused(
        moving
    )

    moving.put(DEALS, [{k: v for k, v in row.items() if k != "mood"} for row in rows])
    member["columns"] = columns
    moving.manifest["members"].append(
        {"name": "data/crm.Mood.jsonl", "columns": [], "rows": 0, "bytes": 0, "sha256": ""}
    )
    moving.parts["data/crm.Mood.jsonl"] = b""
    moving.save()
    assert "data/crm.Mood.jsonl: this version does not know such rows." in refused(moving)


def test_what_an_older_version_did_not_have_is_as_new_records_have_it(moving):
    member = next(m for m in moving.manifest["members"] if m["name"] == DEALS)
    member["columns"].remove("utm_term")
    moving.put(DEALS, [{k: v for k, v in row.items() if k != "utm_term"} for row in moving.lines(DEALS)])
    moving.manifest["version"] = "0.0.9"
    moving.save()

    read_archive(moving.path, by=moving.by)

    assert set(Deal.objects.values_list("utm_term", flat=True)) == {""}


def test_a_column_that_nothing_can_stand_for(moving):
    member = next(m for m in moving.manifest["members"] if m["name"] == DEALS)
    member["columns"].remove("name")
    moving.put(DEALS, [{k: v for k, v in row.items() if k != "name"} for row in moving.lines(DEALS)])
    moving.save()

    assert refused(moving) == f"{DEALS}: the column “name” is missing."


# -- single lines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": None}, "the column “name”: “None” is no text."),
        ({"name": "x" * 100_000}, "is longer than"),
        ({"name": "Mill\0"}, "a text holds the character NUL, which no database keeps."),
        ({"custom": {"note": ["Mill\0"]}}, "a text holds the character NUL"),
        ({"amount": 12.5}, "the column “amount”: “12.5” is no number of"),
        ({"amount": "12.123456789"}, "is no number of"),
        ({"amount": "NaN"}, "is no number of"),
        ({"version": -1}, "the column “version”: “-1” is no whole number from 0 to 2147483647."),
        ({"version": True}, "“True” is no whole number"),
        ({"id": 2**63}, "is no"),
        ({"created_at": "yesterday"}, "the column “created_at”: “yesterday” is no time like 2026-11-26T08:30:00.000000Z."),
        ({"created_at": "2026-01-01T10:00:00"}, "is no time like"),
        ({"expected_close": "2026-02-30"}, "the column “expected_close”: “2026-02-30” is no day like 2026-11-26."),
        ({"custom": []}, "the column “custom”: “[]” is not an object."),
        ({"tags": "spring"}, "the column “tags”: “spring” is not a list."),
        ({"company": 4711}, "the column “company” leads to number 4711, which is not in the archive."),
        ({"owner": 4711}, "the column “owner” leads to number 4711, which is not in the archive."),
        ({"lead": 4711}, "the column “lead” leads to number 4711, which is not in the archive."),
        ({"mood": 1}, "the column “mood” is not where the manifest says."),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit(moving, values, said):
    moving.row(DEALS, 2, **values)
    moving.save()

    found = refused(moving)
    assert found.startswith(f"{DEALS}, line 2: ") and said in found


def test_a_link_that_leads_forward_to_nowhere(moving):
    moving.row("data/access.Department.jsonl", 1, head=4711)
    moving.save()

    assert (
        refused(moving)
        == "data/access.Department.jsonl, line 1: the column “head” leads to number 4711, which is not in the archive."
    )


@pytest.mark.parametrize(
    "broken", [b"{\n", b"[1]\n", b"null\n", b"\n", b'{"id": 1, "id"\n', b"\xff\xfe\n", b'{"name": "\\ud800"}\n']
)
def test_a_line_that_is_no_object(moving, broken):
    rows = moving.lines(DEALS)
    moving.put(DEALS, [rows[0], broken, *rows[1:]])
    moving.save()

    assert refused(moving) == f"{DEALS}, line 2: this is no JSON object. Copy the archive again, or write a new one."


def test_the_same_number_twice_and_numbers_out_of_order(moving):
    rows = moving.lines(DEALS)
    moving.put(DEALS, [rows[0], rows[0], *rows[1:]])
    moving.save()
    assert refused(moving) == f"{DEALS}, line 2: the number {rows[0]['id']} is there twice."

    moving.put(DEALS, [rows[1], rows[0], *rows[2:]])
    moving.save()
    assert refused(moving) == f"{DEALS}, line 2: the number {rows[0]['id']} is not behind the one before it."


def test_what_lies_very_deep(moving):
    deep = "x"
    for _n in range(500):
        deep = [deep]
    moving.row(DEALS, 1, custom={"deep": deep})
    moving.save()

    assert "line 1: " in refused(moving)


def test_a_line_without_end(moving, monkeypatch):
    monkeypatch.setattr(opening, "LONGEST_LINE", 1_000_000)
    moving.row(DEALS, 1, comments="x" * 1_100_000)
    moving.save()

    assert refused(moving).startswith(f"{DEALS}, line 1: the line is longer than")


def test_a_row_that_names_a_file_which_is_not_there(moving):
    moving.row(FILES, 1, sha256="ab" * 32)
    moving.save()

    assert f"{FILES}, line 1: the file {'ab' * 30}… is not in the archive." in refused(moving)


def test_a_photo_that_is_none(moving):
    page = b"<html><script>alert(1)</script>"
    hash_ = hashlib.sha256(page).hexdigest()
    moving.parts[f"files/{hash_}"] = page
    moving.manifest["files"] += 1
    moving.row("data/access.User.jsonl", 2, photo=hash_)
    moving.save()

    assert refused(moving).startswith("data/access.User.jsonl, line 2: the photo is no small JPEG picture.")


def test_what_may_stand_once_and_stands_twice(moving):
    moving.row("data/access.User.jsonl", 2, email="olga@shop.example")
    moving.save()

    assert refused(moving).startswith("data/access.User.jsonl, line 2: the database does not take the row: ")


def test_rows_that_do_not_fit_together(moving):
    """A field of a kind that nobody knows: every value is sound by itself."""
    moving.row("data/records.CustomField.jsonl", 1, kind="mood")
    moving.save()

    assert "The rows of the archive do not fit together" in refused(moving)


def test_a_file_that_is_replaced_while_it_is_read(moving, monkeypatch):
    """What was opened is read to its end; what stands under its name meanwhile is not taken for it."""
    from daftar.exchange.company import loading

    check = loading.check

    def and_replaced(archive, *args):
        checked = check(archive, *args)
        other = moving.path.with_name("other.zip")
        other.write_bytes(b"something else")
        other.replace(moving.path)
        return checked

    monkeypatch.setattr(loading, "check", and_replaced)
    read_archive(moving.path, by=moving.by)

    assert Deal.objects.exists() and connection.is_usable()
