"""What stands in braces is filled, as text and in its direction; what the owner made of the document stays."""

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from daftar.access.models import Installation
from daftar.kernel.errors import Invalid
from daftar.papers.document import KINDS, Paper, PaperLine
from daftar.papers.looks import shipped
from daftar.papers.sample import sample
from daftar.papers.word.checking import checked, problems
from daftar.papers.word.filling import filled
from daftar.papers.word.package import opened, read
from daftar.papers.word.starting import start_document
from daftar.papers.word.tests.documents import document, raw_of, texts, torn, with_body
from daftar.papers.word.values import LRM, Values, pieces, values_of

D = Decimal
LINES = [
    PaperLine("Drill", D(2), "pc", D(100), D(200), "DR-2", discount="5 %", tax_percent=D(9)),
    PaperLine("Set-up", D(1), "hour", D(50), D(50), tax_percent=D(20), group="Work", is_optional=True),
    PaperLine("Training", D(3), "hour", D(40), D(120), tax_percent=D(20), group="Work"),
]


def paper(language="en", lines=LINES, **more):
    given = {
        "number": "INV-7", "day": dt.date(2026, 11, 27), "client": {"name": "Alvand", "phone": "021-8877-6655"}, "seller": {"name": "Karun"},
        "net": D(370), "taxes": {D(9): D(18), D(20): D(34)}, "total": D(422), **more,
    }  # fmt: skip
    return Paper("invoice", language, currency="USD", lines=lines, **given)


def fill(raw, given=None):
    return filled(read(raw), values_of(given or paper(), shipped("invoice")))


def test_places_are_filled_wherever_they_stand(db):
    raw = document("Dear {client.name}, {number} of {date}", rows=[["{total}", "{ Client.Phone }"]])

    assert texts(fill(raw)) == ["Dear Alvand, INV-7 of 27 Nov 2026", "$422.00", "021-8877-6655"]


TORN = [
    ("{client.name}",), ("{", "client.name", "}"), ("a {cl", "ient", ".na", "me} b"), ("{number}{client.n", "ame}{numb", "er}"),
    ("x{", "number}y{number", "}z"),
]  # fmt: skip


@pytest.mark.parametrize("pieces_", TORN)
def test_a_place_that_word_has_torn_into_runs_is_found(db, pieces_):
    whole = "".join(pieces_)

    assert texts(fill(torn(*pieces_))) == [whole.replace("{client.name}", "Alvand").replace("{number}", "INV-7")]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_however_a_text_is_torn_it_reads_the_same(data):
    whole = data.draw(
        st.lists(st.sampled_from(["{number}", "{client.name}", "a", " ", "{total}", "–"]), min_size=1, max_size=6).map(
            "".join
        )
    )
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=6)))
    torn_into = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    values = Values({"number": "N-1", "client.name": "Ann", "total": "5"})

    made = docx.Document(io.BytesIO(filled(read(torn(*torn_into)), values)))

    assert made.paragraphs[0].text == whole.replace("{number}", "N-1").replace("{client.name}", "Ann").replace(
        "{total}", "5"
    )


def test_looks_of_the_place_are_looks_of_its_words(db):
    made = docx.Document()
    paragraph = made.add_paragraph("Total: ")
    run = paragraph.add_run("{total}")
    run.bold, run.font.name = True, "Georgia"
    paragraph.add_run(" due")

    runs = docx.Document(io.BytesIO(fill(raw_of(made)))).paragraphs[0].runs

    assert [(r.text, r.bold, r.font.name) for r in runs] == [
        ("Total: ", None, None),
        ("$422.00", True, "Georgia"),
        (" due", None, None),
    ]


def test_headers_footers_and_text_boxes_are_filled_too(db):
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "{seller.name}"
    made.sections[0].footer.paragraphs[0].text = "{number}"
    again = docx.Document(io.BytesIO(fill(raw_of(made))))
    assert (again.sections[0].header.paragraphs[0].text, again.sections[0].footer.paragraphs[0].text) == (
        "Karun",
        "INV-7",
    )

    box = "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{number}</w:t></w:r></w:p></w:txbxContent></w:pict>"
    box += "</w:r><w:r><w:t>{total}</w:t></w:r></w:p>"
    assert "INV-7" in texts(fill(with_body(box))) and not problems(read(with_body(box)))


# -- rows ------------------------------------------------------------------------------------------------


def test_a_row_of_lines_is_made_once_for_each_line(db):
    raw = document(
        "{number}",
        rows=[["What", "Sum"], ["{line.position}. {line.name} {line.code}", "{line.sum}"], ["All", "{total}"]],
    )

    assert texts(fill(raw)) == [
        "INV-7", "What", "Sum", "1. Drill DR-2", "200.00", "2. Set-up (optional) ", "50.00", "3. Training ", "120.00", "All", "$422.00",
    ]  # fmt: skip
    assert texts(fill(raw, paper(lines=[]))) == ["INV-7", "What", "Sum", "All", "$422.00"]


