"""No page speaks half English: every GET page, read by the owner in Persian (and in Russian, when everything runs)."""

from __future__ import annotations

import pytest
from django.utils import translation

from daftar.access.models import User
from daftar.records.models import CustomField, CustomType, Stage
from daftar.records.types import DECLARED

from .pages_words import left_in_english
from .routes import routes
from .test_permissions import address, house, signed_in  # noqa: F401

NAMES = ["Main warehouse", "Dar es Salaam", "Ho Chi Minh", "Isle of Man", "Port of Spain"]
"""Cities of time zones, which stand there as they are in every language."""
SAMPLES = ("/ui/gallery",)
"""The components in one picture, for who builds pages: its samples are no sentences of the product."""
TYPES = ("leads", "deals", "contacts", "companies")


@pytest.fixture(autouse=True)
def english_again():
    yield
    translation.activate("en")


def data(house) -> list[str]:  # noqa: F811
    names = list(User.objects.values_list("name", flat=True)) + ["Own", "Other"]
    names += [f"{key} of {whose}" for key, whose in house["records"]]
    return sorted({*names, *NAMES, *words_of_test_types(), *words_of_made_types()}, key=len, reverse=True)


def words_of_made_types() -> set[str]:
    """What the company called its own types, and their fields and stages, in the language in which it made them."""
    said = {word for row in CustomType.objects.all() for word in (row.name, row.plural)}
    said |= set(CustomField.objects.values_list("label", flat=True))
    said |= set(Stage.objects.filter(key="").values_list("name", flat=True))
    return said | {word[:1].upper() + word[1:] for word in said}


def words_of_test_types() -> set[str]:
    """Types that the engine's tests declare are in the same schema when all tests run; nobody translates their words."""
    said: set[str] = set()
    for type_ in DECLARED.values():
        if ".tests." not in type_.__module__:
            continue
        words = [*type_.names, *(section.name for section in type_.card)]
        for field in type_.fields:
            words += [field.label, *(option.label for option in getattr(field, "shipped", []))]
        for pipeline in type_.pipelines:
            words += [pipeline.name, *(stage.name for stage in pipeline.stages)]
        said |= {str(word) for word in words}
    return said | {word[:1].upper() + word[1:] for word in said}


def pages(house):  # noqa: F811
    for route in routes():
        if not route.is_ours or route.door == "key" or address(route).startswith(SAMPLES):
            continue
        if "slug" not in route.parameters:
            yield route, address(route)
            continue
        for slug in TYPES if "record_id" not in route.parameters else ("deals",):
            yield route, address(route, slug=slug, record_id=house["records"]["deal", "own"])


@pytest.mark.thorough
@pytest.mark.alike
@pytest.mark.parametrize("language", ["fa", "ru"])
def test_pages_say_nothing_in_english(house, language):  # noqa: F811
    """Error pages are read as well: a 404 or 405 of a page counts like the page."""
    owner = house["people"]["owner"]
    owner.language = language
    owner.save()
    client, names, wrong, read = signed_in(owner), data(house), [], 0
    for _route, path in pages(house):
        answer = client.get(path, headers={"accept-language": language})
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        read += bool(answer.content)
        words = left_in_english(answer.content.decode(), names)
        wrong += [f"{path} ({answer.status_code}): {w}" for w in sorted(words)]
        if client.session.get("_auth_user_id") is None:
            client.force_login(owner)
    assert read > 100, read
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("role", "path", "status"), [("seller", "/settings/people/", 403), ("owner", "/nowhere/", 404)]
)
def test_refusals_say_nothing_in_english(house, role, path, status):  # noqa: F811
    person = house["people"][role]
    person.language = "fa"
    person.save()
    answer = signed_in(person).get(path, headers={"accept-language": "fa"})

    assert answer.status_code == status
    assert not left_in_english(answer.content.decode(), data(house))
