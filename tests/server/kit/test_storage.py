"""kit.storage: Django storages from one URL; the object storage over obstore."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import LocalStore, MemoryStore, S3Store

from insignia_server.kit.storage import ObjectStorage, s3_store, storage_from_url


@pytest.fixture(params=["memory", "folder"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    store = MemoryStore() if request.param == "memory" else LocalStore(tmp_path)
    return ObjectStorage(store, base_url="/media/")


def behaves_like_a_storage(storage: Storage) -> None:
    """The contract of Django's Storage that this server uses, on any store."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
    name = storage.save("badges/a b/ü.png", ContentFile(b"\x89PNG"))
    assert name == "badges/a b/ü.png"
    assert storage.exists(name)
    assert storage.size(name) == 4
    with storage.open(name) as file:
        assert file.read() == b"\x89PNG"
        assert file.name == name
    assert before <= storage.get_modified_time(name) <= dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)
    again = storage.save("badges/a b/ü.png", ContentFile(b"other"))
    assert again != name
    assert storage.open(name).read() == b"\x89PNG"
    storage.save("badges/top.txt", ContentFile("text"))
    assert storage.listdir("badges") == (["a b"], ["top.txt"])
    assert storage.listdir("badges/")[1] == ["top.txt"]
    assert storage.listdir("")[0] == ["badges"]
    assert sorted(storage.listdir("badges/a b")[1]) == sorted([Path(again).name, "ü.png"])
    assert storage.open("badges/top.txt").read() == b"text"
    storage.delete(name)
    storage.delete(name)
    assert not storage.exists(name)
    for call in (storage.open, storage.size, storage.get_modified_time):
        with pytest.raises(FileNotFoundError, match="no file of this name"):
            call(name)


def test_the_contract(storage: Storage) -> None:
    behaves_like_a_storage(storage)


def test_what_is_not_possible(storage: Storage) -> None:
    with pytest.raises(ValueError, match="mode"):
        storage.open("x", "wb")
    with pytest.raises(ValueError, match="name to delete"):
        storage.delete("")
    for name in ("../up", "/etc/passwd", "a/../../b"):
        with pytest.raises(SuspiciousFileOperation):
            storage.save(name, ContentFile(b""))


def test_addresses_are_quoted() -> None:
    assert (
        ObjectStorage(MemoryStore(), base_url="/media").url("a b/ü#?.png") == "/media/a%20b/%C3%BC%23%3F.png"
    )
    public = ObjectStorage(MemoryStore(), public="https://cdn.example/x/")
    assert public.url("a.png") == "https://cdn.example/x/a.png"
    assert public.url(None) == "https://cdn.example/x/"


@given(st.binary(max_size=2000))
def test_bytes_come_back(content: bytes) -> None:
    storage = ObjectStorage(MemoryStore())
    assert storage.open(storage.save("x", ContentFile(content))).read() == content


@pytest.mark.parametrize(
    "url", ["file:///srv/with%20space", "/srv/with space", "file://localhost/srv/with%20space"]
)
def test_a_folder_by_url(url: str) -> None:
    storage = storage_from_url(url, base_url="/m/")
    assert isinstance(storage, FileSystemStorage)
    assert storage.location == "/srv/with space"
    assert storage.base_url == "/m/"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file://",
        "file://host/path",
        "ftp://x/y",
        "s3://",
        "s3://key:secret@bucket",
        "s3://bucket?regoin=x",
        "gs://b",
    ],
)
def test_urls_that_name_no_storage(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"storage URL: (expected|s3)") as caught:
        storage_from_url(url)
    assert "secret" not in str(caught.value)


def test_a_bucket_by_url() -> None:
    store = s3_store(
        urlsplit("s3://bucket/some/prefix/?endpoint=https://s3.example&region=eu-central-1&path_style=0")
    )
    assert isinstance(store, S3Store)
    assert str(store.prefix) == "some/prefix"
    config = {str(key): value for key, value in store.config.items()}
    assert (config["bucket"], config["endpoint"], config["region"]) == (
        "bucket",
        "https://s3.example",
        "eu-central-1",
    )
    storage = storage_from_url("s3://bucket?public=https://cdn.example/b")
    assert storage.url("x.png") == "https://cdn.example/b/x.png"


def moto() -> list[str] | None:
    """The command of an S3-compatible server, where one is installed: MOTO_SERVER, or moto in this Python."""
    if os.environ.get("MOTO_SERVER"):
        return [os.environ["MOTO_SERVER"]]
    return [sys.executable, "-m", "moto.server"] if importlib.util.find_spec("moto") else None


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    command = moto()
    if command is None:
        pytest.skip("no S3-compatible server is installed (moto[server])")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    arguments = [*command, "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        for _ in range(150):
            try:
                urllib.request.urlopen(
                    urllib.request.Request(f"{address}/bucket", method="PUT"), timeout=5
                ).close()
                break
            except urllib.error.URLError:
                time.sleep(0.2)
        yield address
        process.terminate()


def test_the_contract_on_an_s3_server(s3: str) -> None:
    behaves_like_a_storage(storage_from_url(f"s3://bucket/some/prefix?endpoint={s3}"))
