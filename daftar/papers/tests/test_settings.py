"""The owner makes papers look as the company wants, without a programmer."""

import base64
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from daftar.access.models import AuditEntry
from daftar.crm.tests.conftest import at, shop  # noqa: F401  # the cast, a signed-in browser
from daftar.papers.document import KINDS
from daftar.papers.layout import set_out
from daftar.papers.looks import look_for, shipped
from daftar.papers.models import PaperTemplate
from daftar.papers.sample import sample
from daftar.papers.word.tests.test_package import png

ALL = "/settings/papers/invoice/all/"
PERSIAN = "/settings/papers/invoice/fa/"


@pytest.fixture
def desk(shop, at):  # noqa: F811  # the fixtures
    return at(shop.olga)


def form(**more):
    return {
        "accent": "#aa3300", "size": "11", "columns": ["name", "sum", "quantity"], "shows": ["qr", ""], "text.header": "For {client.name}",
        "text.closing": "", "text.footer": "", **more,
    }  # fmt: skip


def picture(width=40, height=20):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def test_what_is_saved_is_how_papers_look(desk):
    assert desk.post(ALL, form(logo=picture())).url == "/settings/papers/"

    look = look_for("invoice", "ru")
    assert (look.accent, look.size, list(look.columns), list(look.shows)) == (
        "#aa3300",
        11,
        ["name", "sum", "quantity"],
        ["qr"],
    )
    assert look.texts == {"header": "For {client.name}"} and look.logo.startswith(b"\x89PNG")
    assert look_for("quote", "ru") == shipped("quote")


def test_a_language_has_its_own_and_begins_with_that_of_all(desk):
    desk.post(ALL, form(logo=picture()))
    assert 'value="#aa3300"' in desk.get(PERSIAN).content.decode() and PaperTemplate.objects.count() == 1

    desk.post(PERSIAN, form(accent="#003300"))

    assert look_for("invoice", "fa").accent == "#003300" and look_for("invoice", "fa").logo
    assert look_for("invoice", "en").accent == "#aa3300"


