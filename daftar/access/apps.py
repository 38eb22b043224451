from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "daftar.access"
    label = "access"

    def ready(self) -> None:
        from daftar.access import handlers, keeping, personal  # noqa: F401  # listens; names its places; says how long words stay
        from daftar.access.audit import signals
        from daftar.access.looking import banner
        from daftar.access.rights_marks import install as install_marks
        from daftar.access.shipped_roles import install_roles
        from daftar.kernel.secrets import sealed
        from daftar.ui import menu, slots

        post_migrate.connect(install_marks, sender=self, dispatch_uid="access.rights_marks")
        post_migrate.connect(install_roles, sender=self, dispatch_uid="access.install_roles")
        signals.connect()
        sealed("mfa.Authenticator", "data", inside="secret", bound=lambda row: f"totp:{row.user_id}")
        slots.add("top", banner, order=1)
        slots.add("over_errors", banner)
        menu.add("my_keys", _("My keys"), url="/me/keys/", icon="key-round", order=20, place="user")
        menu.add("me", _("My page"), url="/me/", icon="user-round", order=10, place="user")
