"""How sensitive each stored column is. What exports, masks, or erases data asks here; a column without a class fails the build.

Classes: `public` may be read by strangers · `internal` by colleagues · `personal` says something about a person · `sensitive` would harm
them (health, a second factor's number, a salary) · `secret` opens doors and is never shown, exported or logged.

A room's own table is `TABLE` of its `data_classes.py`: {"Model": {"personal": "name email"}}. Columns that a record type declares
have the class of their field (`personal=` in the declaration); ids, links, times, numbers and yes-or-no are internal unless the table says else.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models

CLASSES = ("public", "internal", "personal", "sensitive", "secret")
COMMON = {"custom": "personal", "search": "personal"}
"""Columns that every record has and that hold people's words."""
PLAIN = (
    models.AutoField,
    models.BooleanField,
    models.IntegerField,
    models.DecimalField,
    models.DateTimeField,
    models.DurationField,
    models.UUIDField,
    models.ForeignObject,
)
"""Kinds of columns that say nothing about a person by themselves."""
TABLE: dict[str, dict[str, str]] = {
    "KeptFor": {"internal": "key"},
    "OutgoingMail": {"internal": "key language problem attached", "personal": "to subject", "secret": "text html"},
    "ScheduledJob": {"internal": "name problem"},
    "WorkerLife": {"internal": "name"},
}
"""The kernel's own table."""
Declared = Callable[[type[models.Model], str], str | None]

_declared: list[Declared] = []


def declared_by(find: Declared) -> None:
    """The records room says here which class a declared field has; None for a column that no type declares."""
    _declared[:] = [find]


def class_of(model: type[models.Model], name: str) -> str | None:
    """The class of one column by its field name; None when nobody has said."""
    for class_, names in table_of(model).items():
        if name in names.split():
            return class_
    for find in _declared:
        if class_ := find(model, name):  # type: ignore[assignment]  # the same word
            return class_
    if name in COMMON:
        return COMMON[name]
    field = model._meta.get_field(name)
    return "internal" if isinstance(field, PLAIN) or getattr(field, "choices", None) else None


def classes_of(model: type[models.Model]) -> dict[str, str | None]:
    """Every column of a model with its class."""
    return {field.name: class_of(model, field.name) for field in model._meta.concrete_fields}


def table_of(model: type[models.Model]) -> dict[str, str]:
    """What the room's own table says about a model."""
    name = f"{model._meta.app_config.name}.data_classes"
    if find_spec(name) is None:
        return {}
    tables: dict[str, dict[str, str]] = import_module(name).TABLE
    return tables.get(model.__name__, {})


def our_models() -> list[type[models.Model]]:
    """The models of our rooms."""
    return [model for model in apps.get_models() if model._meta.app_config.name.startswith("daftar.")]


def troubles() -> list[str]:
    """Columns without a class, with an unknown one or with two, and words of tables that name no column."""
    found: list[str] = []
    for model in our_models():
        table: dict[str, str] = table_of(model)
        named = [name for names in table.values() for name in names.split()]
        real: set[Any] = {field.name for field in model._meta.concrete_fields}
        label = model._meta.label
        found += [f"{label}.{name}: no class" for name, class_ in classes_of(model).items() if class_ not in CLASSES]
        found += [f"{label}: {name} is no column" for name in named if name not in real]
        found += [f"{label}.{name}: two classes" for name in set(named) if named.count(name) > 1]
        found += [f"{label}: {class_} is no class" for class_ in table if class_ not in CLASSES]
    return found
