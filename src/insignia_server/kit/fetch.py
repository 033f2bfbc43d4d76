"""The one way to speak to a foreign server. Only jobs call it: no request thread waits for strangers.

Private, loopback and link-local addresses, names that resolve to them, redirects to them, large bodies and
slow servers are refused by `insignia.http`. `settings.FETCH_MAPS` sends an https origin to a server of ours,
as tests and the demo need it: `{"https://hooks.example": "http://127.0.0.1:9000"}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from insignia.errors import ResolveError
from insignia.http import Answer, Limits, exchange, is_public
from insignia.http.guard import blocked, read_url

FETCH: Final = Limits(size=8 * 1024 * 1024, seconds=15.0, redirects=5)
POST: Final = Limits(size=4 * 1024, seconds=15.0, redirects=0)
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, section 5.6.2
_VALUE: Final = re.compile(r"[\x20-\x7e\t]*")
_OWN_NAMES: Final = frozenset({"localhost", "local", "internal", "localdomain"})  # RFC 6761, RFC 6762
_OURS: Final = frozenset({"host", "accept-encoding", "user-agent", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL answered: the URL after redirects, the status (200), the type without parameters in lower
    case (empty when not given), and the body."""

    url: str
    status: int
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """What a server said to a POST: status, headers (names in lower case), the first bytes of the body."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def delivered(self) -> bool:
        """Whether the server took it: any 2xx. A redirect is not followed and does not count."""
        return 200 <= self.status < 300


def fetch(url: str, *, accept: str = "*/*", limits: Limits = FETCH) -> Fetched:
    """The document at an https URL.

    Raises ResolveError: not-found (404), gone (410), blocked, timeout, too-large, unreachable, bad-response.
    """
    answer = _exchange("GET", url, {"Accept": accept}, None, limits, cut=False)
    if answer.status != 200:
        codes = {404: ResolveError.NOT_FOUND, 410: ResolveError.GONE}
        raise ResolveError.at(
            url,
            expected="a document (status 200)",
            got=f"status {answer.status}",
            code=codes.get(answer.status, ResolveError.BAD_RESPONSE),
        )
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Fetched(answer.url, answer.status, media_type, answer.content)


def require_public(url: str) -> None:
    """Whether jobs may speak to this https address, as far as its text tells: no name is looked up here, so a
    request thread may ask. An origin of FETCH_MAPS is allowed.

    Raises ResolveError blocked: another scheme, an odd port, user information, an IP address in another
    spelling than four decimal numbers, or one that is not public; a name that means this machine.
    """
    target = read_url(url, schemes=("https",))
    if target.origin in (getattr(settings, "FETCH_MAPS", None) or {}):
        return
    host = target.host.strip("[]").rstrip(".").lower()
    literal = ":" in host or host.replace(".", "").isdigit()
    if literal and not is_public(host):
        raise blocked(url, "a public address", host)
    if host.rpartition(".")[2] in _OWN_NAMES:
        raise blocked(url, "a host name of the public internet", host)


def post(url: str, body: bytes, headers: Mapping[str, str], *, limits: Limits = POST) -> Response:
    """Sends a body to an https URL, as webhooks do; returns every status, the body cut at `limits.size`.

    Raises ResolveError blocked, timeout, unreachable, bad-response; ValueError for a header that could not
    be sent, or that this function sets itself.
    """
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value) or name.lower() in _OURS:
            raise ValueError(f"expected a header of the caller's in visible ASCII, got {name[:60]!r}")
    answer = _exchange("POST", url, headers, body, limits, cut=True)
    return Response(answer.status, answer.headers, answer.content)


def advice(error: ResolveError) -> str:
    """What a person can do about a fetch that failed, in the viewer's language."""
    return {
        ResolveError.NOT_FOUND: _("The server has nothing at this address. Check the address."),
        ResolveError.GONE: _("The server says that this was withdrawn for good."),
        ResolveError.BLOCKED: _("Use a public https address. Private networks are not reached."),
        ResolveError.TIMEOUT: _("The server took too long. Try again later."),
        ResolveError.TOO_LARGE: _("The answer is too large. Check that the address leads to the right file."),
        ResolveError.UNREACHABLE: _("The server was not reached. Check the host name, or try again later."),
    }.get(error.code, _("The server's answer could not be used. Check the address, or tell its owner."))


def _exchange(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, limits: Limits, *, cut: bool
) -> Answer:
    maps: Mapping[str, str] = getattr(settings, "FETCH_MAPS", None) or {}
    return exchange(method, url, headers=headers, body=body, limits=limits, cut=cut, maps=maps)
