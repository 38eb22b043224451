from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "daftar.kernel"
    label = "kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from daftar.kernel import personal_mails  # noqa: F401  # names its places
