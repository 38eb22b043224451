import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from daftar.access.models import Installation
from daftar.kernel.errors import Invalid
from daftar.papers.document import KINDS, Paper, PaperLine
from daftar.papers.layout import FSI, LRI, PDI, set_out
from daftar.papers.looks import Look, look_for, shipped
from daftar.papers.models import PaperTemplate
from daftar.papers.places import checked, filled
from daftar.papers.render import compiled, pdf, picture, small_logo

D = Decimal


def paper(language="en", currency="USD", lines=2, **more):
    line = PaperLine(
        name="GTX Plus Pro",
        quantity=D("2"),
        unit="pc",
        price=D("1250000"),
        sum=D("2500000"),
        code="GTX-12-A",
        tax_percent=D(9),
    )
    given = {
        "number": "INV-1405-00012", "day": dt.date(2026, 11, 27), "until": dt.date(2026, 12, 20), "seller": {"name": "Karun"},
        "client": {"name": "Alvand", "tax_id": "10320-8847-123"}, "net": D("5000000"), "taxes": {D(9): D("450000")}, "total": D("5450000"), **more,
    }  # fmt: skip
    return Paper("invoice", language, currency=currency, lines=[line] * lines, **given)


@pytest.fixture
def toman(db):
    Installation.objects.create(pk=1, currency="IRR", rial_as="toman")


def plain(text):
    return "".join(sign for sign in text if sign not in (FSI, LRI, PDI))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "currency"), [("en", "USD"), ("fa", "IRR"), ("ru", "RUB")])
def test_every_kind_becomes_a_pdf_in_every_language(db, kind, language, currency):
    made = pdf(replace(paper(language, currency), kind=kind, qr="https://example.org/c/1", terms="Net 14"))

    assert made.startswith(b"%PDF-") and len(made) > 5_000


def test_a_persian_paper_has_jalali_days_persian_digits_and_toman(toman):
    data = set_out(paper("fa", "IRR"), shipped("invoice"))

    assert data["rtl"] and plain(data["facts"][0][1]) == "۶ آذر ۱۴۰۵"
    assert plain(data["sums"][-1]["value"]) == "۵۴۵٬۰۰۰\u00a0تومان"
    assert data["words"] == "پانصد و چهل و پنج هزار تومان"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("تلفن 021-8877-6655 دفتر", "021-8877-6655"),
        ("تلفن ۰۲۱-۸۸۷۷ دفتر", "۰۲۱-۸۸۷۷"),
        ("دریل GTX-Plus Pro 12 نو", "GTX-Plus Pro 12"),
        ("ابزار (Alvand Tools) تهران", "Alvand Tools"),
        ("فرستنده +98 21 8877 6655", "+98 21 8877 6655"),
        ("نشانی info@karun.example است", "info@karun.example"),
        ("تلفن (021) 88776655", "(021) 88776655"),
        ("تلفن 021-8877-6655 داخلی 12.", "12"),
        ("نشانی: https://karun.example/a/", "https://karun.example/a/"),
        ("کد GTX-12: نو", "GTX-12"),
    ],
)
def test_codes_and_phones_in_persian_words_read_left_to_right(db, said, kept):
    data = set_out(paper("fa", "IRR", terms=said), shipped("invoice"))

    assert f"{LRI}{kept}{PDI}" in data["terms"] and plain(data["terms"]) == said


def test_numbers_of_papers_and_accounts_are_isolated_too(db):
    data = set_out(paper("fa", "IRR"), shipped("invoice"))

    assert f"{LRI}INV-1405-00012{PDI}" in data["title"]
    assert [row[1] for row in data["client"]][1] == f"{LRI}10320-8847-123{PDI}"


@pytest.mark.parametrize(
    "text",
    ["#let x = 1", "$a$ *b* `c` \\ _d_", "<script>alert(1)</script>", '#eval("1")', "{{ 7*7 }}", "]]", "\u202eevil"],
)
def test_what_somebody_wrote_is_shown_and_never_run(db, text):
    data = set_out(paper(terms=text, client={"name": text}), shipped("invoice"))

    assert data["terms"] == text and data["client"][0][1] == text
    assert pdf(paper(terms=text, client={"name": text})).startswith(b"%PDF-")


