"""What files get that are harmful, damaged, locked or no tables: one sentence that says what to do. Nothing of them is kept."""

import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading import spools
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.rows import BrokenRow
from daftar.exchange.reading.workbooks import container
from daftar.exchange.reading.workbooks.refused import Refused
from daftar.exchange.tests.odd_workbooks import HEAD, ods, ods_row, packed, text_row, xlsx

ROWS = text_row(1, "name", "city") + text_row(2, "Acme", "Rome")
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.fixture
def kept(tmp_path, settings):
    """The folder in which files are kept; what a refused one leaves there is found."""
    settings.DATA = tmp_path
    return tmp_path


def refused(path, said, **words):
    with pytest.raises(Unreadable, match=said):
        open_source(path, **words)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("left", [0.999, 0.9, 0.5, 0.1])
def test_a_truncated_xlsx(kept, left):
    path = xlsx(kept / "a.xlsx", "".join(text_row(n, f"name {n}", f"{n * n}") for n in range(1, 3000)))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * left)])

    refused(path, "cut off or damaged. Save it again")


def test_an_xlsx_with_wrong_bytes_in_the_middle(kept):
    path = xlsx(kept / "a.xlsx", "".join(text_row(n, f"name {n}", f"{n * n * 7919}") for n in range(1, 3000)))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = b"\x55" * 40
    path.write_bytes(data)

    refused(path, "cut off or damaged")


def test_a_zip_bomb_of_one_megabyte_is_refused_before_it_is_unpacked(kept, monkeypatch):
    path = xlsx(kept / "a.xlsx", "")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made, made.open("xl/media/image.png", "w") as part:
        for _n in range(1000):
            part.write(b"\0" * 1024**2)
    assert path.stat().st_size < 1_200_000

    refused(path, "made as harmful ones are. It was not opened")
    monkeypatch.setattr(container, "MOST_RATIO", 10_000)
    monkeypatch.setattr(container, "MOST_BYTES", 500 * 1024**2)
    with pytest.raises(Refused, match="size"):
        container.Container(path)


def test_a_zip_that_lies_about_its_size_is_found_while_it_is_read(kept):
    """The directory says 1000 bytes; more come out."""
    path = xlsx(kept / "a.xlsx", text_row(1, "name") + f"<!--{'a' * 3_000_000}-->")
    data = path.read_bytes()
    with zipfile.ZipFile(path) as opened:
        size = opened.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))

    refused(path, "cut off or damaged")


def test_what_is_unpacked_is_counted_again(kept, monkeypatch):
    path = xlsx(kept / "a.xlsx", ROWS)
    opened = container.Container(path)
    monkeypatch.setattr(container, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="size"):
        list(opened.pieces("xl/workbook.xml"))
    monkeypatch.setattr(container, "MOST_BYTES", 1000)
    monkeypatch.setattr(container, "FREE_BYTES", 0)
    monkeypatch.setattr(container, "MOST_RATIO", 1)
    with pytest.raises(Refused, match="ratio"):
        list(opened.pieces("xl/worksheets/sheet1.xml"))


@pytest.mark.parametrize("dtd", [BOMB, OUTSIDE, "<!DOCTYPE x>"])
@pytest.mark.parametrize(
    "where", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "_rels/.rels", "content.xml"]
)
def test_a_document_type_or_entities_are_refused(kept, dtd, where):
    if where == "content.xml":
        path = ods(kept / "a.ods", f'<table:table table:name="T">{ods_row("&a;")}</table:table>', head=HEAD + dtd)
    else:
        path = xlsx(kept / "a.xlsx", ROWS, strings="<si><t>x</t></si>")
        with zipfile.ZipFile(path) as opened:
            parts = {name: opened.read(name).decode() for name in opened.namelist()}
        packed(path, {**parts, where: parts[where].replace(HEAD, HEAD + dtd)})

    refused(path, "made as harmful ones are")


