from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "daftar.activities"
    label = "activities"

    def ready(self) -> None:
        from daftar.activities import handlers, personal, records  # noqa: F401  # declares its record type; names its places
        from daftar.kernel.secrets import sealed

        handlers.register()
        sealed("activities.PushKey", "private")
