"""A session that ended does not throw anybody out of an open page with words in it."""

import pytest

FRAGMENT = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.django_db
def test_what_is_sent_from_an_open_page_is_refused_with_words(client, django_user_model):
    django_user_model.objects.create_user("olga@shop.example", "secret-olga", name="Olga", role="owner")
    answer = client.post("/deals/new", {"name": "Lights"}, **FRAGMENT)

    assert (answer.status_code, "HX-Redirect" in answer.headers) == (401, False)
    assert "signed out" in answer.headers["HX-Trigger"]
    assert client.get("/deals/", **FRAGMENT).headers["HX-Redirect"] == "/sign-in/?next=%2Fdeals%2F"
    assert client.post("/deals/new", {"name": "Lights"}).status_code == 302
