from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "daftar.crm"
    label = "crm"

    def ready(self) -> None:
        from daftar.crm import actions, card, records  # noqa: F401  # declares types and verbs

        card.add_parts()
