import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from daftar.kernel import errors
from daftar.ui.errors import answer, as_ours

PAGE = RequestFactory().get("/deals/3/")
PART = RequestFactory().get("/deals/3/", headers={"HX-Request": "true"})
DATA = RequestFactory().get("/api/deals/3")
EVERY = [
    *(errors.BadAddress(), errors.NotAllowed(), errors.Missing(), errors.Conflict(), errors.Invalid("No.")),
    *(errors.TooMany(), errors.OutsideFailure(), errors.Busy(), errors.StorageFull(), errors.DaftarError()),
]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.code)
def test_every_error_has_a_page_a_fragment_and_data(error):
    page, part, data = answer(PAGE, error), answer(PART, error), answer(DATA, error)

    assert page.status_code == part.status_code == data.status_code == error.status
    assert "<h1>" in page.content.decode()
    assert part.content == b""
    assert json.loads(part["HX-Trigger"])["toast"]["text"]
    assert json.loads(data.content)["error"]["code"] == error.code


def test_sentences_come_back_to_their_fields():
    part = answer(PART, errors.Invalid(errors={"amount": "Too big.", "name": "Missing."}))

    assert json.loads(part["HX-Trigger"])["invalid"] == {"errors": {"amount": "Too big.", "name": "Missing."}}
    assert part["HX-Reswap"] == "none"


def test_what_people_typed_is_data_in_every_shape():
    error = errors.Invalid("<script>alert(1)</script>\r\nX-Evil: 1")

    assert b"<script>alert" not in answer(PAGE, error).content
    assert "\n" not in answer(PART, error)["HX-Trigger"]


def test_an_unexpected_failure_tells_its_number_and_nothing_of_its_cause():
    request = RequestFactory().get("/deals/3/")
    request.id = "r-123"
    page = answer(request, as_ours(ValueError("secret: hunter2")), ValueError("secret: hunter2"))

    assert page.status_code == 500
    assert "r-123" in page.content.decode()
    assert "hunter2" not in page.content.decode()


@pytest.mark.parametrize(
    ("problem", "status"),
    [(Http404("x"), 404), (PermissionDenied("x"), 403), (KeyError("x"), 500)],
)
def test_djangos_own_errors_speak_our_words(problem, status):
    assert as_ours(problem).status == status


def test_waiting_is_told_in_seconds():
    assert answer(PAGE, errors.TooMany(retry_after=30))["Retry-After"] == "30"
