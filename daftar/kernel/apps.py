from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "daftar.kernel"
    label = "kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from daftar.kernel import frozen, outbox_keeping, personal_mails  # noqa: F401  # say how long mails stay; name their places

        post_migrate.connect(frozen.install, sender=self, dispatch_uid="kernel.frozen")
