"""Sign-in by OIDC and SAML as the environment describes it: read, looked at, and where browsers are sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

NAME: Final = "SOCIALACCOUNT_PROVIDERS"
KNOWN: Final = ("openid_connect", "saml")
# What each app must have; it stands in the address of the sign-in: /accounts/oidc/<provider_id>/,
# /accounts/saml/<client_id>/.
REQUIRED: Final = {
    "openid_connect": ("provider_id", "name", "client_id", "secret"),
    "saml": ("provider_id", "name", "client_id"),
}
IN_ADDRESS: Final = {"openid_connect": "provider_id", "saml": "client_id"}
SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
LOCAL: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class SignIn:
    """The providers as allauth wants them, the origins of their pages, and one line for each problem."""

    providers: dict[str, Any]
    origins: tuple[str, ...]
    problems: tuple[str, ...]


def read(text: str, *, saml: bool) -> SignIn:
    """Read SOCIALACCOUNT_PROVIDERS; nothing is fetched and nothing secret is said in a problem."""
    problems: list[str] = []
    if saml and find_spec("onelogin") is None:
        problems.append('SAML is on, but its packages are missing. Run: pip install "insignia[server,saml]"')
    providers = _parsed(text, problems)
    origins: list[str] = []
    for provider, config in providers.items():
        if provider not in KNOWN:
            problems.append(f"{NAME}: {provider!r} is not known here; there are {' and '.join(KNOWN)}.")
            continue
        if provider == "saml" and not saml:
            problems.append(f'{NAME} has "saml", but SAML is off. Set SAML=true.')
        seen: set[str] = set()
        for number, app in enumerate(_apps(provider, config, problems), 1):
            where = f"{NAME}: app {number} of {provider!r}"
            _look_at(provider, app, where, seen, problems)
            origins += _origins(app, where, problems)
    return SignIn(dict(providers), tuple(dict.fromkeys(origins)), tuple(problems))


def _parsed(text: str, problems: list[str]) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        place = (
            f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        )
        problems.append(f"{NAME} is not JSON ({place}). docs/settings.md has an example.")
        return {}
    if not isinstance(found, dict):
        problems.append(f'{NAME} must be an object such as {{"openid_connect": {{"APPS": […]}}}}.')
        return {}
    return found


def _apps(provider: str, config: Any, problems: list[str]) -> Iterable[Mapping[str, Any]]:
    apps = config.get("APPS") if isinstance(config, dict) else None
    if isinstance(config, dict) and apps is None and isinstance(config.get("APP"), dict):
        apps = [config["APP"]]
    if not isinstance(apps, list) or not all(isinstance(app, dict) for app in apps):
        problems.append(
            f'{NAME}: {provider!r} must have "APPS", a list of objects. docs/settings.md has one.'
        )
        return []
    return apps


def _look_at(provider: str, app: Mapping[str, Any], where: str, seen: set[str], problems: list[str]) -> None:
    missing = [name for name in REQUIRED[provider] if not isinstance(app.get(name), str) or not app[name]]
    problems += [f"{where} must have {name!r}, a text." for name in missing]
    for name in ("client_id", "provider_id"):
        given = f"{name} {app.get(name)}"
        if isinstance(app.get(name), str) and given in seen:  # allauth finds an app by either of them
            problems.append(f"{where}: another app has the same {name!r}, {app[name]!r}; they must differ.")
        seen.add(given)
    name = IN_ADDRESS[provider]
    slug = app.get(name)
    if isinstance(slug, str) and slug and not SLUG.fullmatch(slug):
        problems.append(f"{where}: {name!r} stands in addresses: letters, digits, . _ - only.")
    settings = app.get("settings")
    if not isinstance(settings, dict):
        problems.append(f"{where} must have 'settings', an object.")
        return
    if provider == "openid_connect" and not isinstance(settings.get("server_url"), str):
        problems.append(f"{where}: 'settings' must have 'server_url', the provider's issuer address.")
    if provider == "saml":
        _look_at_saml(settings.get("idp"), where, problems)
    trusted = settings.get("verified_email")
    if not (trusted is None or isinstance(trusted, bool) or _texts(trusted)):
        problems.append(f"{where}: 'verified_email' must be true, false or a list of domains.")


def _look_at_saml(idp: Any, where: str, problems: list[str]) -> None:
    if not isinstance(idp, dict) or not isinstance(idp.get("entity_id"), str):
        problems.append(f"{where}: 'settings' must have 'idp' with 'entity_id'.")
    elif not idp.get("metadata_url") and not (idp.get("sso_url") and idp.get("x509cert")):
        problems.append(f"{where}: 'idp' must have 'metadata_url', or 'sso_url' and 'x509cert'.")


def _origins(app: Mapping[str, Any], where: str, problems: list[str]) -> Iterable[str]:
    """Where the sign-in pages are as far as the settings tell; SIGN_IN_ORIGINS adds what they do not."""
    settings = app.get("settings")
    if not isinstance(settings, dict):
        return
    given = settings.get("idp")
    idp: dict[str, Any] = given if isinstance(given, dict) else {}
    places = {"server_url": settings.get("server_url")}
    places |= {name: idp.get(name) for name in ("sso_url", "metadata_url", "slo_url")}
    for name, address in places.items():
        if not isinstance(address, str) or not address:
            continue
        try:
            parts = urlsplit(address)
            local = parts.hostname in LOCAL
        except ValueError:
            problems.append(f"{where}: {name!r} is not an address.")
            continue
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
            problems.append(f"{where}: {name!r} must begin with https://, except for localhost.")
        elif re.search(r"[\s;,'\"]", parts.netloc):
            problems.append(f"{where}: {name!r} is not an address.")
        else:
            yield f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
