"""An empty row of a model, as its `__init__` makes it, without the detour over it: an import makes a million of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED
from django.db.models.signals import post_init, pre_init

from daftar.access.models import Row, User
from daftar.records.query.inserting import can_fill

R = TypeVar("R", bound=Row)


def blank(model: type[R]) -> R:
    """A new row with the defaults of its columns, not saved yet."""
    if not is_plain(model) or pre_init.has_listeners(model) or post_init.has_listeners(model):
        return model()
    fixed, made = defaults(model)
    row = model.__new__(model)
    values = row.__dict__
    values["_state"] = ModelState()
    values.update(fixed)
    for name, default in made:
        values[name] = default()
    return row


@cache
def is_plain(model: type[models.Model]) -> bool:
    return model.__init__ is models.Model.__init__ and can_fill(model)


@cache
def defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Defaults that are the same for each row, and how the others are made."""
    fixed: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for field in model._meta.concrete_fields:
        if field.default is NOT_PROVIDED or not callable(field.default):
            fixed[field.attname] = field.get_default()
        elif isinstance(field, models.ForeignKey):
            made.append((field.attname, field.get_default))
        else:
            made.append((field.attname, field.default))
    return fixed, made


def set_person(row: Row, name: str, person: User) -> None:
    """`row.<name> = person`, without the look at which database they lie in."""
    row.__dict__[f"{name}_id"] = person.pk
    row._state.fields_cache[name] = person
