"""The key log: signed entries beside the DID document, each naming the digest of the one before.

docs/adr/0007-issuer-keys.md says what an entry holds and who signs it. `read` holds the rules; nothing here
opens a key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from insignia import cryptosuites, jcs, strict_json
from insignia.cryptosuites import timestamps
from insignia.errors import InsigniaError, ProofError
from insignia.issuing import IssuerKey
from insignia.keys import KeyType, PublicKey
from insignia.proof import add_proof

SUITES: Final = {KeyType.ED25519: "eddsa-jcs-2022", KeyType.P256: "ecdsa-jcs-2019"}
CREATED: Final = "created"  # a key comes in; `replaces` names a compromised key whose place it takes
ROTATED: Final = "rotated"  # a key comes in and `replaces` no longer signs
COMPROMISED: Final = "compromised"  # nothing that the key signed from `since` on is to be believed by itself
RENAMED: Final = "renamed"  # before the first signature: the issuer has another DID now


class KeyLogError(ValueError):
    """A key log that breaks its rules; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Line:
    """What happened, before it is signed.

    `members` are the entry's own: key, algorithm, replaces, since, …
    """

    event: str
    at: dt.datetime
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """What the log says of one key; moments as they stand in the log."""

    fragment: str
    public_key: PublicKey
    created: str
    retired: str | None = None
    compromised_since: str | None = None

    @property
    def active(self) -> bool:
        """Whether it may sign."""
        return self.retired is None and self.compromised_since is None


@dataclass(frozen=True, slots=True)
class KeyLog:
    """A log that holds: the issuer's DID, and its keys by fragment."""

    did: str
    keys: Mapping[str, KeyHistory] = field(default_factory=dict)


def public_members(
    fragment: str, algorithm: str, public_jwk: Mapping[str, Any], multikey: str
) -> dict[str, Any]:
    """How an entry names a key and holds its public half."""
    material = {"publicKeyMultibase": multikey} if multikey else {"publicKeyJwk": dict(public_jwk)}
    return {"key": f"#{fragment}", "algorithm": algorithm, **material}


def digest(content: bytes) -> bytes:
    """SHA-256 of an entry's bytes, which are its canonical JSON (RFC 8785) with the proof."""
    return hashlib.sha256(content).digest()


def entry(line: Line, *, did: str, sequence: int, previous: bytes | None, key: IssuerKey) -> bytes:
    """The signed entry in canonical JSON. `previous`: the digest of the entry before, None for the first.

    Raises ProofError or what the signer raises; ValueError for a key that cannot sign the log (RSA).
    """
    suite = SUITES.get(key.signer.public_key.key_type)
    if suite is None:
        raise ValueError(
            f"expected an Ed25519 or P-256 key to sign the key log, got {key.signer.public_key.key_type}"
        )
    document = {
        "type": "KeyLogEntry",
        "issuer": did,
        "sequence": sequence,
        "previous": None if previous is None else f"sha256:{previous.hex()}",
        "at": timestamps.write(line.at),
        "event": line.event,
        **line.members,
    }
    secured = add_proof(
        document,
        suite=suite,
        signer=key.signer,
        verification_method=key.verification_method,
        created=line.at,
        loader=_no_context,
    )
    _check_proof(document, secured["proof"], key.signer.public_key, suite)
    return jcs.canonicalize(secured)


def file(contents: Sequence[bytes]) -> bytes:
    """The log as it is served: a JSON array with each entry's bytes on a line of its own."""
    return b"[\n" + b",\n".join(contents) + b"\n]\n"


