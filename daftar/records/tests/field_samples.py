"""A record type with a field of every kind, once in columns and once in JSON, and readers of several habits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import models

from daftar.access.models import Row
from daftar.kernel.formats import Formats
from daftar.records import fields as kinds
from daftar.records.fields._typed_list import Typed
from daftar.records.types import DECLARED, RecordType

OPTIONS = [("red", "Red", "red"), ("blue", "Blue; sky", "blue"), ("green", "Зелёный"), ("new", "red-ish")]

FORMATS = {
    "en": Formats(first_day=6),
    "en_gb": Formats(country="GB", tz="Europe/London"),
    "en_12": Formats(hour_24=False, tz="America/New_York"),
    "en_jalali": Formats(calendar="jalali", tz="Asia/Tehran"),
    "fa": Formats("fa", "jalali", "persian", "Asia/Tehran", 5, "IRR", rial_as="toman", country="IR"),
    "fa_latin": Formats("fa", "gregorian", "latin", "Asia/Tehran", 5, "IRR", country="IR"),
    "ru": Formats("ru", tz="Europe/Moscow", currency="RUB", country="RU"),
    "unknown": Formats("", country=""),
}


class SampleRow(Row):
    """Columns for every kind. Its app is not installed, so it needs no migration; tests make its table."""

    words = models.TextField(default="", blank=True)
    whole = models.IntegerField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    percent = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    flag = models.BooleanField(default=False)
    choices = models.JSONField(default=list)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    duration = models.IntegerField(null=True)
    phones = models.JSONField(default=list)
    emails = models.JSONField(default=list)
    messengers = models.JSONField(default=list)
    webs = models.JSONField(default=list)
    address = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    next_at = models.DateTimeField(null=True)
    next_text = models.CharField(max_length=300, default="")
    parked_until = models.DateField(null=True)

    class Meta:
        app_label = "record_samples"


def sample_fields() -> list[Any]:
    k: Any = kinds
    return [
        k.LongText("words"), k.Whole("whole"), k.Decimals("amount"), k.Percent("percent"), k.YesNo("flag"),
        k.Choices("choices", options=OPTIONS), k.Date("day"), k.DateTime("moment"), k.Duration("duration"),
        k.Phones("phones", searched=True), k.Emails("emails"), k.Messengers("messengers"), k.Webs("webs"),
        k.Address("address"), k.Files("files"), k.Tags("tags"),
    ]  # fmt: skip


class SampleType(RecordType):
    key, model = "sample", SampleRow
    names = "sample", "samples"
    fields = [*sample_fields(), kinds.NextStep("next_step")]  # type: ignore[attr-defined]


DECLARED.pop("sample")

NO_SCHEMA: Any = SimpleNamespace(
    options=lambda type_key, field_key, shipped: list(shipped), stages={}, pipelines={}, stage=lambda id_: None
)
IN_COLUMNS = SampleType(NO_SCHEMA)


class CustomType(SampleType):
    """The same fields as custom ones."""

    fields: list[Any] = []


CustomType.declared = ()
DECLARED.pop("sample", None)
IN_JSON = CustomType(NO_SCHEMA, custom=sample_fields())
STORED = {"column": IN_COLUMNS, "json": IN_JSON}


def reader(name: str = "en", **known: Any) -> Any:
    names = SimpleNamespace(known={}, get=lambda *_: None)
    return SimpleNamespace(formats=FORMATS[name], user=None, schema=NO_SCHEMA, names=names, **known)


VALUES: dict[str, Any] = {
    "words": "Two lines\nof words; with (signs)",
    "whole": -1234567,
    "amount": Decimal("1234567.125"),
    "percent": Decimal("12.5"),
    "flag": True,
    "choices": ["red", "blue", "green", "new"],
    "day": dt.date(2024, 2, 29),
    "moment": dt.datetime(2024, 3, 20, 21, 45, tzinfo=dt.UTC),
    "duration": dt.timedelta(hours=26, minutes=5, seconds=7),
    "phones": [Typed("+989123456789", "mobile"), Typed("+14155550100;ext=12", "reception")],
    "emails": [Typed("sara@example.com", "work"), Typed("info@example.ir")],
    "messengers": [Typed("@sara", "telegram"), Typed("live:sara.k", "skype"), Typed("live:x")],
    "webs": [Typed("https://example.com/a;b(c)?x=1", "site"), Typed("http://example.ir")],
    "address": {"street": "12 Azadi St, floor 2", "city": "Tehran", "postcode": "12345", "country": "Iran"},
    "files": [3, 1],
    "tags": ["VIP", "مشتری خوب", "скидка"],
}
