"""Addresses of the settings of roles."""

from django.urls import path

from daftar.records.views import roles

urlpatterns = [
    path("settings/roles/", roles.index, name="settings_roles"),
    path("settings/roles/<slug:role_key>/", roles.role, name="settings_role"),
    path("settings/roles/<slug:role_key>/archive", roles.archive, name="settings_role_archive"),
]
