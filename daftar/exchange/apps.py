from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "daftar.exchange"
    label = "exchange"

    def ready(self) -> None:
        from daftar.exchange.taking_back import beside  # noqa: F401  # tells what fills a field; says how long files stay; adds it; names its places
