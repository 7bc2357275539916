"""Django's settings: everything a deployer may change comes from the environment, with working defaults.

``docs/configuration.md`` lists each variable; a test compares that page with this file.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import environ
from django.utils.translation import gettext_lazy as _

from gongkai.shell.secret import stored_secret

env = environ.Env()

PACKAGE = Path(__file__).resolve().parent.parent

# -- Where things are kept ---------------------------------------------------------------------------
GONGKAI_DATA = Path(env.str("GONGKAI_DATA", default="var")).resolve()
"""The one folder that holds everything this installation makes: database, files, keys, published tree."""
GONGKAI_PUBLISHED = GONGKAI_DATA / "published"
GONGKAI_DATA.mkdir(parents=True, exist_ok=True)

# -- What the deployer decides -----------------------------------------------------------------------
DEBUG = env.bool("GONGKAI_DEBUG", default=False)
SECRET_KEY = env.str("GONGKAI_SECRET_KEY", default="") or stored_secret(GONGKAI_DATA / "secret.key")
ALLOWED_HOSTS = env.list("GONGKAI_HOSTS", default=["127.0.0.1", "localhost", ".localhost"])
CSRF_TRUSTED_ORIGINS = env.list("GONGKAI_TRUSTED_ORIGINS", default=[])
GONGKAI_BASE_URL = env.str("GONGKAI_BASE_URL", default="http://127.0.0.1:8000")
GONGKAI_HTTPS = env.bool("GONGKAI_HTTPS", default=GONGKAI_BASE_URL.startswith("https://"))
GONGKAI_DEMO_MARK = env.bool("GONGKAI_DEMO_MARK", default=False)
"""True marks every published page as 演示数据 and keeps robots away; ``make run`` sets it for the demo city."""

GONGKAI_REVIEW_WAY = env.str("GONGKAI_REVIEW_WAY", default="行政复议机关公布的网上申请渠道")
"""How to apply for administrative review online, as letters delivered online say it (行政复议法 Art. 22)."""
GONGKAI_FONTS = env.str("GONGKAI_FONTS", default="")
"""A folder of the deployer's own typefaces for letters, taken before those installed with Gongkai."""

# -- Apps: floor by floor ----------------------------------------------------------------------------
INSTALLED_APPS = [
    # shell first, so that its templates and words win over those of the libraries
    "gongkai.shell",
    "gongkai.shell.public",
    "gongkai.wings.disclosure.annual",
    "gongkai.wings.disclosure.statistics",
    "gongkai.wings.disclosure.catalogue",
    "gongkai.wings.disclosure.guides",
    "gongkai.wings.disclosure.apply",
    "gongkai.wings.disclosure.requestlog",
    "gongkai.wings.disclosure.archive",
    "gongkai.wings.disclosure.redaction",
    "gongkai.wings.disclosure.corrections",
    "gongkai.wings.disclosure.remedies",
    "gongkai.wings.disclosure.requests",
    "gongkai.wings.publishing.sitereports",
    "gongkai.wings.publishing.reviews",
    "gongkai.wings.publishing.sites",
    "gongkai.wings.publishing.documents",
    "gongkai.engines.casework",
    "gongkai.engines.press",
    "gongkai.engines.checks",
    "gongkai.engines.exchange",
    "gongkai.engines.figures",
    "gongkai.engines.letters",
    "gongkai.engines.notices",
    "gongkai.engines.search",
    "gongkai.foundation.accounts",
    "gongkai.foundation.organs",
    "gongkai.foundation.files",
    "gongkai.foundation.serials",
    "gongkai.foundation.ledger",
    "wagtail.snippets",
    # Unused (files are ours), but Wagtail's base template asks for the addresses of both.
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.users",
    "wagtail.admin",
    "wagtail.contrib.table_block",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gongkai.foundation.accounts.middleware.PasswordChangeMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "gongkai.shell.urls"
WSGI_APPLICATION = "gongkai.shell.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
    {
        "NAME": "public",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            PACKAGE / "shell" / "public" / "templates",
            PACKAGE / "wings" / "publishing" / "templates",
            PACKAGE / "wings" / "disclosure" / "templates",
        ],
        "OPTIONS": {"environment": "gongkai.shell.public.environment.public_environment"},
    },
]

