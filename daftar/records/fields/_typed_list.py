"""Lists of values with a label each: phones, e-mails, messengers, web addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from daftar.kernel.text import clean_text, fold
from daftar.records.fields._about import about, all_of, is_blank, missing, not_too_many
from daftar.records.fields._json_list import JsonKept
from daftar.records.fields._split import BREAKS, split
from daftar.records.fields.base import EMPTY, FILLED, HAS, Label
from daftar.records.models import ContactPoint
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Option, Shown, Widget

LONGEST_LABEL = 40
WITH_LABEL_BEHIND = re.compile(r"(.*\S)\s+\(([^()]*)\)", re.DOTALL)
NOT_IN_LABELS = re.compile(r"[\s;؛:()]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """One phone, mail or the like, and what it is for: a key of the kind's `labels` or the company's own word."""

    value: str
    label: str = ""

    def __reduce__(self) -> tuple[type[Typed], tuple[str, str]]:
        """As it was made: the way of dataclasses takes longer than all else in a row that goes to another process."""
        return Typed, (self.value, self.label)


class TypedList(JsonKept):
    """Values with labels. In files: "+98 912 345 6789 (mobile); work: +98 21 8877 6655"."""

    style = "list"
    part = "value"
    operator_set = (HAS, EMPTY, FILLED)
    labels: ClassVar[Mapping[str, Label]] = {}
    label_before: ClassVar[re.Pattern[str]] = re.compile(r"([^:@]*[^:@\d+\s])\s*:(.+)", re.DOTALL)
    """How a label in front of a value is told from the value."""
    breaks: ClassVar[re.Pattern[str]] = BREAKS
    attributes: ClassVar[Mapping[str, Any]] = {}

    def parse_value(self, text: str, label: str, reader: Reader) -> Typed:
        """One value in its normal form, with its label."""
        raise NotImplementedError

    def show_item(self, item: Typed) -> Shown:
        raise NotImplementedError

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        """The rows of the form; text or a list under the plain key from elsewhere."""
        if f"{self.key}.value" not in form:
            return form.get(self.key)
        labels = all_of(form, f"{self.key}.label")
        return [
            {"value": value, "label": labels[n] if n < len(labels) else ""}
            for n, value in enumerate(all_of(form, f"{self.key}.value"))
            if value.strip()
        ]

    def parse(self, raw: Any, reader: Reader) -> list[Typed]:
        given = split(raw, self.breaks) if raw is None or isinstance(raw, str) else list(raw)
        not_too_many(given, self)
        found: dict[str, Typed] = {}
        with about(self):
            for entry in given:
                text, label = self.take_apart(entry)
                if text:
                    item = self.parse_value(text, self.known_label(label), reader)
                    found.setdefault(item.value, item)
        return list(found.values())

    def take_apart(self, entry: Any) -> tuple[str, str]:
        """(text, label) of a row of a form, a JSON object, a `Typed` or a piece of text."""
        if isinstance(entry, Typed):
            return entry.value, entry.label
        if isinstance(entry, Mapping):
            text, label = str(entry.get("value") or "").strip(), str(entry.get("label") or "").strip()
            if label:
                return text, label
        else:
            text = str(entry or "").strip()
        if text.endswith(")") and (behind := WITH_LABEL_BEHIND.fullmatch(text)):
            return behind[1], behind[2]
        if ":" in text and (before := self.label_before.fullmatch(text)):
            return before[2].strip(), before[1]
        return text, ""

    def known_label(self, text: str) -> str:
        """The key of a label by key or name; the company's own word stays as it is."""
        if not text:
            return ""
        word = NOT_IN_LABELS.sub(" ", clean_text(text, max_length=LONGEST_LABEL)).strip()
        kind: Any = type(self)
        return label_words(kind, get_language() or "").get(fold(word), word)

    def label_name(self, label: str) -> str:
        return str(self.labels.get(label, label))

    def dump(self, value: Any) -> Any:
        return [{"value": item.value, "label": item.label} for item in value] if value else None

    def load(self, stored: Any) -> list[Typed]:
        return [Typed(item["value"], item.get("label", "")) for item in stored or ()]

    def search_words(self, value: Any) -> str:
        return " ".join(self.words_of(item.value) for item in value or ()) if self.searched else ""

    def words_of(self, value: str) -> str:
        return value

    # -- find --------------------------------------------------------------------------------------

    def parse_operand(self, raw: str, reader: Reader) -> str:
        if is_blank(raw):
            raise missing(self)
        with about(self):
            return clean_text(raw, max_length=300)

    def sql_value(self, value: Any) -> Any:
        return value

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        return self.mentions(values)

    def pointed(self, parts: Sequence[str]) -> Q:
        """Whether one of the record's contact points of this field holds one of the parts."""
        holds = Q()
        for part in parts:
            holds |= Q(value__contains=part)
        points = ContactPoint.objects.filter(type=self.type.key, field=self.key, record_id=OuterRef("pk"))
        return Q(Exists(points.filter(holds)))

    # -- show and edit -----------------------------------------------------------------------------

    def show(self, value: Any, reader: Reader) -> Shown:
        items = tuple(map(self.show_item, value or ()))
        text = reader.formats.joined(item.text for item in items)
        return Shown(text, style="list", direction="ltr", items=items) if items else Shown()

    def widget(self, value: Any, reader: Reader) -> Widget:
        entries = split(value, self.breaks) if isinstance(value, str) else list(value or ())
        rows = tuple(self.row(*self.row_texts(entry)) for entry in entries)
        return self.make_widget("rows", parts=rows, blank=self.row("", ""))

    def row_texts(self, entry: Any) -> tuple[str, str]:
        """What stands in the two inputs of a row; typed text stays exactly as it was typed."""
        if isinstance(entry, Typed):
            return self.plain(entry.value), entry.label
        if isinstance(entry, Mapping):
            return str(entry.get("value") or ""), str(entry.get("label") or "")
        return str(entry), ""

    def plain(self, value: str) -> str:
        """The value as it stands in an input."""
        return value

    def row(self, text: str, label: str) -> Widget:
        labels = [Option(key, str(name), chosen=key == label) for key, name in self.labels.items()]
        if label and label not in self.labels:
            labels.append(Option(label, label, chosen=True))
        return Widget(
            "group",
            self.key,
            label=str(self.label),
            parts=(
                Widget("input", f"{self.key}.value", label=str(self.label), value=text, attrs=self.attributes),
                Widget("select", f"{self.key}.label", label=str(_("Label")), value=label, options=tuple(labels)),
            ),
        )

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        if operator in ("empty", "filled"):
            return Widget("group", self.key, label=str(self.label))
        text = raw[0] if raw else ""
        return Widget("input", self.key, label=str(self.label), value=text, attrs={"dir": "auto"})

    def export(self, value: Any, reader: Reader) -> str:
        return "; ".join(
            f"{self.in_file(item.value)} ({item.label})" if item.label else self.in_file(item.value)
            for item in value or ()
        )

    def in_file(self, value: str) -> str:
        return value

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "labels": list(self.labels)}


@cache
def label_words(kind: type[Any], language: str) -> Mapping[str, str]:
    """Folded word → key of the label that it means, by key or by name in that language, which is the one in use."""
    found: dict[str, str] = {}
    for key, name in kind.labels.items():
        for word in (key, str(name)):
            found.setdefault(fold(word), key)
    return found
