"""Where files are kept: a folder of this machine, or an S3-compatible store, named by one URL."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.deconstruct import deconstructible

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_S3_OPTIONS: Final = frozenset({"endpoint", "region", "public", "path_style"})
_MISSING: Final = "object storage holds no file of this name"


def storage_from_url(url: str, *, base_url: str = "/media/") -> Storage:
    """A Django storage for `file:///path`, a plain path, or
    `s3://bucket/prefix?endpoint=https://host&region=eu-central-1&public=https://cdn.example/prefix`.

    `public` is where the store's objects can be read by anyone; without it `url()` gives `base_url` and the
    name, and the server hands the file out itself. `path_style=0` puts the bucket into the host name. The
    keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment, never from the URL.
    Raises ImproperlyConfigured.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return ObjectStorage(s3_store(parts), base_url=base_url, public=_option(parts, "public") or "")
    if parts.scheme in ("", "file") and parts.netloc in ("", "localhost"):
        path = unquote(parts.path) if parts.scheme else url
        if not path:
            raise ImproperlyConfigured("storage URL: expected a path after file://, got nothing")
        return FileSystemStorage(location=path, base_url=base_url)
    raise ImproperlyConfigured(
        f"storage URL: expected file:///path, a path, or s3://bucket/prefix, got the scheme {parts.scheme!r}"
    )


def s3_store(parts: SplitResult) -> ObjectStore:
    """The store that an s3 URL names. Raises ImproperlyConfigured."""
    from obstore.store import S3Store

    if not parts.hostname or "@" in parts.netloc:
        raise ImproperlyConfigured(
            "storage URL: expected s3://bucket, without keys in it (see AWS_… variables)"
        )
    unknown = sorted(set(parse_qs(parts.query)) - _S3_OPTIONS)
    if unknown:
        raise ImproperlyConfigured(
            f"storage URL: expected the options {', '.join(sorted(_S3_OPTIONS))}, got {', '.join(unknown)}"
        )
    endpoint = _option(parts, "endpoint")
    options: dict[str, Any] = {
        "region": _option(parts, "region") or os.environ.get("AWS_REGION", "us-east-1"),
        "virtual_hosted_style_request": _option(parts, "path_style") == "0",
        "client_options": {"allow_http": (endpoint or "").startswith("http://"), "timeout": "20s"},
    }
    if endpoint:
        options["endpoint"] = endpoint
    return S3Store(parts.hostname, prefix=parts.path.strip("/") or None, **options)


@deconstructible(path="insignia_server.kit.storage.ObjectStorage")
class ObjectStorage(Storage):
    """A Django storage over any obstore store (S3, or in tests memory and folders)."""

    def __init__(self, store: ObjectStore, *, base_url: str = "/media/", public: str = "") -> None:
        self._store = store
        self._base_url = (public or base_url).rstrip("/") + "/"

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode not in ("r", "rb"):
            raise ValueError(f"object storage: expected the mode rb, got {mode!r}; use save() to write")
        with _found(name):
            content = bytes(self._store.get(name).bytes())
        return ContentFile(content, name=name)

    def _save(self, name: str, content: File[Any]) -> str:
        content.seek(0)
        source: Any = content.file
        if isinstance(source, io.BufferedIOBase):  # sent in portions: it may be larger than memory
            self._store.put(name, source)
            return name
        data = content.read()
        self._store.put(name, io.BytesIO(data.encode() if isinstance(data, str) else data))
        return name

    def delete(self, name: str) -> None:
        """Deletes the file; one that is not there is no error."""
        if not name:
            raise ValueError("object storage: expected a name to delete, got none")
        try:
            self._store.delete(name)
        except FileNotFoundError:
            return

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        try:
            self._store.head(name)
        except FileNotFoundError:
            return False
        return True

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The folders and files directly below `path`, without their path, sorted."""
        prefix = path.strip("/")
        found = self._store.list_with_delimiter(f"{prefix}/" if prefix else None)
        files = [_last(meta["path"]) for meta in found["objects"]]
        return sorted(_last(folder) for folder in found["common_prefixes"]), sorted(files)

    def size(self, name: str) -> int:
        """The size in bytes. Raises FileNotFoundError."""
        with _found(name):
            return self._store.head(name)["size"]

    def url(self, name: str | None) -> str:
        """The address where a browser gets the file."""
        return self._base_url + quote((name or "").lstrip("/"))

    def get_modified_time(self, name: str) -> datetime:
        """When it was written, in UTC. Raises FileNotFoundError."""
        with _found(name):
            return self._store.head(name)["last_modified"].astimezone(UTC)


@contextmanager
def _found(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(2, _MISSING, name) from error


def _last(path: str) -> str:
    return Path(path.rstrip("/")).name


def _option(parts: SplitResult, name: str) -> str | None:
    values = parse_qs(parts.query).get(name)
    return values[-1] if values else None
