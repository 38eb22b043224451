from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "daftar.crm"
    label = "crm"

    def ready(self) -> None:
        from daftar.crm import card, records

        records.declared()
        card.add_parts()
