from django.urls import path

from daftar.sales.approving import views

urlpatterns = [
    path("deals/<int:record_id>/approval", views.ask, name="ask_approval"),
    path("sales/approvals/", views.waiting, name="approvals"),
    path("sales/approvals/<int:approval_id>/", views.approval, name="approval"),
    path("sales/approvals/<int:approval_id>/withdraw", views.withdrawn, name="withdraw_approval"),
]
