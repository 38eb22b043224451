"""Addresses of the settings of records: pipelines, fields. Included by `urls.py`, before /<slug>/."""

from daftar.records import urls_custom_fields, urls_pipelines

urlpatterns = [*urls_pipelines.urlpatterns, *urls_custom_fields.urlpatterns]