def test_ten_thousand_columns(kept):
    letters = [chr(65 + n // 676 - 1) + chr(65 + n // 26 % 26) + chr(65 + n % 26) for n in range(676, 10_676)]
    row = "".join(f'<c r="{letter}1"><v>1</v></c>' for letter in letters)
    path = xlsx(kept / "a.xlsx", f'<row r="1">{row}</row>')
    with pytest.raises(Unreadable, match=r"10,702 columns; at most 500 can be read\. Leave out columns"):
        open_source(path)
    path = kept / "a.csv"
    path.write_text(",".join(f"c{n}" for n in range(10_000)) + "\n")
    with pytest.raises(Unreadable, match=r"10,000 columns; at most 500 can be read\. Check the delimiter"):
        open_source(path)


def test_a_column_twice_is_told_apart(kept):
    assert open_source(xlsx(kept / "a.xlsx", text_row(1, "phone", "phone"))).headings == ("phone", "phone (2)")


@pytest.mark.parametrize(
    ("row", "looks"),
    [
        ("Name,Mail,City", False),
        ("Name,2023,City", False),
        ("1,2,3", True),
        ("Acme,info@acme.com,Rome", True),
        ("Acme,2021-04-15,5000", True),
        ("نام,شهر", False),
        ("الوند,۰۹۱۲۱۲۳۴۵۶۷", True),
        ("Name,+39 06 123456", True),
        ("2022,2023,2024", True),
    ],
)
def test_a_heading_row_of_data_is_worth_a_question(kept, row, looks):
    path = kept / "a.csv"
    path.write_text(f"{row}\n{row}\n", encoding="utf-8")

    assert open_source(path).headings_look_like_data is looks
    source = open_source(path, has_headings=False)
    assert source.headings == tuple(f"Column {n}" for n in range(1, 2 + row.count(",")))
    assert [r.line for r in source.rows()] == [1, 2]
    assert [r.line for r in source.rows(behind=1)] == [2]


def test_a_row_of_five_megabytes_costs_that_row(kept):
    long = text_row(2, random.Random(5).randbytes(2_500_000).hex(), "y")
    bad, good = open_source(xlsx(kept / "a.xlsx", text_row(1, "a", "b") + long + text_row(3, "x", "y"))).rows()

    assert isinstance(bad, BrokenRow)
    assert (bad.line, bad.column) == (2, "a")
    assert "longer than 1,000,000 letters" in bad.sentence
    assert good.cells == ("x", "y")


def test_one_string_a_thousand_times_in_a_row_costs_that_row(kept):
    row = "".join('<c t="s"><v>0</v></c>' for _n in range(100))
    strings = f"<si><t>{'x' * 900_000}</t></si>"
    path = xlsx(kept / "a.xlsx", f"<row>{'<c><v>1</v></c>' * 100}</row><row>{row}</row>", strings=strings)
    (bad,) = open_source(path).rows()

    assert "longer than 8,000,000 letters" in bad.sentence
    assert sum(map(len, bad.cells)) < 9_000_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "empty"),
        (b"%PDF-1.7\n...", "kind PDF. Save the table as XLSX or CSV"),
        (b"\x1f\x8b\x08\x00name,city", r"packed \(GZIP\). Unpack it"),
        (b"\x89PNG\r\n\x1a\n\0\0", "kind PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "kind JPEG"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"<!DOCTYPE html><html><table>", "kind HTML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"old Excel file \(XLS\). Open it, save it as XLSX"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "asks for a password. Save it without one",
        ),
        (b"PK\x05\x06" + b"\0" * 18, "ZIP or another document"),
        (b"SQLite format 3\0" + b"\0" * 100, "SQLite"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_other_kinds_say_what_they_are_whatever_their_name(kept, data, said, suffix):
    path = kept / f"a.{suffix}"
    path.write_bytes(data)

    refused(path, said)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"readme.txt": "hello"}, "ZIP or another document, but no table"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}, "ZIP or another document"),
        (
            {"_rels/.rels": '<R><Relationship Type="x/officeDocument" Target="word/document.xml"/></R>'},
            "ZIP or another",
        ),
        ({"_rels/.rels": '<R><Relationship Type="x/officeDocument" Target="xl/workbook.bin"/></R>'}, "XLSB"),
        ({"_rels/.rels": '<R><Relationship Type="x/officeDocument" Target="../../etc/passwd"/></R>'}, "ZIP or another"),
        ({"_rels/.rels": "<R"}, "cut off or damaged"),
    ],
)
def test_other_zips(kept, parts, said):
    refused(packed(kept / "a.xlsx", parts), said)


def test_a_zip_and_an_ods_with_a_password(kept):
    path = packed(kept / "a.xlsx", {"a": "b"})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(data)
    refused(path, "asks for a password")
    path.unlink()

    manifest = '<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    refused(ods(kept / "a.ods", "", manifest=manifest), "asks for a password")


