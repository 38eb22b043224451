from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "daftar.sales"
    label = "sales"

    def ready(self) -> None:
        from daftar.sales import personal, records  # noqa: F401  # names its places; declares its record types
