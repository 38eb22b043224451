from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "daftar.crm"
    label = "crm"

    def ready(self) -> None:
        from daftar.crm import actions, card, personal, records, retention  # noqa: F401  # declares types and verbs; says who is who, and who is forgotten when

        card.add_parts()
