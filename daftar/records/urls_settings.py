"""Addresses of the settings of records: pipelines, roles, fields, personal data. Included by `urls.py`, before /<slug>/."""

from daftar.records import urls_custom_fields, urls_personal, urls_pipelines, urls_roles

urlpatterns = [
    *urls_pipelines.urlpatterns,
    *urls_roles.urlpatterns,
    *urls_custom_fields.urlpatterns,
    *urls_personal.urlpatterns,
]
