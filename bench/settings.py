"""The product's own settings, but jobs run at once and static files need no build."""

from config.settings import *  # noqa: F403 - the product's settings, with a few changed below
from config.settings import STORAGES

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ALLOWED_HOSTS = ["testserver"]
