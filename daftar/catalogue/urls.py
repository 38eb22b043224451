from django.urls import path

from daftar.catalogue.views import find, lists, parts, price, settings, stock, variants

app_name = "catalogue"
urlpatterns = [
    path("settings/catalogue/", settings.catalogue_settings, name="settings"),
    path("products/find", find.find, name="find"),
    path("products/<int:record_id>/variants/", variants.variants, name="variants"),
    path("products/<int:record_id>/price", price.client_price_form, name="client_price"),
    path("stock/", stock.stock, name="stock"),
    path("products/<int:record_id>/hold", stock.hold, name="hold"),
    path("holds/<int:record_id>/release", stock.release, name="release_hold"),
    path("price-lists/<int:record_id>/copy", lists.copy, name="copy_list"),
    path("price-lists/<int:record_id>/take-over", lists.take_over_section, name="take_over"),
    path("catalogue/undo/<int:change_set_id>", lists.undo, name="undo"),
    *(
        path(f"{slug}/<int:record_id>/{block}/{rest}", view, {"block": block}, name=f"{name}_{block}")
        for slug, block in (("products", "packs"), ("products", "parts"), ("price-lists", "items"))
        for rest, view, name in (
            ("", parts.add, "add"),
            ("<int:part_id>", parts.change, "change"),
            ("<int:part_id>/remove", parts.remove, "remove"),
        )
    ),
]
