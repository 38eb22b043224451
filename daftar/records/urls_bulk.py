"""Addresses of acts on many rows and of their runs. Included by `urls.py`, before /<slug>/."""

from django.urls import path

from daftar.records.views import bulk, bulk_runs

urlpatterns = [
    path("changes/", bulk_runs.index, name="changes"),
    path("changes/<int:run_id>/", bulk_runs.show, name="changes_run"),
    path("changes/<int:run_id>/progress", bulk_runs.progress, name="changes_progress"),
    path("changes/<int:run_id>/stop", bulk_runs.stop, name="changes_stop"),
    path("changes/<int:run_id>/continue", bulk_runs.go_on, name="changes_continue"),
    path("changes/<int:run_id>/undo", bulk_runs.take_back, name="changes_undo"),
    path("changes/<int:run_id>/decide", bulk_runs.decide_kept, name="changes_decide"),
    path("changes/<int:run_id>/give", bulk_runs.give_added, name="changes_give"),
    path("<slug:slug>/bulk/<slug:act>", bulk.act, name="bulk"),
]
