"""Issue 3: 'Missing or weak secrets fail loudly at start with DEBUG off.'"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from insignia_server.config.environment import Environment

GOOD = {
    "PUBLIC_URL": "https://badges.example.edu",
    "SECRET_KEY": "Zk3v9QmW7xR2tY8uP4aS6dF1gH5jK0lB",
    "BLIND_INDEX_KEY": "aZk3v9QmW7xR2tY8uP4aS6dF1gH5jK0lB",
    "STATUS_PERMUTATION_KEY": "bZk3v9QmW7xR2tY8uP4aS6dF1gH5jK0lB",
    "KEY_ENCRYPTION_KEYS": "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
}

HERE = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}


def start(tmp_path: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """`insignia-server check --skip-mail` in an environment of its own."""
    kept = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-m", "insignia_server.command", "check", "--skip-mail"],
        env={**HERE, "INSIGNIA_HOME": str(tmp_path), **kept},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_secret_stops_the_start_and_is_named(tmp_path: Path, name: str) -> None:
    done = start(tmp_path, **{name: None})
    assert done.returncode == 1
    assert done.stderr.startswith("The settings cannot be used:\n")
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    done = start(
        tmp_path,
        SECRET_KEY="short",
        BLIND_INDEX_KEY="a" * 64,
        PUBLIC_URL="http://badges.example.edu",
        KEY_ENCRYPTION_KEYS="k1:not-a-key,k2",
    )
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 6
    assert "there are 5" in done.stderr
    assert "must begin with https://" in done.stderr
    assert not [value for value in ("not-a-key",) if value in done.stderr], "no secret is printed"


def test_migrate_then_check_is_content(tmp_path: Path) -> None:
    assert "migrations are missing" in start(tmp_path).stderr
    env = {**HERE, "INSIGNIA_HOME": str(tmp_path), **GOOD}
    words = [sys.executable, "-m", "insignia_server.command", "migrate"]
    assert subprocess.run(words, env=env, capture_output=True, check=False).returncode == 0
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "writes, reads and deletes" in done.stdout


def test_debug_stands_in_for_secrets() -> None:
    read = Environment({"DEBUG": "true"})
    assert len(read.secret("SECRET_KEY")) > 32
    assert len(read.keys("KEY_ENCRYPTION_KEYS")["debug"]) == 32
    read.done()


@pytest.mark.parametrize(
    "value", ["ftp://a.example", "https://a.example/path", "a.example", "https://a.example?x=1"]
)
def test_an_origin_is_an_origin(value: str) -> None:
    read = Environment({"PUBLIC_URL": value})
    read.origin("PUBLIC_URL")
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL must be like"):
        read.done()


def test_localhost_may_be_plain() -> None:
    read = Environment({"PUBLIC_URL": "http://localhost:8000/"})
    assert read.origin("PUBLIC_URL") == "http://localhost:8000"
    read.done()


@pytest.mark.parametrize(
    "given", ["https://Badges.Example.EDU", "https://badges.example.edu:443/", "HTTPS://badges.example.edu"]
)
def test_an_origin_has_one_spelling(given: str) -> None:
    """It goes into each badge; RFC 6454, section 4: lower case, without the scheme's own port."""
    assert Environment({"PUBLIC_URL": given}).origin("PUBLIC_URL") == "https://badges.example.edu"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("https://me:hunter2@badges.example.edu", "PUBLIC_URL must be like .*, without a user name"),
        ("https://192.0.2.7", "PUBLIC_URL must have a host name, not an IP address"),
        ("https://[2001:db8::7]:8443", "PUBLIC_URL must have a host name, not an IP address"),
        ("https://badges.example.edu#x", "PUBLIC_URL must be like"),
    ],
)
def test_what_can_stand_in_no_did_is_refused(given: str, said: str) -> None:
    read = Environment({"PUBLIC_URL": given})
    read.origin("PUBLIC_URL")
    with pytest.raises(ImproperlyConfigured, match=said) as found:
        read.done()
    assert "hunter2" not in str(found.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MAX_BULK_ROWS", "many", "MAX_BULK_ROWS must be a whole number, such as 100000; there is 'many'."),
        ("VERIFY_A_MINUTE", "-1", "VERIFY_A_MINUTE must be a whole number, such as 60; there is '-1'."),
        ("FOUNDING", "all", "FOUNDING must be one of approved, open, invitation; there is 'all'."),
        ("SECRET_KEY", "abcd" * 10, "the 40 there are repeat only 4 different ones"),
        ("KEY_ENCRYPTION_KEYS", None, "KEY_ENCRYPTION_KEYS is missing. Make one: python3 -c"),
    ],
)
def test_what_is_wrong_is_named_with_what_was_there(
    tmp_path: Path, name: str, value: str | None, said: str
) -> None:
    done = start(tmp_path, **{name: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
