"""Steps of migrations that Django has not, or does at the cost of a whole table."""

from __future__ import annotations

from typing import Any

from django.db import migrations


class DropOwnIndex(migrations.AlterField):
    """The column of a link loses the index that Django gave it (`db_index=False`), and nothing else about it changes.

    Why: on SQLite Django's own step writes the whole table anew, which takes minutes and loses the triggers of the search index.
    Going back leaves it without; going forward again is content with that.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        connection, table = schema_editor.connection, model._meta.db_table
        column = model._meta.get_field(self.name).column
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        for name, told in found.items():
            if told["index"] and told["columns"] == [column] and not told["unique"]:
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        pass

    def describe(self) -> str:
        return f"Drop the index of {self.name} on {self.model_name}"
