"""Issue 3: 'Missing or weak secrets fail loudly at start with DEBUG off'; so does every other variable that
cannot be used, with its name, what is expected and what is there."""

from __future__ import annotations

import os
import re
import runpy
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.exceptions import ImproperlyConfigured
from test_environment import GOOD, start

from insignia_server.config import backends
from insignia_server.config.environment import Environment

SAME = "Zk3v9QmW7xR2tY8uP4aS6dF1gH5jK0lB"
ENCODED = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
# variable -> (rubbish, what is said)
RUBBISH: dict[str, tuple[str, str]] = {
    "DEBUG": ("maybe", "DEBUG must be true or false; there is 'maybe'."),
    "PUBLIC_URL": ("https://[x", "PUBLIC_URL must be like https://badges.example.edu; there is"),
    "SECRET_KEY": ("short", "SECRET_KEY must be a random text of at least 32 characters; there are 5."),
    "BLIND_INDEX_KEY": ("short", "BLIND_INDEX_KEY must be a random text"),
    "STATUS_PERMUTATION_KEY": ("short", "STATUS_PERMUTATION_KEY must be a random text"),
    "KEY_ENCRYPTION_KEYS": ("k1:short", "KEY_ENCRYPTION_KEYS: the part 'k1' must be NAME:KEY"),
    "APPLE_WALLET": (
        '{"key_password": "hunter2"}',
        'APPLE_WALLET must be a JSON object such as {"certificate":',
    ),
    "GOOGLE_WALLET": ("3388", 'GOOGLE_WALLET must be a JSON object such as {"issuer":'),
    "DATABASE_URL": (
        "oracle://u:hunter2@db/x",
        "DATABASE_URL must be postgres://USER:PASSWORD@HOST:5432/NAME",
    ),
    "INSIGNIA_HOME": (__file__, "INSIGNIA_HOME must be a folder; a file has this name; there is"),
    "INSTANCE_NAME": ("a\nb", "INSTANCE_NAME must be one line of at most 100 characters; there is 'a\\nb'."),
    "FOUNDING": ("all", "FOUNDING must be one of approved, open, invitation; there is 'all'."),
    "OPERATOR_EMAIL": ("nobody", "OPERATOR_EMAIL must be an email address such as badges@example.edu;"),
    "ALLOWED_HOSTS": ("https://a.example", "ALLOWED_HOSTS must be host names such as badges.example.edu"),
    "BEHIND_PROXY": ("yess", "BEHIND_PROXY must be true or false; there is 'yess'."),
    "TRUSTED_PROXIES": ("one", "TRUSTED_PROXIES must be a whole number, such as 0; there is 'one'."),
    "SECRET_KEY_FALLBACKS": ("old,older", "SECRET_KEY_FALLBACKS: each must have at least 32 characters"),
    "MEDIA_STORAGE_URL": ("ftp://files", "MEDIA_STORAGE_URL must be a folder, or s3://BUCKET/PREFIX"),
    "STATIC_ROOT": ("", ""),
    "CACHE_URL": ("memory", "CACHE_URL must be redis://HOST:6379/0, or dbcache://TABLE; there is nothing"),
    "EMAIL_URL": ("pop3://mail", "EMAIL_URL must be smtp+tls://USER:PASSWORD@HOST:587"),
    "ANYMAIL": ('{"MAILGUN_API_KEY": hunter2}', "ANYMAIL must be a JSON object such as"),
    "MAIL_FROM": ("Badges <x>", "MAIL_FROM must be an email address such as badges@example.edu; there is"),
    "MAIL_RETURN_DOMAIN": (
        "a@b",
        "MAIL_RETURN_DOMAIN must be a host name such as mail.example.edu; there is",
    ),
    "SOCIALACCOUNT_PROVIDERS": ("[1]", "SOCIALACCOUNT_PROVIDERS must be an object such as"),
    "SIGN_IN_ORIGINS": (
        "https://a.example; script-src *",
        "SIGN_IN_ORIGINS must be origins such as https://",
    ),
    "SAML": ("si", "SAML must be true or false; there is 'si'."),
    "LANGUAGE_CODE": ("klingon", "LANGUAGE_CODE must be one of en, de, fr, es; there is 'klingon'."),
    "TIME_ZONE": ("Mars/Olympus", "TIME_ZONE must be a time zone such as Europe/Oslo; there is"),
    "MAX_BULK_ROWS": ("0", "MAX_BULK_ROWS must be 1 or more; there is '0'."),
    "MAX_PICTURE_BYTES": (
        "2 MB",
        "MAX_PICTURE_BYTES must be a whole number, such as 2097152; there",
    ),
    "MAX_VERIFY_BYTES": ("1e6", "MAX_VERIFY_BYTES must be a whole number"),
    "MAX_UPLOAD_BYTES": ("٣", "MAX_UPLOAD_BYTES must be a whole number"),
    "MAX_EVIDENCE_BYTES": ("-5", "MAX_EVIDENCE_BYTES must be a whole number"),
    "VERIFY_A_MINUTE": ("9" * 5000, "VERIFY_A_MINUTE must be a whole number"),
    "REPORTS_AN_HOUR": ("0x10", "REPORTS_AN_HOUR must be a whole number"),
    "CLAIMS_AN_HOUR": ("0", "CLAIMS_AN_HOUR must be 1 or more; there is '0'."),
    "VC_API_OPEN": ("open", "VC_API_OPEN must be true or false; there is 'open'."),
    "KEY_SIGNERS": (
        '{"kms": 5}',
        'KEY_SIGNERS must be a JSON object such as {"kms": "package.factory"}; 5 is',
    ),
    "METRICS_TOKEN": ("abc", "METRICS_TOKEN must be a random text of at least 16 characters; there are 3."),
    "ROW_SECURITY": ("ture", "ROW_SECURITY must be true or false; there is 'ture'."),
    "LOG_LEVEL": ("LOUD", "LOG_LEVEL must be one of INFO, DEBUG, WARNING, ERROR, CRITICAL; there is 'LOUD'."),
    "DEMO": ("perhaps", "DEMO must be true or false; there is 'perhaps'."),
}
SETTINGS = Path(backends.__file__).with_name("settings.py")
FREE = {"STATIC_ROOT"}  # any text is a path
NOT_OURS = {"DEMO"}  # set by the demo, not by an operator


