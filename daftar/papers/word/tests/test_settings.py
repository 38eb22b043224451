"""The owner gives papers a Word document to be written into, and takes it back, without a programmer."""

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.access.models import AuditEntry
from daftar.crm.tests.conftest import at, shop  # noqa: F401  # the cast, a signed-in browser
from daftar.papers.models import WordTemplate
from daftar.papers.sample import sample
from daftar.papers.word import keeping
from daftar.papers.word.keeping import versions, word_kinds, word_paper
from daftar.papers.word.package import opened
from daftar.papers.word.tests.documents import document, texts

ALL = "/settings/papers/invoice/all/word/"
PERSIAN = "/settings/papers/invoice/fa/word/"


@pytest.fixture
def desk(shop, at):  # noqa: F811  # the fixtures
    return at(shop.olga)


def file(said="Invoice {number}", name="Our invoice.docx"):
    return SimpleUploadedFile(name, document(said))


def upload(desk, address=ALL, **more):
    return desk.post(address, {"file": file(**more)})


def page(desk, address=ALL):
    return desk.get(address).content.decode()


def test_a_document_that_was_uploaded_is_what_papers_are_written_into(desk):
    assert upload(desk).url == ALL

    assert texts(word_paper(sample("invoice", "ru"))) == ["Invoice 2026-00012"]
    assert word_kinds("ru") == {"invoice"} and "Our invoice.docx" in page(desk)


def test_the_document_of_a_language_goes_before_the_one_for_all(desk):
    upload(desk)
    upload(desk, PERSIAN, said="فاکتور {number}")

    assert texts(word_paper(sample("invoice", "fa")))[0].startswith("فاکتور")
    assert texts(word_paper(sample("invoice", "en"))) == ["Invoice 2026-00012"]


def test_one_with_anything_wrong_is_not_kept_and_the_earlier_stays(desk):
    upload(desk)

    answer = desk.post(ALL, {"file": SimpleUploadedFile("x.docx", document("Hi {client.nmae}", rows=[["{line.nam}"]]))})

    said = answer.content.decode()
    assert answer.status_code == 422 and "What counted before counts on." in said
    assert "Unknown place {client.nmae} in the text. Did you mean {client.name}?" in said
    assert "Unknown place {line.nam} in a table. Did you mean {line.name}?" in said
    assert texts(word_paper(sample("invoice", "en"))) == ["Invoice 2026-00012"] and WordTemplate.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a Word document first."),
        ({"file": SimpleUploadedFile("x.docx", b"0" * 50_000_000)}, "too large: at most 5 MB"),
        ({"file": SimpleUploadedFile("x.docm", b"PK")}, "macros"),
        ({"file": SimpleUploadedFile("x.docx", b"")}, "no Word document"),
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}, "no Word document"),
    ],
)
def test_what_is_no_document_is_refused_with_a_sentence(desk, sent, sentence):
    answer = desk.post(ALL, sent)

    assert answer.status_code == 422 and sentence in answer.content.decode() and not WordTemplate.objects.exists()


def test_an_earlier_document_can_be_brought_back_and_all_put_away(desk):
    upload(desk, said="First {number}")
    upload(desk, said="Second {number}")
    second, first = versions("invoice", "")
    assert (first.is_current, second.is_current) == (False, True)

    assert desk.post(f"{ALL}{first.pk}/use").url == ALL
    assert texts(word_paper(sample("invoice", "en"))) == ["First 2026-00012"]

    assert desk.post(f"{ALL}away").url == ALL
    assert not word_kinds("en") and WordTemplate.objects.count() == 2
    assert desk.post(f"{ALL}away").status_code == 409
    assert "Use this one" in page(desk) and "No Word template" not in page(desk)


