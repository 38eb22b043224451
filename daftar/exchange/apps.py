from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "daftar.exchange"
    label = "exchange"

    def ready(self) -> None:
        from daftar.exchange import menu_entry, personal  # noqa: F401  # adds it; names its places
