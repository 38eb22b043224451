from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "daftar.crm"
    label = "crm"

    def ready(self) -> None:
        from daftar.crm import actions, card, personal, records  # noqa: F401  # declares types and verbs; says who is who

        card.add_parts()
