from django.urls import path

from daftar.sales.client_page import public, views

urlpatterns = [
    path("deals/<int:record_id>/client-page/make", views.make, name="make_client_page"),
    path("deals/<int:record_id>/client-page/revoke", views.revoke, name="revoke_client_page"),
    path("deals/<int:record_id>/client-page/until", views.prolong, name="prolong_client_page"),
    path("deals/<int:record_id>/client-page/answer", views.reply, name="answer_client"),
    path("c/<str:token>/", public.show, name="client_page"),
    path("c/<str:token>/ask", public.ask, name="client_asks"),
    path("c/<str:token>/logo.png", public.logo, name="client_logo"),
    path("c/<str:token>/quotes/<int:record_id>/answer", public.answer, name="client_answers"),
    path("c/<str:token>/quotes/<int:record_id>.pdf", public.quote_paper, name="client_quote"),
    path("c/<str:token>/invoices/<int:record_id>.pdf", public.invoice_paper, name="client_invoice"),
    path("c/<str:token>/invoices/<int:record_id>/delivery.pdf", public.delivery_paper, name="client_delivery"),
    path("c/<str:token>/invoices/<int:record_id>/pay", public.pay, name="client_pays"),
]