def test_back_to_the_shipped_one(desk):
    desk.post(ALL, form())

    assert desk.post(f"{ALL}reset").status_code == 302 and desk.post(f"{ALL}reset").status_code == 302
    assert look_for("invoice", "en") == shipped("invoice")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text.footer": "Dear {client.nam}"}, "Did you mean {client.name}?"),
        ({"text.header": "{__class__}"}, "is no place that can be filled"),
        ({"accent": "red; }"}, "Write a colour such as #1f5fbf."),
        ({"size": "72"}, "Choose one of the list."),
        ({"columns": ["margin"]}, "Choose at least one column."),
        ({"logo": SimpleUploadedFile("x.png", b"\x89PNG no picture")}, "This is no picture that can be read."),
        ({"logo": SimpleUploadedFile("x.svg", b"<svg onload='x()'/>")}, "This is no picture that can be read."),
        ({"logo": SimpleUploadedFile("x.png", b"0" * 50_000_000)}, "This picture is too large"),
        (
            {"logo": SimpleUploadedFile("x.png", png(30_000, 30_000))},
            "This picture has too many points. Make it smaller first.",
        ),
        (
            {"logo": SimpleUploadedFile("x.png", png(9_000, 9_000))},
            "This picture has too many points. Make it smaller first.",
        ),
        ({"text.closing": "{}"}, "is no place that can be filled"),
        ({"title": "x" * 61}, "This text is too long"),
        ({"label.sum": "x" * 41}, "This text is too long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(desk, wrong, sentence):
    answer = desk.post(ALL, form(**wrong))

    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not PaperTemplate.objects.exists()
    assert sentence in desk.post(f"{ALL}preview", form(**reread(wrong))).content.decode()


def reread(wrong):
    for file in wrong.values():
        if isinstance(file, SimpleUploadedFile):
            file.seek(0)
    return wrong


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_is_a_picture_and_keeps_nothing(desk, kind):
    answer = desk.post(
        f"/settings/papers/{kind}/fa/preview", form(**{"text.header": "#panic() $x$ `{client.name}` <script>"})
    )

    inside = answer.content.decode().partition("data:image/png;base64,")[2].partition('"')[0]
    assert Image.open(io.BytesIO(base64.b64decode(inside))).width > 500
    assert not PaperTemplate.objects.exists()


def test_a_logo_can_be_taken_off(desk):
    desk.post(ALL, form(logo=picture()))
    desk.post(ALL, form(no_logo="1"))

    assert look_for("invoice", "en").logo == b""


def test_pages_say_which_are_the_companys_own(desk):
    desk.post(PERSIAN, form())

    page = desk.get("/settings/papers/").content.decode()
    assert page.count(": its own") == 1 and page.count(": as shipped") == len(KINDS) * 4 - 1
    assert "Back to the shipped one" in desk.get(PERSIAN).content.decode()
    assert "Back to the shipped one" not in desk.get(ALL).content.decode()


@pytest.mark.parametrize(
    "address", ["/settings/papers/poem/all/", "/settings/papers/invoice/de/", "/settings/papers/poem/all/reset"]
)
def test_other_kinds_and_languages_are_not_there(desk, address):
    assert desk.post(address, form()).status_code == 404


def test_only_who_runs_the_company_changes_papers(shop, at):  # noqa: F811  # the fixtures
    assert at(shop.sara).get("/settings/papers/").status_code == 403
    assert at(shop.sara).post(ALL, form()).status_code == 403 and not PaperTemplate.objects.exists()


def test_the_audit_log_says_what_changed_and_not_the_picture(desk):
    desk.post(ALL, form(logo=picture()))

    entry = AuditEntry.objects.filter(what="settings_changed").latest("number")
    assert "#aa3300" in entry.detail.body and len(entry.detail.body) < 2_000


# -- titles and heads ------------------------------------------------------------------------------------


def test_the_owner_says_what_a_paper_and_its_columns_are_called(desk):
    desk.post(PERSIAN, form(title="صورت‌حساب فروش", **{"label.sum": "مبلغ", "label.name": " "}))

    data = set_out(sample("invoice", "fa"), look_for("invoice", "fa"))

    assert "صورت‌حساب فروش" in data["title"] and data["title"].endswith("2026-00012\u2069")
    assert [column["label"].strip("\u2068\u2069") for column in data["columns"]][0] == "نام"
    assert "مبلغ" in data["columns"][1]["label"] and "(" in data["columns"][1]["label"]
    assert set_out(sample("invoice", "en"), look_for("invoice", "en"))["title"].startswith("Invoice")
    page = desk.get(PERSIAN).content.decode()
    assert 'value="صورت‌حساب فروش"' in page and 'name="label.sum" value="مبلغ"' in page


# -- two people at one template --------------------------------------------------------------------------


def mark_on(desk, address=ALL):
    return desk.get(address).content.decode().partition('name="mark" value="')[2].partition('"')[0]


def test_who_saves_second_loses_nothing_and_takes_nothing_away(desk, shop, at):  # noqa: F811  # the fixtures
    desk.post(ALL, form())
    other = at(shop.olga)
    seen = mark_on(other)
    desk.post(ALL, form(mark=mark_on(desk), title="Theirs", accent="#00aa00"))

    answer = other.post(ALL, form(mark=seen, title="Mine", **{"text.footer": "My words"}, logo=picture()))

    page = answer.content.decode()
    assert answer.status_code == 409 and f"{shop.olga.name} saved this template meanwhile." in page
    assert 'value="Mine"' in page and "My words" in page and "Theirs" in page and "#00aa00" in page
    assert look_for("invoice", "en").title == "Theirs" and not look_for("invoice", "en").logo

    chosen = page.partition('name="logo.chosen" value="')[2].partition('"')[0]
    fresh = page.partition('name="mark" value="')[2].partition('"')[0]
    again = other.post(ALL, form(mark=fresh, title="Mine", **{"text.footer": "My words", "logo.chosen": chosen}))
    assert again.status_code == 302
    look = look_for("invoice", "en")
    assert (look.title, look.texts["footer"], look.logo[:4]) == ("Mine", "My words", b"\x89PNG")


def test_two_who_make_the_first_template_are_told_too(desk, shop, at):  # noqa: F811  # the fixtures
    assert mark_on(desk) == ""
    desk.post(ALL, form(mark="", title="First"))

    assert at(shop.olga).post(ALL, form(mark="", title="Second")).status_code == 409
    assert look_for("invoice", "en").title == "First"


def test_a_template_that_somebody_changed_is_not_put_back_unseen(desk, shop, at):  # noqa: F811  # the fixtures
    desk.post(ALL, form())
    seen = mark_on(desk)
    at(shop.olga).post(ALL, form(mark=seen, title="Theirs"))

    assert desk.post(f"{ALL}reset", {"mark": seen}).status_code == 409 and look_for("invoice", "en").title == "Theirs"
    assert desk.post(f"{ALL}reset", {"mark": mark_on(desk)}).status_code == 302 and not PaperTemplate.objects.exists()


def test_what_was_put_back_meanwhile_is_not_made_anew_unseen(desk):
    desk.post(ALL, form())
    seen = mark_on(desk)
    desk.post(f"{ALL}reset")

    assert desk.post(ALL, form(mark=seen)).status_code == 409 and not PaperTemplate.objects.exists()


def test_saving_the_same_twice_is_no_quarrel(desk):
    desk.post(ALL, form())

    assert desk.post(ALL, form(mark=mark_on(desk))).status_code == 302
