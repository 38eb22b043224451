from django.urls import path

from daftar.sales.paying.views import by_hand, public, settings

urlpatterns = [
    path("invoices/<int:record_id>/pay", by_hand.pay_invoice, name="pay_invoice"),
    path("companies/<int:record_id>/payment", by_hand.pay_client, {"slug": "companies"}, name="pay_company"),
    path("contacts/<int:record_id>/payment", by_hand.pay_client, {"slug": "contacts"}, name="pay_contact"),
    path("payments/<int:record_id>/assign", by_hand.assign, name="assign_payment"),
    path("payments/<int:record_id>/unassign", by_hand.unassign, name="unassign_payment"),
    path("payments/<int:record_id>/refund", by_hand.pay_back, name="refund_payment"),
    path("payments/<int:record_id>/withdraw", by_hand.take_back, name="withdraw_payment"),
    path("settings/payments/", settings.payments, name="payments_settings"),
    path("settings/payments/new/<slug:kind>/", settings.new_provider, name="new_provider"),
    path("settings/payments/<int:provider_id>/", settings.provider, name="provider"),
    path("settings/payments/<int:provider_id>/test", settings.test_provider, name="test_provider"),
    path("settings/payments/accounts/new/", settings.account, name="new_account"),
    path("settings/payments/accounts/<int:account_id>/", settings.account, name="account"),
    path("hooks/payments/<str:path>/", public.hook, name="payment_hook"),
    path("pay/<str:key>/", public.come_back, name="came_back"),
]