def test_a_long_paper_goes_over_pages(db):
    assert len(compiled(paper(lines=120), shipped("invoice"), "png")) == 3
    with pytest.raises(Invalid):
        pdf(paper(lines=1001))


def test_the_owner_chooses_columns_parts_and_words(db):
    PaperTemplate.objects.create(
        kind="invoice",
        columns=["name", "sum"],
        shows=[],
        texts={"header": "Dear {client.name}, {number}"},
        accent="#aa0000",
    )

    data = set_out(paper(), look_for("invoice", "en"))

    assert [column["key"] for column in data["columns"]] == ["name", "sum"]
    assert data["header"] == "Dear Alvand, INV-1405-00012" and (data["words"], data["accent"]) == ("", "#aa0000")


def test_the_template_of_a_language_goes_before_the_one_for_all(db):
    PaperTemplate.objects.create(kind="invoice", size=9, columns=["name"])
    PaperTemplate.objects.create(kind="invoice", language="fa", size=12, columns=["name"])

    assert (look_for("invoice", "fa").size, look_for("invoice", "ru").size, look_for("quote", "fa").size) == (12, 9, 10)


def test_a_place_that_is_not_known_is_named_with_the_nearest():
    assert checked("Dear {client.name}") and checked("no places { here")
    with pytest.raises(Invalid, match="client.name"):
        checked("Dear {client.nam}")
    assert filled("{number} {nothing} {total}", {"number": "1", "total": "{number}"}) == "1  {number}"


def test_a_logo_is_a_small_picture_of_our_own_making(db):
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "red").save(out, "JPEG")

    made = small_logo(out.getvalue())

    assert Image.open(io.BytesIO(made)).size == (600, 300)
    assert picture(paper(), replace(shipped("invoice"), logo=made)).startswith(b"\x89PNG")
    for broken in (b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"0" * 100, b"<svg/>", b"x" * 50_000_000):
        with pytest.raises(Invalid):
            small_logo(broken)


def test_a_look_without_a_table_is_possible(db):
    assert pdf(paper(), Look(columns=["name"])).startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_persian_words_on_other_papers_keep_their_phones_in_order_too(db, language):
    data = set_out(paper(language, terms="Net 14\nتلفن 021-8877-6655"), shipped("invoice"))

    assert data["terms"] == f"Net 14\n{FSI}تلفن {LRI}021-8877-6655{PDI}{PDI}"


# -- what stood wrong on papers that were looked at ------------------------------------------------------


def words_on(pages):
    return pages if isinstance(pages, list) else [pages]


def test_figures_with_a_sign_go_on_to_the_left_in_persian(toman):
    line = PaperLine("دریل", D(1), price=D(10), sum=D(10), discount="۱۲٬۵۰۰ تومان", tax_percent=D(9))

    cells = set_out(replace(paper("fa", "IRR"), lines=[line]), shipped("invoice"))["rows"][0]["cells"]

    assert cells[5:7] == [f"{FSI}\u061c۱۲٬۵۰۰ تومان{PDI}", f"{FSI}\u061c۹٪{PDI}"]
    assert set_out(replace(paper(), lines=[line]), shipped("invoice"))["rows"][0]["cells"][6] == "9%"


@pytest.mark.parametrize(("size", "height"), [((600, 75), 8.0), ((600, 300), 16.0), ((100, 600), 16.0)])
def test_a_wide_logo_leaves_room_for_the_title(db, size, height):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")

    assert set_out(paper(), replace(shipped("invoice"), logo=out.getvalue()))["logo_height"] == height


def test_lines_stay_whole_over_pages_and_headings_stay_with_theirs(db):
    """A line that does not fit goes to the next page as a whole, so pages grow when lines do; only a very long text is parted."""
    long_name = PaperLine("word " * 60, D(1), price=D(1), sum=D(1), group="Heading")
    endless = PaperLine("word " * 3_000, D(1), price=D(1), sum=D(1))

    for lines in ([long_name] * 40, [replace(long_name, group=f"Heading {n}") for n in range(40)], [endless]):
        assert len(words_on(compiled(replace(paper(), lines=lines), shipped("invoice"), "png"))) >= 3
    rows = set_out(replace(paper(), lines=[long_name, endless]), shipped("invoice"))["rows"]
    assert [row["long"] for row in rows] == [False, True]
