"""Settings for the tests: a throw-away data folder, quick passwords, plain static files."""

import os
import tempfile

os.environ["DAFTAR_DATA"] = tempfile.mkdtemp(prefix="daftar-test-")
os.environ.setdefault("DAFTAR_SECRET_KEY", "only-for-tests-" + "x" * 50)

from config.settings import *  # noqa: F403
from config.settings import DATA, DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# A file, not memory: threads in race tests get connections of their own, with the same pragmas as in earnest.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
AUDIT_IN_BACKGROUND = False
