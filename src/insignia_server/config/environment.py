"""Reads the settings of an instance from its environment, refuses weak ones. docs/settings.md lists them."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

MAKE_A_KEY = (
    "python3 -c \"import base64, os; print('k1:' + base64.urlsafe_b64encode(os.urandom(32)).decode())\""
)


class Environment:
    """Typed access to the variables; every complaint is collected, then raised once."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.env = environ.Env()
        self.env.ENVIRON = dict(variables)
        self.problems: list[str] = []
        self.debug: bool = self.env.bool("DEBUG", default=False)

    def text(self, name: str, default: str | None = None) -> str:
        """A required text, unless a default is given."""
        value: str = self.env.str(name, default="" if default is None else default)
        if not value and default is None:
            self.problems.append(f"{name} is missing. docs/settings.md says what belongs there.")
        return value

    def number(self, name: str, default: int) -> int:
        """A whole number from 0 on."""
        value = self.env.str(name, default="").strip()
        if value and not (value.isascii() and value.isdecimal()):
            self.problems.append(f"{name} must be a whole number, such as {default}; there is {value!r}.")
            return default
        return int(value or default)

    def one_of(self, name: str, *choices: str) -> str:
        """One of these words; the first is the default."""
        value: str = self.env.str(name, default="") or choices[0]
        if value not in choices:
            self.problems.append(f"{name} must be one of {', '.join(choices)}; there is {value!r}.")
        return value

    def secret(self, name: str, *, minimum: int = 32) -> str:
        """A secret of at least `minimum` characters; with DEBUG a random one stands in for the process."""
        value: str = self.env.str(name, default="")
        if not value and self.debug:
            return secrets.token_urlsafe(48)
        if len(value) < minimum or len(set(value)) < minimum // 4:
            self.problems.append(
                f"{name} must be a random text of at least {minimum} characters; "
                + (_what_is_there(value, minimum) if value else "it is missing.")
                + ' Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return value

    def keys(self, name: str) -> dict[str, bytes]:
        """Named keys of 32 bytes, `name:base64url[,name:base64url]`, the first one in use."""
        value: str = self.env.str(name, default="")
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
            else:
                found[label] = key
        if not value:
            self.problems.append(f"{name} is missing. Make one: {MAKE_A_KEY}")
        return found or {"missing": bytes(32)}

    def origin(self, name: str, default: str | None = None) -> str:
        """An origin, https unless DEBUG: scheme and host, no path."""
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if value and (parts.scheme not in ("https", "http") or not parts.netloc or parts.path or parts.query):
            self.problems.append(f"{name} must be like https://badges.example.edu; there is {value!r}.")
        elif value and parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1"):
            self.problems.append(
                f"{name} must begin with https://, except for localhost; there is {value!r}."
            )
        return value

    def done(self) -> None:
        """Raise everything that is wrong at once.

        Raises:
            ImproperlyConfigured: with one line for each problem.
        """
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
