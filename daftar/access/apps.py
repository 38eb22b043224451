from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "daftar.access"
    label = "access"

    def ready(self) -> None:
        from daftar.access import handlers  # noqa: F401  # listens
        from daftar.access.audit import signals
        from daftar.ui import menu

        signals.connect()
        menu.add("my_keys", _("My keys"), url="/me/keys/", icon="key-round", order=20, place="user")
        menu.add("me", _("My page"), url="/me/", icon="user-round", order=10, place="user")
