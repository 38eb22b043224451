"""Addresses of import and export. They are asked before the records room's, whose /<slug>/ would take them."""

from django.urls import path

from daftar.exchange.views import chooser, company, export, export_runs, import_run, upload

app_name = "exchange"
urlpatterns = [
    path("settings/archive/", company.index, name="archive"),
    path("settings/archive/write", company.write, name="archive_write"),
    path("settings/archive/load", company.load, name="archive_load"),
    path("settings/archive/<int:archive_id>/progress", company.progress, name="archive_progress"),
    path("settings/archive/<int:archive_id>/company.zip", company.download, name="archive_download"),
    path("settings/archive/<int:archive_id>/forget", company.forget, name="archive_forget"),
    path("import/", chooser.index, name="index"),
    path("import/<int:run_id>/", import_run.show, name="run"),
    path("import/<int:run_id>/progress", import_run.progressed, name="progress"),
    path("import/<int:run_id>/steps/<int:place>/", import_run.step, name="step"),
    path("import/<int:run_id>/refused.csv", import_run.refused, name="refused"),
    path("import/<int:run_id>/refused-<int:place>.csv", import_run.refused, name="refused_of"),
    path("import/<int:run_id>/sums", import_run.sums, name="sums"),
    path("import/<int:run_id>/sums.csv", import_run.sums_file, name="sums_file"),
    path("import/recipe/<slug:key>/", upload.recipe, name="recipe"),
    path("<slug:slug>/import/", upload.file, name="import"),
    path("<slug:slug>/import/example.csv", upload.example, name="example"),
    path("<slug:slug>/import/example.xlsx", upload.example_sheet, name="example_sheet"),
    path("me/exports/", export_runs.index, name="exports"),
    path("me/exports/<int:run_id>/", export_runs.show, name="export_run"),
    path("me/exports/<int:run_id>/progress", export_runs.progress, name="export_progress"),
    path("me/exports/<int:run_id>/file", export_runs.download, name="export_file"),
    path("me/exports/<int:run_id>/cancel", export_runs.cancel, name="export_cancel"),
    path("me/exports/<int:run_id>/again", export_runs.again, name="export_again"),
    path("me/exports/<int:run_id>/delete", export_runs.delete, name="export_delete"),
    path("<slug:slug>/export/", export.choose, name="export_choose"),
    path("<slug:slug>/export/start", export.start, name="export_start"),
    path("<slug:slug>/export.csv", export.rows, {"ending": "csv"}, name="export"),
    path("<slug:slug>/export.xlsx", export.rows, {"ending": "xlsx"}, name="export_xlsx"),
    path("<slug:slug>/export.jsonl", export.rows, {"ending": "jsonl"}, name="export_jsonl"),
]
