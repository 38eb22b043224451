"""One stored value of a kind, turned into the stored value of another kind."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money as Amount
from daftar.kernel.text import clean_text, fold
from daftar.records.field_keys import option_key_for
from daftar.records.fields._split import split
from daftar.records.fields.base import Field
from daftar.records.fields.choice import Choice
from daftar.records.fields.link import Link
from daftar.records.models import ChoiceOption
from daftar.records.reader import Reader
from daftar.records.retyping.past import field_in, field_then
from daftar.records.schema import schema_changed
from daftar.records.shapes import OptionInfo

MOST_OPTIONS = 500
MOST_KEPT = 20_000


class Turn:
    """Turns values of the field `old` into those of the field `new`, as the reader writes numbers and days.

    Shapes: `made` are the options that values brought along, in the order in which they came; they are options of the turn's `new`
    already, and of nobody else's until `keep_options`.
    """

    def __init__(self, old: Field, new: Field, reader: Reader) -> None:
        self.old, self.new, self.reader = old, copy.copy(new), reader
        if isinstance(new, Choice) and isinstance(self.new, Choice):
            self.new.shipped = list(new.shipped)
        self.made: list[OptionInfo] = []
        self.kept: dict[str, Any] = {}
        self.named: dict[str, set[int]] = {}
        """Name of a record to which `new` can link → ids of those that are called so."""

    def ready(self, stored: Iterable[Any]) -> None:
        """Fetch together what turning these values needs: names of what they link to, or the records that they name."""
        values = [self.old.load(one) for one in stored if one is not None]
        for value in values:
            self.reader.names.want(self.old.wants(value))
        self.reader.names.fetch()
        if isinstance(self.new, Link):
            texts = {self.text_of(value)[:400] for value in values if not self.old.is_empty(value)}
            self.look_up({text for text in texts if text not in self.named})

    def value(self, stored: Any) -> Any:
        """The stored form of the value as the new kind; None for empty. Errors: Invalid with the reason why it does not fit."""
        key = json.dumps(stored, sort_keys=True)
        if key not in self.kept:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            try:
                self.kept[key] = self.turned(stored)
            except Invalid as refused:
                self.kept[key] = refused
        if isinstance(self.kept[key], Invalid):
            raise self.kept[key]
        return self.kept[key]

    def turned(self, stored: Any) -> Any:
        value = None if stored is None else self.old.load(stored)
        if value is None or self.old.is_empty(value):
            return None
        made = self.made_of(value)
        if self.new.is_empty(made):
            raise Invalid(_("Nothing of it can be kept."))
        return self.new.dump(made)

    def made_of(self, value: Any) -> Any:
        new = self.new
        if (
            isinstance(value, str | list)
            and self.old.kind in ("choice", "choices")
            and new.kind in ("choice", "choices")
        ):
            return self.other_options(value)
        if isinstance(new, Choice):
            return self.options_of(value)
        if isinstance(new, Link):
            return self.linked(self.text_of(value))
        if isinstance(number := number_of(value), Decimal) and new.kind in ("whole", "decimal", "percent"):
            return self.number(number)
        if self.old.kind == "date_time" and new.kind == "date":
            return new.parse(value, self.reader)
        if new.kind == "money" and isinstance(number, Decimal):
            return new.parse(
                f"{number:f}0" if len(f"{number:f}".partition(".")[2]) == 3 else f"{number:f}", self.reader
            )
        return new.parse(self.text_of(value), self.reader)

    def text_of(self, value: Any) -> str:
        """The value as words."""
        if self.old.kind == "yes_no":
            return self.old.show(value, self.reader).text
        text = self.old.export(value, self.reader)
        if not text and not self.old.is_empty(value):
            raise Invalid(_("You may not see what it links to."))
        return text

    def number(self, number: Decimal) -> Any:
        if self.new.kind != "whole":
            return self.new.parse(number, self.reader)
        if number != number.to_integral_value():
            raise Invalid(_("This is not a whole number."))
        return self.new.parse(int(number), self.reader)

    # -- options -----------------------------------------------------------------------------------

    def other_options(self, value: str | Sequence[str]) -> Any:
        """One option and several ones are the same list."""
        keys = [value] if isinstance(value, str) else list(value)
        if self.new.kind == "choices":
            return keys
        if len(keys) > 1:
            raise Invalid(_("More than one is chosen."))
        return keys[0]

    def options_of(self, value: Any) -> Any:
        """The options of these names; new ones are made."""
        names = list(value) if self.old.kind == "tags" else [self.text_of(value)]
        if self.new.kind == "choices" and self.old.kind != "tags":
            names = split(names[0].replace(",", ";").replace("،", ";"))
        keys = list(dict.fromkeys(self.option(name) for name in names))
        if self.new.kind == "choices":
            return keys
        if len(keys) > 1:
            raise Invalid(_("More than one is chosen."))
        return keys[0] if keys else None

    def option(self, name: str) -> str:
        new: Any = self.new
        label = clean_text(name, max_length=200)
        found = new.find(label)
        if found is not None:
            return str(found.key)
        if not fold(label):
            raise Invalid(_("Nothing of it can be kept."))
        options = new.options()
        if len(options) >= MOST_OPTIONS:
            raise Invalid(_("A list has at most %(most)s options.") % {"most": MOST_OPTIONS})
        made = OptionInfo(option_key_for(label, taken={o.key for o in options}), label, "")
        new.shipped.append(made)
        self.made.append(made)
        return made.key

    # -- links -------------------------------------------------------------------------------------

    def look_up(self, names: set[str]) -> None:
        """The live records of these names that the reader may see; people also by their mail address."""
        new: Any = self.new
        target = self.reader.schema.type(new.to)
        self.named.update({name: set() for name in names})
        live = self.reader.seen(target).filter(deleted_at=None)
        columns = [target.title_column, *(["email"] if target.model is User else [])]
        some = sorted(names)
        for column in columns:
            for start in range(0, len(some), 400):
                rows: Any = live.filter(**{f"{column}__in": some[start : start + 400]})
                for id_, name in rows.values_list("pk", column):
                    self.named.setdefault(str(name), set()).add(id_)

    def linked(self, name: str) -> int:
        new: Any = self.new
        if name[:400] not in self.named:
            self.look_up({name[:400]})
        ids = self.named[name[:400]]
        if len(ids) == 1:
            return next(iter(ids))
        what = {"what": self.reader.schema.type(new.to).name, "name": name[:100]}
        if ids:
            raise Invalid(_("There are several: %(what)s “%(name)s”.") % what)
        raise Invalid(_("There is no %(what)s “%(name)s”.") % what)


def value_now(field: Field, event_id: int, stored: Any, reader: Reader) -> Any:
    """The Python value of what an event says of the field, also where the field was another kind then. For who writes it.

    Errors: Invalid when it does not fit the kind of now.
    """
    return in_kind_of_now(field_then(field, event_id), field, stored, reader)


def value_of_slot(field: Field, slot: str, stored: Any, reader: Reader) -> Any:
    """The same of what was put down while the values of the field stood under that word."""
    return in_kind_of_now(field_in(field, slot), field, stored, reader)


def in_kind_of_now(then: Field, now: Field, stored: Any, reader: Reader) -> Any:
    """The value in the kind of now; an option that it brings along is kept."""
    if then is now:
        return now.load(stored)
    turn = Turn(then, now, reader)
    if isinstance(turn.new, Choice):
        know_options(turn.new)
    value = now.load(turn.value(stored))
    if turn.made:
        keep_options(turn)
        schema_changed()
    return value


def know_options(field: Choice) -> None:
    """Let the field know options that were kept since the schema was read."""
    known = {option.key for option in field.options()}
    rows = ChoiceOption.objects.filter(type=field.type.key, field=field.key).exclude(key__in=known)
    field.shipped += [OptionInfo(row.key, row.label, row.colour, row.archived) for row in rows]


def keep_options(turn: Turn, start: int = 0) -> None:
    """Keep the options that values brought along, from that one on."""
    for option in turn.made[start:]:
        ChoiceOption.objects.get_or_create(
            type=turn.new.type.key, field=turn.new.key, key=option.key,
            defaults={"label": option.label, "position": len(turn.new.shipped)},  # type: ignore[attr-defined]  # a choice
        )  # fmt: skip


def number_of(value: Any) -> Decimal | None:
    """The number that a value is; None where it is none."""
    if isinstance(value, Amount):
        return value.amount
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, timedelta):
        return Decimal(round(value.total_seconds())) / 3600
    return Decimal(value) if isinstance(value, int | Decimal) else None