def test_too_many_parts(kept, monkeypatch):
    path = packed(kept / "a.xlsx", {str(n): "" for n in range(10_001)})

    refused(path, "unpacks to more than can be read")


def test_a_process_that_runs_out_of_memory_or_is_ended_says_so(kept, monkeypatch):
    path = xlsx(kept / "a.xlsx", ROWS)
    for program in ("import os; os.kill(os.getpid(), 9)", 'print(\'{"refused": "memory", "about": []}\')'):
        monkeypatch.setattr(spools, "PROGRAM", program)
        refused(path, "too much memory or time. Save the table as CSV")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl", "vcf"])
def test_a_file_replaced_while_it_is_read(kept, kind):
    count = 3000
    path = kept / f"a.{kind}"

    def write(name):
        if kind == "xlsx":
            xlsx(path, text_row(1, "name") + "".join(text_row(n, name) for n in range(2, count)))
        else:
            line = {"csv": name, "jsonl": f'{{"name": "{name}"}}', "vcf": f"BEGIN:VCARD\nFN:{name}\nEND:VCARD"}[kind]
            path.write_text("\n".join(["name"] * (kind == "csv") + [line] * count))

    write("old")
    source = open_source(path)
    rows = source.rows()
    seen = [next(rows) for _n in range(10)]
    write("newer")

    with pytest.raises(Unreadable, match="changed while it was read"):
        seen += list(rows)
    assert len(seen) < 1000
    with pytest.raises(Unreadable, match="changed while it was read"):
        source.check_same()
    with pytest.raises(Unreadable, match="changed"):
        open_source(path).check_same(source.fingerprint)
    again = open_source(path)
    again.check_same()
    assert {row.cells for row in again.rows()} == {("newer",)}


def test_a_file_that_is_taken_away_while_it_is_read(kept):
    path = kept / "a.csv"
    path.write_text("name\n" + "x\n" * 2000)
    rows = open_source(path).rows()
    next(rows)
    path.unlink()

    with pytest.raises(Unreadable, match="changed while it was read"):
        list(rows)


def test_a_file_that_is_not_there(kept):
    with pytest.raises(Unreadable, match="There is no file “none.csv”"):
        open_source(kept / "none.csv")


PIECES = [
    b"BEGIN:VCARD\n", b"END:VCARD\n", b"FN:", b"TEL;TYPE=", b";ENCODING=QUOTED-PRINTABLE:", b"=D0=", b"BDAY:20200230\n", b"\n ", b"ADR:;;",
    b"{", b"}", b"[", b"]", b'"', b":", b",", b"1e5", b"null", b"\\", b"\\u0000", b"\n", b"\r", b"\0", b";", b"a", b"\xff", b"\xd0\xbf", b"sep=",
    b"\xff\xfe", b"\t", b"x@y.z", b"-", b"9" * 30,
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["csv", "vcf", "jsonl", "json", "txt"]))
def test_whatever_stands_in_a_text_file_it_is_read_or_refused_with_words(tmp_path_factory, pieces, suffix):
    path = tmp_path_factory.mktemp("any") / f"a.{suffix}"
    path.write_bytes(b"".join(pieces))
    try:
        source = open_source(path)
    except Unreadable:
        return
    rows = list(source.rows())

    assert [r.line for r in rows] == sorted({r.line for r in rows})
    assert all(len(r.cells) == len(source.headings) for r in rows if not isinstance(r, BrokenRow))
    assert all(r.sentence for r in rows if isinstance(r, BrokenRow))
    assert len(rows) <= source.count_lines() + 1
    for n in {0, len(rows) // 2, len(rows) - 1} & set(range(len(rows))):
        assert list(source.rows(behind=rows[n].line)) == rows[n + 1 :]


@limits(max_examples=15, deadline=None)
@given(st.data())
def test_a_workbook_with_wrong_bytes_is_read_or_refused_with_words(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "a.xlsx"
    xlsx(path, ROWS, strings="<si><t>x</t></si>", styles="<cellXfs><xf numFmtId='14'/></cellXfs>")
    whole = bytearray(path.read_bytes())
    for _n in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    try:
        assert all(isinstance(row.line, int) for row in open_source(path).rows())
    except Unreadable:
        return