def test_headings_stand_above_the_first_of_their_lines_and_taxes_each_in_a_row(db):
    raw = document(rows=[["{group.name}"], ["{line.name}"], ["{tax.rate}: {tax.sum}"]])

    assert texts(fill(raw)) == ["Drill", "Work", "Set-up (optional)", "Training", "9%: $18.00", "20%: $34.00"]


def test_two_rows_may_make_up_one_line(db):
    raw = document(rows=[["{line.name}"], ["{line.quantity} {line.unit}"]])

    assert texts(fill(raw))[:4] == ["Drill", "2 pc", "Set-up (optional)", "1 hour"]


def test_a_table_of_lines_without_lines_goes(db):
    made = docx.Document(io.BytesIO(fill(document("{number}", rows=[["{line.name}"]]), paper(lines=[]))))

    assert not made.tables and made.paragraphs[0].text == "INV-7"


def test_what_has_nothing_to_say_is_left_out_with_the_words_beside_it(db):
    raw = document(
        "Tax number: {client.tax_id}", "Phone: {client.phone}", rows=[["Total", "{total}"], ["Paid", "{paid}"]]
    )

    assert texts(fill(raw)) == ["Phone: 021-8877-6655", "Total", "$422.00"]
    only = docx.Document(io.BytesIO(fill(document(rows=[["Paid {paid}"]]))))
    assert [cell.text for cell in only.tables[0].rows[0].cells] == [""]  # a table needs a row, a cell a paragraph


def test_lines_and_text_have_a_limit(db):
    with pytest.raises(Invalid, match="at most 1000 lines"):
        fill(document(rows=[["{line.name}"]]), paper(lines=[LINES[0]] * 1_001))
    with pytest.raises(Invalid, match="too much text"):
        fill(
            document("{terms}", rows=[["{line.description}"]]),
            paper(lines=[replace(LINES[0], description="x" * 5_000)] * 900),
        )


# -- values are text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    ["<w:p/>", "</w:t></w:r>", "&amp; & <", "{number}", "{line.name}", "=1+1", "{{ 7*7 }}",
     "DDEAUTO c:\\x", "a\nb\tc", "]]>", "\x00\x1f\ufffe", "\u202eevil"],
)  # fmt: skip
def test_what_somebody_wrote_is_text_and_nothing_else(db, said):
    line = replace(LINES[0], name=said, group="")
    raw = document("{client.name}|{terms}", rows=[["{line.name}"]])

    made = fill(raw, paper(lines=[line], client={"name": said}, terms=said))

    body = docx.Document(io.BytesIO(made)).element.body
    plain = "".join(sign for sign in said if sign >= " " and sign not in "\ufffe")
    assert "".join(t.text or "" for t in body.iter(qn("w:t"))) == (f"{plain}|{plain}{plain}" if plain else "")
    assert not list(body.iter(qn("w:fldChar"), qn("w:fldSimple"), qn("w:instrText")))
    assert opened(made, "again.docx")


def test_lines_of_a_text_stay_lines(db):
    made = docx.Document(io.BytesIO(fill(document("{terms}"), paper(terms="One\nTwo\tThree"))))

    assert made.paragraphs[0].text == "One\nTwo\tThree"


def test_a_code_and_a_logo_are_pictures(db):
    out = io.BytesIO()
    Image.new("RGBA", (600, 100), "teal").save(out, "PNG")
    values = values_of(paper(qr="https://example.org/c/1"), replace(shipped("invoice"), logo=out.getvalue()))

    made = docx.Document(io.BytesIO(filled(read(document("{logo}", "Scan: {qr}")), values)))

    sizes = [(shape.width.mm, shape.height.mm) for shape in made.inline_shapes]
    assert [tuple(map(round, size)) for size in sizes] == [(70, 12), (26, 26)]
    numbers = [one.get("id") for one in made.element.iter(qn("wp:docPr"))]
    assert len(set(numbers)) == len(numbers)
    without = docx.Document(
        io.BytesIO(filled(read(document("{number}", "Scan: {qr}")), values_of(paper(), shipped("invoice"))))
    )
    assert [p.text for p in without.paragraphs if p.text] == ["INV-7"]


# -- direction -------------------------------------------------------------------------------------------


def directions(raw):
    found = []
    for run in docx.Document(io.BytesIO(raw)).paragraphs[0].runs:
        rtl = run._r.find(f"{qn('w:rPr')}/{qn('w:rtl')}")
        found.append((run.text.replace(LRM, "|"), rtl is not None))
    return found


def test_in_persian_words_run_right_to_left_and_codes_left_to_right(db):
    terms = "تلفن 021-8877-6655 دفتر"

    made = fill(document("{number} {terms}"), paper("fa", terms=terms))

    assert directions(made) == [
        ("|INV-7|", False),
        (" ", False),
        ("تلفن ", True),
        ("|021-8877-6655|", False),
        (" دفتر", True),
    ]
    assert texts(made)[0].replace(LRM, "") == f"INV-7 {terms}"


