from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "daftar.kernel"
    label = "kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from daftar.kernel import outbox_keeping, personal_mails  # noqa: F401  # say how long mails stay; name their places
