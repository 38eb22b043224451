from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "daftar.sales"
    label = "sales"

    def ready(self) -> None:
        from daftar.kernel.secrets import sealed
        from daftar.sales import handlers, keeping, personal, records  # noqa: F401  # listens; says how long raw messages stay; names its places; declares

        sealed("sales.PaymentProvider", "secrets")
        sealed("sales.PaymentProvider", "path")