def test_only_the_last_documents_are_kept(desk, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_KEPT", 3)
    for n in range(5):
        upload(desk, name=f"{n}.docx")

    assert [one.name for one in versions("invoice", "")] == ["4.docx", "3.docx", "2.docx"]


def test_who_replaced_it_stands_on_the_page_and_in_the_audit_log(shop, desk):  # noqa: F811  # the fixtures
    upload(desk)
    upload(desk, name="New.docx")

    entry = AuditEntry.objects.filter(what="settings_changed").latest("number")
    assert "Our invoice.docx" in entry.detail.body and "New.docx" in entry.detail.body
    assert shop.olga.name in page(desk)


def test_it_is_downloaded_as_it_was_and_tried_with_an_example(desk):
    upload(desk)
    row = WordTemplate.objects.get()

    stored, tried = desk.get(f"{ALL}{row.pk}/template.docx"), desk.get(f"{ALL}{row.pk}/example.docx")

    assert texts(stored.content) == ["Invoice {number}"] and texts(tried.content) == ["Invoice 2026-00012"]
    assert (
        stored["Content-Disposition"] == 'attachment; filename="invoice-template.docx"'
        and stored["X-Content-Type-Options"] == "nosniff"
    )


@pytest.mark.parametrize(("language", "word"), [("all", "Invoice"), ("fa", "بدون مالیات"), ("ru", "Без налога")])
def test_the_sample_to_start_from_can_be_uploaded_as_it_is(desk, language, word):
    raw = desk.get(f"/settings/papers/invoice/{language}/word/start.docx").content

    assert (
        opened(raw)
        and desk.post(
            f"/settings/papers/invoice/{language}/word/", {"file": SimpleUploadedFile("s.docx", raw)}
        ).status_code
        == 302
    )
    spoken = "en" if language == "all" else language
    assert word in "\n".join(texts(word_paper(sample("invoice", spoken))))


def test_the_name_of_a_file_is_only_shown(desk):
    upload(desk, name="<script>alert(1)</script>.docx")

    assert "<script>alert(1)" not in page(desk) and WordTemplate.objects.get().name == "script>.docx"


def test_all_places_are_listed_to_be_copied(desk):
    said = page(desk)

    for place in ("{client.name}", "{line.name}", "{tax.rate}", "{group.name}", "{qr}", "{total.words}"):
        assert f'<copy-text text="{place}"' in said


def test_documents_of_other_kinds_are_not_reached_by_their_number(desk):
    upload(desk)
    row = WordTemplate.objects.get()

    for address in (f"/settings/papers/quote/all/word/{row.pk}/", f"{PERSIAN}{row.pk}/"):
        assert desk.get(f"{address}template.docx").status_code == desk.get(f"{address}example.docx").status_code == 404
        assert desk.post(f"{address}use").status_code == 404
    for kind in ("poem/all", "invoice/de"):
        base = f"/settings/papers/{kind}/word/"
        assert {
            desk.get(base).status_code,
            desk.get(f"{base}start.docx").status_code,
            desk.get(f"{base}1/template.docx").status_code,
        } == {404}
        assert {desk.post(f"{base}away").status_code, desk.post(f"{base}1/use").status_code} == {404}


def test_only_who_runs_the_company_has_to_do_with_it(shop, at):  # noqa: F811  # the fixtures
    sara = at(shop.sara)

    assert sara.get(ALL).status_code == sara.get(f"{ALL}start.docx").status_code == 403
    assert sara.post(ALL, {"file": file()}).status_code == 403 and not WordTemplate.objects.exists()


def test_title_and_heads_of_the_owner_stand_in_the_sample(desk):
    desk.post(
        "/settings/papers/invoice/en/",
        {"accent": "#112233", "size": "10", "columns": ["name", "sum"], "title": "Bill", "label.sum": "Worth"},
    )

    raw = desk.get("/settings/papers/invoice/en/word/start.docx").content

    assert (
        any(text.startswith("Worth") for text in texts(raw))
        and len(docx.Document(io.BytesIO(raw)).tables[2].columns) == 2
    )
    desk.post("/settings/papers/invoice/en/word/", {"file": SimpleUploadedFile("s.docx", raw)})
    assert texts(word_paper(sample("invoice", "en")))[0] == "Bill 2026-00012"
