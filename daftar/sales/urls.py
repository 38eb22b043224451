from django.urls import include, path

from daftar.sales.approving import urls as approving
from daftar.sales.bank import urls as bank
from daftar.sales.client_page import urls as client_page
from daftar.sales.lines import views as lines
from daftar.sales.paying import urls as paying
from daftar.sales.sending import urls as sending
from daftar.sales.views import differences, invoices, papers, quotes, settings

app_name = "sales"
WORD = {"ending": "docx"}
urlpatterns = [
    path("", include("daftar.sales.buying.urls")),
    path("settings/sales/", settings.sales_settings, name="settings"),
    path("deals/<int:record_id>/lines/", lines.editor, name="lines"),
    path("deals/<int:record_id>/lines/row", lines.row, name="line_row"),
    path("deals/<int:record_id>/quote", quotes.issue, name="issue_quote"),
    path("quotes/<int:record_id>/answer", quotes.answered, name="quote_answered"),
    path("quotes/<int:record_id>/withdraw", quotes.withdraw, name="withdraw_quote"),
    path("quotes/<int:record_id>/differences", differences.differences, name="differences"),
    path("quotes/stale/", differences.stale_ones, name="stale_quotes"),
    path("deals/<int:record_id>/invoice", invoices.issue, name="issue_invoice"),
    path("quotes/<int:record_id>/paper.pdf", papers.paper, {"slug": "quotes"}, name="quote_paper"),
    path("quotes/<int:record_id>/paper.docx", papers.paper, {"slug": "quotes", **WORD}, name="quote_word"),
    path("invoices/<int:record_id>/paper.pdf", papers.paper, {"slug": "invoices"}, name="invoice_paper"),
    path("invoices/<int:record_id>/paper.docx", papers.paper, {"slug": "invoices", **WORD}, name="invoice_word"),
    path("purchase-orders/<int:record_id>/paper.pdf", papers.paper, {"slug": "purchase-orders"}, name="purchase_paper"),
    path(
        "purchase-orders/<int:record_id>/paper.docx",
        papers.paper,
        {"slug": "purchase-orders", **WORD},
        name="purchase_word",
    ),
    path("invoices/<int:record_id>/delivery.pdf", papers.delivery, name="delivery_note"),
    path("invoices/<int:record_id>/delivery.docx", papers.delivery, WORD, name="delivery_word"),
    path("price-lists/<int:record_id>/paper.pdf", papers.price_list, name="price_list_paper"),
    path("price-lists/<int:record_id>/paper.docx", papers.price_list, WORD, name="price_list_word"),
    path("invoices/<int:record_id>/ship", invoices.shipping, name="ship"),
    path("invoices/<int:record_id>/hold", invoices.hold, name="hold_again"),
    path("invoices/<int:record_id>/cancel", invoices.cancel, name="cancel_invoice"),
    path("invoices/<int:record_id>/credit", invoices.credit, name="credit_invoice"),
    *approving.urlpatterns,
    *client_page.urlpatterns,
    *sending.urlpatterns,
    *paying.urlpatterns,
    *bank.urlpatterns,
]
