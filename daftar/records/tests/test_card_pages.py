from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from daftar.records import reading, writing
from daftar.records.models import Entity, Event, StoredFile

BROKEN_PNG = b"\x89PNG\r\n\x1a\n" + b"rubbish" * 20
MARKER = "<img src=x onerror=alert(1)>"


@pytest.fixture
def sara(shop):
    client = Client()
    client.force_login(shop.sara)
    return client


@pytest.fixture
def mill(shop):
    return writing.create(shop.visits, {"name": "Old mill", "remarks": "by the river"}, by=shop.sara, via="page")


def value(shop, row, key):
    return shop.visits[key].get(reading.get(shop.visits, row.pk, shop.olga))


def test_the_card_shows_filled_fields_and_folds_empty_ones(shop, sara, mill):
    body = sara.get(f"/site-visits/{mill.pk}/").content.decode()

    assert "Old mill" in body and "by the river" in body
    assert "facts-empty" in body


def test_words_of_people_are_escaped(shop, sara):
    row = writing.create(shop.visits, {"name": MARKER, "remarks": MARKER}, by=shop.sara, via="page")
    for path in ("", "edit", "history/remarks", "field/remarks"):
        body = sara.get(f"/site-visits/{row.pk}/{path}").content.decode()
        assert MARKER not in body
        assert "&lt;img src=x" in body or path == "history/remarks"


def test_the_quick_form_makes_a_record_once(shop, sara):
    page = sara.get("/site-visits/quick")
    assert page.status_code == 200

    for _ in range(2):
        answer = sara.post("/site-visits/quick", {"name": "New barn", "once": "key-1"})
        assert answer.status_code == 302

    assert Entity.objects.filter(title="New barn").count() == 1
    assert Event.objects.get(kind="created").via == "quick"


def test_a_wrong_value_comes_back_as_typed_with_its_sentence(shop, sara):
    answer = sara.post(
        "/site-visits/new", {"name": "Barn", "cost": "twelve", "cost.currency": "USD", "day": "2026-02-30"}
    )

    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="twelve"' in body and 'value="2026-02-30"' in body
    assert body.count('aria-invalid="true"') >= 2
    assert not Entity.objects.exists()


def test_the_quick_form_asks_for_what_the_stage_needs(shop, sara):
    sent = {"name": "Barn", "stage": shop.stage["measured"], "also": ["stage"]}
    answer = sara.post("/site-visits/quick", sent)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="roof"' in body and 'name="day"' in body

    done = sara.post(
        "/site-visits/quick", {**sent, "also": ["stage", "roof", "day"], "roof": "flat", "day": "2026-05-01"}
    )
    assert done.status_code == 302


