"""Addresses of the settings of pipelines."""

from django.urls import path

from daftar.records.views import pipelines

OF_TYPE = "settings/pipelines/<slug:type_key>/"
PIPELINE, STAGE = f"{OF_TYPE}<int:pipeline_id>/", f"{OF_TYPE}stages/<int:stage_id>/"

urlpatterns = [
    path("settings/pipelines/", pipelines.types, name="settings_pipelines"),
    path(OF_TYPE, pipelines.index, name="settings_pipelines_of"),
    path(f"{OF_TYPE}fields/<slug:key>/", pipelines.index, name="settings_pipelines_of_field"),
    path(PIPELINE, pipelines.pipeline, name="settings_pipeline"),
    path(f"{PIPELINE}archive", pipelines.archive, name="settings_pipeline_archive"),
    path(f"{PIPELINE}stages/new", pipelines.new_stage, name="settings_stage_new"),
    path(STAGE, pipelines.stage, name="settings_stage"),
    path(f"{STAGE}remove", pipelines.remove_stage, name="settings_stage_remove"),
]
