"""Addresses of personal data. Included by `urls_settings.py`."""

from django.urls import path

from daftar.records.views import personal

urlpatterns = [
    path("settings/personal/<slug:type_key>/<int:person_id>/", personal.index, name="personal"),
    path("settings/personal/<slug:type_key>/<int:person_id>/export.zip", personal.export, name="personal_export"),
    path("settings/personal/<slug:type_key>/<int:person_id>/erase", personal.erase, name="personal_erase"),
]
