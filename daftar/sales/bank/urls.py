from django.urls import path

from daftar.sales.bank.views import columns, statements

urlpatterns = [
    path("bank/", statements.statements, name="bank"),
    path("bank/<int:statement_id>/", statements.statement, name="bank_statement"),
    path("bank/<int:statement_id>/confirm", statements.confirm_all, name="confirm_certain"),
    path("bank/<int:statement_id>/columns", columns.columns, name="bank_columns"),
    path("bank/lines/<int:line_id>/confirm", statements.confirm, name="confirm_line"),
    path("bank/lines/<int:line_id>/choose", statements.choose, name="choose_for_line"),
    path("bank/lines/<int:line_id>/ignore", statements.ignore, name="ignore_line"),
    path("bank/lines/<int:line_id>/reopen", statements.reopen, name="reopen_line"),
    path("bank/lines/<int:line_id>/undo", statements.undo, name="undo_line"),
]
