"""Database, cache, mail and storage out of their URLs. What is wrong is a ValueError that says what is
expected; it never repeats the URL, which may hold a password."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, urlsplit

import anymail.backends
import environ

DATABASE: Final = "postgres://USER:PASSWORD@HOST:5432/NAME, or sqlite:////folder/insignia.sqlite3"
CACHE: Final = "redis://HOST:6379/0, or dbcache://TABLE"
MAIL: Final = "smtp+tls://USER:PASSWORD@HOST:587, smtp+ssl://…, smtp://HOST:25, or anymail://PROVIDER"
STORAGE: Final = "a folder, or s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION"
_NO_PROVIDERS: Final = ("__init__", "base", "base_requests", "console", "test")
PROVIDERS: Final = frozenset(
    file.stem for file in Path(anymail.backends.__path__[0]).glob("*.py") if file.stem not in _NO_PROVIDERS
)
_POSTGRES: Final = ("postgres", "postgresql", "psql", "pgsql")
_REDIS: Final = ("redis", "rediss", "rediscache", "valkey", "valkeys")
_CACHES: Final = (*_REDIS, "dbcache", "locmemcache", "dummycache", "filecache", "memcache", "pymemcache")
_MAIL: Final = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail")
_S3: Final = frozenset({"endpoint", "region", "public", "path_style"})


def database(url: str) -> dict[str, Any]:
    """A member of Django's DATABASES. Raises ValueError."""
    if url == "sqlite://:memory:":
        return dict(environ.Env.db_url_config(url))
    parts = _parts(url, DATABASE)
    if parts.scheme == "sqlite":
        if parts.netloc:
            raise ValueError(f"{DATABASE}; the path begins after three slashes, four for an absolute one")
    elif parts.scheme not in _POSTGRES:
        raise ValueError(f"{DATABASE}; {_scheme(parts)}")
    elif not parts.path.strip("/"):
        raise ValueError(f"{DATABASE}; the name of the database is missing")
    return dict(environ.Env.db_url_config(url))


def cache(url: str) -> dict[str, Any]:
    """A member of Django's CACHES. Raises ValueError."""
    parts = _parts(url, CACHE)
    if parts.scheme not in _CACHES:
        raise ValueError(f"{CACHE}; {_scheme(parts)}")
    if parts.scheme in _REDIS and find_spec("redis") is None:
        raise ValueError('a cache whose package is installed: for Redis run pip install "insignia[redis]"')
    made = dict(environ.Env.cache_url_config(url))
    if parts.scheme in _REDIS:  # one that is out of reach must not hold requests up
        made["OPTIONS"] = {"socket_connect_timeout": 1.0, "socket_timeout": 2.0, **made.get("OPTIONS", {})}
    return made


def mail(url: str) -> dict[str, Any]:
    """Django's EMAIL_… settings. `anymail://mailgun` is the backend of that provider. Raises ValueError."""
    parts = _parts(url, MAIL)
    if parts.scheme == "anymail":
        name = parts.netloc
        if name not in PROVIDERS:
            raise ValueError(f"anymail:// and one of {', '.join(sorted(PROVIDERS))}")
        return {"EMAIL_BACKEND": f"anymail.backends.{name}.EmailBackend"}
    if parts.scheme not in _MAIL:
        raise ValueError(f"{MAIL}; {_scheme(parts)}")
    if parts.scheme.startswith("smtp") and not parts.hostname:
        raise ValueError(f"{MAIL}; the host is missing")
    return dict(environ.Env.email_url_config(url))


def storage(url: str) -> str:
    """The URL itself. kit.storage makes the storage of it. Raises ValueError."""
    parts = _parts(url, STORAGE)
    if parts.scheme == "s3":
        if not parts.hostname or "@" in parts.netloc:
            raise ValueError(f"{STORAGE}; the keys belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        unknown = sorted(set(parse_qs(parts.query)) - _S3)
        if unknown:
            raise ValueError(
                f"s3://… with the options {', '.join(sorted(_S3))}; there is {', '.join(unknown)}"
            )
    elif parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
        raise ValueError(f"{STORAGE}; {_scheme(parts)}")
    return url


def _parts(url: str, expected: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("sqlite", "s3"):
            _ = parts.port  # a port that is no number raises
    except ValueError as error:
        raise ValueError(f"{expected}; {_reason(error)}") from error
    return parts


def _reason(error: ValueError) -> str:
    return "the port is no number" if "ort" in str(error) else "the host cannot be read"


def _scheme(parts: SplitResult) -> str:
    return f"there is {parts.scheme}://" if parts.scheme else "there is nothing before ://"
