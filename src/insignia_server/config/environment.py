"""Reads the settings of an instance from its environment, refuses weak ones. docs/settings.md lists them."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

MAKE_A_KEY = (
    "python3 -c \"import base64, os; print('k1:' + base64.urlsafe_b64encode(os.urandom(32)).decode())\""
)
T = TypeVar("T")
LOCAL: Final = ("localhost", "127.0.0.1")
_YES: Final = ("true", "yes", "on", "1", "y", "t", "ok")
_NO: Final = ("false", "no", "off", "0", "n", "f")
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_ADDRESS: Final = re.compile(r"[^@\s<>,;\"\x00-\x1f]+@" + _HOST.pattern)
_ORIGIN: Final = re.compile(rf"https?://{_HOST.pattern}(:[0-9]{{1,5}})?")
_IMPORT: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_KINDS: Final[dict[type, str]] = {list: "an array", str: "a text", bool: "true or false", type(None): "null"}


class Environment:
    """Typed access to the variables; every complaint is collected, then raised once. Each names the variable,
    what is expected and what is there (of secrets, never the value)."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = dict(variables)
        self.problems: list[str] = []
        self._secrets: dict[str, str] = {}
        self.debug: bool = self.flag("DEBUG", False)

    def wrong(self, name: str, expected: str, value: str | None = None) -> None:
        """Note that a variable cannot be used; `value` is shown, so it must be no secret."""
        got = "" if value is None else f"; there is {value[:200]!r}"
        self.problems.append(f"{name} must be {expected}{got}.")

    def raw(self, name: str) -> str:
        """As it is set, without space around it; empty when it is not."""
        return self.variables.get(name, "").strip()

    def flag(self, name: str, default: bool) -> bool:
        """True or false. A word that is neither is refused: ROW_SECURITY=ture must not switch it off."""
        value = self.raw(name).lower()
        if value and value not in (*_YES, *_NO):
            self.wrong(name, "true or false", self.raw(name))
        return value in _YES if value else default

    def several(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Texts with commas between them."""
        return [part for part in map(str.strip, self.raw(name).split(",")) if part] or list(default)

    def object(self, name: str) -> dict[str, Any]:
        """A JSON object; empty when nothing is set. What is there may hold secrets and is not shown."""
        value = self.raw(name)
        if not value:
            return {}
        try:
            found = json.loads(value)
        except ValueError as error:
            self.wrong(name, f'a JSON object such as {{"name": "value"}}; it cannot be read: {error}')
            return {}
        if not isinstance(found, dict):
            self.wrong(name, f"a JSON object; there is {_KINDS.get(type(found), 'something else')}")
            return {}
        return found

    def url(self, name: str, default: str, read: Callable[[str], T]) -> T:
        """What `read` makes of a URL; its ValueError says what is expected."""
        try:
            return read(self.raw(name) or default)
        except ValueError as error:
            self.problems.append(f"{name} must be {error}.")
            return read(default)

    def address(self, name: str, default: str) -> str:
        """An email address, or nothing."""
        value = self.raw(name) or default
        if value and not _ADDRESS.fullmatch(value):
            self.wrong(name, "an email address such as badges@example.edu", value)
        return value

    def host(self, name: str, default: str) -> str:
        """A host name alone."""
        value = self.raw(name) or default
        if not _HOST.fullmatch(value):
            self.wrong(name, "a host name such as mail.example.edu", value)
        return value

    def hosts(self, name: str, default: Sequence[str]) -> list[str]:
        """Host names as Django's ALLOWED_HOSTS has them; `*` is left to the settings."""
        found = self.several(name, default)
        for one in found:
            if one != "*" and not _HOST.fullmatch(one.removeprefix(".").strip("[]").replace(":", "-")):
                self.wrong(name, "host names such as badges.example.edu, with commas between them", one)
        return found

    def paths(self, name: str) -> dict[str, str]:
        """A JSON object of import paths."""
        found = self.object(name)
        for one in found.values():
            if not isinstance(one, str) or not _IMPORT.fullmatch(one):
                self.wrong(name, f'a JSON object such as {{"kms": "package.factory"}}; {one!r} is no path')
        return found

    def origins(self, name: str) -> list[str]:
        """Origins with commas between them: scheme and host, no path."""
        found = self.several(name)
        for one in found:
            if not _ORIGIN.fullmatch(one):
                self.wrong(name, "origins such as https://login.example.edu, with commas between them", one)
        return found

    def line(self, name: str, default: str, *, most: int = 100) -> str:
        """One line of text for people."""
        value = self.raw(name) or default
        if len(value) > most or not value.isprintable():
            self.wrong(name, f"one line of at most {most} characters", value)
        return value

    def time_zone(self, name: str, default: str) -> str:
        """A time zone of the IANA database."""
        value = self.raw(name) or default
        if value not in zoneinfo.available_timezones():
            self.wrong(name, "a time zone such as Europe/Oslo", value)
            return default
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A required text, unless a default is given."""
        value = self.raw(name)
        if not value and default is None:
            self.problems.append(f"{name} is missing. docs/settings.md says what belongs there.")
        return value or default or ""

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number from `least` on."""
        value = self.raw(name)
        if value and not (value.isascii() and value.isdecimal() and len(value) < 16):
            self.wrong(name, f"a whole number, such as {default}", value)
            return default
        if value and int(value) < least:
            self.wrong(name, f"{least} or more", value)
        return int(value or default)

    def one_of(self, name: str, *choices: str) -> str:
        """One of these words; the first is the default."""
        value = self.raw(name) or choices[0]
        if value not in choices:
            self.wrong(name, f"one of {', '.join(choices)}", value)
            return choices[0]
        return value

    def secret(self, name: str, *, minimum: int = 32) -> str:
        """A secret of at least `minimum` characters; with DEBUG a random one stands in for the process."""
        value = self.variables.get(name, "")
        if not value and self.debug:
            return secrets.token_urlsafe(48)
        self._secrets[name] = value
        if len(value) < minimum or len(set(value)) < minimum // 4:
            self.problems.append(
                f"{name} must be a random text of at least {minimum} characters; "
                + (_what_is_there(value, minimum) if value else "it is missing.")
                + ' Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return value

    def keys(self, name: str) -> dict[str, bytes]:
        """Named keys of 32 bytes, `name:base64url[,name:base64url]`, the first one in use."""
        value = self.raw(name)
        if not value and self.debug:
            return {"debug": secrets.token_bytes(32)}
        found: dict[str, bytes] = {}
        for part in filter(None, (piece.strip() for piece in value.split(","))):
            label, _, encoded = part.partition(":")
            try:
                key = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            except (binascii.Error, ValueError):
                key = b""
            if not label or len(key) != 32 or len(set(key)) < 8:
                self.problems.append(
                    f"{name}: the part {label!r} must be NAME:KEY, the KEY 32 random bytes in base64url. "
                    f"Make one: {MAKE_A_KEY}"
                )
            elif label in found:
                self.problems.append(
                    f"{name}: there are two keys of the name {label!r}. Name each differently."
                )
            else:
                found[label] = key
                self._secrets[f"{name} ({label})"] = encoded
        if not value:
            self.problems.append(f"{name} is missing. Make one: {MAKE_A_KEY}")
        return found or {"missing": bytes(32)}

    def origin(self, name: str, default: str | None = None) -> str:
        """An origin in its one spelling (RFC 6454), https unless DEBUG: scheme and host, no path. It becomes
        did:web identifiers, which have no users and no IP addresses."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            port, host = parts.port, parts.hostname or ""
        except ValueError:
            self.wrong(name, "like https://badges.example.edu", value)
            return "https://unreadable.invalid"
        if not value:
            return value
        if "@" in parts.netloc:  # a password is not said again
            self.problems.append(f"{name} must be like https://badges.example.edu, without a user name.")
        elif parts.scheme not in ("https", "http") or not host or parts.path or parts.query or parts.fragment:
            self.problems.append(f"{name} must be like https://badges.example.edu; there is {value!r}.")
        elif parts.scheme == "http" and host not in LOCAL:
            self.problems.append(
                f"{name} must begin with https://, except for localhost; there is {value!r}."
            )
        elif host not in LOCAL and (":" in host or host.rpartition(".")[2].isdigit()):
            self.problems.append(f"{name} must have a host name, not an IP address; there is {value!r}.")
        elif port in (None, 443 if parts.scheme == "https" else 80):
            return f"{parts.scheme}://{host}"
        else:
            return f"{parts.scheme}://{host}:{port}"
        return value

    def optional_secret(self, name: str, *, minimum: int) -> str:
        """A secret that may be absent, but not short."""
        return self.secret(name, minimum=minimum) if self.raw(name) else ""

    def old_secrets(self, name: str) -> list[str]:
        """Secrets that are still accepted."""
        found = self.several(name)
        for number, one in enumerate(found, start=1):
            if len(one) < 32:
                self.problems.append(
                    f"{name}: each must have at least 32 characters, as they had when they were in use; "
                    f"number {number} has {len(one)}."
                )
        return found

    def _repeated(self) -> None:
        """Each secret guards something else: who learns one must not have the others with it."""
        seen: dict[str, str] = {}
        for name, value in self._secrets.items():
            plain = value.rstrip("=")
            if plain and plain in seen:
                self.problems.append(
                    f"{name} is the same as {seen[plain]}. Each must be a secret of its own: make another."
                )
            seen.setdefault(plain, name)

    def done(self) -> None:
        """Raise everything that is wrong at once.

        Raises:
            ImproperlyConfigured: with one line for each problem.
        """
        if not self.debug:
            self._repeated()
        if self.problems:
            raise ImproperlyConfigured(
                "\n".join(["The settings cannot be used:", *(f"- {line}" for line in self.problems)])
            )


def _what_is_there(value: str, minimum: int) -> str:
    if len(value) < minimum:
        return f"there are {len(value)}."
    return f"the {len(value)} there are repeat only {len(set(value))} different ones."


def state_folder(variables: Mapping[str, str], base: Path) -> Path:
    """Where an instance without PostgreSQL and object storage keeps its files: INSIGNIA_HOME."""
    return Path(variables.get("INSIGNIA_HOME") or base / "var").resolve()
