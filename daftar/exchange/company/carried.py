"""What an archive of the company carries: every model is either carried, or left out with a reason; a test finds what is neither.

A room below is described in `rooms.py`; a room above this one calls `carry` or `leave_out` when it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from daftar.access.models import Row
from daftar.kernel.data_classes import class_of, our_models

DERIVED = frozenset({"search"})
"""Columns of every record that are worked out again."""


@dataclass(frozen=True)
class Bytes:
    """A file of the data folder that a row names.

    Shapes: `path` is the column with its random name, which no archive carries; `hash` the column under which the archive names the bytes.
    """

    path: str
    hash: str
    suffix: str = ""
    is_photo: bool = False


@dataclass(frozen=True)
class Carried:
    """One model that the archive carries.

    Shapes: `without` are columns that stay behind and have their default after loading; `only` says which rows go along;
    `turned` changes a row on its way out, so that it holds in another installation; `fills` are values of columns that have
    no default. `is_setup`: the schema is made of it.
    """

    label: str
    without: frozenset[str] = frozenset()
    only: Q | None = None
    turned: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    fills: Mapping[str, Any] = field(default_factory=dict)
    bytes: Bytes | None = None
    is_setup: bool = False

    @cached_property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @cached_property
    def columns(self) -> tuple[models.Field[Any, Any], ...]:
        """What stands in a line of the archive, in the order of the model."""
        left = self.without | (DERIVED if issubclass(self.model, Row) else frozenset())
        left |= {self.bytes.path} - {self.bytes.hash} if self.bytes else frozenset()
        return tuple(f for f in self.model._meta.concrete_fields if f.name not in left)

    @cached_property
    def links(self) -> dict[str, str]:
        """Column → label of the carried model that it leads to."""
        return {f.name: f.related_model._meta.label for f in self.columns if isinstance(f, models.ForeignKey)}

    @property
    def member(self) -> str:
        return f"data/{self.label}.jsonl"


@dataclass(frozen=True)
class LeftOut:
    """A model that stays where it is, and why.

    With `stays` its rows are kept when a company is loaded over them, and lead to the person who loaded; else they go.
    """

    label: str
    why: str
    stays: bool = False


@dataclass
class Registry:
    carried: dict[str, Carried] = field(default_factory=dict)
    left_out: dict[str, LeftOut] = field(default_factory=dict)


_all = Registry()


def carry(label: str, *, without: str = "", only: Q | None = None, **more: Any) -> None:
    """Let the archive carry a model, behind those that were named before."""
    _all.carried[label] = Carried(label, frozenset(without.split()), only, **more)


def leave_out(why: str, *labels: str, stays: bool = False) -> None:
    """Say why these models are in no archive."""
    _all.left_out.update({label: LeftOut(label, why, stays) for label in labels})


def carried() -> list[Carried]:
    """In the order in which they are written and loaded."""
    return list(_all.carried.values())


def by_member() -> Mapping[str, Carried]:
    return {one.member: one for one in carried()}


def left_out() -> list[LeftOut]:
    return list(_all.left_out.values())


def troubles() -> list[str]:
    """Models that are neither carried nor left out, secrets that would be carried, links that would lead nowhere, words that name nothing."""
    known = {m._meta.label: m for m in apps.get_models() if ".tests." not in m.__module__}
    found = [f"{label}: neither carried nor left out" for label in known if label not in _all.carried | _all.left_out]
    found += [f"{label} is no model" for label in {**_all.carried, **_all.left_out} if label not in known]
    found += [f"{label}: carried and left out" for label in _all.carried.keys() & _all.left_out.keys()]
    for one in carried():
        if one.label in known:
            found += troubles_of(one)
    for other in left_out():
        if other.stays and other.label in known:
            found += [
                f"{other.label}.{f.name} stays and leads to {f.related_model._meta.label}, which is loaded anew"
                for f in known[other.label]._meta.concrete_fields
                if isinstance(f, models.ForeignKey) and leads_astray(f.related_model)
            ]
    return found


def leads_astray(target: Any) -> bool:
    label = target._meta.label
    other = _all.left_out.get(label)
    return label != "access.User" and (label in _all.carried or other is None or not other.stays)


def troubles_of(one: Carried) -> list[str]:
    names = {f.name: f for f in one.model._meta.concrete_fields}
    found = [f"{one.label}: {name} is no column" for name in one.without if name not in names]
    found += [
        f"{one.label}.{name} leads to {to}, which is not carried"
        for name, to in one.links.items()
        if to not in _all.carried
    ]
    if one.model in our_models():
        found += [f"{one.label}.{f.name} is secret" for f in one.columns if class_of(one.model, f.name) == "secret"]
    lost = [f for n, f in names.items() if n in one.without and not (f.null or f.has_default() or n in one.fills)]
    found += [f"{one.label}.{f.name} stays behind and has no default" for f in lost]
    return found
