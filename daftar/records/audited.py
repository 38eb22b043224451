"""What this room tells those below: names of records, foreign records, data classes; and the old and new values of its settings."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction

from daftar.access import audit
from daftar.access.audit import naming, refusals
from daftar.access.models import User
from daftar.kernel import data_classes
from daftar.records.models import ChoiceOption, CustomField, Pipeline, Stage
from daftar.records.reader import Reader
from daftar.records.reading import of_type, visible
from daftar.records.schema import current_schema
from daftar.records.types import DECLARED

P = ParamSpec("P")
R = TypeVar("R")
Act = Callable[P, R]


def connect() -> None:
    """Tell the log how records are called and which ones there are."""
    naming.name_with(names_of, type_name, every_type)
    refusals.find_foreign_with(foreign)
    data_classes.declared_by(declared_class)


def names_of(by: User, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Name and card of those records that the person may see."""
    reader, wanted = Reader(by), list(pairs)
    reader.names.want(wanted)
    reader.names.fetch()
    types = reader.schema.types
    return {
        (key, id_): (name, types[key].address(id_))
        for key, id_ in wanted
        if key in types and (name := reader.names.get(key, id_))
    }


def declared_class(model: type[models.Model], name: str) -> str | None:
    """The data class of a column that a record type declares; money's currency and base value go with their amount."""
    for declared in DECLARED.values():
        if declared.model is model:
            for field in declared.fields:
                if name in (field.key, f"{field.key}_currency", f"{field.key}_base"):
                    return str(field.personal)
    return None


def type_name(key: str) -> str:
    type_ = current_schema().types.get(key)
    return str(type_.plural) if type_ else ""


def every_type() -> list[tuple[str, str]]:
    return [(type_.key, str(type_.plural)) for type_ in current_schema().types.values()]


def foreign(by: User, wanted: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """(type, id) of the live records behind these (slug, id) that the person may not see."""
    found = []
    for slug, id_ in wanted:
        type_ = current_schema().by_slug.get(slug)
        if type_ is None or not of_type(type_).filter(pk=id_, deleted_at=None).exists():
            continue
        if not visible(type_, by).filter(pk=id_).exists():
            found.append((type_.key, id_))
    return found


# -- settings, old and new ---------------------------------------------------------------------------


def audited_pipeline(act: Act[P, R]) -> Act[P, R]:
    """Record what the act changed of the pipeline that its first argument names, or that it made."""
    return _audited(act, Pipeline)


def audited_stage(act: Act[P, R]) -> Act[P, R]:
    """Record what the act changed of the stage that its first argument names, or that it made."""
    return _audited(act, Stage)


def _audited(act: Act[P, R], model: type[models.Model]) -> Act[P, R]:
    is_adding = act.__name__.startswith("add_")

    @functools.wraps(act)
    def act_and_tell(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            before = {} if is_adding else stored(model, args[0])
            result = act(*args, **kwargs)
            after = stored(model, getattr(result, "pk", None) if is_adding else args[0])
            audit.record_change(
                "pipeline_changed",
                before,
                after,
                by=kwargs["by"],
                about=(model.__name__.lower(), (after or before).get("id")),
                name=(after or before).get("name") or (after or before).get("key"),
            )
        return result

    return act_and_tell


def stored(model: type[models.Model], pk: Any) -> dict[str, Any]:
    row = model._default_manager.filter(pk=pk).first()
    return audit.columns(row) if row else {}


def audited_field(act: Act[P, R]) -> Act[P, R]:
    """Record what the act changed of a field of the type that its first argument is, with its options."""
    is_adding = act.__name__.startswith("add_")

    @functools.wraps(act)
    def act_and_tell(*args: P.args, **kwargs: P.kwargs) -> R:
        type_key: Any = getattr(args[0], "key", "")
        with transaction.atomic():
            key: Any = "" if is_adding else args[1]
            before = stored_field(type_key, key) if key else {}
            result = act(*args, **kwargs)
            key = key or getattr(result, "key", "")
            after = stored_field(type_key, key)
            name = after.get("label") or key
            audit.record_change("field_changed", before, after, by=kwargs["by"], type=type_key, name=name)
        return result

    return act_and_tell


def stored_field(type_key: str, key: str) -> dict[str, Any]:
    row = CustomField.objects.filter(type=type_key, key=key).first()
    options = ChoiceOption.objects.filter(type=type_key, field=key).order_by("pk")
    words = [f"{option.label or option.key}{' ×' if option.archived else ''}" for option in options]
    return (audit.columns(row) if row else {}) | ({"options": words} if words else {})