def test_editing_in_place_saves_one_field(shop, sara, mill):
    form = sara.get(f"/site-visits/{mill.pk}/field/remarks", headers={"HX-Request": "true"}).content.decode()
    assert 'name="version" value="1"' in form

    answer = sara.post(
        f"/site-visits/{mill.pk}/field/remarks", {"remarks": "dry", "version": "1"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200 and "dry" in answer.content.decode()
    assert value(shop, mill, "remarks") == "dry"


def test_a_stale_edit_shows_both_values_and_saves_nothing(shop, sara, mill):
    writing.change(shop.visits, mill.pk, {"remarks": "theirs"}, by=shop.olga, via="page")

    for path in ("field/remarks", "edit"):
        answer = sara.post(f"/site-visits/{mill.pk}/{path}", {"name": "Old mill", "remarks": "mine", "version": "1"})
        body = answer.content.decode()
        assert answer.status_code == 409
        assert "mine" in body and "theirs" in body
        assert value(shop, mill, "remarks") == "theirs"


@pytest.mark.parametrize("version", ["x", "-1", "99999999999999999999", "0", "7"])
def test_a_broken_version_is_refused(shop, sara, mill, version):
    answer = sara.post(f"/site-visits/{mill.pk}/field/remarks", {"remarks": "x", "version": version})

    assert answer.status_code == 422
    assert value(shop, mill, "remarks") == "by the river"


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b", "x" * 5_000_000])
def test_rubbish_in_a_text_is_told_at_its_field(shop, sara, mill, bad):
    try:
        bad.encode()
    except UnicodeEncodeError:
        answer = sara.post(
            f"/site-visits/{mill.pk}/field/remarks",
            b"remarks=a%ED%A0%80b",
            content_type="application/x-www-form-urlencoded",
        )
    else:
        answer = sara.post(f"/site-visits/{mill.pk}/field/remarks", {"remarks": bad})

    assert answer.status_code in (400, 413, 422)
    assert value(shop, mill, "remarks") == "by the river"


def test_history_brings_an_old_value_back(shop, sara, mill):
    writing.change(shop.visits, mill.pk, {"remarks": "second"}, by=shop.sara, via="page")
    event = Event.objects.latest("id")

    answer = sara.post(f"/site-visits/{mill.pk}/history/remarks", {"event": event.pk})

    assert answer.status_code == 302
    assert value(shop, mill, "remarks") == "by the river"


def test_delete_and_restore(shop, sara, mill):
    assert sara.post(f"/site-visits/{mill.pk}/delete").status_code == 302
    assert sara.get(f"/site-visits/{mill.pk}/").status_code == 404

    assert sara.post(f"/site-visits/{mill.pk}/restore").status_code == 302
    assert sara.get(f"/site-visits/{mill.pk}/").status_code == 200
    assert sara.get(f"/site-visits/{mill.pk}/delete").status_code == 405


def test_files_are_kept_shown_and_served_safely(shop, sara, mill):
    page = SimpleUploadedFile("../../evil.html", b"<script>alert(1)</script>", content_type="text/html")
    drawn = BytesIO()
    Image.new("RGB", (2000, 30), "red").save(drawn, "PNG")
    picture = SimpleUploadedFile("roof.png", drawn.getvalue(), content_type="image/png")

    answer = sara.post(f"/site-visits/{mill.pk}/files/", {"file": [page, picture]})

    assert answer.status_code == 302
    evil, roof = StoredFile.objects.order_by("id")
    assert (evil.name, evil.content_type, evil.preview) == ("evil.html", "application/octet-stream", "")
    served = sara.get(f"/files/{evil.pk}/evil.html")
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served.headers["Content-Security-Policy"]
    preview = sara.get(f"/files/{roof.pk}/roof.png?preview")
    assert preview.headers["Content-Type"] == "image/png" and b"".join(preview.streaming_content).startswith(b"\x89PNG")


def test_files_are_kept_all_or_none_with_their_history(shop, sara, mill, monkeypatch):
    good, empty = SimpleUploadedFile("a.txt", b"words"), SimpleUploadedFile("b.txt", b"")
    assert sara.post(f"/site-visits/{mill.pk}/files/", {"file": [good, empty]}).status_code == 422
    assert not StoredFile.objects.exists()

    def fail(**_values):
        raise RuntimeError("killed here")

    monkeypatch.setattr(Event.objects, "create", fail)
    sara.raise_request_exception = False
    sent = {"file": SimpleUploadedFile("a.txt", b"words")}
    assert sara.post(f"/site-visits/{mill.pk}/files/", sent).status_code == 500
    assert not StoredFile.objects.exists()


def test_a_broken_picture_is_kept_without_a_preview(shop, sara, mill):
    answer = sara.post(f"/site-visits/{mill.pk}/files/", {"file": SimpleUploadedFile("a.png", BROKEN_PNG)})

    assert answer.status_code == 302
    assert StoredFile.objects.get().preview == ""


def test_files_of_foreign_records_do_not_exist(shop, mill, sara):
    sara.post(f"/site-visits/{mill.pk}/files/", {"file": SimpleUploadedFile("a.txt", b"secret")})
    file = StoredFile.objects.get()
    reza = Client()
    reza.force_login(shop.reza)

    assert reza.get(f"/files/{file.pk}/a.txt").status_code == 404
    assert reza.post(f"/site-visits/{mill.pk}/files/{file.pk}/remove").status_code == 404


def test_an_empty_file_is_told(shop, sara, mill):
    answer = sara.post(f"/site-visits/{mill.pk}/files/", {"file": SimpleUploadedFile("a.txt", b"")})

    assert answer.status_code == 422
    assert "a.txt" in answer.content.decode()


def test_a_card_costs_the_same_queries_however_much_happened(shop, sara, mill):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            sara.get(f"/site-visits/{mill.pk}/")
        return len(seen)

    first = cost()
    for n in range(30):
        writing.change(shop.visits, mill.pk, {"remarks": f"word {n}"}, by=shop.sara, via="page")

    assert cost() <= first + 1 <= 40


def test_the_last_phone_can_be_taken_out(shop, sara, mill):
    writing.change(
        shop.visits,
        mill.pk,
        {"phones": shop.visits["phones"].parse("+12125550123", shop.reader())},
        by=shop.sara,
        via="page",
    )

    sara.post(f"/site-visits/{mill.pk}/field/phones", {"version": "2"})
    assert len(value(shop, mill, "phones")) == 1

    sara.post(f"/site-visits/{mill.pk}/field/phones", {"version": "2", "lists": "phones"})
    assert value(shop, mill, "phones") == []
