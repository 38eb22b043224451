from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "daftar.ui"
    label = "ui"
