"""What rooms put into the database after a migration, they put only into one that is of this version."""

from __future__ import annotations

from typing import Any

from django.apps import apps


def is_whole(state: Any) -> bool:
    """Whether the database has every table and column of our rooms; not after going back, or half of the way.

    Shapes: `state` are the models that `post_migrate` hands over as `apps`; None (a flush) is the present ones.
    """
    return state is None or all(
        columns(model) <= columns_of(state, model)
        for model in apps.get_models()
        if model._meta.managed and model.__module__.startswith("daftar.")
    )


def columns(model: Any) -> set[str]:
    return {f.column for f in model._meta.concrete_fields}


def columns_of(state: Any, model: Any) -> set[str]:
    try:
        return columns(state.get_model(model._meta.label_lower))
    except LookupError:
        return set()
