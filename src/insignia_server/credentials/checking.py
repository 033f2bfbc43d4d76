"""The last gate before something is stored: the library's full verifier, as a stranger would run it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from django.utils import timezone

from insignia import credential, verification
from insignia.errors import ResolveError
from insignia.resolver import Document, Purpose, Resolver
from insignia.verification import STRICT
from insignia_server.issuers.resolver import LocalResolver

# What is not stored yet cannot have a newer version.
GATE: Final = replace(STRICT, refresh=False)
DATES: Final = frozenset({"validity.from", "validity.until"})


class NotSigned(RuntimeError):
    """What was signed does not verify: a defect or a changed key. It is not stored, and nobody gets it."""


class KeyChanged(RuntimeError):
    """Between signing and storing the key was rotated or reported as compromised. Nothing was stored."""


class Memory:
    """This instance's documents, each asked of the database once: for the credentials of one chunk."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._resolver = resolver or LocalResolver()
        self._known: dict[str, Document | ResolveError] = {}

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """The document, from memory when it was asked for before. Raises ResolveError, always the same."""
        found = self._known.get(url)
        if found is None:
            try:
                found = self._resolver.resolve(url, purpose)
            except ResolveError as error:
                found = error
            self._known[url] = found
        if isinstance(found, ResolveError):
            raise found
        return found


def require_valid(content: bytes, *, now: dt.datetime, resolver: Resolver) -> None:
    """Verify under the strict policy. Raises NotSigned, naming each check that did not pass.

    A credential that begins later or is over already is what was asked for, so its dates decide nothing here;
    the status list may have been published after a `now` that lies in the past.
    """
    moment = max(now, timezone.now())
    report = verification.verify(credential.parse(content), resolver=resolver, now=moment, policy=GATE)
    wrong = [
        f"{check.code}: {check.message}"
        for check in (*report.failed(), *report.not_checked())
        if check.code not in DATES
    ]
    if wrong:
        raise NotSigned("; ".join(wrong)[:2000])
