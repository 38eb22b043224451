"""Fields that are shown, or needed, only sometimes: the same verdict at every door, and the same as a filter's."""

import pytest

from daftar.access.models import Installation, Role, User
from daftar.kernel.errors import Invalid
from daftar.records import conditional, custom_fields, reading, writing
from daftar.records.custom_fields import OptionEdit
from daftar.records.fields.links import Linked
from daftar.records.gate import StageRefused
from daftar.records.models import CustomField
from daftar.records.query.conditions import Condition
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.schema import current_schema


def deals():
    return current_schema().type("deal")


@pytest.fixture
def owner(db):
    Installation.objects.create(pk=1, name="Oak")
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)


@pytest.fixture
def pages(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def why(owner):
    """“Why” of deals: shown and needed only when “Way” is “Post”."""
    custom_fields.add_field(deals(), "choice", "Way", by=owner, options=[OptionEdit("Post"), OptionEdit("Van")])
    key = custom_fields.add_field(deals(), "text", "Why", by=owner).key
    custom_fields.set_conditions(deals(), key, by=owner, show_if="way.in(post)", require_if="way.in(post)")
    return key


VALUES = {
    "text": (["Oak", "oak wood", ""], ["has(oak)", "is(Oak)", "not(Oak)", "starts(oak)", "in(Oak,x)", "empty()", "filled()"]),
    "long_text": (["Oak\nElm", ""], ["has(elm)", "starts(oak)", "empty()"]),
    "whole": (["5", "7", ""], ["is(5)", "gte(6)", "lte(6)", "between(5,6)", "empty()"]),
    "decimal": (["2.5", "7", ""], ["is(2.5)", "gte(2.5)", "lte(3)", "between(0,3)"]),
    "percent": (["2.5%", ""], ["gte(2)", "is(2.5)"]),
    "money": (["5 USD", "7 USD", "7 EUR", ""], ["gte(6)", "lte(6)", "is(7)", "between(5,6)", "empty()", "filled()"]),
    "duration": (["1h", "2h", ""], ["gte(1h 30m)", "is(1:00)", "empty()"]),
    "yes_no": (["yes", "no", ""], ["is(yes)", "is(no)"]),
    "choice": (["Red", "Green", ""], ["in(red)", "none(red)", "in(red,green)", "empty()", "filled()"]),
    "choices": (["Red; Green", "Green", ""], ["in(red)", "none(red)", "empty()"]),
    "tags": (["a, b", "c", ""], ["in(a,c)", "none(a)", "has(B)", "filled()"]),
    "date": (["2026-03-03", "2026-03-05", ""], ["is(2026-03-03)", "gte(2026-03-04)", "lte(2026-03-04)", "between(2026-03-01,2026-03-03)",
                                               "in(this_year)", "in(last_10_days)", "empty()"]),
    "date_time": (["2026-03-03 14:30", "2026-03-05 00:00", ""], ["is(2026-03-03)", "gte(2026-03-05)", "lte(2026-03-04)", "is(2026-03-03 14:30)"]),
    "person": (["me", ""], ["in(me)", "none(me)", "empty()", "in(mine)"]),
    "link": (["me", ""], ["in(me)", "none(me)", "filled()"]),
    "links": (["me", ""], ["in(1)", "none(1)", "empty()"]),
    "stage": (["Won", "Lost", ""], ["kind(won)", "in(won)", "none(won)", "empty()", "in(Lost)"]),
}  # fmt: skip


def test_every_able_kind_is_tried():
    assert set(VALUES) == conditional.ABLE


@pytest.mark.parametrize("kind", VALUES)
def test_python_and_the_database_agree(owner, kind):
    values, asked = VALUES[kind]
    options = [OptionEdit("Red"), OptionEdit("Green")] if kind in ("choice", "choices") else []
    key = custom_fields.add_field(deals(), kind, "Mine", by=owner, options=options, settings={"to": "user"}).key
    type_, reader = deals(), Reader(owner)
    field = type_[key]
    for n, text in enumerate(values):
        value = owner.pk if text == "me" else None if text == "" else field.parse(text, reader)
        if kind == "links":
            value = [Linked(owner.pk)] if text else []
        writing.create(type_, {"name": f"Deal {n}", key: value}, by=owner, via="page")

    for words in asked:
        text = f"{key}.{words.replace('(1)', f'({owner.pk})') if kind == 'links' else words}"
        by_sql = {row.pk for row in View.parse(type_, f"where={text}", reader).rows()}
        by_python = {
            row.pk
            for row in reading.visible(type_, owner)
            if conditional.holds(text, type_, lambda k, row=row: type_.by_key[k].get(row), reader)
        }
        assert by_python == by_sql, text


def test_groups_and_not_are_joined_alike(owner, why):
    type_, reader = deals(), Reader(owner)
    values = {"way": "post", "name": "Mill", "amount": None}

    def says(text):
        return conditional.holds(text, type_, values.get, reader)

    assert says("and(way.in(post),name.has(mill))")
    assert not says("and(way.in(post),not(name.has(mill)))")
    assert says("or(amount.gte(5),amount.empty())")
    assert says("and(gone.is(1),way.in(van))") is None


def test_it_is_needed_at_every_door_only_then(owner, why):
    made = writing.create(deals(), {"name": "Mill", "way": "van"}, by=owner, via="page")

    for act in (
        lambda: writing.create(deals(), {"name": "Yard", "way": "post"}, by=owner, via="quick"),
        lambda: writing.create(deals(), {"name": "Yard", "way": "post"}, by=owner, via="api"),
        lambda: writing.change(deals(), made.pk, {"way": "post"}, by=owner, via="page"),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert refused.value.errors == {why: "“Why” is needed when Way is Post."}
    rows = writing.create_many(deals(), [{"name": "Yard", "way": "post"}, {"name": "Yard"}], by=owner, via="import")
    assert [isinstance(row, Invalid) for row in rows] == [True, False]
    writing.change(deals(), made.pk, {"way": "post", why: "Rain"}, by=owner, via="page")
    with pytest.raises(Invalid):
        writing.change(deals(), made.pk, {why: ""}, by=owner, via="page")


def test_a_required_field_is_not_needed_while_it_is_not_shown(owner, why):
    custom_fields.change_field(deals(), why, by=owner, label="Why", required=True)

    assert writing.create(deals(), {"name": "Mill", "way": "van"}, by=owner, via="page").pk
    with pytest.raises(Invalid):
        writing.create(deals(), {"name": "Mill", "way": "post"}, by=owner, via="page")


def test_old_records_are_asked_when_what_counts_changes(owner, why):
    custom_fields.set_conditions(deals(), why, by=owner, require_if="")
    made = writing.create(deals(), {"name": "Mill", "way": "post"}, by=owner, via="page")
    custom_fields.set_conditions(deals(), why, by=owner, require_if="way.in(post)")

    writing.change(deals(), made.pk, {"name": "Mill 2"}, by=owner, via="page")
    writing.change(deals(), made.pk, {"way": "van"}, by=owner, via="page")
    with pytest.raises(Invalid):
        writing.change(deals(), made.pk, {"way": "post"}, by=owner, via="page")


def test_a_move_on_the_board_asks_for_it(pages, owner):
    key = custom_fields.add_field(deals(), "text", "Why", by=owner).key
    custom_fields.set_conditions(deals(), key, by=owner, require_if="stage.kind(won)")
    made = writing.create(deals(), {"name": "Mill"}, by=owner, via="page")
    won = next(s.id for s in deals().pipelines[0].stages if s.kind == "won")

    with pytest.raises(StageRefused) as refused:
        writing.change(deals(), made.pk, {"stage": won}, by=owner, via="board")
    assert key in refused.value.missing
    asked = pages.post(f"/deals/{made.pk}/move", {"to": str(won)})
    assert f'name="{key}"' in asked.content.decode()


def test_forms_hide_it_keep_its_value_and_say_so_without_scripts(pages, owner, why):
    made = writing.create(deals(), {"name": "Mill", "way": "post", why: "Rain"}, by=owner, via="page")

    form = pages.get(f"/deals/{made.pk}/edit").content.decode()
    assert 'data-fields="way" data-hidden=""' in form
    pages.post(f"/deals/{made.pk}/edit", {"name": "Mill", "way": "van", why: "typed while hidden", "version": "1"})

    row = reading.get(deals(), made.pk, owner)
    assert (row.custom["way"], row.custom[why]) == ("van", "Rain")
    again = pages.get(f"/deals/{made.pk}/edit").content.decode()
    assert f'data-hidden="{why}"' in again
    assert "Only when Way is Post." in again
    assert "Rain" not in pages.get(f"/deals/{made.pk}/").content.decode().split('class="pane pane--timeline')[0]
    hidden = pages.post(f"/deals/shown?of={made.pk}", {"way": "post"}).content.decode()
    assert hidden == ""
    assert pages.post("/deals/shown", {"way": "van"}).content.decode() == why


@pytest.mark.parametrize("of", ["0x1", "-1", "9" * 30, "x", "٣"])
def test_a_broken_address_is_refused(pages, why, of):
    assert pages.post(f"/deals/shown?of={of}", {"way": "van"}).status_code in (400, 404)


def test_the_page_builds_keeps_and_takes_out_a_condition(pages, owner, why):
    page = f"/settings/fields/deal/{why}/conditions"
    drawn = pages.get(f"{page}?which=require").content.decode()
    assert "Way is Post" in drawn
    assert 'value="company.name"' not in drawn
    built = pages.get(
        f"{page}?which=require&.0.k=and&.0.d=0&.1.k=c&.1.d=1&.1.f=way&.1.o=in&.1.was=way in&.1.v=van"
    ).content.decode()
    assert 'name="where" value="way.in(van)"' in built

    assert pages.post(page, {"which": "require", "where": "way.in(van)"}).status_code == 302
    assert CustomField.objects.get(key=why).require_if == "way.in(van)"
    assert "Only when Way is Van." in pages.get(f"/settings/fields/deal/{why}/").content.decode()
    assert pages.post(page, {"which": "show", "act": "remove"}).status_code == 302
    assert CustomField.objects.get(key=why).show_if == ""


@pytest.mark.parametrize(
    "where",
    [
        "company.name.has(x)",
        "had_call.in(last_week)",
        "gone.is(1)",
        "way.gte(1)",
        "way.in(",
        "why.filled()",
        "way.in(nothing)",
        "x" * 9000,
        "\0",
    ],
)
def test_what_is_no_condition_is_refused_with_a_sentence(pages, why, where):
    answer = pages.post(f"/settings/fields/deal/{why}/conditions", {"which": "show", "where": where})

    assert answer.status_code == 422
    assert CustomField.objects.get(key=why).show_if == "way.in(post)"


def test_a_condition_that_lost_its_field_hides_nothing(owner, why):
    from daftar.records import field_bin
    from daftar.records.as_if import as_if
    from daftar.records.field_uses import usage_of

    uses = {(u.what, u.how): u.then for u in usage_of(deals(), "way", as_if(deals(), "way", None))}
    assert uses["Condition", "shows it"] == "It is always shown."
    field_bin.delete_field(deals(), "way", by=owner, typed="Way")

    made = writing.create(deals(), {"name": "Mill"}, by=owner, via="page")
    assert conditional.is_shown_on(deals()[why], made, Reader(owner))


def test_conditions_of_linked_records_are_not_asked():
    assert str(Condition("way", "in", ("post",))) == "way.in(post)"
