from django.urls import path

from daftar.sales.sending import views

urlpatterns = [
    path("quotes/<int:record_id>/send", views.send_quote, name="send_quote"),
    path("invoices/<int:record_id>/send", views.send_invoice, name="send_invoice"),
    path("invoices/<int:record_id>/remind", views.remind, name="remind"),
]