# -- Database ----------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{GONGKAI_DATA / 'gongkai.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Opened, never made: a server whose file is gone says so, and does not go on with an empty one. `setup` makes it.
    SQLITE_FILE = Path(DATABASES["default"]["NAME"])
    DATABASES["default"]["NAME"] = f"file:{quote(str(SQLITE_FILE))}?mode=rw"
    # WAL with IMMEDIATE transactions is the only mode in which concurrent writers never see "database is
    # locked"; FULL because this system hands out receipts (docs/decisions/0003-databases.md).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
        ),
    }
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One cache for all processes: sign-in limits and one-time codes break when each process has its own.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shell_cache"}}

# -- People ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/workbench/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "gongkai.foundation.accounts.adapter.StaffAccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Gongkai"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "password"]  # not in logs either
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"

# -- Language and time -------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", _("Simplified Chinese"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# Rooms that know nothing of Django bring their words too; apps are found by themselves.
LOCALE_PATHS = [
    PACKAGE / "shell" / "workbench" / "locale",
    PACKAGE / "shell" / "locale",
    PACKAGE / "wings" / "publishing" / "intake" / "locale",
    PACKAGE / "foundation" / "workdays" / "locale",
    PACKAGE / "foundation" / "identifiers" / "locale",
    PACKAGE / "shell" / "libraries" / "locale",
]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# -- Static files and uploads ------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = GONGKAI_DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": GONGKAI_DATA / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = GONGKAI_DATA / "files"
MEDIA_URL = "/workbench/media/"
GONGKAI_UPLOAD_LIMIT = env.int("GONGKAI_UPLOAD_LIMIT", default=50 * 1024 * 1024)
GONGKAI_VIDEO_LIMIT = env.int("GONGKAI_VIDEO_LIMIT", default=1024 * 1024 * 1024)
"""Bytes that one file may have; the second is for sound and moving pictures."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
"""Bytes of a form without its files, or of a whole call of the API: a file of 10 MB in base64 and what goes with it."""
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# -- Notices -----------------------------------------------------------------------------------------
GONGKAI_SMS_URL = env.str("GONGKAI_SMS_URL", default="")
GONGKAI_SMS_SECRET = env.str("GONGKAI_SMS_SECRET", default="")
GONGKAI_SMS_GATEWAY = env.str("GONGKAI_SMS_GATEWAY", default="gongkai.engines.notices.gateway.SignedGateway")
GONGKAI_EMAIL_URL = env.str("GONGKAI_EMAIL_URL", default="")
"""Empty: nothing goes that way."""
if GONGKAI_EMAIL_URL:
    globals().update(env.email_url("GONGKAI_EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("GONGKAI_EMAIL_FROM", default="noreply@localhost")
GONGKAI_QUIET_HOURS = env.str("GONGKAI_QUIET_HOURS", default="21:00-08:00")
GONGKAI_NOTICE_GIVE_UP_DAYS = env.int("GONGKAI_NOTICE_GIVE_UP_DAYS", default=3)
GONGKAI_NOTICE_KEEP_DAYS = env.int("GONGKAI_NOTICE_KEEP_DAYS", default=30)

# -- Watching ----------------------------------------------------------------------------------------
GONGKAI_METRICS_TOKEN = env.str("GONGKAI_METRICS_TOKEN", default="")
"""What ``/metrics`` asks for; empty: there is no such page."""

# -- Security ----------------------------------------------------------------------------------------
CSRF_FAILURE_VIEW = "gongkai.shell.refusals.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = GONGKAI_HTTPS
SECURE_SSL_REDIRECT = GONGKAI_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(?:metrics|healthz)$"]  # asked on this machine, past the proxy that ends TLS
SECURE_HSTS_SECONDS = 31_536_000 if GONGKAI_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# Nothing inline, nothing from elsewhere. Wagtail's widgets are started by ``static/workbench/starts.js`` instead of scripts
# in the page; the editor of documents alone may write styles (``workbench.documents``). docs/decisions/0032.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}

# -- Workbench (Wagtail) -----------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "公开 Gongkai"
WAGTAILADMIN_BASE_URL = GONGKAI_BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "gongkai.wings.publishing.reviews.finish.finish_reviews"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
"""No embeds: they would fetch from third parties."""

# -- Logs --------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("GONGKAI_LOG_LEVEL", default="WARNING")},
    "loggers": {
        "gongkai": {"level": env.str("GONGKAI_LOG_LEVEL", default="INFO")},
        # A line of ours says it (shell/refusals.py): whoever invents hosts shall not fill the log with tracebacks.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
