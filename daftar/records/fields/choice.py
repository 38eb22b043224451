from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.kernel.text import clean_text, fold
from daftar.records.fields.base import ANY, EMPTY, FILLED, NONE_OF, Field
from daftar.records.reader_protocol import Reader
from daftar.records.shapes import OptionInfo
from daftar.ui.parts import Option, Shown, Widget


class Choice(Field):
    """One option of a list. Declared as (key, name) or (key, name, colour); the company may rename and add options."""

    kind = "choice"
    kind_name = _("One choice")
    width, style = "tag", "tag"
    operator_set = (ANY, NONE_OF, EMPTY, FILLED)
    makes_columns = True

    def __init__(
        self, key: str, label: Any = "", *, options: Iterable[Sequence[Any]] = (), open: bool = True, **common: Any
    ) -> None:
        super().__init__(key, label, **common)
        self.shipped = [OptionInfo(str(o[0]), o[1], o[2] if len(o) > 2 else "") for o in options]
        self.open = open
        """Whether the company may add options; closed lists have a meaning in code."""

    def options(self) -> list[OptionInfo]:
        return self.type.schema.options(self.type.key, self.key, self.shipped)

    def option(self, key: str) -> OptionInfo | None:
        return next((o for o in self.options() if o.key == key), None)

    def find(self, text: str) -> OptionInfo | None:
        """The option by key or by name in any spelling."""
        wanted = fold(text)
        for option in self.options():
            if option.key == text or fold(option.label) == wanted or fold(option.key) == wanted:
                return option
        return None

    def parse(self, raw: Any, reader: Reader) -> str | None:
        text = clean_text(str(raw or ""), max_length=200)
        if not text:
            return None
        option = self.find(text)
        if option is None:
            names = joined(o.label for o in self.options()[:12])
            raise Invalid(
                _("“%(text)s” is not in the list. Choose one of: %(names)s.") % {"text": text, "names": names},
                field=self.key,
                unknown_choice=text,
            )
        return option.key

    def empty_column(self) -> str:
        return ""

    def empty_q(self) -> Any:
        return self.where("exact", "") if self.column else self.where("isnull", True)

    def chosen_q(self, option: str) -> Q:
        """Whether the option with that key is chosen."""
        return self.where("exact", option)

    def sort_expression(self) -> Combinable:
        whens = [When(self.where("exact", o.key), then=Value(n)) for n, o in enumerate(self.options())]
        return Case(*whens, default=Value(None), output_field=IntegerField())

    def show(self, value: Any, reader: Reader) -> Shown:
        if not value:
            return Shown()
        option = self.option(value)
        return Shown(option.label if option else value, style="tag", colour=option.colour if option else "")

    def choices(self, chosen: Sequence[str]) -> tuple[Option, ...]:
        """Options for a select: those in use, and an archived one only where it is the value."""
        return tuple(
            Option(o.key, o.label, o.colour, chosen=o.key in chosen)
            for o in self.options()
            if not o.archived or o.key in chosen
        )

    def widget(self, value: Any, reader: Reader) -> Widget:
        return self.make_widget("select", value=value or "", options=self.choices([value or ""]))

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        return Widget("checks", self.key, label=str(self.label), options=self.choices(raw))

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        found = [(text, self.find(text)) for text in raw]
        return [option.label if option else text for text, option in found]

    def column_heads(self, schema: Any) -> list[Option]:
        return [Option(o.key, o.label, o.colour) for o in self.options() if not o.archived]

    def export(self, value: Any, reader: Reader) -> str:
        option = self.option(value) if value else None
        return option.label if option else value or ""

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "options": [[o.key, o.label] for o in self.options()]}

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, options=settings.get("options", ()), **common)
