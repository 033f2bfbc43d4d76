"""The settings under test: production's, with fixed secrets and files in a temporary folder."""

import os
import tempfile
from pathlib import Path

HOME = Path(os.environ.get("INSIGNIA_TEST_HOME") or tempfile.mkdtemp(prefix="insignia-test-"))
os.environ.update(
    {
        "INSIGNIA_HOME": str(HOME),
        "DEBUG": "false",
        "PUBLIC_URL": "https://badges.example.test",
        "SECRET_KEY": "test-only-secret-of-the-suite-0123456789abcdef",
        "BLIND_INDEX_KEY": "test-only-blind-index-key-0123456789abcdefghi",
        "STATUS_PERMUTATION_KEY": "test-only-status-permutation-0123456789abcdef",
        "KEY_ENCRYPTION_KEYS": "k1:dGVzdC1vbmx5LWtleS1lbmNyeXB0aW9uLWtleS0wMTI",
        "EMAIL_URL": "memorymail://",
        "FOUNDING": "open",
        "CACHE_URL": "locmemcache://",
        "LOG_LEVEL": "WARNING",
    }
)
(HOME / "static").mkdir(parents=True, exist_ok=True)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{HOME / 'test.sqlite3'}")


from insignia_server.config.settings import *  # noqa: E402, F403
from insignia_server.config.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
SECURE_SSL_REDIRECT = False
ALLOWED_HOSTS = ["*"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / f"test-{os.getpid()}.sqlite3")}
