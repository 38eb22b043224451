from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "daftar.exchange"
    label = "exchange"

    def ready(self) -> None:
        from daftar.exchange import keeping, menu_entry, personal  # noqa: F401  # adds it; names its places; says how long files stay
