from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "daftar.access"
    label = "access"

    def ready(self) -> None:
        from daftar.ui import menu

        menu.add("me", _("My page"), url="/me/", icon="user-round", order=10, place="user")
