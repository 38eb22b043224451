"""bin/daftar migrate: Django's own, that does not go back over data."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from daftar.kernel.going_back import losses

LOSES = (
    "Going back would lose what was kept since: {lost}. Nothing was changed. Start the version of before with the "
    "backup that was made before the update (backups/before-upgrade-… of the data folder, bin/daftar restore FILE). "
    "--lose-data goes back nevertheless."
)
NAMED = 6
"""So many tables and columns are named; of the others the number is said."""


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--lose-data", action="store_true", help="go back even if tables with rows are dropped")

    def handle(self, *args: Any, **options: Any) -> None:
        if options.get("app_label") and options.get("migration_name") and not options["lose_data"]:
            self.refuse_losses(options)
        super().handle(*args, **options)

    def refuse_losses(self, options: dict[str, Any]) -> None:
        executor = MigrationExecutor(connections[options["database"]])
        app, name = options["app_label"], options["migration_name"]
        if app not in executor.loader.migrated_apps:
            return  # Django says so itself
        matching = [key for key in executor.loader.graph.nodes if key[0] == app and key[1].startswith(name)]
        target = (app, None) if name == "zero" else matching[0] if len(matching) == 1 else None
        lost = losses(executor, executor.migration_plan([target])) if target else []
        if lost:
            more = [f"and {len(lost) - NAMED} more"] if len(lost) > NAMED else []
            raise CommandError(LOSES.format(lost="; ".join([*map(str, lost[:NAMED]), *more])))
