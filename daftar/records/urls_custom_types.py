"""Addresses of the pages for record types of the company's own. Included by `urls_settings.py`."""

from django.urls import path

from daftar.records.views import custom_types

TYPE = "settings/types/<slug:type_key>/"

urlpatterns = [
    path("settings/types/", custom_types.index, name="settings_types"),
    path("settings/types/new", custom_types.new, name="settings_type_new"),
    path(TYPE, custom_types.type_, name="settings_type"),
    path(f"{TYPE}link", custom_types.link, name="settings_type_link"),
    path(f"{TYPE}delete", custom_types.delete, name="settings_type_delete"),
]
