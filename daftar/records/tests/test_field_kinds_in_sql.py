"""Every operator of every kind finds the right rows, in columns and in JSON; the folded form is the same in SQL."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Sum, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.text import fold
from daftar.records.fields._typed_list import Typed
from daftar.records.models import ContactPoint, StoredFile
from daftar.records.query.fold_sql import Fold, register
from daftar.records.query.json import comparison
from daftar.records.tests.field_samples import IN_COLUMNS, STORED, VALUES, SampleRow, reader

pytestmark = pytest.mark.django_db

OTHER: dict[str, Any] = {
    "words": "Ёлка كتاب 100%_x",
    "whole": 5,
    "amount": Decimal("2.5"),
    "percent": Decimal("100"),
    "flag": False,
    "choices": ["blue"],
    "day": dt.date(2024, 3, 19),
    "moment": dt.datetime(2024, 3, 19, 20, 45, tzinfo=dt.UTC),
    "duration": dt.timedelta(minutes=90),
    "phones": [Typed("+982188776655", "work")],
    "emails": [Typed("boss@acme.example", "work")],
    "messengers": [Typed("@ali_k", "telegram")],
    "webs": [Typed("https://acme.example")],
    "address": {"city": "Орёл"},
    "files": [2],
    "tags": ["vip2"],
}


@pytest.fixture(scope="module", autouse=True)
def table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(SampleRow)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(SampleRow)


@pytest.fixture(autouse=True)
def nowruz() -> Iterator[None]:
    with clock.frozen("2024-03-20T12:00"):  # the first day of 1403
        yield


def three_rows(type_: Any) -> dict[int, str]:
    """Id → "a" (`VALUES`), "b" (`OTHER`) or "c" (empty)."""
    made = {}
    for name, values in (("a", VALUES), ("b", OTHER), ("c", {})):
        row = type_.model()
        for key, value in values.items():
            type_[key].put(row, value)
        row.save()
        made[row.pk] = name
        points = [(k, *p) for k in values for p in type_[k].points(values[k])]
        ContactPoint.objects.bulk_create(
            ContactPoint(type="sample", record_id=row.pk, field=k, kind=kind, value=value) for k, kind, value in points
        )
    return made


def found(type_: Any, rows: dict[int, str], key: str, operator: str, raw: list[str], name: str) -> str:
    condition = type_[key].condition(operator, raw, reader(name))
    return "".join(sorted(rows[pk] for pk in SampleRow.objects.filter(condition).values_list("pk", flat=True)))


CASES: list[tuple[str, str, str, list[str], str]] = [
    ("words", "en", "has", ["LINES of"], "a"),
    ("words", "en", "has", ["елка"], "b"),
    ("words", "fa", "has", ["کتاب"], "b"),
    ("words", "en", "has", ["۱۰۰"], "b"),
    ("words", "en", "starts", ["two"], "a"),
    ("words", "en", "starts", ["lines"], ""),
    ("words", "en", "is", ["Ёлка كتاب 100%_x"], "b"),
    ("whole", "fa", "is", ["۵"], "b"),
    ("whole", "en", "gte", ["-5"], "b"),
    ("whole", "en", "lte", ["0"], "a"),
    ("whole", "en", "between", ["5", "6"], "b"),
    ("amount", "ru", "is", ["2,5"], "b"),
    ("amount", "en", "gte", ["10"], "a"),
    ("amount", "en", "lte", ["10"], "b"),
    ("amount", "en", "between", ["2.4", "2.6"], "b"),
    ("percent", "en", "gte", ["13%"], "b"),
    ("flag", "en", "is", ["yes"], "a"),
    ("flag", "fa", "is", ["خیر"], "bc"),
    ("choices", "en", "in", ["blue"], "ab"),
    ("choices", "en", "in", ["red", "green"], "a"),
    ("choices", "en", "none", ["red"], "bc"),
    ("day", "en", "in", ["2024-02-29"], "a"),
    ("day", "en", "in", ["this_month"], "b"),
    ("day", "fa", "in", ["this_month"], ""),
    ("day", "fa", "in", ["last_month"], "ab"),
    ("day", "en", "in", ["2024-02-29", "yesterday"], "ab"),
    ("day", "fa", "is", ["1402/12/29"], "b"),
    ("day", "en", "gte", ["2024-03-01"], "b"),
    ("day", "en", "lte", ["last_month"], "a"),
    ("day", "en", "between", ["2024-02-29", "2024-03-18"], "a"),
    ("moment", "en", "in", ["today"], "a"),
    ("moment", "fa", "in", ["today"], "b"),
    ("moment", "fa", "in", ["1403-01-02"], "a"),
    ("moment", "en", "is", ["2024-03-20 21:45"], "a"),
    ("moment", "en", "gte", ["2024-03-20"], "a"),
    ("moment", "en", "lte", ["2024-03-19"], "b"),
    ("moment", "en", "lte", ["2024-03-20 21:45"], "ab"),
    ("moment", "en", "lte", ["2024-03-20 21:44"], "b"),
    ("moment", "ru", "between", ["2024-03-19", "2024-03-20"], "b"),
    ("duration", "en", "is", ["1:30"], "b"),
    ("duration", "en", "gte", ["1d"], "a"),
    ("phones", "en", "has", ["0912 345"], "a"),
    ("phones", "fa", "has", ["+۹۸ ۲۱"], "b"),
    ("phones", "en", "has", ["+98 912 345 6789"], "a"),
    ("phones", "en", "has", ["0912", "021"], "ab"),
    ("emails", "en", "has", ["ACME"], "b"),
    ("emails", "en", "has", ["%"], ""),
    ("messengers", "en", "has", ["sara"], "a"),
    ("messengers", "en", "has", ["ALI_K"], "b"),
    ("messengers", "en", "has", ["telegram"], ""),
    ("webs", "en", "has", ["Acme.Example"], "b"),
    ("address", "en", "has", ["azadi"], "a"),
    ("address", "ru", "has", ["орел"], "b"),
    ("tags", "en", "in", ["VIP"], "a"),
    ("tags", "en", "in", ["VIP", "vip2"], "ab"),
    ("tags", "en", "in", ["VIP, vip2"], "ab"),
    ("tags", "en", "none", ["VIP"], "bc"),
    ("tags", "en", "has", ["vip"], "ab"),
    ("tags", "fa", "has", ["مشتري"], "a"),
    ("tags", "ru", "has", ["СКИДКА"], "a"),
]  # fmt: skip


@pytest.mark.parametrize("stored", STORED)
def test_operators_find_their_rows(stored: str) -> None:
    type_ = STORED[stored]
    rows = three_rows(type_)
    for key, name, operator, raw, expected in CASES:
        assert found(type_, rows, key, operator, raw, name) == expected, (key, name, operator, raw)


@pytest.mark.parametrize("stored", STORED)
def test_empty_and_filled(stored: str) -> None:
    type_ = STORED[stored]
    rows = three_rows(type_)
    for key in VALUES:
        if key != "flag":
            assert found(type_, rows, key, "empty", [], "en") == "c", key
            assert found(type_, rows, key, "filled", [], "en") == "ab", key


@pytest.mark.parametrize("stored", STORED)
def test_rows_come_back_as_they_were_put(stored: str) -> None:
    type_ = STORED[stored]
    rows = three_rows(type_)
    for row in SampleRow.objects.all():
        expected = {"a": VALUES, "b": OTHER}.get(rows[row.pk])
        for key in VALUES:
            if expected:
                assert type_[key].get(row) == expected[key]
                assert type_[key].dump(type_[key].get(row)) == type_[key].dump(expected[key])
            else:
                assert not type_[key].get(row)


SORTED = ["words", "whole", "amount", "percent", "flag", "day", "moment", "duration", "address"]


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize("key", SORTED)
def test_sorting(stored: str, key: str) -> None:
    type_ = STORED[stored]
    rows = three_rows(type_)
    assert type_[key].sortable
    named = SampleRow.objects.annotate(sort_value=type_[key].sort_expression())
    ordered = named.order_by(F("sort_value").asc(nulls_first=True))
    order = [rows[row.pk] for row in ordered]
    bigger = "b" if key in ("whole", "percent", "day", "words", "address") else "a"
    assert [name for name in order if name != "c"] == ["b" if bigger == "a" else "a", bigger]


@pytest.mark.parametrize("stored", STORED)
def test_sums(stored: str) -> None:
    type_ = STORED[stored]
    three_rows(type_)
    asked = {f"sum_{key}": Sum(type_[key].expression()) for key in ("whole", "amount", "duration")}
    sums = SampleRow.objects.aggregate(**asked)
    assert sums["sum_whole"] == -1234562
    assert sums["sum_amount"] == Decimal("1234569.625")
    assert sums["sum_duration"] == 26 * 3600 + 307 + 5400


def test_an_empty_or_wrong_operand_is_refused() -> None:
    for type_ in STORED.values():
        for key in VALUES:
            for operator in type_[key].operators():
                if operator.takes != "none":
                    with pytest.raises(Invalid):
                        type_[key].condition(operator.key, [" "], reader())
                    with pytest.raises(Invalid):
                        type_[key].condition(operator.key, [], reader())
    with pytest.raises(Invalid):
        IN_COLUMNS["phones"].condition("has", ["sara"], reader())
    with pytest.raises(Invalid, match="from, to"):
        IN_COLUMNS["day"].condition("between", ["2024-01-01"], reader())


def test_next_step_filters() -> None:
    moments = {
        "late": "2024-03-20T08:00Z",
        "soon": "2024-03-20T18:00Z",
        "next": "2024-03-21T09:00Z",
        "far": "2024-04-21T09:00Z",
    }
    names = {}
    for name, at in moments.items():
        names[SampleRow.objects.create(next_at=dt.datetime.fromisoformat(at)).pk] = name
    names[SampleRow.objects.create().pk] = "nothing"
    names[SampleRow.objects.create(parked_until=dt.date(2024, 3, 20)).pk] = "parked"
    names[SampleRow.objects.create(parked_until=dt.date(2024, 3, 19)).pk] = "woken"

    def due(*when: str) -> set[str]:
        condition = IN_COLUMNS["next_step"].condition("in", list(when), reader("en"))
        return {names[row.pk] for row in SampleRow.objects.filter(condition)}

    assert due("late") == {"late"}
    assert due("today") == {"late", "soon"}
    assert due("tomorrow") == {"next"}
    assert due("this_week") == {"late", "soon", "next"}
    assert due("later") == {"far"}
    assert due("none") == {"nothing", "woken"}
    assert due("parked") == {"parked"}
    assert due("tomorrow", "parked") == {"next", "parked"}
    with pytest.raises(Invalid, match="no time here"):
        due("someday")


def test_names_of_files_come_in_one_query(django_assert_num_queries: Any) -> None:
    for number, name in ((1, "price list.pdf"), (2, "old.pdf")):
        StoredFile.objects.create(
            pk=number, type="sample", record_id=1, name=name, content_type="application/pdf", size_bytes=1, sha256="",
            path=f"p{number}", deleted_at=clock.now() if number == 2 else None,
        )  # fmt: skip
    by = reader()
    with django_assert_num_queries(1):
        shown = IN_COLUMNS["files"].show([1, 2, 77], by)
        IN_COLUMNS["files"].widget([1, 2, 77], by)
    assert [(i.text, i.href) for i in shown.items] == [("price list.pdf", "/files/1/price%20list.pdf")]


def fold_in_sql(text: str) -> Any:
    return SampleRow.objects.annotate(folded=Fold(Value(text))).values_list("folded", flat=True)[0]


CODES = (
    *range(0x20, 0x250), *range(0x386, 0x3CF), *range(0x400, 0x450), *range(0x60C, 0x6D3), *range(0x6F0, 0x6FA),
)  # fmt: skip
OUR_LETTERS = st.sampled_from([c for c in map(chr, CODES) if unicodedata.category(c)[0] in "LMNPSZ"])
LIKE_PEOPLE_WRITE = [
    "", "  Two   Words ", "ÉCOLE Straße Æsir", "ЁЛКА Йод Їжак", "كتاب ي ۱۲۳", "می‌روم", "Ａ１", "۰۹۱۲-۳۴۵", "a\tb\nc",
    "İstanbul", "آبِ أمؤمن ئۀ", "سـلام ء", "ΟΔΟΣ", "한국 が", "и\u0306", "☎ 👍 ok",
    "x\u0301y", "ﻻ", "№ 5", "«Ромашка»", "O'Neil & Co. 100%_", "ØRSTED Łódź", "ΑΒΓ",
]  # fmt: skip


@pytest.mark.parametrize("text", LIKE_PEOPLE_WRITE)
def test_sql_folds_as_python_does(text: str) -> None:
    SampleRow.objects.create()
    assert fold_in_sql(text) == fold(text)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(OUR_LETTERS))
def test_sql_folds_any_text_of_our_languages(text: str) -> None:
    SampleRow.objects.create()
    assert fold_in_sql(text) == fold(text)


def test_null_stays_null_and_registering_is_repeatable() -> None:
    register()
    register()
    SampleRow.objects.create()
    folded = Fold(IN_COLUMNS["address"].sort_expression())
    assert SampleRow.objects.annotate(folded=folded).values_list("folded", flat=True)[0] is None
    assert SampleRow.objects.filter(comparison(folded, "contains", "x")).count() == 0
