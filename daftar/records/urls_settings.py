"""Addresses of the settings of records: pipelines, roles, fields. Included by `urls.py`, before /<slug>/."""

from daftar.records import urls_custom_fields, urls_pipelines, urls_roles

urlpatterns = [*urls_pipelines.urlpatterns, *urls_roles.urlpatterns, *urls_custom_fields.urlpatterns]
