"""The index of a column that lists sort by and that may be empty."""

from __future__ import annotations

from typing import Any

from django.db import models


class SortIndex(models.Index):
    """An index in the order of lists, in which empty values are the smallest.

    SQLite puts them there by itself. PostgreSQL puts them at the other end, and walks an index only in its very order, so there
    the index says it.
    """

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        index = self
        if schema_editor.connection.vendor == "postgresql":
            index = self.clone()  # type: ignore[assignment]  # the same class
            index.fields_orders = [
                (name, "NULLS FIRST" if model._meta.get_field(name).null else order)
                for name, order in self.fields_orders
            ]
        return models.Index.create_sql(index, model, schema_editor, using, **kwargs)
