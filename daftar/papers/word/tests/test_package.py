"""A Word document comes from somebody else: what acts, leads elsewhere or swells is refused with a sentence."""

import contextlib
import io
import random
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from daftar.kernel.errors import Invalid
from daftar.papers.word import package
from daftar.papers.word.package import opened
from daftar.papers.word.tests.documents import changed, document, with_body, with_relation

P = "<w:p><w:r><w:t>{number}</w:t></w:r></w:p>"
GOOD = document("Invoice {number}")


def png(width, height):
    """A picture that says of itself how large it is, and holds nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    part = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + part
        + struct.pack(">I", zlib.crc32(part))
        + struct.pack(">I", 0)
        + b"IEND\xaeB`\x82"
    )


def refusal(raw, name="paper.docx"):
    with pytest.raises(Invalid) as refused:
        opened(raw, name)
    return str(refused.value.errors["file"])


def field(instruction):
    return with_body(
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction[:4]}</w:instrText></w:r>'
        f'<w:r><w:instrText>{instruction[4:]}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>{P}'
    )


def test_a_plain_document_is_opened():
    assert opened(GOOD, "paper.docx").paragraphs[0].text == "Invoice {number}"


@pytest.mark.parametrize(
    ("raw", "name", "sentence"),
    [
        (b"", "a.docx", "no Word document"),
        (b"x" * 100, "a.docx", "no Word document"),
        (b"%PDF-1.7", "a.docx", "no Word document"),
        (package.OLD_WORD + b"0" * 500, "a.doc", "old Word (.doc), or one with a password"),
        (GOOD, "a.docm", "macros"),
        (GOOD, "a.dotx", "template of Word"),
        (b"0" * 50_000_000, "a.docx", "too large: at most 5 MB"),
        (GOOD[: len(GOOD) // 2], "a.docx", "no Word document"),
    ],
)
def test_what_is_no_document_is_named(raw, name, sentence):
    assert sentence in refusal(raw, name)


def test_another_file_of_office_is_no_document():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        made.writestr("xl/workbook.xml", "<workbook/>")

    assert "no Word document" in refusal(out.getvalue())


# -- size ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [40_000_000, 8_000_000])
def test_a_zip_that_swells_is_not_unpacked(size):
    assert "unpacks to more" in refusal(changed(GOOD, parts={"word/media/x.png": b"\x89PNG" + b"\0" * size}))


def test_what_a_zip_says_of_its_sizes_is_not_believed(monkeypatch):
    monkeypatch.setattr(package, "check_directory", lambda wanted: None)

    assert "unpacks to more" in refusal(changed(GOOD, parts={"word/media/x.png": b"\x89PNG" + b"\0" * 40_000_000}))


def test_a_zip_of_many_parts_is_not_unpacked():
    assert "unpacks to more" in refusal(changed(GOOD, parts={f"word/x{n}.xml": b"<x/>" for n in range(600)}))


def test_xml_that_swells_is_not_read():
    assert "unpacks to more" in refusal(with_body("<w:p/>" * 250_000))
    assert "unpacks to more" in refusal(with_body("<w:p>" * 150 + "</w:p>" * 150))


def test_a_picture_says_how_large_it_is():
    large = b"\x89PNG" + random.Random(7).randbytes(3_500_000)  # noqa: S311  # no secret: what cannot be packed

    assert "“x.png” is too large: at most 3 MB" in refusal(changed(GOOD, parts={"word/media/x.png": large}))
    assert "“x.png” has too many points" in refusal(changed(GOOD, parts={"word/media/x.png": png(30_000, 30_000)}))
    assert "“x.png” has too many points" in refusal(changed(GOOD, parts={"word/media/x.png": png(8_000, 8_000)}))
    assert "“x.png” cannot be read" in refusal(changed(GOOD, parts={"word/media/x.png": b"\x89PNG no picture"}))
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, "PNG")
    assert opened(changed(GOOD, parts={"word/media/x.png": out.getvalue()}))


# -- what acts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["word/vbaProject.bin", "WORD/VBAPROJECT.BIN", "word/vbaData.xml"])
def test_macros_are_refused_whatever_the_file_is_called(path):
    assert "macros" in refusal(changed(GOOD, parts={path: b"<x/>"}))


def test_macros_are_known_by_what_the_package_says_of_itself():
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        said = old.read("[Content_Types].xml")
    with_macros = said.replace(package.MAIN.encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml")

    assert with_macros != said and "macros" in refusal(changed(GOOD, parts={"[Content_Types].xml": with_macros}))


@pytest.mark.parametrize(
    ("kind", "target", "mode", "sentence"),
    [
        (
            "attachedTemplate",
            "http://evil.example/t.dotm",
            "External",
            "takes a template from elsewhere: “http://evil.example/t.dotm”",
        ),
        ("attachedTemplate", "t.dotx", "Internal", "takes a template from elsewhere"),
        ("image", "http://evil.example/x.png", "External", "lies elsewhere: “http://evil.example/x.png”"),
        ("image", "\\\\evil\\x.png", "External", "lies elsewhere"),
        ("hyperlink", "file:///etc/passwd", "External", "lies elsewhere"),
        ("hyperlink", "javascript:alert(1)", "External", "lies elsewhere"),
        ("oleObject", "embeddings/o.bin", "Internal", "another file or program"),
        ("package", "embeddings/o.xlsx", "Internal", "another file or program"),
        ("aFChunk", "chunk.html", "Internal", "another file or program"),
        ("subDocument", "other.docx", "External", "another file or program"),
        ("frame", "http://evil.example/", "External", "another file or program"),
        ("mailMergeSource", "file:///x.mdb", "External", "another file or program"),
        ("vbaProject", "x.bin", "Internal", "macros"),
    ],
)
def test_what_leads_elsewhere_or_acts_is_refused(kind, target, mode, sentence):
    assert sentence in refusal(with_relation(kind, target, mode))


@pytest.mark.parametrize("target", ["https://example.org/", "mailto:sales@example.org", "tel:+982188776655"])
def test_links_to_the_web_may_stand(target):
    assert opened(with_relation("hyperlink", target))


@pytest.mark.parametrize("path", ["word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml"])
def test_objects_are_refused(path):
    assert "another file or program" in refusal(changed(GOOD, parts={path: b"<x/>"}))


def test_what_is_neither_text_nor_picture_is_named():
    assert "“x.bin”" in refusal(changed(GOOD, parts={"word/x.bin": b"MZ\x90\0"}))


def test_a_picture_of_old_drawings_may_not_lie_in_the_web():
    inside = '<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="https://evil.example/x.png"/></w:pict></w:r></w:p>'

    assert "lies elsewhere" in refusal(with_body(inside))


@pytest.mark.parametrize(
    "said",
    ['DDEAUTO c:\\\\x "y"', "DDE x y", 'INCLUDEPICTURE "http://evil.example/x.png"', "INCLUDETEXT x", "LINK Excel.Sheet x", "QUOTE DDE", "",
     "MACROBUTTON x",
     'HYPERLINK "file:///x"', 'HYPERLINK "\\\\\\\\evil\\\\x"', "IMPORT x", 'DATABASE \\d "x"'],
)  # fmt: skip
def test_fields_that_fetch_or_do_something_are_refused(said):
    assert "has the field" in refusal(field(said))
    quoted = said.replace('"', "&quot;")
    assert "has the field" in refusal(
        with_body(f'<w:p><w:fldSimple w:instr="{quoted}"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>')
    )


@pytest.mark.parametrize(
    "said", [" PAGE ", " NUMPAGES \\* MERGEFORMAT", "DATE", 'HYPERLINK "https://example.org"', "=SUM(ABOVE)"]
)
def test_fields_of_the_document_itself_may_stand(said):
    assert opened(field(said))


# -- XML -------------------------------------------------------------------------------------------------

ENTITIES = [
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">',
    "<!DOCTYPE w:document>",
]


@pytest.mark.parametrize("before", ENTITIES)
def test_a_document_type_is_refused_in_every_part(before):
    assert "document type of its own" in refusal(with_body(P, before))
    for path in (
        "docProps/core.xml",
        "word/styles.xml",
        "[Content_Types].xml",
        "word/_rels/document.xml.rels",
        "customXml/item9.xml",
    ):
        assert "document type of its own" in refusal(changed(GOOD, parts={path: f"{before}<x/>".encode()}))
    sixteen = f'<?xml version="1.0" encoding="UTF-16"?>{before}<x/>'.encode("utf-16")
    assert "document type of its own" in refusal(changed(GOOD, parts={"word/styles.xml": sixteen}))


@pytest.mark.parametrize(
    "inside",
    [
        b"<a><b></a>",
        b"<a",
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b'<?xml version="1.0" encoding="cp1251"?><a/>',
    ],
)
def test_broken_xml_and_odd_letters_are_refused(inside):
    assert "no Word document" in refusal(changed(GOOD, parts={"word/styles.xml": inside}))


@pytest.mark.parametrize("path", ["../../etc/cron.d/x", "/etc/passwd", "C:/x.xml", "word\\x.xml", "word/a\nb.xml"])
def test_names_that_lead_out_are_refused(path):
    assert "no Word document" in refusal(changed(GOOD, parts={path: b"<x/>"}))


def test_two_parts_of_one_name_are_refused():
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("WORD/document.xml", "<x/>")

    assert "no Word document" in refusal(out.getvalue())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_damage_is_refused_or_harmless(places):
    raw = bytearray(GOOD)
    for at, byte in places:
        raw[at] = byte
    with contextlib.suppress(Invalid):
        assert opened(bytes(raw), "paper.docx")


@pytest.mark.parametrize(
    "part",
    ["[Content_Types].xml", "word/document.xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/styles.xml"],
)
def test_a_part_that_says_something_else_breaks_nothing(part):
    for inside in (b"<x/>", b"", b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'):
        with contextlib.suppress(Invalid):
            assert opened(changed(GOOD, parts={part: inside}))