def read(content: bytes) -> KeyLog:
    """Check a whole log and say what it tells. Raises KeyLogError."""
    try:
        entries = strict_json.loads(content)
    except InsigniaError as error:
        raise KeyLogError(f"expected a JSON array of entries: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise KeyLogError("expected a JSON array with at least one entry")
    log, previous, at = KeyLog(""), None, ""
    for sequence, document in enumerate(entries):
        try:
            log = _next(log, document, sequence=sequence, previous=previous, not_before=at)
            previous, at = f"sha256:{digest(jcs.canonicalize(document)).hex()}", document["at"]
        except (KeyLogError, InsigniaError, LookupError, TypeError, AttributeError) as error:
            raise KeyLogError(f"entry {sequence}: {error}") from error
    return log


def _next(
    log: KeyLog, document: dict[str, Any], *, sequence: int, previous: str | None, not_before: str
) -> KeyLog:
    """The log after one more entry."""
    _expect("type", "KeyLogEntry", document["type"])
    _expect("sequence", sequence, document["sequence"])
    _expect("previous", previous, document["previous"])
    if timestamps.parse(document["at"]) is None or document["at"] < not_before:
        raise KeyLogError(f"expected a moment not before {not_before or 'the first'}, got {document['at']!r}")
    did, event = document["issuer"], document["event"]
    if log.did and event != RENAMED:
        _expect("issuer", log.did, did)
    proof = document["proof"]
    controller, _, fragment = proof["verificationMethod"].partition("#")
    _expect("the proof's controller", did, controller)
    after = _told(log, document, event)
    signers = log.keys if log.keys else after
    signer = signers.get(fragment)
    if signer is None or not signer.active:
        raise KeyLogError(f"expected a signature by a key that was active before it, got #{fragment}")
    _check_signer(document, event, signers, fragment)
    suite = SUITES.get(signer.public_key.key_type)
    if suite is None or proof.get("cryptosuite") != suite:
        raise KeyLogError(f"expected a proof of {suite}, got {proof.get('cryptosuite')!r}")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    _check_proof(unsecured, proof, signer.public_key, suite)
    return KeyLog(did, after)


def _told(log: KeyLog, document: Mapping[str, Any], event: str) -> dict[str, KeyHistory]:
    """The keys after the event."""
    keys, at = dict(log.keys), document["at"]
    if event == RENAMED:
        _expect("was", log.did, document["was"])
        return keys
    fragment = document["key"].removeprefix("#")
    if event == COMPROMISED:
        keys[fragment] = replace(keys[fragment], compromised_since=document["since"])
        return keys
    if event not in (CREATED, ROTATED) or fragment in keys:
        raise KeyLogError(f"expected a new key that is created or rotated in, got {event!r} of #{fragment}")
    if event == ROTATED:
        old = document["replaces"].removeprefix("#")
        keys[old] = replace(keys[old], retired=at)
    material = document.get("publicKeyMultibase")
    public = PublicKey.from_multikey(material) if material else PublicKey.from_jwk(document["publicKeyJwk"])
    _expect("algorithm", public.key_type.value, document["algorithm"])
    keys[fragment] = KeyHistory(fragment, public, at)
    return keys


def _check_signer(
    document: Mapping[str, Any], event: str, keys: Mapping[str, KeyHistory], fragment: str
) -> None:
    """A key is rotated in by the one before it where that one can sign; none reports itself compromised."""
    subject = document.get("key", "").removeprefix("#")
    if event == COMPROMISED and fragment == subject:
        raise KeyLogError("expected a surviving key to report a compromise, got the compromised one")
    if event == ROTATED:
        old = keys[document["replaces"].removeprefix("#")]
        if not old.active:
            raise KeyLogError(f"expected an active key to be replaced, got #{old.fragment}")
        if old.public_key.key_type in SUITES and fragment != old.fragment:
            raise KeyLogError(f"expected the signature of the key before, #{old.fragment}, got #{fragment}")


def _check_proof(document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKey, suite: str) -> None:
    if proof.get("proofPurpose") != "assertionMethod":
        raise ProofError.at(
            "/proof/proofPurpose", expected="assertionMethod", got=str(proof.get("proofPurpose"))
        )
    cryptosuites.named(suite).verify(document, proof, key, loader=_no_context)


def _expect(name: str, expected: object, got: object) -> None:
    if expected != got or type(expected) is not type(got):
        raise KeyLogError(f"expected {expected!r} as {name}, got {got!r}")


def _no_context(url: str) -> Any:
    raise ProofError.at("/@context", expected="no context in a key log", got=url)