def test_looks_of_a_place_hold_for_words_that_run_right_to_left(db):
    made = docx.Document()
    run = made.add_paragraph().add_run("{client.name}")
    run.bold = True
    looks = (
        docx.Document(io.BytesIO(fill(raw_of(made), paper("fa", client={"name": "الوند"}))))
        .paragraphs[0]
        .runs[0]
        ._r.rPr
    )

    assert [one.tag for one in looks] == [qn("w:b"), qn("w:bCs"), qn("w:rtl")]


def test_paragraphs_keep_the_direction_that_the_owner_gave_them(db):
    raw = with_body("<w:p><w:pPr><w:bidi/></w:pPr><w:r><w:t>{number}</w:t></w:r></w:p>")

    assert docx.Document(io.BytesIO(fill(raw))).paragraphs[0]._p.pPr.find(qn("w:bidi")) is not None


def test_a_number_behind_persian_words_on_another_paper_is_not_turned_round():
    assert pieces("\u2068کارون\u2069", is_right=False) == [("کارون", True), (LRM, False)]
    assert pieces("\u2068کارون\u2069", is_right=True) == [("کارون", True)]
    assert pieces("Karun", is_right=False) == [("Karun", None)] and pieces("", is_right=True) == []


def test_a_persian_document_has_jalali_days_and_toman(db):
    Installation.objects.create(pk=1, currency="IRR", rial_as="toman")
    given = replace(paper("fa", total=D(5_450_000)), currency="IRR")

    said = texts(fill(document("{date} · {total} · {total.words}"), given))[0]

    assert said == "۶ آذر ۱۴۰۵ · ۵۴۵٬۰۰۰\u00a0تومان · پانصد و چهل و پنج هزار تومان"


# -- checks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (document(rows=[["Dear {client.nmae}"]]), "Unknown place {client.nmae} in a table. Did you mean {client.name}?"),
        (document("{numbr}"), "Unknown place {numbr} in the text. Did you mean {number}?"),
        (document("{__class__}"), "Unknown place {__class__} in the text."),
        (document("{number} and {client.name"), "A brace { has no } in the text: “{client.name”."),
        (document("{number} client.name} here"), "A brace } has no { in the text: “{number} client.name} here”."),
        (document("{number} {{total}}"), "A brace { has no } in the text"),
        (document("{line.name} {number}"), "{line.name} stands in the text. It fills a row of a table, so put it into one."),
        (document(rows=[["{line.name}", "{tax.rate}"]]), "One row of a table has places of lines, of headings or of taxes together."),
        (document("Nothing to fill"), "There is no place in this document"),
        (document("{number} " * 1_001), "There is too much in this document"),
        (document(rows=[["{line.name}"] * 41]), "There is too much in this document"),
        (with_body("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{line.name}</w:t></w:r></w:p>" + "<w:p/>" * 900 + "</w:tc></w:tr></w:tbl><w:p/>"),
         "There is too much in this document"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(raw, sentence):
    said = problems(read(raw))

    assert any(one.startswith(sentence) for one in said), said
    with pytest.raises(Invalid):
        checked(read(raw))


def test_where_it_stands_is_said_of_headers_and_text_boxes():
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "{numbr}"
    assert problems(read(raw_of(made)))[0].startswith("Unknown place {numbr} in a header.")
    box = (
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{numbr}</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    assert problems(read(with_body(box)))[0].startswith("Unknown place {numbr} in a text box.")


def test_a_row_that_is_repeated_is_simple():
    made = docx.Document()
    cell = made.add_table(1, 1).rows[0].cells[0]
    cell.paragraphs[0].text = "{line.name}"
    cell.add_table(1, 1).rows[0].cells[0].text = "{number}"

    assert any("Take the inner table out" in one for one in problems(read(raw_of(made))))


def test_many_errors_are_told_up_to_a_number():
    with pytest.raises(Invalid) as refused:
        checked(read(document(" ".join(f"{{wrong{n}}}" for n in range(40)))))

    lines = str(refused.value.errors["file"]).split("\n")
    assert len(lines) == 13 and lines[-1] == "… and 28 more."


# -- the sample ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "fa", "ru"])
def test_the_sample_is_a_good_template_in_every_language(db, kind, language):
    raw = start_document(kind, language, shipped(kind))

    document_ = checked(opened(raw, "sample.docx"))
    made = filled(document_, values_of(sample(kind, language), shipped(kind)))

    said = "\n".join(texts(made)).replace(LRM, "")
    assert "2026-00012" in said and "GTX Plus Pro" in said and "{" not in said
    assert ("جمع کل" in said) == (language == "fa" and kind in ("quote", "invoice", "credit", "purchase"))
    has_bidi = docx.Document(io.BytesIO(made)).element.find(f".//{qn('w:bidi')}") is not None
    assert has_bidi == (language == "fa")
