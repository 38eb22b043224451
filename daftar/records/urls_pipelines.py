"""Addresses of the settings of pipelines."""

from django.urls import path

from daftar.records.views import pipelines

urlpatterns = [
    path("settings/pipelines/", pipelines.types, name="settings_pipelines"),
    path("settings/pipelines/<slug:type_key>/", pipelines.index, name="settings_pipelines_of"),
    path("settings/pipelines/<slug:type_key>/<int:pipeline_id>/", pipelines.pipeline, name="settings_pipeline"),
    path("settings/pipelines/<slug:type_key>/<int:pipeline_id>/archive", pipelines.archive, name="settings_pipeline_archive"),
    path("settings/pipelines/<slug:type_key>/<int:pipeline_id>/stages/new", pipelines.new_stage, name="settings_stage_new"),
    path("settings/pipelines/<slug:type_key>/stages/<int:stage_id>/", pipelines.stage, name="settings_stage"),
    path("settings/pipelines/<slug:type_key>/stages/<int:stage_id>/remove", pipelines.remove_stage, name="settings_stage_remove"),
]
