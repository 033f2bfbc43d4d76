"""Which documents a command may fetch: `--offline` and `--map ORIGIN=URL`."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from insignia.cli.boundary import CommandError, UsageError, doing

if TYPE_CHECKING:
    from insignia.resolver import Document, Purpose, Resolver

_ORIGIN = re.compile(r"https?://[^/?#@\s]+")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two options."""
    parser.add_argument(
        "--offline",
        action="store_true",
        help="fetch nothing: whatever needs another document is reported as not checked",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="ORIGIN=URL",
        help="fetch the documents of an https origin from another server, such as one on your own machine "
        "(repeatable): --map https://example.org=http://127.0.0.1:8000",
    )


def resolver(options: argparse.Namespace) -> Resolver:
    """The resolver that the options ask for. With --offline, mapped origins are still reached."""
    from insignia.resolver import OfflineResolver

    maps = dict(_mapping(text) for text in options.map)
    if options.offline and not maps:
        return OfflineResolver()
    from insignia.http import HttpResolver

    return HttpResolver(maps=maps, only_mapped=options.offline)


class Watched:
    """A resolver that remembers in `mapped` which URLs were fetched from another place, and from which."""

    def __init__(self, inner: Resolver) -> None:
        self._inner = inner
        self.mapped: dict[str, str] = {}

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """The document of the inner resolver."""
        document = self._inner.resolve(url, purpose)
        if document.source.startswith("mapped to "):
            self.mapped[url] = document.source.removeprefix("mapped to ")
        return document


def fetch(url: str, options: argparse.Namespace) -> bytes:
    """The credential at a web address. Raises CommandError."""
    from insignia.resolver import Purpose

    if options.offline and not options.map:
        raise CommandError(f"{url} was not fetched", advice="leave out --offline, or save it to a file first")
    with doing(f"cannot fetch {url}"):
        return resolver(options).resolve(url, Purpose.CREDENTIAL).content


def _mapping(text: str) -> tuple[str, str]:
    origin, mark, url = text.partition("=")
    if mark and _ORIGIN.fullmatch(origin.rstrip("/")) and re.match(r"https?://[^/\s]", url):
        return origin.rstrip("/"), url.rstrip("/")
    raise UsageError(
        f"--map {text} is not ORIGIN=URL",
        advice="for example: --map https://badges.example.org=http://127.0.0.1:8000",
    )
