"""Every facet of every kind, in columns and in JSON, for readers of several languages and calendars."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.records.fields import KINDS
from daftar.records.fields._typed_list import Typed
from daftar.records.tests.field_samples import FORMATS, IN_COLUMNS, IN_JSON, STORED, VALUES, reader
from daftar.ui.parts import Widget

KEYS = list(VALUES)
READERS = st.sampled_from(sorted(FORMATS)).map(reader)
CASES = [(key, name) for key in KEYS for name in FORMATS]


def form_of(widget: Widget) -> QueryDict:
    """What a browser would send for the widget as it is drawn."""
    sent = QueryDict(mutable=True)

    def add(part: Widget) -> None:
        if part.kind in ("rows", "group"):
            for inner in part.parts:
                add(inner)
        elif part.kind == "checks":
            sent.setlist(part.name, [*(o.value for o in part.options if o.chosen), ""])
        elif part.kind == "checkbox":
            sent.setlist(part.name, ["", *(["1"] if part.value else [])])
        elif part.kind == "file":
            sent.setlist(f"{part.name}.keep", [o.value for o in part.options if o.chosen])
        else:
            sent.appendlist(part.name, part.value)

    add(widget)
    return sent


def reader_with_files(name: str) -> Any:
    made = reader(name)
    made.names.known.update({("file", 1): "price list.pdf", ("file", 3): "عکس.jpg"})
    return made


@pytest.mark.parametrize(("key", "name"), CASES)
def test_what_is_exported_is_read_again(key: str, name: str) -> None:
    field, by = IN_JSON[key], reader(name)
    text = field.export(VALUES[key], by)
    assert isinstance(text, str)
    assert field.parse(text, by) == VALUES[key]


@pytest.mark.parametrize(("key", "name"), [case for case in CASES if case[1] != "unknown"])
def test_a_form_sent_back_untouched_changes_nothing(key: str, name: str) -> None:
    field, by = IN_JSON[key], reader_with_files(name)
    sent = form_of(field.widget(VALUES[key], by))
    assert field.parse(field.read(sent), by) == VALUES[key]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_is_empty_and_stays_so(key: str, empty: Any) -> None:
    field, by = IN_JSON[key], reader()
    value = field.parse(empty, by)
    assert field.is_empty(value)
    assert field.dump(value) is None
    assert field.is_empty(field.load(None))
    assert field.export(value, by) == ""
    assert not field.show(value, by)
    assert isinstance(field.widget(value, by), Widget)


@pytest.mark.parametrize("key", KEYS)
def test_a_form_without_the_field_says_nothing_about_it(key: str) -> None:
    assert IN_JSON[key].read(QueryDict("other=1")) is None
    assert IN_JSON[key].read({"other": "1"}) is None


@pytest.mark.parametrize("key", KEYS)
def test_json_form_comes_back(key: str) -> None:
    field = IN_JSON[key]
    assert field.load(json.loads(json.dumps(field.dump(VALUES[key])))) == VALUES[key]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("stored", STORED)
def test_row_keeps_the_value(key: str, stored: str) -> None:
    type_ = STORED[stored]
    field, row = type_[key], type_.model()
    assert field.column == ("" if stored == "json" else key)
    field.put(row, VALUES[key])
    assert field.get(row) == VALUES[key]
    field.put(row, field.parse("", reader()))
    assert field.is_empty(field.get(row)) or field.get(row) is False
    assert row.custom == {}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", FORMATS)
def test_values_are_shown(key: str, name: str) -> None:
    shown = IN_JSON[key].show(VALUES[key], reader_with_files(name))
    assert shown.text
    assert "\n" not in shown.text or key == "words"


@pytest.mark.parametrize("key", KEYS)
def test_python_values_are_taken_as_they_are(key: str) -> None:
    """API and rules bring values, not texts."""
    assert IN_JSON[key].parse(VALUES[key], reader("ru")) == VALUES[key]
    if key != "duration":
        dumped = IN_JSON[key].dump(VALUES[key])
        assert IN_JSON[key].parse(dumped, reader()) == VALUES[key]


@pytest.mark.parametrize("key", KEYS)
def test_every_operator_has_a_filter_widget_and_a_description(key: str) -> None:
    field = IN_COLUMNS[key]
    for operator in field.operators():
        for raw in ([], ["1"], ["this_month", "2024-01-01"]):
            assert isinstance(field.filter_widget(operator.key, raw, reader("fa")), Widget)
    assert field.describe()["operators"]
    with pytest.raises(Invalid, match="cannot be compared"):
        field.condition("like", ["x"], reader())


def test_a_day_in_a_filter_stands_in_the_readers_calendar() -> None:
    day = IN_COLUMNS["day"]
    shown = day.filter_widget("in", ["this_month", "2024-03-20"], reader("fa"))
    assert [o.label for o in shown.parts[0].options if o.chosen] == ["This month", "۱۴۰۳/۰۱/۰۱"]
    between = day.filter_widget("between", ["2024-03-20"], reader("fa"))
    assert [part.value for part in between.parts] == ["۱۴۰۳/۰۱/۰۱", ""]


def test_kinds_say_what_they_are() -> None:
    expected = {
        "long_text", "whole", "decimal", "percent", "yes_no", "choices", "date", "date_time", "duration", "phones",
        "emails", "messengers", "webs", "address", "files", "tags", "next_step",
    }  # fmt: skip
    assert expected <= set(KINDS)
    assert all(str(KINDS[k].kind_name) for k in expected)


# -- properties ------------------------------------------------------------------------------------

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), max_size=30)
MOMENTS = st.integers(-69 * 366 * 86400, 229 * 365 * 86400).map(lambda s: EPOCH + dt.timedelta(seconds=s))
DECIMALS = st.decimals(-(10**12), 10**12, places=4).map(lambda d: d.normalize() + 0)
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,10}", fullmatch=True)
LABELS = WORDS | st.sampled_from(["work", "mobile", "telegram", "site", ""])
TYPED: dict[str, Any] = {
    "phones": st.integers(10**6, 10**9 - 1).map(lambda n: f"+989{n:09}")
    | st.tuples(st.integers(2_000_000, 9_999_999), st.integers(1, 9999)).map(lambda p: f"+1415{p[0]};ext={p[1]}"),
    "emails": st.tuples(NAMES, NAMES).map(lambda p: f"{p[0]}+{p[1]}@{p[1]}.example"),
    "messengers": WORDS,
    "webs": st.tuples(NAMES, st.text("abc/;()%?&=#:.,~-", max_size=20)).map(lambda p: f"https://{p[0]}.example/{p[1]}"),
}


def check_refusal(refused: Invalid, key: str) -> None:
    assert refused.field == key
    assert str(refused)


def read_twice(key: str, raw: Any, by: Any) -> None:
    """What parse makes of anything is a value that export and parse keep."""
    field = IN_JSON[key]
    try:
        value = field.parse(raw, by)
    except Invalid as refused:
        check_refusal(refused, key)
        return
    assert field.parse(field.export(value, by), by) == value
    assert field.load(json.loads(json.dumps(field.dump(value)))) == value


@settings(max_examples=60, deadline=None)
@given(
    by=READERS,
    number=DECIMALS,
    whole=st.integers(-(2**63) + 1, 2**63 - 1),
    seconds=st.integers(-(2**31) + 1, 2**31 - 1),
)
def test_numbers_survive(by: Any, number: Decimal, whole: int, seconds: int) -> None:
    read_twice("amount", number, by)
    read_twice("percent", number, by)
    read_twice("whole", whole, by)
    read_twice("duration", dt.timedelta(seconds=seconds), by)
    span = dt.timedelta(seconds=seconds)
    for key, value in (("amount", number), ("percent", number), ("whole", whole), ("duration", span)):
        field = IN_JSON[key]
        if by.formats.language:
            assert field.parse(field.read(form_of(field.widget(value, by))), by) == value


@settings(max_examples=80, deadline=None)
@given(by=READERS, moment=MOMENTS)
def test_days_and_moments_survive(by: Any, moment: dt.datetime) -> None:
    for key, value in (("day", moment.date()), ("moment", moment)):
        field = IN_JSON[key]
        assert field.parse(field.export(value, by), by) == value
        assert field.parse(field.read(form_of(field.widget(moment.date() if key == "day" else moment, by))), by) in (
            value, value - dt.timedelta(hours=1),  # the hour that comes twice is the first of the two
        )  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    by=READERS,
    words=WORDS,
    list_=st.lists(WORDS, max_size=4),
    lines=st.dictionaries(st.sampled_from(["street", "city", "region", "postcode", "country"]), WORDS),
)
def test_words_survive(by: Any, words: str, list_: list[str], lines: dict[str, str]) -> None:
    read_twice("words", words, by)
    read_twice("tags", list_, by)
    read_twice("address", lines, by)
    read_twice("address", words, by)


@settings(max_examples=150, deadline=None)
@given(by=READERS, data=st.data())
def test_typed_values_survive(by: Any, data: Any) -> None:
    for key, strategy in TYPED.items():
        row = st.fixed_dictionaries({"value": strategy, "label": LABELS})
        rows = data.draw(st.lists(row, max_size=4))
        read_twice(key, rows, by)


@settings(max_examples=100, deadline=None)
@given(by=READERS, key=st.sampled_from(KEYS), raw=st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(by: Any, key: str, raw: str) -> None:
    read_twice(key, raw, by)
    for operator in IN_JSON[key].operators():
        try:
            IN_JSON[key].condition(operator.key, [raw], by)
        except Invalid as refused:
            check_refusal(refused, key)


# -- what each kind reads ----------------------------------------------------------------------------

READ: list[tuple[str, str, Any, Any]] = [
    ("whole", "fa", "۲۲٬۷۰۰", 22700),
    ("whole", "ru", "22 700", 22700),
    ("amount", "ru", "22 700,5", Decimal("22700.5")),
    ("amount", "en", "22,700.50", Decimal("22700.5")),
    ("amount", "en", 12.5, Decimal("12.5")),
    ("percent", "fa", "۱۲٫۵٪", Decimal("12.5")),
    ("flag", "ru", "Да", True),
    ("flag", "fa", "خیر", False),
    ("flag", "en", "No", False),
    ("choices", "en", "RED; Зеленый", ["red", "green"]),
    ("choices", "en", "green\nred\nred", ["red", "green"]),
    ("day", "fa", "۱۴۰۲/۱۲/۲۹", dt.date(2024, 3, 19)),
    ("day", "ru", "29.02.2024", dt.date(2024, 2, 29)),
    ("moment", "fa", "1403/01/01 00:30", dt.datetime(2024, 3, 19, 21, 0, tzinfo=dt.UTC)),
    ("moment", "ru", "2024-03-20T21:45:00Z", dt.datetime(2024, 3, 20, 21, 45, tzinfo=dt.UTC)),
    ("duration", "en", "1h 30m", dt.timedelta(minutes=90)),
    ("duration", "en", 90, dt.timedelta(seconds=90)),
    ("phones", "fa", "work: ۰۲۱ ۸۸۷۷ ۶۶۵۵; +98 912 345 6789 (mobile)",
     [Typed("+982188776655", "work"), Typed("+989123456789", "mobile")]),
    ("phones", "en", "+1 415 555 0100;ext=12\n+1 415 555 0100 ext. 12", [Typed("+14155550100;ext=12")]),
    ("phones", "en", "tel:+14155550100", [Typed("+14155550100")]),
    ("emails", "en", "Work: Sara@Example.COM; mailto:b@example.com",
     [Typed("sara@example.com", "work"), Typed("b@example.com")]),
    ("messengers", "en", "telegram: @sara; https://t.me/ali; +98912 (WhatsApp); skype:live:x",
     [Typed("@sara", "telegram"), Typed("@ali", "telegram"), Typed("+98912", "whatsapp"), Typed("live:x", "skype")]),
    ("webs", "en", "Example.com; shop: https://shop.example.com/a;b",
     [Typed("https://example.com"), Typed("https://shop.example.com/a;b", "shop")]),
    ("address", "en", "12 High St\nLondon", {"street": "12 High St, London"}),
    ("address", "en", "12 High St;London;;N1;UK",
     {"street": "12 High St", "city": "London", "postcode": "N1", "country": "UK"}),
    ("tags", "en", "vip, VIP; مشتری، b", ["vip", "مشتری", "b"]),
    ("files", "en", "3; 4", [3, 4]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "name", "raw", "value"), READ)
def test_reads(key: str, name: str, raw: Any, value: Any) -> None:
    assert IN_JSON[key].parse(raw, reader(name)) == value


REFUSED: list[tuple[str, str, Any]] = [
    ("words", "en", "x" * 20_001),
    ("words", "en", "x" * 5_000_000),
    ("words", "en", "a\0b"),
    ("words", "en", "a\ud800b"),
    ("whole", "en", "12.5"),
    ("whole", "en", "9" * 20),
    ("whole", "en", True),
    ("amount", "ru", "1.234"),
    ("amount", "en", "12.34567"),
    ("amount", "en", float("inf")),
    ("amount", "en", Decimal("1e50")),
    ("amount", "en", "1e5"),
    ("percent", "en", "half"),
    ("flag", "en", "maybe"),
    ("choices", "en", "red; purple"),
    ("choices", "en", ["red"] * 51),
    ("day", "en", "2023-02-29"),
    ("day", "unknown", "03/04/2017"),
    ("day", "en", dt.date(1800, 1, 1)),
    ("moment", "en", "2024-01-01 25:00"),
    ("duration", "en", "soon"),
    ("duration", "en", 2**31),
    ("phones", "en", "0912-CALL-ME"),
    ("phones", "unknown", "0912 345 6789"),
    ("phones", "en", "; ".join(f"+1415555{n:04}" for n in range(51))),
    ("emails", "en", "sara@"),
    ("messengers", "en", [{"value": "a;b", "label": "telegram"}]),
    ("messengers", "en", "x" * 101),
    ("webs", "en", "javascript:alert(1)"),
    ("webs", "en", "https://user:pw@example.com"),
    ("address", "en", {"postcode": "1" * 21}),
    ("tags", "en", "x" * 61),
    ("tags", "en", "a\0"),
    ("files", "en", "../../etc/passwd"),
    ("files", "en", "9" * 20),
]


@pytest.mark.parametrize(("key", "name", "raw"), REFUSED)
def test_refuses_with_a_sentence_at_its_field(key: str, name: str, raw: Any) -> None:
    with pytest.raises(Invalid) as refused:
        IN_JSON[key].parse(raw, reader(name))
    assert refused.value.field == key
    assert len(str(refused.value)) > 10


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("whole", "whole=12x"),
        ("day", "day=2023-02-29"),
        ("duration", "duration=soon"),
        ("phones", "phones.value=0912-CALL&phones.label=work"),
        ("address", "address.street=a&address.postcode=" + "1" * 30),
        ("tags", "tags=" + "x" * 70),
        ("words", "words=" + "x" * 20_100),
    ],
)
def test_a_refused_form_shows_again_what_was_typed(key: str, sent: str) -> None:
    field, form = IN_JSON[key], QueryDict(sent)
    raw = field.read(form)
    with pytest.raises(Invalid):
        field.parse(raw, reader("fa"))
    again = form_of(field.widget(raw, reader("fa")))
    assert all(again.getlist(name) == form.getlist(name) for name in form)


def test_unknown_choice_is_named_for_the_import() -> None:
    with pytest.raises(Invalid) as refused:
        IN_JSON["choices"].parse("red; Purple", reader())
    assert refused.value.details["unknown_choice"] == "Purple"


def test_an_unticked_box_is_no_and_a_missing_one_is_silent() -> None:
    flag, by = IN_JSON["flag"], reader()
    assert flag.parse(flag.read(QueryDict("flag=")), by) is False
    assert flag.parse(flag.read(QueryDict("flag=&flag=1")), by) is True
    assert flag.read(QueryDict("")) is None


def test_a_row_of_a_list_without_a_value_is_dropped() -> None:
    phones = IN_JSON["phones"]
    assert phones.parse(phones.read(QueryDict("phones.value=&phones.label=work")), reader()) == []


def test_whole_keeps_to_its_column_and_its_limits() -> None:
    with pytest.raises(Invalid, match="between"):
        IN_COLUMNS["whole"].parse(str(2**31), reader())
    assert IN_JSON["whole"].parse(str(2**31), reader()) == 2**31
    whole = KINDS["whole"]("n", low=1, high=5).bind(IN_JSON, custom=True)
    with pytest.raises(Invalid, match="between 1 and 5"):
        whole.parse("6", reader())


def test_decimal_keeps_to_its_column() -> None:
    assert IN_COLUMNS["amount"].parse("123456789.125", reader()) == Decimal("123456789.125")
    with pytest.raises(Invalid):
        IN_COLUMNS["amount"].parse("1.1255", reader())
    with pytest.raises(Invalid):
        IN_COLUMNS["amount"].parse("1234567890", reader())


def test_phones_mails_and_sites_are_safe_links() -> None:
    shown = IN_JSON["phones"].show([Typed("+14155550100;ext=12", "work")], reader())
    assert (shown.items[0].href, shown.items[0].style) == ("tel:+14155550100;ext=12", "phone")
    assert shown.items[0].direction == "ltr"
    mail = IN_JSON["emails"].show([Typed("a?b&c@example.com")], reader()).items[0]
    assert mail.href == "mailto:a%3Fb%26c@example.com"
    assert IN_JSON["webs"].show([Typed("https://example.com/")], reader()).items[0].text == "example.com"
    names = IN_JSON["messengers"].show(
        [Typed("@sara", "telegram"), Typed("+98 912 345", "whatsapp"), Typed("javascript:alert(1)", "telegram")],
        reader(),
    )
    assert [i.href for i in names.items] == ["https://t.me/sara", "https://wa.me/98912345", ""]


def test_points_are_what_people_are_found_by() -> None:
    assert IN_JSON["phones"].points([Typed("+14155550100;ext=12")]) == [("phone", "+14155550100")]
    assert IN_JSON["emails"].points([Typed("a@example.com")]) == [("email", "a@example.com")]
    assert list(IN_JSON["tags"].points(["a"])) == []
    assert IN_JSON["phones"].search_words(VALUES["phones"]).startswith("+989123456789 09123456789")


def test_custom_defaults_are_kept_in_their_json_form() -> None:
    for key in KEYS:
        field = KINDS[IN_JSON[key].kind].from_settings(key, key, {}, default=IN_JSON[key].dump(VALUES[key]))
        assert field.bind(IN_JSON, custom=True).first(reader()) == VALUES[key]


def test_custom_choices_read_their_options() -> None:
    field = KINDS["choices"].from_settings("size", "Size", {"options": [["s", "Small", "blue"], ["l", "Large", ""]]})
    assert field.bind(IN_JSON, custom=True).parse("large; small", reader()) == ["s", "l"]


# -- next step ---------------------------------------------------------------------------------------


@pytest.fixture
def at_noon() -> Iterator[None]:
    with clock.frozen("2024-03-20T12:00"):
        yield


@pytest.mark.parametrize(
    ("at", "parked", "tone", "text"),
    [
        ("2024-03-20T11:00Z", None, "danger", "today 11:00 · Call"),
        ("2024-03-20T14:30Z", None, "ok", "today 14:30 · Call"),
        ("2024-03-21T14:30Z", None, "quiet", "tomorrow 14:30 · Call"),
        (None, None, "warn", "nothing planned"),
        (None, dt.date(2024, 3, 25), "quiet", "parked until 25 Mar 2024"),
        (None, dt.date(2024, 3, 19), "warn", "nothing planned"),
    ],
)
def test_next_step_says_how_urgent_it_is(at: str | None, parked: Any, tone: str, text: str, at_noon: None) -> None:
    field = IN_COLUMNS["next_step"]
    row = IN_COLUMNS.model(next_at=dt.datetime.fromisoformat(at) if at else None, next_text="Call", parked_until=parked)
    shown = field.show(field.get(row), reader())
    assert (shown.tone, shown.text, shown.style) == (tone, text, "step")


def test_next_step_is_read_only() -> None:
    field = IN_COLUMNS["next_step"]
    assert field.readonly
    assert not field.can_be_custom
    assert field.dump(field.get(IN_COLUMNS.model())) is None