def test_the_table_has_every_variable_of_the_documentation() -> None:
    text = Path(__file__).parents[2].joinpath("docs/settings.md").read_text()
    first = re.findall(r"^\| (`[A-Z_`, ]+`) \|", text, flags=re.MULTILINE)
    documented = {name for cell in first for name in re.findall(r"[A-Z_]+", cell)}
    assert documented == set(RUBBISH) - NOT_OURS
    read = set(re.findall(r'(?:read|env)\.\w+\(\s*"([A-Z_]+)"', SETTINGS.read_text())) | {
        "DEBUG",
        "INSIGNIA_HOME",
    }
    assert read == set(RUBBISH)


def test_all_the_rubbish_at_once_is_one_line_for_each(tmp_path: Path) -> None:
    done = start(
        tmp_path, **{name: value for name, (value, _said) in RUBBISH.items() if name != "INSIGNIA_HOME"}
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name, (_value, said) in RUBBISH.items():
        if name not in FREE and name != "INSIGNIA_HOME":
            assert f"\n- {said}" in done.stderr, (name, done.stderr)
    assert "hunter2" not in done.stderr, "no password is printed"


def _settings(tmp_path: Path, **changes: str) -> str:
    """What the settings say of an environment, in this process."""
    given = {**GOOD, "INSIGNIA_HOME": str(tmp_path), **changes}
    with patch.dict(os.environ, given, clear=True), pytest.raises(ImproperlyConfigured) as caught:
        runpy.run_path(str(SETTINGS))
    return str(caught.value)


@pytest.mark.parametrize("name", sorted(set(RUBBISH) - FREE))
def test_rubbish_in_one_variable_is_said_with_its_name(tmp_path: Path, name: str) -> None:
    value, said = RUBBISH[name]
    told = _settings(tmp_path, **{name: value})
    assert told.startswith(f"The settings cannot be used:\n- {said}"), told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"BLIND_INDEX_KEY": GOOD["SECRET_KEY"]}, "BLIND_INDEX_KEY is the same as SECRET_KEY."),
        (
            {"STATUS_PERMUTATION_KEY": GOOD["BLIND_INDEX_KEY"]},
            "STATUS_PERMUTATION_KEY is the same as BLIND_INDEX_KEY.",
        ),
        ({"SECRET_KEY": ENCODED}, "KEY_ENCRYPTION_KEYS (k1) is the same as SECRET_KEY."),
        ({"BLIND_INDEX_KEY": ENCODED + "="}, "is the same as"),
        ({"METRICS_TOKEN": GOOD["SECRET_KEY"]}, "METRICS_TOKEN is the same as SECRET_KEY."),
        (
            {"KEY_ENCRYPTION_KEYS": f"k1:{ENCODED},k2:{ENCODED}"},
            "(k2) is the same as KEY_ENCRYPTION_KEYS (k1)",
        ),
        (
            {"KEY_ENCRYPTION_KEYS": f"k1:{ENCODED},k1:{ENCODED[::-1]}"},
            "KEY_ENCRYPTION_KEYS: there are two keys of the name 'k1'.",
        ),
    ],
)
def test_no_secret_stands_in_two_places(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    told = _settings(tmp_path, **changes)
    assert said in told
    assert not [value for value in changes.values() if value in told]


def test_with_debug_secrets_may_be_the_same() -> None:
    read = Environment({"DEBUG": "true", "SECRET_KEY": SAME, "BLIND_INDEX_KEY": SAME})
    read.secret("SECRET_KEY")
    read.secret("BLIND_INDEX_KEY")
    read.done()


@pytest.mark.parametrize(
    ("read", "url", "said"),
    [
        (backends.database, "sqlite://var/x.sqlite3", "three slashes"),
        (backends.database, "postgres://u:p@host", "the name of the database is missing"),
        (backends.database, "postgres://u:p@host:port/x", "the port is no number"),
        (backends.database, "postgres://u:p@[host/x", "the host cannot be read"),
        (backends.database, "insignia.sqlite3", "there is nothing before ://"),
        (backends.mail, "smtp://", "the host is missing"),
        (backends.mail, "smtp://h:99999", "the port is no number"),
        (backends.mail, "anymail://pigeon", "anymail:// and one of amazon_ses, brevo,"),
        (backends.storage, "s3://key:secret@bucket", "AWS_ACCESS_KEY_ID"),
        (backends.storage, "s3://bucket?zone=x", "there is zone"),
        (backends.storage, "//host/share", "a folder, or s3://"),
    ],
)
def test_a_url_that_cannot_be_used_says_why(read: object, url: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read(url)  # type: ignore[operator]


def test_redis_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=re.escape('pip install "insignia[redis]"')):
        backends.cache("redis://cache:6379/0")
    monkeypatch.setattr(backends, "find_spec", lambda name: object())
    assert backends.cache("redis://cache:6379/0")["LOCATION"] == "redis://cache:6379/0"


def test_urls_that_are_right() -> None:
    assert backends.database("postgres://u:p@db:5433/insignia")["NAME"] == "insignia"
    assert backends.database("sqlite:////srv/x.sqlite3")["NAME"] == "/srv/x.sqlite3"
    assert backends.mail("anymail://mailgun") == {"EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend"}
    assert backends.mail("smtp+tls://u:p@h:587")["EMAIL_USE_TLS"] is True
    assert backends.storage("s3://bucket/p?region=x") == "s3://bucket/p?region=x"
    assert backends.cache("dbcache://kit_cache")["LOCATION"] == "kit_cache"
