from django.urls import path

from daftar.sales.buying import missing_page, views

urlpatterns = [
    path("products/missing/", missing_page.missing, name="missing"),
    path("companies/<int:record_id>/purchase-order", views.new, name="new_purchase_order"),
    path("purchase-orders/<int:record_id>/lines/", views.add, name="add_purchase_line"),
    path("purchase-orders/<int:record_id>/lines/<int:part_id>", views.change, name="change_purchase_line"),
    path("purchase-orders/<int:record_id>/lines/<int:part_id>/remove", views.remove, name="remove_purchase_line"),
    path("purchase-orders/<int:record_id>/send", views.send, name="send_purchase_order"),
    path("purchase-orders/<int:record_id>/receive", views.receive, name="receive_purchase_order"),
    path("purchase-orders/<int:record_id>/cancel", views.cancel, name="cancel_purchase_order"),
]
