import pytest
from django.urls import NoReverseMatch, include, path, reverse

from daftar.ui.addresses import address


def nothing(request):
    return None


urlpatterns = [
    path("plain", nothing, name="plain"),
    path("<slug:slug>/<int:id>/", nothing, name="card"),
    path("files/<int:id>/<str:name>", nothing, name="file"),
    path("in/<int:room>/", include(([path("<int:id>/", nothing, name="inner")], "space"))),
]


@pytest.fixture(autouse=True)
def _here(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("plain", {}),
        ("card", {"slug": "deals", "id": 7}),
        ("file", {"id": 3, "name": "قرارداد ۱۲ & more?.pdf"}),
        ("file", {"id": 3, "name": "50%.pdf"}),
        ("space:inner", {"room": 2, "id": 3}),
    ],
)
def test_an_address_is_the_one_that_django_makes(name, kwargs):
    assert address(name, **kwargs) == reverse(name, kwargs=kwargs or None)


def test_a_query_is_encoded_behind_the_address():
    assert address("plain", query={"q": "a b&c", "id": [1, 2]}) == "/plain?q=a+b%26c&id=1&id=2"


@pytest.mark.parametrize(
    ("name", "kwargs"), [("card", {"slug": "no slash/", "id": 7}), ("card", {"slug": "deals"}), ("none", {})]
)
def test_an_address_that_no_page_has_is_an_error(name, kwargs):
    with pytest.raises(NoReverseMatch):
        address(name, **kwargs)
