"""What every field kind can do. A kind is one class in one file of this folder, with every facet side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db.models import F, Model, Q
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.kernel.text import clean_text
from daftar.records.query.json import JsonValue, comparison
from daftar.ui.parts import Option, Shown, Widget

if TYPE_CHECKING:
    from daftar.records.fields._days import Days
    from daftar.records.reader import Reader
    from daftar.records.types import RecordType

Label = Any
"""A sentence or word, translated when it is shown (`str` or a lazy translation)."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare; `takes` says how many values stand behind it: none, one, two or many.

    Shapes: `says` is the whole comparison in words, with the places %(field)s and %(values)s, or %(first)s and %(second)s
    where it takes two.
    """

    key: str
    label: Label
    takes: str = "one"
    says: Label = ""


IS = Operator("is", _("is"), says=_("%(field)s is %(values)s"))
NOT = Operator("not", _("is not"), says=_("%(field)s is not %(values)s"))
ANY = Operator("in", _("is one of"), "many", _("%(field)s is %(values)s"))
NONE_OF = Operator("none", _("is none of"), "many", _("%(field)s is not %(values)s"))
HAS = Operator("has", _("contains"), says=_("%(field)s contains %(values)s"))
STARTS = Operator("starts", _("starts with"), says=_("%(field)s starts with %(values)s"))
GTE = Operator("gte", _("at least"), says=_("%(field)s is at least %(values)s"))
LTE = Operator("lte", _("at most"), says=_("%(field)s is at most %(values)s"))
BETWEEN = Operator("between", _("between"), "two", _("%(field)s is between %(first)s and %(second)s"))
EMPTY = Operator("empty", _("is empty"), "none", _("%(field)s is empty"))
FILLED = Operator("filled", _("is filled in"), "none", _("%(field)s is filled in"))


@cache
def columns_of(model: type[Model]) -> frozenset[str]:
    """Attributes of the model's columns in which a field may keep its value."""
    return frozenset(f.attname for f in model._meta.concrete_fields) - {"custom"}


