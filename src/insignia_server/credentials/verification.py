"""Verifying with the library; this instance's documents come from its database.

No network is used unless a resolver is given.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings

from insignia import credential, strict_json, verification
from insignia.credential import Secured
from insignia.did import did_web_url
from insignia.errors import InsigniaError, ResolveError
from insignia.report import Check, Notice, Outcome, Report
from insignia.resolver import Document, Purpose, Resolver
from insignia.verification import STRICT, Policy, render
from insignia.verification.recipient import KnownRecipient
from insignia.verification.steps import unreadable
from insignia_server.credentials import log
from insignia_server.credentials.document import MESSAGES
from insignia_server.credentials.models import Credential
from insignia_server.credentials.replaced import replaced
from insignia_server.credentials.report_translation import MONTHS
from insignia_server.issuers import addresses, documents
from insignia_server.issuers.models import Issuer, KeyState, SigningKey
from insignia_server.issuers.resolver import LocalResolver
from insignia_server.kit import scopes
from insignia_server.kit.compiled import Compiled

_URN: Final = "urn:uuid:"
_FRAGMENT: Final = re.compile(r"[!-~]{1,120}", re.ASCII)  # all that a key of this instance can be called
_COMPROMISED: Final = Compiled(
    lambda fragment: SigningKey.objects.filter(fragment=fragment, state=KeyState.COMPROMISED).select_related(
        "issuer"
    ),
    kind=str,
)


def verify_bytes(
    content: bytes | str,
    *,
    now: dt.datetime,
    policy: Policy = STRICT,
    checks: Sequence[str] | None = None,
    recipient: str | KnownRecipient | None = None,
    resolver: Resolver | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> Report:
    """The report on a credential, presentation or token as it came in. Never raises for what it holds.

    `resolver` answers for addresses that are not of this instance (insignia.http, bounded in time); without
    one they are not checked. `checks` names groups of the library's policy. What a compromised key of this
    instance signed counts only where the issuance log had it before.
    """
    try:
        secured = credential.parse(content)
    except InsigniaError as error:
        return unreadable(error, now=now, policy=policy)
    return verify_secured(
        secured,
        now=now,
        policy=policy,
        checks=checks,
        recipient=recipient,
        resolver=resolver,
        challenge=challenge,
        domain=domain,
    )


def verify_secured(
    secured: Secured,
    *,
    now: dt.datetime,
    policy: Policy = STRICT,
    checks: Sequence[str] | None = None,
    recipient: str | KnownRecipient | None = None,
    resolver: Resolver | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> Report:
    """The same for what is parsed already."""
    local: Resolver = LocalResolver(resolver)
    with scopes.crossing("verification"):
        doubt = _doubt(secured)
    if doubt is not None and doubt.anchored:
        local = _BeforeCompromise(local, doubt.issuer, doubt.key)
    report = verification.verify(
        secured,
        resolver=local,
        now=now,
        policy=policy,
        checks=checks,
        recipient=recipient,
        challenge=challenge,
        domain=domain,
    )
    report = _replaced(replace(report, checks=tuple(_told(report.checks))))
    return report if doubt is None else replace(report, warnings=(*report.warnings, doubt.notice()))


@dataclass(frozen=True)
class _Doubt:
    """A credential of this instance whose key was reported as compromised."""

    issuer: Issuer
    key: SigningKey
    anchored: bool

    def notice(self) -> Notice:
        since = self.key.compromised_since
        when = f"from {since:%Y-%m-%d %H:%M} UTC on" if since else "at an unknown time"
        told = (
            "The issuance log shows that this credential was there before, so it counts."
            if self.anchored
            else "The issuance log does not show that this credential was there before, so it does not count."
        )
        return Notice("key.compromised", f"Its key is reported as compromised {when}. {told}")


def _doubt(secured: Secured) -> _Doubt | None:
    """Whether a compromised key is named as the signer, and whether the log had the credential before."""
    keys = [key for method in _methods(secured) if (key := _compromised(method)) is not None]
    if not keys:
        return None
    row = _row(secured)
    key = keys[0]
    anchored = (
        row is not None
        and len(keys) == 1
        and row.key_id == key.pk
        and key.compromised_since is not None
        and log.anchored_before(row, key.compromised_since)
    )
    return _Doubt(key.issuer, key, anchored)


def _methods(secured: Secured) -> set[str]:
    """The verification methods that a credential names for itself."""
    if secured.jwt is not None:
        return {secured.jwt.kid} if secured.jwt.kid else set()
    proofs = secured.document.get("proof")
    found = (
        p.get("verificationMethod")
        for p in (proofs if isinstance(proofs, list) else [proofs])
        if isinstance(p, dict)
    )
    return {method for method in found if isinstance(method, str)}


def _compromised(method: str) -> SigningKey | None:
    """The compromised key of this instance that a verification method names."""
    if not method.startswith(("did:web:", "https://", "http://")):
        return None
    fragment = method.partition("#")[2] or method.rpartition("/")[2].removesuffix(".json")
    if not _FRAGMENT.fullmatch(fragment):
        return None
    return next(
        (
            key
            for key in _COMPROMISED.all(fragment)
            if method in (addresses.method(key.issuer, key), addresses.jwk(key.issuer, key))
        ),
        None,
    )


def _row(secured: Secured) -> Credential | None:
    """The stored credential that this is: the same document, whatever became of its spaces."""
    identifier = secured.document.get("id")
    if not isinstance(identifier, str) or not identifier.startswith(_URN):
        return None
    try:
        key = uuid.UUID(identifier.removeprefix(_URN))
    except ValueError:
        return None
    row: Credential | None = Credential.objects.filter(pk=key).first()
    if row is None:
        return None
    stored = bytes(row.content)
    if not stored:  # its learner was erased; what was signed is known by its digest
        own = hashlib.sha256(secured.content.strip()).digest()
        return row if own == bytes(row.digest) else None
    if stored == secured.content.strip():
        return row
    return row if secured.jwt is None and strict_json.loads(stored) == secured.document else None


class _BeforeCompromise:
    """Answers the key as it was before it was reported: for a credential that the log had by then."""

    def __init__(self, resolver: Resolver, issuer: Issuer, key: SigningKey) -> None:
        self._resolver = resolver
        self._key = key
        self._method = addresses.method(issuer, key)
        self._did = did_web_url(issuer.did)
        self._jwk = addresses.jwk(issuer, key)

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """As the resolver does, but for the documents that name this key."""
        if url == self._jwk:
            return Document(
                url, json.dumps(documents.jwk(self._key)).encode(), "application/json", "issuance log"
            )
        found = self._resolver.resolve(url, purpose)
        return replace(found, content=self._before(found.json())) if url == self._did else found

    def _before(self, document: dict[str, Any]) -> bytes:
        for method in document["verificationMethod"]:
            if method["id"] == self._method:
                method.pop("revoked", None)
        document["assertionMethod"] = [*document["assertionMethod"], self._method]
        return json.dumps(document).encode()


def _told(checks: Sequence[Check]) -> Iterator[Check]:
    """What a message list of this instance says is known here: revoked or suspended fails."""
    for check in checks:
        value = check.facts.get("value")
        if (
            check.code != "status.message"
            or check.outcome is not Outcome.PASSED
            or value not in (1, 2)
            or not _is_ours(str(check.facts.get("list")))
        ):
            yield check
        else:
            word = MESSAGES[value]
            yield replace(
                check,
                outcome=Outcome.FAILED,
                message=f"It was {word} by its issuer.",
                advice="Ask its holder or its issuer why, or for another one.",
                reason=f"status.{word}",
            )


def _replaced(report: Report) -> Report:
    """What was withdrawn because a newer one took its place says so: a status list has no word for that."""
    withdrawn = [one.outcome is Outcome.FAILED and one.code.startswith("status.") for one in report.checks]
    newer = replaced(render.tree(report)) if any(withdrawn) else None
    if newer is None:
        return report
    at = newer.at.astimezone(dt.UTC)
    facts = {"newer": f"{settings.PUBLIC_URL}{newer.link}"} if newer.link else {}
    checks = tuple(
        replace(
            one,
            message=f"It was replaced by a newer one on {at.day} {MONTHS[at.month - 1]} {at.year}.",
            advice="Ask its holder for the newer one.",
            facts={**one.facts, **facts},
        )
        if failed
        else one
        for one, failed in zip(report.checks, withdrawn, strict=True)
    )
    return replace(report, checks=checks)


def _is_ours(url: str) -> bool:
    try:
        LocalResolver().resolve(url, Purpose.STATUS)
    except ResolveError:
        return False
    return True
