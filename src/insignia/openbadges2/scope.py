"""Which addresses an issuer vouches for ('HostedBadge Verification', VerificationObject)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from insignia.openbadges2.reading import host_of, id_of, is_url, listed

Json = Any
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|$|[?#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """The addresses that an issuer's profile allows. `hosts` holds names with their ports, as the text's
    default has them, or without, as `allowedOrigins` does."""

    prefixes: tuple[str, ...]
    hosts: tuple[str, ...]
    by_default: bool

    @classmethod
    def of(cls, profile: Mapping[str, Json]) -> Scope:
        """The scope of a profile: `startsWith` and `allowedOrigins` of its `verification`, else the host of
        its `id`. A profile whose id is no web address has none."""
        policy = profile.get("verification")
        policy = policy if isinstance(policy, Mapping) else {}
        prefixes = tuple(p for p in listed(policy.get("startsWith")) if isinstance(p, str))
        origins = tuple(_host(o) for o in listed(policy.get("allowedOrigins")) if isinstance(o, str))
        if prefixes or origins:
            return cls(prefixes, origins, False)
        host = host_of(id_of(profile)) if is_url(id_of(profile)) else ""
        return cls((), (host,) if host else (), True)

    def allows(self, url: str) -> bool:
        """Whether a badge may be published there: what is declared must all hold."""
        if not is_url(url) or _DOTS.search(urlsplit(url).path):
            return False
        if not (self.prefixes or self.hosts):
            return False
        in_prefix = not self.prefixes or any(_starts(url, prefix) for prefix in self.prefixes)
        return in_prefix and (not self.hosts or self._is_host(url))

    def allows_definition(self, url: str, issuer: str) -> bool:
        """Whether a definition may stand there: `startsWith` is about badges only, so the issuer's own host
        is enough for it."""
        own = is_url(issuer) and host_of(url) == host_of(issuer)
        return own or self.allows(url)

    def words(self) -> str:
        """What is allowed, for a person."""
        return " or ".join([*self.prefixes, *self.hosts]) or "no web address"

    def _is_host(self, url: str) -> bool:
        full = host_of(url)
        name = full.partition(":")[0]  # `allowedOrigins` has the registered name only
        return full in self.hosts or (not self.by_default and name in self.hosts)


def _host(origin: str) -> str:
    """`allowedOrigins` holds host names; some write whole origins."""
    return host_of(origin) if is_url(origin) else host_of(f"https://{origin.strip()}") or "?"


def _starts(url: str, prefix: str) -> bool:
    """A prefix without a path must not end in the middle of a host: https://example.org.evil.example."""
    return url.startswith(prefix) and host_of(url) == host_of(prefix)
