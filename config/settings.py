"""Django's settings. Everything a team may want to change comes from the environment (docs/settings.md)."""

from urllib.parse import urlsplit

from config import environment
from config.compiled_templates import CompiledTemplates
from config.databases import database
from config.mail import mail_server
from config.openid import openid_provider
from config.proxies import proxies
from config.rooms import ROOMS, ROOT, is_there, rooms_with

BASE_DIR = ROOT
DATA = environment.data_folder()
HOST = environment.text("DAFTAR_HOST", "127.0.0.1")
PORT = int(environment.text("DAFTAR_PORT", "8000"))
READ_AHEAD_LINES = int(environment.text("DAFTAR_READ_AHEAD_LINES", "20000"))
PUBLIC_URL = environment.text("DAFTAR_URL", f"http://{HOST}:{PORT}").rstrip("/")
DEBUG = environment.is_on("DAFTAR_DEBUG")
KEYS = environment.keys_folder(DATA)
SECRET_KEY = environment.secret_key(KEYS)

_address = urlsplit(PUBLIC_URL)
IS_TLS = _address.scheme == "https"
ALLOWED_HOSTS = sorted({_address.hostname or "localhost", "localhost", "127.0.0.1", "[::1]", HOST} - {"0.0.0.0"})  # noqa: S104
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    *rooms_with("apps.py", ROOMS),
]
HAS_PEOPLE = "daftar.access" in INSTALLED_APPS
if HAS_PEOPLE:
    # Inner parts of django-allauth under our own pages: decision 0009.
    INSTALLED_APPS += [
        "allauth",
        "allauth.account",
        "allauth.mfa",
        "allauth.usersessions",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
AUTH_USER_MODEL = "access.User" if HAS_PEOPLE else "auth.User"
if HAS_PEOPLE:
    AUTHENTICATION_BACKENDS = ["daftar.access.backends.Known", "django.contrib.auth.backends.ModelBackend"]
    SESSION_ENGINE = "daftar.access.session_store"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    name
    for name in [
        "config.middleware.proxies.KnownProxies",
        "config.middleware.request_log.RequestLog",
        "config.middleware.compression.PageCompression",
        "config.middleware.headers.SecurityHeaders",
        "config.middleware.limits.RequestLimits",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "daftar.ui.errors.ErrorsMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "daftar.access.looking.LookAs",
        "daftar.access.audit_middleware.AuditMiddleware",
        "daftar.access.middleware.ReaderMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ]
    if is_there(name) and (HAS_PEOPLE or not name.startswith("allauth."))
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

COMPILED_TEMPLATES = ROOT / "templates-built"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / room.replace(".", "/") / "templates" for room in rooms_with("templates", ROOMS)],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "daftar.ui.jinja.environment"
            if is_there("daftar.ui.jinja.environment")
            else "config.jinja.environment",
            "autoescape": True,
            "auto_reload": DEBUG,
            "bytecode_cache": None if DEBUG else CompiledTemplates(COMPILED_TEMPLATES),
        },
    }
]

DATABASES = {"default": database(environment.text("DATABASE_URL"), DATA)}

# Accounts
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3_600
SECOND_FACTOR_ROLES = frozenset(environment.text("DAFTAR_SECOND_FACTOR").replace(",", " ").split())
SESSION_COOKIE_AGE = 3_600 * int(environment.text("DAFTAR_SESSION_IDLE_HOURS", "168"))
SESSION_LONGEST_SECONDS = 86_400 * int(environment.text("DAFTAR_SESSION_DAYS", "30"))
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "daftar.access.adapters.Accounts"
MFA_ADAPTER = "daftar.access.adapters.SecondFactors"
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "daftar.access.adapters.CompanySignIn"
SOCIALACCOUNT_STORE_TOKENS = False
OPENID = openid_provider()
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OPENID.as_app()] if OPENID else []}}

# Cookies: the __Host- prefix needs Secure, and a browser keeps Secure cookies only over https (or it locks people out).
_prefix = "__Host-" if IS_TLS else ""
SESSION_COOKIE_NAME = f"{_prefix}daftar_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_prefix}daftar_csrf"
LANGUAGE_COOKIE_NAME = "daftar_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
if is_there("daftar.ui.errors.csrf"):
    CSRF_FAILURE_VIEW = "daftar.ui.errors.csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
PROXIES = proxies(environment.text("DAFTAR_BEHIND_PROXY"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None

# Languages and time
LANGUAGE_CODE = environment.text("DAFTAR_LANGUAGE", "en")
LANGUAGES = [("en", "English"), ("fa", "فارسی"), ("ru", "Русский")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "static-built"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.npm_files.NpmFiles",
]
IS_BUILT = not DEBUG and (STATIC_ROOT.joinpath("staticfiles.json").exists() or environment.is_on("DAFTAR_BUILDING"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_storage.BuiltFiles"
        if IS_BUILT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
NODE_MODULES = ROOT / "node_modules"
MEDIA_ROOT = DATA / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Hosts of our own network that we may call all the same (daftar/kernel/egress.py)
ALLOWED_HOSTS_OUT = environment.text("DAFTAR_ALLOWED_HOSTS_OUT").lower().replace(",", " ").split()

# Where payment providers answer (daftar/sales/paying/providers/)
STRIPE_API = environment.text("DAFTAR_STRIPE_API", "https://api.stripe.com").rstrip("/")
ZARINPAL_API = environment.text("DAFTAR_ZARINPAL_API", "https://payment.zarinpal.com").rstrip("/")

# Limits (the answers are in config/middleware/limits.py)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = (
    1_101  # an import takes 100 tables and 1,000 files that they name; one more, so that it can say so
)
MAX_BODY_BYTES = int(environment.text("DAFTAR_MAX_BODY", str(64 * 1024 * 1024)))

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Refusals are written to the audit log by a thread of their own, after the answer (daftar/access/audit/folding.py).
AUDIT_IN_BACKGROUND = True

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5_000}}}

# Mail: the worker sends what stands in the outbox. Without a server it waits there.
MAIL_SERVER = mail_server(environment.text("DAFTAR_MAIL_URL"))
MAIL_FROM = environment.text("DAFTAR_MAIL_FROM", f"daftar@{_address.hostname or 'localhost'}")

LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS = ["fields.W342"]
