"""What is hidden from a person is nowhere: every page of every type, with every field that can be hidden marked and hidden."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from daftar.access.grants import ACTIONS, read
from daftar.access.models import Role, User
from daftar.access.shipped_roles import install_roles
from daftar.records import schema as schema_module
from daftar.records import writing
from daftar.records.models import StoredFile
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines, schema_changed

TYPES = ("lead", "contact", "company", "deal", "activity", "product")
MARKED = {
    "text": "mark{n}x", "long_text": "mark{n}x", "emails": "mark{n}x@hidden.example", "webs": "https://mark{n}x.example",
    "phones": "+1202555{n:04}", "tags": "mark{n}x", "money": "77{n:03}1", "whole": "19{n:02}", "messengers": "telegram: mark{n}x",
}  # fmt: skip


@pytest.fixture
def house(db):
    """An owner who knows everything, and somebody with every right to whom every field is hidden."""
    schema_module._kept = None
    install_roles()
    install_pipelines()
    chief = User.objects.create_user("chief@house.example", "a long word 17", name="Chief", role="owner")
    schema = current_schema()
    hidden = {key: dict.fromkeys(schema.type(key).closable, "hidden") for key in TYPES}
    grants = read({"types": {"*": dict.fromkeys(ACTIONS, "all")}, "fields": hidden})
    Role.objects.create(key="blind", name="Blind", grants=grants.to_json())
    schema_changed()
    blind = User.objects.create_user("blind@house.example", "a long word 17", name="Blind", role="blind")
    return {"chief": chief, "blind": blind}


def marked(key: str, chief: User) -> tuple[Any, dict[str, str]]:
    """A record with a mark in each field that takes one; field → mark as it reads on a page."""
    type_ = current_schema().type(key)
    reader = Reader(chief)
    values: dict[str, Any] = {type_.title_field.key: f"the {key}"}
    marks: dict[str, str] = {}
    for n, field in enumerate(type_.writable, 10):
        if field.kind in MARKED and field.key in type_.closable and field.key != "founded":
            typed = MARKED[field.kind].format(n=n)
            values[field.key] = field.parse([typed] if field.many and field.kind != "tags" else typed, reader)
            marks[field.key] = f"555{n:04}" if field.kind == "phones" else f"mark{n}x" if "mark" in typed else typed
    if key == "activity":
        values |= {"kind": "note"}
    return writing.create(type_, values, by=chief, via="page"), marks


def bodies(client: Client, paths: list[str]) -> dict[str, str]:
    made = {}
    for path in paths:
        answer = client.get(path)
        assert answer.status_code < 500, path
        raw = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
        made[path] = raw.decode(errors="replace")
    return made


def plain(body: str) -> str:
    """The page without what groups digits."""
    return body.replace(" ", "").replace(",", "").replace("-", "")


@pytest.mark.parametrize("key", TYPES)
def test_hidden_fields_are_on_no_page(house, key):
    row, marks = marked(key, house["chief"])
    type_ = current_schema().type(key)
    writing.change(type_, row.pk, {type_.title_field.key: f"the other {key}"}, by=house["chief"], via="page")
    client = Client()
    client.force_login(house["blind"])
    base = f"/{type_.slug}/"
    here = f"{base}{row.pk}/"
    paths = [
        base, f"{base}board/", f"{base}new", f"{base}quick", f"{base}bin/", f"{base}export.csv?cols=all", here, f"{here}edit",
        f"{base}?cols={','.join(marks)}", f"{base}filter", f"{base}columns", f"{base}import/", f"/lookup/{key}?q=the", "/due/",
        f"{here}timeline", f"{here}convert", f"{here}history/{type_.title_field.key}",
    ]  # fmt: skip

    pages = bodies(client, paths)

    assert f"the other {key}" in pages[base]
    shown = {(path, field) for path, body in pages.items() for field, mark in marks.items() if mark in plain(body)}
    assert not shown
    client.force_login(house["chief"])
    (card,) = bodies(client, [here]).values()
    assert not [field for field, mark in marks.items() if mark not in plain(card)]


@pytest.mark.parametrize("key", TYPES)
def test_hidden_fields_answer_as_if_they_were_not_there(house, key):
    row, marks = marked(key, house["chief"])
    type_ = current_schema().type(key)
    client = Client()
    client.force_login(house["blind"])
    here = f"/{type_.slug}/{row.pk}/"
    for field, mark in marks.items():
        for path in (f"{here}field/{field}", f"{here}history/{field}"):
            assert client.get(path).status_code == 404, path
            assert client.post(path, {field: "x", "version": "1"}).status_code in (404, 405), path
        assert client.get(f"/{type_.slug}/?{field}.filled=").status_code == 400, field
        assert client.get(f"/{type_.slug}/?sort={field}").status_code == 400, field
        assert client.get(f"/{type_.slug}/?where={field}.filled()").status_code == 400, field
        assert f'href="{here}"' not in client.get(f"/{type_.slug}/?q={mark}").content.decode(), field
        assert f'"{row.pk}"' not in client.get(f"/lookup/{key}?q={mark}").content.decode(), field

    before = {f.key: f.get(type_.model.objects.get(pk=row.pk)) for f in type_.fields if f.key in marks}
    client.post(f"{here}edit", {type_.title_field.key: "changed", "version": "1", **dict.fromkeys(marks, "taken")})
    after = {f.key: f.get(type_.model.objects.get(pk=row.pk)) for f in type_.fields if f.key in marks}
    assert after == before


def test_a_file_of_a_hidden_field_is_not_there(house):
    row, _marks = marked("deal", house["chief"])
    Role.objects.filter(key="blind").update(
        grants=read({"types": {"*": {"see": "all"}}, "fields": {"deal": {"comments": "hidden"}}}).to_json()
    )
    kept = StoredFile.objects.create(
        type="deal", record_id=row.pk, field="comments", name="secret.txt", content_type="text/plain", size_bytes=1,
        sha256="", path="none", by=house["chief"],
    )  # fmt: skip
    client = Client()
    client.force_login(house["blind"])

    assert client.get(f"/files/{kept.pk}/secret.txt").status_code == 404
    assert "secret.txt" not in client.get(f"/deals/{row.pk}/").content.decode()
