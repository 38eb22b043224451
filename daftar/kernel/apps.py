from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "daftar.kernel"
    label = "kernel"
    verbose_name = "Kernel"
