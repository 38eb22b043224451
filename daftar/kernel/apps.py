"""The kernel as a Django app, for its commands and its few operational tables."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "daftar.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
