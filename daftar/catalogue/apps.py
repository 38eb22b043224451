from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogueConfig(AppConfig):
    name = "daftar.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from daftar.catalogue import card, menu_entry, merging, personal, records  # noqa: F401  # names its places; declares its record types
        from daftar.catalogue.shipped import install_units
        from daftar.catalogue.stock import card as stock_card
        from daftar.catalogue.stock import records as stock_records  # noqa: F401  # and those of the stock
        from daftar.kernel.frozen import frozen

        card.add_parts()
        stock_card.add_parts()
        menu_entry.register()
        merging.register()
        frozen("catalogue.StockMove", "kind warehouse quantity about_type about_id at once")
        post_migrate.connect(install_units, sender=self, dispatch_uid="catalogue.install_units")