class Field:
    """One field of a record type: how it is parsed, stored, shown, edited, filtered and exported.

    Declared fields are made in `records.py`, custom ones from rows; `bind` makes the copy that belongs to one type.
    """

    kind: ClassVar[str] = ""
    kind_name: ClassVar[Label] = ""
    width: ClassVar[str] = "text"
    """Column width by kind: text, long, tag, person, date, number, money, flag, step."""
    style: ClassVar[str] = "text"
    many: ClassVar[bool] = False
    json_as: ClassVar[str] = "text"
    """How SQL reads the value out of JSON: text, whole or number; "list" for several values."""
    operator_set: tuple[Operator, ...] = (IS, NOT, ANY, EMPTY, FILLED)
    makes_columns: ClassVar[bool] = False
    """Whether a board can stand on this field."""
    can_be_custom: ClassVar[bool] = True
    data_class: ClassVar[str] = "internal"
    """How sensitive values of this kind are unless `personal=` says else: public, internal, personal, sensitive, secret."""

    def __init__(
        self,
        key: str,
        label: Label = "",
        *,
        required: bool | None = None,
        title: bool = False,
        total: bool = False,
        readonly: bool = False,
        quick: bool = False,
        searched: bool = False,
        default: Any = None,
        help: Label = "",
        place: str = "",
        personal: str = "",
        in_list: bool = True,
    ) -> None:
        self.key = key
        self.label = key.replace("_", " ").capitalize() if isinstance(label, str) and not label else label
        self.required = title if required is None else required
        self.title = title
        self.total = total
        self.readonly = readonly
        self.quick = quick or title or self.required
        self.searched = searched or title
        self.default = default
        self.help = help
        self.place = place
        self.personal = personal or self.data_class
        self.in_list = in_list
        self.custom = False
        self.column = ""
        self.slot = key
        """The word under which a value in JSON is kept; another one than the key after the kind was changed."""
        self.unique = False
        """Whether no value may stand in two live records."""
        self.show_if = ""
        self.require_if = ""
        """Conditions over the record's own fields, as they stand in addresses: when forms show the field, and when it must be filled in."""
        self.past: Sequence[Mapping[str, Any]] = ()
        """What the field was before: kind, settings and slot, each `to` the last event that is written in it."""
        self._type: RecordType | None = None

    # -- belonging ---------------------------------------------------------------------------------

    @property
    def type(self) -> RecordType:
        if self._type is None:
            raise TypeError(f"field {self.key} is not bound to a record type")
        return self._type

    def bind(self, type_: RecordType, *, custom: bool = False) -> Self:
        """A copy of this field that belongs to the type: in a column of its table where there is one, else in JSON."""
        # As copy.copy does it, in a third of the time: a schema binds some 600 fields.
        mine = object.__new__(type(self))
        mine.__dict__.update(self.__dict__)
        mine._type, mine.custom = type_, custom
        mine.column = "" if custom else mine.find_column(type_)
        return mine

    def find_column(self, type_: RecordType) -> str:
        """Name of the attribute on the model that keeps the value; "" when it lives in JSON. A name lives in `title` where there is one."""
        names = columns_of(type_.model)
        if self.title and self.key not in names and "title" in names:
            return "title"
        return self.key if self.key in names else ""

    # -- parse and store ---------------------------------------------------------------------------

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        """The raw input of this field out of a sent form; None when the form did not carry the field."""
        return form.get(self.key)

    def parse(self, raw: Any, reader: Reader) -> Any:
        """The Python value of text as typed (form, file, API), or `Invalid` with a sentence."""
        return self.clean(clean_text(str(raw or ""), max_length=1000))

    def clean(self, value: Any) -> Any:
        """The value inside its limits; raises `Invalid`."""
        return value

    def dump(self, value: Any) -> Any:
        """JSON form, for history and custom storage; None for empty."""
        return None if self.is_empty(value) else value

    def load(self, stored: Any) -> Any:
        return stored

    def is_empty(self, value: Any) -> bool:
        return value is None or value == "" or value == []

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of a row that `get` looks at; asked of kinds that stand in files."""
        return (self.column or "custom",)

    def get(self, row: Row) -> Any:
        """The Python value that the row keeps."""
        if self.column:
            return getattr(row, self.column)
        return self.load(row.custom.get(self.slot))

    def put(self, row: Row, value: Any) -> None:
        """Set the value on the row object; saving is the business of `records.writing`."""
        if self.column:
            setattr(row, self.column, self.empty_column() if self.is_empty(value) else value)
        elif self.is_empty(value):
            row.custom.pop(self.slot, None)
        else:
            row.custom[self.slot] = self.dump(value)

    def empty_column(self) -> Any:
        return None

    def first(self, reader: Reader) -> Any:
        """The value of a new record before anybody typed."""
        if callable(self.default):
            return self.default(reader)
        return self.load(self.default) if self.custom and self.default is not None else self.default

    def search_words(self, value: Any) -> str:
        """What the search text of the record keeps of the value."""
        return str(value or "") if self.searched else ""

    def points(self, value: Any) -> Iterable[tuple[str, str]]:
        """(kind, value) of every phone number and mail address, for the index by which people are found."""
        return ()

    def wants(self, value: Any) -> Iterable[tuple[str, int]]:
        """(record type, id) of everything whose name is needed to show the value."""
        return ()

    # -- find --------------------------------------------------------------------------------------

    def expression(self) -> Combinable:
        """SQL of the value, for sorting and sums."""
        return F(self.column) if self.column else JsonValue(self.slot, self.json_as)

    def sort_expression(self) -> Combinable:
        return self.expression()

    def sort_value(self, reader: Reader) -> Combinable:
        """What this reader's list is sorted by; it also stands in page marks, so it holds nothing that they may not see."""
        return self.sort_expression()

    @property
    def may_be_empty(self) -> bool:
        """Whether a person can leave it empty."""
        return not self.required

    @property
    def sortable(self) -> bool:
        return not self.many

    def sql_value(self, value: Any) -> Any:
        """The form of a value that compares with `expression()`."""
        return value if self.column else self.dump(value)

    def where(self, lookup: str, value: Any) -> Q:
        """A condition on the stored value by one of Django's lookups."""
        if self.column:
            return Q(**{f"{self.column}__{lookup}": value})
        return comparison(JsonValue(self.slot, self.json_as), lookup, value)

    def empty_q(self) -> Q:
        return self.where("isnull", True)

    def operators(self) -> tuple[Operator, ...]:
        """The ways to compare this field; the first one is meant by `field=value`."""
        return self.operator_set

    def operator(self, key: str) -> Operator:
        """The operator by its word in an address, or `Invalid` that names those there are."""
        for operator in self.operators():
            if operator.key == key:
                return operator
        known = joined(o.key for o in self.operators())
        raise Invalid(
            _("“%(field)s” cannot be compared with “%(op)s”; try one of: %(known)s.")
            % {"field": self.label, "op": key[:40], "known": known},
            field=self.key,
        )

    def parse_operand(self, raw: str, reader: Reader) -> Any:
        """One value of a condition; by default what the field itself would parse."""
        return self.parse(raw, reader)

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Q:
        """The SQL condition of one operator with its values as typed in an address; raises `Invalid`."""
        self.operator(operator)
        if operator == "empty":
            return self.empty_q()
        if operator == "filled":
            return ~self.empty_q()
        values = [self.parse_operand(text, reader) for text in raw]
        if not values or any(Field.is_empty(self, value) for value in values):
            raise Invalid(_("A value is missing."), field=self.key)
        return self.compare(operator, [self.sql_value(value) for value in values], reader)

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        match operator:
            case "is" if len(values) == 1:
                return self.where("exact", values[0])
            case "is" | "in":
                return self.where("in", values)
            case "not" | "none":
                return ~self.where("in", values) | self.empty_q()
            case "between" if len(values) == 2:
                return self.where("gte", values[0]) & self.where("lte", values[1])
            case "between":
                raise Invalid(_("Give two values: from, to."), field=self.key)
            case _:
                return self.where(operator, values[0])

    def meets(self, operator: str, raw: Sequence[str], value: Any, reader: Reader) -> bool:
        """The same verdict as `condition`, about one value that need not be stored yet. Errors: Invalid as there."""
        self.operator(operator)
        if operator in ("empty", "filled"):
            return self.is_empty(value) is (operator == "empty")
        values = [self.parse_operand(text, reader) for text in raw]
        if not values or any(Field.is_empty(self, one) for one in values):
            raise Invalid(_("A value is missing."), field=self.key)
        return self.met(operator, values, value, reader)

    def met(self, operator: str, values: list[Any], value: Any, reader: Reader) -> bool:
        """`compare` in Python."""
        if self.is_empty(value):
            return operator in ("not", "none")
        match operator:
            case "is" | "in":
                return value in values
            case "not" | "none":
                return value not in values
            case "gte":
                return bool(value >= values[0])
            case "lte":
                return bool(value <= values[0])
            case "between" if len(values) == 2:
                return bool(values[0] <= value <= values[1])
        return False

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        """How one simple condition on this field is edited in the list's filter."""
        return Widget("input", self.key, label=str(self.label), value=raw[0] if raw else "")

    def sent(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """The values of a condition out of what a sent `filter_widget` holds, blanks left out."""
        return values

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        """The values of a condition as this reader says them."""
        return list(raw)

    def phrase(self, operator: Operator, name: str, words: Sequence[str], reader: Reader) -> str:
        """A comparison as a part of a sentence: "Sector is Retail or Medicine"; `name` is the field's, with the links to it."""
        said = str(operator.says or f"%(field)s {operator.label} %(values)s")
        first, second = (*words, "", "")[:2]
        return said % {"field": name, "values": either(words, reader), "first": first, "second": second}

    # -- show and edit -----------------------------------------------------------------------------

    def show(self, value: Any, reader: Reader) -> Shown:
        """How the value reads to this reader."""
        return Shown() if self.is_empty(value) else Shown(str(value), style=self.style, direction="auto")

    def widget(self, value: Any, reader: Reader) -> Widget:
        """How the value is edited; `value` may be what was typed (text) when a form comes back with an error."""
        return self.make_widget("input", value="" if value is None else str(value))

    def make_widget(self, kind: str, **parts: Any) -> Widget:
        return Widget(
            kind, self.key, **{"label": str(self.label), "required": self.required, "help": str(self.help), **parts}
        )

    @property
    def days(self) -> Days | None:
        """The field of days by which a calendar can stand: this one, or what a formula gives; None for every other kind."""
        return None

    def column_heads(self, schema: Any) -> list[Option]:
        """The columns of a board on this field, in order."""
        return []

    def export(self, value: Any, reader: Reader) -> str:
        """Text that `parse` reads again as the same value."""
        return "" if self.is_empty(value) else str(value)

    def describe(self) -> dict[str, Any]:
        """The field in words and plain values, for documentation, API and the page of custom fields."""
        return {
            "key": self.key,
            "kind": self.kind,
            "label": str(self.label),
            "required": self.required,
            "readonly": self.readonly,
            "custom": self.custom,
            "operators": [o.key for o in self.operators()],
        }

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        """The field that a custom field's row means; kinds with words of their own read `settings`."""
        return cls(key, label, **common)


def either(words: Sequence[str], reader: Reader) -> str:
    """ "Retail, Finance or Medicine" """
    if len(words) < 2:
        return "".join(words)
    return " ".join((reader.formats.joined(words[:-1]), _now("or"), words[-1]))
