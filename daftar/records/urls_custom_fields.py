"""Addresses of the pages for custom fields. Included by `urls.py`, before /<slug>/."""

from django.urls import path

from daftar.records.views import custom_fields, field_condition, field_end, field_kind, field_usage

urlpatterns = [
    path("settings/fields/", custom_fields.types, name="settings_fields"),
    path("settings/fields/<slug:type_key>/", custom_fields.fields, name="settings_fields_of"),
    path("settings/fields/<slug:type_key>/new", custom_fields.new, name="settings_field_new"),
    path("settings/fields/<slug:type_key>/usage", field_usage.usage, name="settings_field_usage"),
    path("settings/fields/<slug:type_key>/<slug:key>/", custom_fields.field, name="settings_field"),
    path("settings/fields/<slug:type_key>/<slug:key>/kind", field_kind.kind, name="settings_field_kind"),
    path(
        "settings/fields/<slug:type_key>/<slug:key>/kind/progress",
        field_kind.progress,
        name="settings_field_kind_progress",
    ),
    path("settings/fields/<slug:type_key>/<slug:key>/hide", field_end.hide, name="settings_field_hide"),
    path(
        "settings/fields/<slug:type_key>/<slug:key>/conditions",
        field_condition.conditions,
        name="settings_field_conditions",
    ),
    path("settings/fields/<slug:type_key>/<slug:key>/delete", field_end.delete, name="settings_field_delete"),
]
