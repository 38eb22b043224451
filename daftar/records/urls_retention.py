"""Addresses of retention. Included by `urls_settings.py`."""

from django.urls import path

from daftar.records.views import retention, retention_rule

RULE = "settings/retention/<int:rule_id>/"

urlpatterns = [
    path("settings/retention/", retention.index, name="retention"),
    path("settings/retention/new/<slug:type_key>", retention_rule.new, name="retention_new"),
    path(RULE, retention_rule.rule, name="retention_rule"),
    path(f"{RULE}switch", retention_rule.switch, name="retention_switch"),
    path(f"{RULE}count", retention_rule.count, name="retention_count"),
    path(f"{RULE}remove", retention_rule.remove, name="retention_remove"),
]
