"""Addresses of the settings of records: pipelines, roles, fields, record types, personal data, retention. Included by `urls.py`, before /<slug>/."""

from daftar.records import (
    urls_custom_fields,
    urls_custom_types,
    urls_personal,
    urls_pipelines,
    urls_retention,
    urls_roles,
)

urlpatterns = [
    *urls_pipelines.urlpatterns,
    *urls_roles.urlpatterns,
    *urls_custom_fields.urlpatterns,
    *urls_custom_types.urlpatterns,
    *urls_personal.urlpatterns,
    *urls_retention.urlpatterns,
]
