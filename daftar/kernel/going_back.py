"""What migrating backward would lose: tables that have rows, columns that hold more than their default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import AddField, CreateModel


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows of a table, or rows with something in a column, that are nowhere else."""

    what: str
    rows: int

    def __str__(self) -> str:
        return f"{self.what} ({self.rows:,})"


def losses(executor: MigrationExecutor, plan: Iterable[tuple[Migration, bool]]) -> list[Loss]:
    """What the backward steps of the plan would take away for good; empty when nothing."""
    loader = executor.loader
    applied = [key for key in loader.applied_migrations if key in loader.graph.nodes]
    models: Any = loader.project_state(applied).apps
    found = [loss for step, backward in plan if backward for loss in losses_of(step, models)]
    tables = {loss.what for loss in found}
    return [loss for loss in found if loss.what.rpartition(".")[0] not in tables]


def losses_of(step: Migration, models: Any) -> Iterator[Loss]:
    """Nothing for a migration that says `is_made_anew = True`: what it keeps is worked out again by the program."""
    if getattr(step, "is_made_anew", False):
        return
    for operation in step.operations:
        if isinstance(operation, CreateModel):
            model = find(models, step.app_label, operation.name)
            rows, what = model and model._base_manager.count(), operation.name
        elif isinstance(operation, AddField):
            model = find(models, step.app_label, operation.model_name)
            rows, what = model and filled(model, operation.name), f"{operation.model_name}.{operation.name}"
        else:
            continue
        if rows:
            yield Loss(f"{step.app_label}.{what.lower()}", rows)


def filled(model: Any, name: str) -> int:
    """Rows with something else than the default in the column."""
    if name not in {f.name for f in model._meta.concrete_fields}:
        return 0
    default = model._meta.get_field(name).get_default()
    same = {f"{name}__isnull": True} if default is None else {name: default}
    return int(model._base_manager.exclude(**same).count())


def find(models: Any, app_label: str, name: str) -> Any:
    """The model as of now; None when a later step has taken it away."""
    try:
        return models.get_model(app_label, name)
    except LookupError:
        return None
