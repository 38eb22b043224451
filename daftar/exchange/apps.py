from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "daftar.exchange"
    label = "exchange"

    def ready(self) -> None:
        from daftar.exchange import field_uses, keeping, menu_entry, personal  # noqa: F401  # tells what fills a field; says how long files stay; adds it; names its places
        from daftar.exchange.company import rooms  # noqa: F401  # says what an archive of the company carries
        from daftar.exchange.taking_back import beside  # noqa: F401  # takes back what an import made beside records
