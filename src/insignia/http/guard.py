"""Which URLs and addresses may be fetched on behalf of a document that somebody else wrote."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from insignia.errors import ResolveError, show

Lookup = Callable[[str, int], list[str]]
MAX_URL: Final = 4096  # characters
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
# RFC 6052 and RFC 8215: translators reach the IPv4 address in the last 32 bits.
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
_NEVER: Final = tuple(map(IPv6Network, ("64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10", "::/96")))


@dataclass(frozen=True, slots=True)
class Target:
    """A URL in parts that was found fit to be fetched."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, the port left out where it is the scheme's own (RFC 6454)."""
        default = 443 if self.scheme == "https" else 80
        return f"{self.scheme}://{self.host}" + ("" if self.port == default else f":{self.port}")


def read_url(url: str, *, schemes: tuple[str, ...]) -> Target:
    """Takes a URL apart. Raises ResolveError resolve.blocked for anything that is not plainly fetchable:
    other schemes, user information, odd characters, hosts in hexadecimal, octal or as one number, and
    ports below 1024 other than the scheme's own."""
    if not isinstance(url, str) or len(url) > MAX_URL or not _VISIBLE.fullmatch(url) or "\\" in url:
        raise blocked(str(url)[:200], "a URL in printable ASCII", show(url))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise blocked(url, "a URL", str(error)) from error
    scheme = parts.scheme.lower()
    if scheme not in schemes:
        raise blocked(url, " or ".join(schemes), show(scheme))
    if not host or "@" in parts.netloc:
        raise blocked(url, "a host without user name", show(parts.netloc))
    _check_host(url, host, bracketed="[" in parts.netloc)
    default = 443 if scheme == "https" else 80
    port = default if port is None else port
    if port != default and not 1024 <= port <= 65535:
        raise blocked(url, f"port {default}, or one from 1024", str(port))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, f"[{host}]" if ":" in host else host, port, path)


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet, also when it wraps an IPv4 address.

    False for loopback, private, link-local, shared (CGNAT), unspecified, multicast, documentation and
    reserved ones, 6to4, Teredo, and IPv4 addresses mapped or translated into IPv6 that are not public.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address in _TRANSLATED:
            return is_public(str(IPv4Address(int(address) & 0xFFFFFFFF)))
        if any(address in network for network in _NEVER):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def system_lookup(host: str, port: int) -> list[str]:
    """The addresses of a host as the operating system resolves it. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def public_addresses(url: str, host: str, port: int, lookup: Lookup) -> list[str]:
    """The addresses to connect to: all that the name has, each one public. Raises ResolveError.

    One private address among them blocks the name: it may be the next answer of a rebinding server.
    """
    try:
        addresses = lookup(host.strip("[]"), port)
    except (OSError, UnicodeError) as error:
        raise ResolveError.at(
            url, expected=f"a host named {host}", got=str(error), code=ResolveError.UNREACHABLE
        ) from error
    if not addresses:
        raise ResolveError.at(
            url, expected=f"a host named {host}", got="no address", code=ResolveError.UNREACHABLE
        )
    for address in addresses:
        if not is_public(address):
            raise blocked(url, "a host with public addresses only", address)
    return addresses


def destination(
    url: str, *, schemes: tuple[str, ...], maps: Mapping[str, str], only_mapped: bool, lookup: Lookup
) -> tuple[Target, list[str], str]:
    """Where to connect, to which addresses, and what to call that source. Each hop is looked up once, and
    what was checked is what is connected to. Raises ResolveError."""
    target = read_url(url, schemes=("https", "http") if maps else schemes)
    local = maps.get(target.origin)
    if local is not None:
        inner = read_url(local + target.path, schemes=("https", "http"))
        return inner, [inner.host.strip("[]")], f"mapped to {local}{target.path}"
    if target.scheme not in schemes:
        raise blocked(url, " or ".join(schemes), target.scheme)
    if only_mapped:
        raise ResolveError.at(
            url,
            expected="a document of a mapped origin (working offline)",
            got=target.origin,
            code=ResolveError.OFFLINE,
        )
    return target, public_addresses(url, target.host, target.port, lookup), "http"


def read_maps(maps: Mapping[str, str] | None) -> dict[str, str]:
    """Origins in their one spelling, and the servers that stand in for them. Raises ResolveError."""
    both = ("https", "http")
    pairs = (maps or {}).items()
    return {read_url(origin, schemes=both).origin: local.rstrip("/") for origin, local in pairs}


def blocked(url: str, expected: str, got: str) -> ResolveError:
    """The error for what the guard does not let through."""
    return ResolveError.at(url, expected=expected, got=got, code=ResolveError.BLOCKED)


def _check_host(url: str, host: str, *, bracketed: bool) -> None:
    if bracketed:
        try:
            IPv6Address(host)
        except ValueError as error:
            raise blocked(url, "an IPv6 address", show(host)) from error
        return
    if len(host) > 253 or not all(_is_label(label) for label in host.removesuffix(".").split(".")):
        raise blocked(url, "a host name in ASCII", show(host))
    last = host.rstrip(".").rpartition(".")[2]
    if last.isdigit() or re.fullmatch(r"0[xX][0-9A-Fa-f]*", last):
        try:
            IPv4Address(host)
        except ValueError as error:
            raise blocked(url, "an IPv4 address as four decimal numbers", show(host)) from error


def _is_label(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?", text) is not None
