"""Settings of the test suite: real engines, warnings as errors, nothing written below the checkout."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "PORTAL_VAR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="portal-test-")
    os.environ["PORTAL_VAR"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

from portal.settings.base import *  # noqa: F403
from portal.settings.base import CACHES, DATABASES, PORTAL_VAR

SECRET_KEY = "only-for-tests"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
if "LOCATION" in CACHES["default"] and "PYTEST_XDIST_WORKER" in os.environ:
    # A Redis database for each test process: clearing one's cache must not clear the other's.
    _number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
    _server = str(CACHES["default"]["LOCATION"]).rsplit("/", 1)[0]
    CACHES["default"]["LOCATION"] = f"{_server}/{_number}"
if "spatialite" in str(DATABASES["default"]["ENGINE"]):
    # A file, as in real life; each test process adds its own suffix.
    DATABASES["default"]["TEST"] = {"NAME": str(PORTAL_VAR / "test.sqlite3")}
Path(PORTAL_VAR).mkdir(parents=True, exist_ok=True)
STATIC_ROOT = PORTAL_VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
