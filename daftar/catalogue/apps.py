from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "daftar.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from daftar.catalogue import records  # noqa: F401  # declares its record types
