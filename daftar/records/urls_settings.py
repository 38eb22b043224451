"""Addresses of the settings of records: pipelines, fields, personal data. Included by `urls.py`, before /<slug>/."""

from daftar.records import urls_custom_fields, urls_personal, urls_pipelines

urlpatterns = [*urls_pipelines.urlpatterns, *urls_custom_fields.urlpatterns, *urls_personal.urlpatterns]
