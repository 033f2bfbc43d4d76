"""Settings of an instance, all from the environment. docs/settings.md is the list."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from insignia_server.config import backends, sign_in
from insignia_server.config.environment import Environment, state_folder
from insignia_server.passes import operator as wallets

PACKAGE = Path(__file__).resolve().parent.parent
read = Environment(os.environ)

# The instance
DEBUG = read.debug
HOME = state_folder(os.environ, Path.cwd())
if HOME.exists() and not HOME.is_dir():
    read.wrong("INSIGNIA_HOME", "a folder; a file has this name", str(HOME))
PUBLIC_URL = read.origin("PUBLIC_URL", "http://localhost:8000" if DEBUG else None)
INSTANCE_NAME = read.line("INSTANCE_NAME", "Insignia")
OPERATOR_EMAIL = read.address("OPERATOR_EMAIL", "")
FOUNDING = read.one_of("FOUNDING", "approved", "open", "invitation")
DEMO = read.flag("DEMO", False)
VC_API_OPEN = read.flag("VC_API_OPEN", False)  # three did:key issuers for the public W3C suites
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
ALLOWED_HOSTS = read.hosts("ALLOWED_HOSTS", [PUBLIC_HOST, *(["localhost", "127.0.0.1"] if DEBUG else [])])
if "*" in ALLOWED_HOSTS and not DEBUG:
    read.problems.append(
        "ALLOWED_HOSTS must name the hosts; with * a stranger chooses the host of our links."
    )
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "insignia_server.kit.failures.not_from_here"

# Secrets
SECRET_KEY = read.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = read.old_secrets("SECRET_KEY_FALLBACKS")
KEY_ENCRYPTION_KEYS = read.keys("KEY_ENCRYPTION_KEYS")  # the first seals, all open
BLIND_INDEX_KEY = read.secret("BLIND_INDEX_KEY").encode()
KEY_SIGNERS = read.paths("KEY_SIGNERS")  # scheme -> import path of a signer factory
STATUS_PERMUTATION_KEY = read.secret("STATUS_PERMUTATION_KEY").encode()

# Wallet passes, signed with the operator's own certificates
APPLE_WALLET = read.url("APPLE_WALLET", "", wallets.apple)
GOOGLE_WALLET = read.url("GOOGLE_WALLET", "", wallets.google)

# Data
DATABASES = {"default": read.url("DATABASE_URL", f"sqlite:///{HOME / 'insignia.sqlite3'}", backends.database)}
DATABASE: dict[str, Any] = DATABASES["default"]
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; "
        "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
    }
# To open SQLite, with its pragmas and its schema, costs 2 ms: as much as a small page.
DATABASE.setdefault("CONN_MAX_AGE", 600)
DATABASE.setdefault("CONN_HEALTH_CHECKS", True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": read.url("CACHE_URL", "dbcache://kit_cache", backends.cache)}
MEDIA_STORAGE_URL = read.url("MEDIA_STORAGE_URL", str(HOME / "files"), backends.storage)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "insignia_server.kit.storage.storage_from_url",
        "OPTIONS": {"url": MEDIA_STORAGE_URL},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(read.text("STATIC_ROOT", str(HOME / "static")))
WHITENOISE_USE_FINDERS = DEBUG

# Mail
EMAIL_CONFIG = read.url("EMAIL_URL", "filemail://" if DEBUG else "smtp://localhost:25", backends.mail)
EMAIL_BACKEND: str = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_HOST") or "localhost", EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
    EMAIL_CONFIG.get("EMAIL_HOST_USER") or "",
    EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or "",
)
EMAIL_USE_TLS, EMAIL_USE_SSL = (
    EMAIL_CONFIG.get("EMAIL_USE_TLS", False),
    EMAIL_CONFIG.get("EMAIL_USE_SSL", False),
)
EMAIL_FILE_PATH = str(HOME / "outbox")  # of filemail://, whatever path it names
EMAIL_TIMEOUT = 20
ANYMAIL = read.object("ANYMAIL")
MAIL_FROM = read.address("MAIL_FROM", f"badges@{PUBLIC_HOST}")
MAIL_RETURN_DOMAIN = read.host("MAIL_RETURN_DOMAIN", PUBLIC_HOST)
DEFAULT_FROM_EMAIL = f"{INSTANCE_NAME} <{MAIL_FROM}>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

INSTALLED_APPS = [
    "insignia_server.kit",
    "insignia_server.audit",
    "insignia_server.mail",
    "insignia_server.webhooks",
    "insignia_server.people",
    "insignia_server.organisations",
    "insignia_server.designs",
    "insignia_server.issuers",
    "insignia_server.achievements",
    "insignia_server.credentials",
    "insignia_server.awarding",
    "insignia_server.certificates",
    "insignia_server.console",
    "insignia_server.public",
    "insignia_server.verifier",
    "insignia_server.backpack",
    "insignia_server.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "anymail",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]
SAML = read.flag("SAML", False)
SIGN_IN = sign_in.read(read.raw("SOCIALACCOUNT_PROVIDERS"), saml=SAML)
read.problems += SIGN_IN.problems
if SAML:
    INSTALLED_APPS.insert(
        INSTALLED_APPS.index("allauth.usersessions"), "allauth.socialaccount.providers.saml"
    )
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": [],  # any: a job of which few may run at once has its own (kit/jobs.py)
        "OPTIONS": {"id_function": "insignia_server.kit.ids.uuid7"},
    }
}
MIDDLEWARE = [
    "insignia_server.kit.metrics.Measured",
    "insignia_server.kit.health.Probes",
    "insignia_server.public.own_host.OwnHosts",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "insignia_server.kit.middleware.SoundRequests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "insignia_server.kit.public_files.Languages",
    "insignia_server.kit.partial_languages.PartialLanguages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "insignia_server.people.sessions.SessionsSeen",
    "insignia_server.kit.middleware.FailuresInWords",
    "insignia_server.people.sign_in.ProvidersInWords",
]
ROOT_URLCONF = "insignia_server.config.urls"
WSGI_APPLICATION = "insignia_server.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "insignia_server.kit.context.instance",
                "insignia_server.console.context.navigation",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "insignia_server.kit.forms_renderer.Renderer"

# Accounts
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", **extra}
    for name, extra in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"OPTIONS": {"min_length": 10}}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
ACCOUNT_ADAPTER = "insignia_server.people.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "insignia_server.people.adapter.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "insignia_server.people.forms.NameAtSignup"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS: dict[str, str] = {}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(PUBLIC_URL).scheme
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith("http://")
MFA_TOTP_ISSUER = INSTANCE_NAME
MFA_ADAPTER = "insignia_server.people.second_factors.SecondFactors"
MFA_FORMS = {"add_webauthn": "insignia_server.people.second_factors.AddPasskey"}
MFA_TOTP_TOLERANCE = 1  # RFC 6238, 5.2: "at most one time step is allowed", for clocks that are a little off
USERSESSIONS_TRACK_ACTIVITY = True
SOCIALACCOUNT_PROVIDERS = SIGN_IN.providers
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/start/"
LOGOUT_REDIRECT_URL = "/"

# Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE
SESSION_COOKIE_NAME = "__Host-session" if SESSION_COOKIE_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if CSRF_COOKIE_SECURE else "csrf"
SECURE_SSL_REDIRECT = not DEBUG and PUBLIC_URL.startswith("https://")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
BEHIND_PROXY = read.flag("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Whose address counts for rate limits: the last one that so many proxies of ours have added.
ALLAUTH_TRUSTED_PROXY_COUNT: int = read.number("TRUSTED_PROXIES", 1 if BEHIND_PROXY else 0)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", *SIGN_IN.origins, *read.origins("SIGN_IN_ORIGINS")],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Language and time
LANGUAGES = [
    *(("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish"))),
    ("ar", _("Arabic")),
]
# Spoken by what learners, the public and employers see; on other pages such a reader gets LANGUAGE_CODE.
PARTIAL_LANGUAGES = frozenset({"ar"})
_FACES = (
    "backpack.",
    "console.account.",
    "console.invitations",
    "console.start",
    "kit.",
    "people.",
    "public.",
)
PARTIAL_LANGUAGES_IN = (
    "allauth.",
    "django.",
    *(f"insignia_server.{face}" for face in (*_FACES, "verifier.")),
)
LANGUAGE_CODE = read.one_of(
    "LANGUAGE_CODE", *(code for code, _name in LANGUAGES if code not in PARTIAL_LANGUAGES)
)
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = read.time_zone("TIME_ZONE", "UTC")
USE_TZ = USE_I18N = True

# Limits that the operator may change
MAX_BULK_ROWS: int = read.number("MAX_BULK_ROWS", 100_000, least=1)
MAX_EVIDENCE_BYTES: int = read.number("MAX_EVIDENCE_BYTES", 10 * 1024 * 1024, least=1)
MAX_PICTURE_BYTES: int = read.number("MAX_PICTURE_BYTES", 2 * 1024 * 1024, least=1)
MAX_UPLOAD_BYTES: int = read.number("MAX_UPLOAD_BYTES", 64 * 1024 * 1024, least=1)
METRICS_TOKEN = read.optional_secret(
    "METRICS_TOKEN", minimum=16
)  # /metrics answers with this bearer token only
ROW_SECURITY = read.flag("ROW_SECURITY", True)  # the second net on PostgreSQL
CLAIMS_AN_HOUR: int = read.number("CLAIMS_AN_HOUR", 600, least=1)  # a whole class may sit behind one address
VERIFY_A_MINUTE: int = read.number("VERIFY_A_MINUTE", 60, least=1)  # of one visitor
REPORTS_AN_HOUR: int = read.number("REPORTS_AN_HOUR", 10, least=1)  # of one visitor
MAX_VERIFY_BYTES: int = read.number("MAX_VERIFY_BYTES", 8 * 1024 * 1024, least=1)

LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "insignia_server.kit.logging.line_formatter", "as_json": not DEBUG}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": read.one_of("LOG_LEVEL", *LEVELS)},
    "loggers": {"django.server": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []

read.done()
