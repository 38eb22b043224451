from django.urls import path

from daftar.sales.views import differences, quotes, settings

app_name = "sales"
urlpatterns = [
    path("settings/sales/", settings.sales_settings, name="settings"),
    path("deals/<int:record_id>/quote", quotes.issue, name="issue_quote"),
    path("quotes/<int:record_id>/answer", quotes.answered, name="quote_answered"),
    path("quotes/<int:record_id>/withdraw", quotes.withdraw, name="withdraw_quote"),
    path("quotes/<int:record_id>/differences", differences.differences, name="differences"),
    path("quotes/stale/", differences.stale_ones, name="stale_quotes"),
]
