from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "daftar.activities"
    label = "activities"

    def ready(self) -> None:
        from daftar.activities import (  # noqa: F401  # declares its record type and facts; names its places; says how long things stay
            facts,
            handlers,
            keeping,
            personal,
            records,
            retention,
        )
        from daftar.kernel.secrets import sealed

        handlers.register()
        sealed("activities.PushKey", "private")
