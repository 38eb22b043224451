from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "daftar.crm"
    label = "crm"

    def ready(self) -> None:
        from daftar.crm import actions, card, merging, personal, records, retention  # noqa: F401  # declares types and verbs; says who is who, who is forgotten when, and what goes along when records become one

        card.add_parts()
