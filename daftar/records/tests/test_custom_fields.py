"""Custom fields through the pages: every kind on every record type, in list, filter, board, card and edit in place."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.access.models import Installation, Role, User
from daftar.exchange.importing.maps import fillable
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.records import custom_fields, reading, writing
from daftar.records.custom_fields import OptionEdit
from daftar.records.models import ChoiceOption, CustomField
from daftar.records.schema import current_schema

TYPES = ("lead", "contact", "company", "deal", "product", "activity", "user", "department", "office")
NEEDED = {"activity": {"kind": "note", "body": "x", "subject": "Mill"}}
TITLES = {"lead": "title", "activity": "subject"}


@pytest.fixture
def owner(db):
    Installation.objects.create(pk=1, name="Oak")
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)


@pytest.fixture
def pages(client, owner):
    client.force_login(owner)
    return client


def typed(kind, key, owner):
    """What a person fills in, and what then stands in the list."""
    return {
        "text": ({key: "Oak wood"}, "Oak wood"),
        "long_text": ({key: "Much wood"}, "Much wood"),
        "whole": ({key: "1234"}, "1,234"),
        "decimal": ({key: "3.25"}, "3.25"),
        "percent": ({key: "12.5"}, "12.5%"),
        "money": ({key: "120.50", f"{key}.currency": "USD"}, "$120.50"),
        "yes_no": ({key: "1"}, "Yes"),
        "choice": ({key: "Red"}, "Red"),
        "choices": ({key: ["Red", "Green"]}, "Green"),
        "date": ({key: "2026-03-03"}, "3 Mar 2026"),
        "date_time": ({key: "2026-03-03 14:30"}, "14:30"),
        "duration": ({key: "1h 30m"}, "1h 30m"),
        "person": ({key: str(owner.pk)}, "Boss"),
        "link": ({key: str(owner.pk)}, "Boss"),
        "links": ({key: [str(owner.pk)], f"{key}.role": ["judge"]}, "judge"),
        "phones": ({f"{key}.value": "+12025550123", f"{key}.label": "work"}, "202-555-0123"),
        "emails": ({f"{key}.value": "a@b.example", f"{key}.label": "work"}, "a@b.example"),
        "messengers": ({f"{key}.value": "@oakshop", f"{key}.label": "telegram"}, "oakshop"),
        "webs": ({f"{key}.value": "https://oak.example", f"{key}.label": ""}, "oak.example"),
        "address": ({f"{key}.street": "Mill Road 3", f"{key}.city": "Milton"}, "Milton"),
        "files": ({key: SimpleUploadedFile("plan.txt", b"rooms")}, "plan.txt"),
        "tags": ({key: "spring, oak"}, "spring"),
        "stage": ({key: "Won"}, "Won"),
    }[kind]


def added(pages, type_key, kind, **more):
    """The key of a field that is added through the page."""
    form = {"label": f"My {kind}", "to": "user", "role": "1", "options": "Red\nGreen\n", "formula": "1 + 1", **more}
    answer = pages.post(f"/settings/fields/{type_key}/new?kind={kind}", form)
    assert answer.status_code == 302, answer.content.decode()
    return CustomField.objects.get(type=type_key, label=form["label"]).key


@pytest.mark.parametrize(
    "type_key", [pytest.param(t, marks=() if t == "deal" else pytest.mark.thorough) for t in TYPES]
)
def test_every_kind_works_on_every_page_of_the_type(pages, owner, type_key):
    kinds = [kind.kind for kind in custom_fields.kinds() if kind.kind != "formula"]  # which nobody types
    keys = {kind: added(pages, type_key, kind) for kind in kinds}
    type_ = current_schema().type(type_key)
    row = writing.create(type_, {TITLES.get(type_key, "name"): "Mill"} | NEEDED.get(type_key, {}), by=owner, via="page")
    for kind, key in keys.items():
        sent, _shown = typed(kind, key, owner)
        assert pages.post(f"{type_.address(row.pk)}field/{key}", sent).status_code == 302, kind

    listed = pages.get(f"{type_.address()}?cols={type_.title_field.key},{','.join(keys.values())}").content.decode()
    card = pages.get(type_.address(row.pk)).content.decode()
    for kind, key in keys.items():
        shown = typed(kind, key, owner)[1]
        assert shown in listed, (kind, shown)
        assert f"My {kind}" in card, kind
        operator = "=yes" if kind == "yes_no" else ".filled="
        found = pages.get(f"{type_.address()}?{key}{operator}")
        assert found.status_code == 200, kind
        assert type_.address(row.pk) in found.content.decode(), kind
        if kind != "yes_no":
            empty = pages.get(f"{type_.address()}?{key}.empty=").content.decode()
            assert f'id="row-{row.pk}"' not in empty, kind
    for kind in ("choice", "stage"):
        board = pages.get(f"{type_.address()}board/?by={keys[kind]}")
        assert board.status_code == 200, kind
        assert pages.get(f"{type_.address()}?sort=-{keys[kind]}").status_code == 200, kind
    assert pages.get(f"{type_.address()}new").content.decode().count("My ") >= len(kinds)
    assert set(keys.values()) <= {field.key for field in fillable(type_)}


@pytest.mark.parametrize(
    "language", ["fa", *(pytest.param(other, marks=pytest.mark.thorough) for other in ("en", "ru"))]
)
def test_the_pages_of_every_kind_are_drawn(pages, owner, language):
    User.objects.filter(pk=owner.pk).update(language=language)

    for kind in (kind.kind for kind in custom_fields.kinds()):
        assert pages.get(f"/settings/fields/deal/new?kind={kind}").status_code == 200
        key = added(pages, "deal", kind)
        assert pages.get(f"/settings/fields/deal/{key}/").status_code == 200
    assert "My text" in pages.get("/settings/fields/deal/").content.decode()


def test_name_help_place_required_and_default_are_kept(pages, owner):
    form = {"help": "In metres", "required": "1", "place": "@company", "default": "7", "total": "1"}
    key = added(pages, "deal", "whole", **form)
    deal = current_schema().type("deal")

    field = deal[key]
    assert (field.help, field.required, field.total, field.default) == ("In metres", True, True, 7)
    assert key in [f.key for f in dict(deal.sections())["Client"]]
    made = writing.create(deal, {"name": "Mill"}, by=owner, via="page")
    assert field.get(made) == 7
    with pytest.raises(Invalid):
        writing.change(deal, made.pk, {key: None}, by=owner, via="page")


@pytest.mark.parametrize(
    ("kind", "default", "kept"),
    [
        ("choice", "Green", "green"), ("choices", "Green; Red", ["red", "green"]), ("date", "2026-03-03", "2026-03-03"),
        ("yes_no", "1", True), ("money", "5", None), ("decimal", "2.5", "2.5"), ("tags", "a, b", ["a", "b"]), ("text", "x", "x"),
    ],
)  # fmt: skip
def test_a_default_is_parsed_by_its_kind(pages, owner, kind, default, kept):
    key = added(pages, "deal", kind, **{"default": default, "default.currency": "USD"})

    stored = CustomField.objects.get(key=key).default
    assert stored == kept if kept is not None else stored["amount"] == "5"


@pytest.mark.parametrize(
    ("kind", "form", "field"),
    [
        ("text", {"label": ""}, "label"), ("text", {"label": "Name"}, "label"), ("text", {"label": "\0"}, "label"),
        ("text", {"label": "x" * 201}, "label"), ("whole", {"default": "many"}, "default"), ("date", {"default": "2026-02-30"}, "default"),
        ("link", {"to": "nothing"}, "to"), ("choice", {"default": "Blue"}, "default"), ("choice", {"options": "Red\nred "}, "options"),
        ("text", {"help": "x" * 501}, "help"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_told_at_its_field(pages, kind, form, field):
    answer = pages.post(
        f"/settings/fields/deal/new?kind={kind}", {"label": "Mine", "options": "Red", "to": "user"} | form
    )

    assert answer.status_code == 422
    assert f'data-error-for="{field}">' in answer.content.decode()
    assert not CustomField.objects.exists()
    assert not ChoiceOption.objects.exists()


def test_a_hidden_field_leaves_every_page_and_comes_back_with_its_values(pages, owner):
    key = added(pages, "deal", "text")
    deal = current_schema().type("deal")
    row = writing.create(deal, {"name": "Mill", key: "Oak wood"}, by=owner, via="page")

    pages.post(f"/settings/fields/deal/{key}/", {"act": "hide"})
    hidden = pages.get(f"/deals/{row.pk}/").content.decode()
    pages.post(f"/settings/fields/deal/{key}/", {"act": "bring_back"})
    back = pages.get(f"/deals/{row.pk}/").content.decode()

    assert "Oak wood" not in hidden
    assert "Oak wood" in back


def test_a_hidden_field_keeps_its_values_through_an_edit(pages, owner):
    key = added(pages, "deal", "text")
    row = writing.create(current_schema().type("deal"), {"name": "Mill", key: "Oak wood"}, by=owner, via="page")
    custom_fields.hide_field(current_schema().type("deal"), key, by=owner)

    writing.change(current_schema().type("deal"), row.pk, {"name": "Mill 2"}, by=owner, via="page")

    assert reading.get(current_schema().type("deal"), row.pk, owner).custom[key] == "Oak wood"


def test_options_are_renamed_added_coloured_and_archived(pages, owner):
    key = added(pages, "deal", "choice")
    form = {
        "label": "My choice", "option_key": ["red", "green"], "option_label": ["Crimson", "Green"],
        "option_colour": ["red", ""], "option_archived": ["green"], "options": "Blue", "position": "3",
    }  # fmt: skip

    assert pages.post(f"/settings/fields/deal/{key}/", form).status_code == 302

    options = [(o.key, o.label, o.colour, o.archived) for o in current_schema().type("deal")[key].options()]
    assert options == [("red", "Crimson", "red", False), ("green", "Green", "", True), ("blue", "Blue", "", False)]


def test_options_of_a_shipped_list_can_be_changed_and_keep_their_translations(pages, owner):
    page = pages.get("/settings/fields/deal/source/")
    shipped = current_schema().type("deal")["source"].options()
    form = {
        "option_key": [o.key for o in shipped], "option_label": [o.label for o in shipped],
        "option_colour": [o.colour for o in shipped], "options": "Radio",
    }  # fmt: skip

    assert page.status_code == 200
    assert pages.post("/settings/fields/deal/source/", form).status_code == 302
    assert [row.label for row in ChoiceOption.objects.all()] == ["Radio"]


@pytest.mark.parametrize("key", ["stage", "name", "nothing", "kind_of"])
def test_other_fields_have_no_page(pages, key):
    assert pages.get(f"/settings/fields/deal/{key}/").status_code == 404


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Site area, m²", "site_area_m2"), ("Площадь", "ploshchad"), ("متراژ", "mtrazh"), ("Limit", "limit_2"), ("Sort", "sort_2"),
        ("Stage id", "stage_id_2"), ("12 months", "cf_12_months"), ("★★★", "cf_1"), ("Version", "version_2"), ("日本", "cf_1"),
    ],
)  # fmt: skip
def test_keys_are_plain_and_never_taken(owner, label, key):
    assert custom_fields.add_field(current_schema().type("deal"), "text", label, by=owner).key == key


def test_only_those_who_run_the_company_change_fields(client, owner):
    seller = User.objects.create_user("sara@oak.example", "rain on copper", name="Sara", role=Role.SELLER)
    deal = current_schema().type("deal")
    row = custom_fields.add_field(deal, "choice", "Colour", by=owner, options=[OptionEdit("Red")])
    client.force_login(seller)

    for refused in (
        lambda: custom_fields.add_field(deal, "text", "Mine", by=seller),
        lambda: custom_fields.change_field(deal, row.key, by=seller, label="Mine"),
        lambda: custom_fields.hide_field(deal, row.key, by=seller),
        lambda: custom_fields.bring_back_field(deal, row.key, by=seller),
        lambda: custom_fields.change_options(deal, "source", [OptionEdit("x")], by=seller),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert client.post(f"/settings/fields/deal/{row.key}/", {"act": "hide"}).status_code == 403
    assert CustomField.objects.get().label == "Colour"
