from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "daftar.access"
    label = "access"
