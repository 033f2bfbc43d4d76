"""The only module that makes and opens private keys. What leaves it can sign, and nothing else.

A key lies sealed in the database (issuers/sealing.py) or lives elsewhere: then the row's `kms` is
`scheme:reference`, and the factory of the scheme (issuers/remote.py) gives what signs.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia.issuing import IssuerKey
from insignia.keys import KeyType, PublicKey, SecretKey, Signer
from insignia.multibase import base64url_encode
from insignia_server.audit import services as audit
from insignia_server.issuers import addresses, keylog
from insignia_server.issuers.models import Issuer, KeyLogEntry, KeyState, SigningKey
from insignia_server.issuers.remote import KeyPlace, KeyUnavailable, remote_signer
from insignia_server.issuers.sealing import context_of, seal, unseal
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor, job_actor

ED25519: Final = KeyType.ED25519.value
P256: Final = KeyType.P256.value
RSA: Final = KeyType.RSA.value
ALGORITHMS: Final = (ED25519, P256, RSA)
LOG_SIGNERS: Final = (ED25519, P256)
RSA_BITS: Final = 2048
OPEN_KEYS: Final = 1024
Random = Callable[[int], bytes]
SUITES: Final = {
    "eddsa-rdfc-2022": ED25519,
    "eddsa-jcs-2022": ED25519,
    "Ed25519Signature2020": ED25519,
    "ecdsa-rdfc-2019": P256,
    "ecdsa-jcs-2019": P256,
    "vc-jwt": P256,
    "ob-jwt": RSA,
}


class OpenedKey:
    """An opened key: it signs, and neither `repr`, pickling nor an attribute gives the secret away."""

    __slots__ = ("public_key", "sign")

    def __init__(self, public_key: PublicKey, sign: Callable[[bytes, str], bytes]) -> None:
        self.public_key = public_key
        self.sign = sign

    def __repr__(self) -> str:
        return f"<OpenedKey {self.public_key.key_type} {self.public_key.thumbprint()}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an opened key does not leave its process; call issuers.signing.signer there")


@dataclass(frozen=True, slots=True)
class HttpsIssuerKey(IssuerKey):
    """A key whose `kid` is the https address of its JWK; the issuer is still the DID that lists it."""

    did: str

    @property
    def controller(self) -> str:
        """The issuer's DID."""
        return self.did


def algorithm_of(suite: str) -> str:
    """`Ed25519`, `P-256` or `RSA`: the key that a suite of `insignia.issuing.SUITES` needs.

    Raises ValueError.
    """
    if suite not in SUITES:
        raise ValueError(f"expected one of {', '.join(SUITES)}, got {suite!r}")
    return SUITES[suite]


def active_key(issuer: Issuer, algorithm: str) -> SigningKey:
    """The key that signs now; asked of the database each time, so that a rotation counts at once.

    Raises Refused when there is none of this algorithm.
    """
    found: SigningKey | None = SigningKey.objects.filter(
        issuer_id=issuer.pk, algorithm=algorithm, state=KeyState.ACTIVE
    ).first()
    if found is None:
        message = _("{issuer} has no {algorithm} key that signs. Add one under Keys of the issuer profile.")
        raise Refused(
            Refusal(message.format(issuer=issuer.name, algorithm=algorithm), "algorithm", "no-key", algorithm)
        )
    return found


def signer(issuer: Issuer, algorithm: str) -> IssuerKey:
    """What signs for the issuer, under the key's DID URL (RSA: under its https `kid`).

    One query; the key is opened once a process, so that signing costs the signature alone. Ask again for each
    chunk of a batch: a rotation or a compromise is then noticed. The first call pins the issuer (`pin`).
    Raises Refused (no key, own domain without its document), KeyUnavailable, SealBroken.
    """
    if algorithm == RSA:
        return ob_jwt_key(issuer)
    pin(issuer)
    return _issuer_key(issuer, active_key(issuer, algorithm))


def ob_jwt_key(issuer: Issuer, *, now: dt.datetime | None = None) -> IssuerKey:
    """The RSA key (RS256) of the Open Badges JWT profile, whose `kid` is an https address; made at first use.

    Making it takes a tenth of a second or more: outside of a transaction where possible. Issue with
    `insignia.issuing.issue(..., key=..., suite="ob-jwt")`. Raises as `signer` does.
    """
    pin(issuer, now=now)
    found = SigningKey.objects.filter(issuer_id=issuer.pk, algorithm=RSA, state=KeyState.ACTIVE).first()
    return _issuer_key(issuer, found or _first_rsa(issuer, now or timezone.now()))


def ready(issuer: Issuer, algorithm: str) -> None:
    """Make the RSA key of the first use now, if it is the one that is needed and there is none.

    Call it before a transaction that will sign: to make the key inside would hold its locks meanwhile.
    Raises Refused for an own domain without its document.
    """
    if algorithm == RSA and not _has_rsa(issuer):
        ob_jwt_key(issuer)


def _has_rsa(issuer: Issuer) -> bool:
    rows = SigningKey.objects.filter(issuer_id=issuer.pk, algorithm=RSA, state=KeyState.ACTIVE)
    return bool(rows.exists())


def pin(issuer: Issuer, *, now: dt.datetime | None = None) -> Issuer:
    """Fix the issuer's addresses and DID for ever, at the first signature; afterwards it costs nothing.

    `issuer` is brought up to date in place: an instance that moved before takes its new addresses now, so
    call it before a credential is drafted. Raises Refused when an own domain has not answered the DID
    document yet.
    """
    if issuer.pinned_at is not None:
        return issuer
    now = now or timezone.now()
    with transaction.atomic():
        row = locked(issuer)
        if row.pinned_at is None:
            if row.own_domain and row.document_seen_at is None:
                message = _(
                    "https://{domain}/.well-known/did.json does not answer the DID document yet. "
                    "Place it there first."
                )
                raise Refused(
                    Refusal(message.format(domain=row.own_domain), "own_domain", "document-missing")
                )
            if row.base_url != settings.PUBLIC_URL:
                rename(row, base_url=settings.PUBLIC_URL, now=now)
            row.pinned_at = now
            touch(row, "pinned_at")
            audit.record(by=job_actor(row.organisation_id, label="pin"), action="issuer.pin", subject=row)
    for name in ("pinned_at", "base_url", "did", "own_domain", "revision"):
        setattr(issuer, name, getattr(row, name))
    return issuer


def create_key(
    issuer: Issuer,
    algorithm: str,
    *,
    by: Actor,
    now: dt.datetime,
    event: str = keylog.CREATED,
    replaces: SigningKey | None = None,
    signed_by: SigningKey | None = None,
    kms: str = "",
    random: Random = os.urandom,
    made: SecretKey | None = None,
) -> SigningKey:
    """A new active key with its log entry, in the caller's transaction on a locked issuer.

    `signed_by`: the key that vouches for it in the log; the very first key vouches for itself. `kms`: the key
    lives elsewhere. Raises KeyUnavailable, Refused for a key that the issuer had before.
    """
    secret = made or (None if kms else generate(algorithm, random))
    key = _row(issuer, algorithm, secret, now=now, kms=kms, random=random)
    if SigningKey.objects.filter(issuer_id=issuer.pk, fragment=key.fragment).exists():
        message = _("The issuer had this key before. Make a new one.")
        raise Refused(Refusal(message, "key", "known-key", "", key.fragment))
    key.save(force_insert=True)
    members: dict[str, Any] = keylog.public_members(
        key.fragment, algorithm, key.public_jwk, key.public_multikey
    )
    if replaces is not None:
        members["replaces"] = f"#{replaces.fragment}"
    append_log(issuer, keylog.Line(event, now, members), signed_by=signed_by or key)
    touch(issuer)
    audit.record(by=by, action=f"key.{event}", subject=key, algorithm=algorithm, fragment=key.fragment)
    return key


def append_log(issuer: Issuer, line: keylog.Line, *, signed_by: SigningKey) -> KeyLogEntry:
    """One more entry of the key log, in the caller's transaction on a locked issuer."""
    last = KeyLogEntry.objects.filter(issuer_id=issuer.pk).order_by("-sequence").first()
    sequence = last.sequence + 1 if last else 0
    previous = bytes(last.digest) if last else None
    if last and line.at < last.created_at:  # two clocks: the log never goes back
        line = replace(line, at=last.created_at)
    content = keylog.entry(
        line, did=issuer.did, sequence=sequence, previous=previous, key=_issuer_key(issuer, signed_by)
    )
    entry: KeyLogEntry = KeyLogEntry.objects.create(
        organisation_id=issuer.organisation_id,
        issuer_id=issuer.pk,
        sequence=sequence,
        content=content,
        digest=keylog.digest(content),
        created_at=line.at,
    )
    return entry


def log_key(issuer: Issuer, *, other_than: SigningKey | None = None) -> SigningKey:
    """The active key that signs the key log: Ed25519, else P-256. Raises Refused when none survives."""
    keys = SigningKey.objects.filter(issuer_id=issuer.pk, state=KeyState.ACTIVE, algorithm__in=LOG_SIGNERS)
    if other_than is not None:
        keys = keys.exclude(pk=other_than.pk)
    found: SigningKey | None = keys.order_by("algorithm").first()
    if found is None:
        message = _("No other key is left to sign the key log. Add a key of another algorithm first.")
        raise Refused(Refusal(message, "key", "no-survivor"))
    return found


def rename(issuer: Issuer, *, base_url: str, now: dt.datetime, own_domain: str | None = None) -> None:
    """Other addresses before the first signature; the log says so, signed under the new DID.

    On a locked issuer.
    """
    was = issuer.did
    if own_domain is not None and own_domain != issuer.own_domain:
        issuer.own_domain, issuer.document_seen_at, issuer.document_detail = own_domain, None, ""
    issuer.base_url, issuer.did = base_url, addresses.did_of(base_url, issuer.slug, issuer.own_domain)
    touch(issuer, "base_url", "did", "own_domain", "document_seen_at", "document_detail")
    if issuer.did != was:
        append_log(issuer, keylog.Line(keylog.RENAMED, now, {"was": was}), signed_by=log_key(issuer))


def locked(issuer: Issuer) -> Issuer:
    """The issuer's row, locked until the end of the transaction: whoever changes keys holds it.

    Raises NotHere in a scope that does not see it.
    """
    row: Issuer | None = Issuer.objects.select_for_update().filter(pk=issuer.pk).first()
    if row is None:
        raise NotHere
    return row


def touch(issuer: Issuer, *fields: str) -> None:
    """Save these fields with a new revision, so that no cache answers what was before."""
    issuer.revision = uuid7()
    issuer.save(update_fields=[*fields, "revision", "updated_at"])


def forget(key_id: uuid.UUID) -> None:
    """Drop an opened key from this process."""
    with _lock:
        _opened.pop(key_id, None)


_opened: OrderedDict[uuid.UUID, Signer] = OrderedDict()
_lock = threading.Lock()


def _open(key: SigningKey) -> Signer:
    """The signer of a key: opened once a process. A key's secret never changes, only its seal does."""
    with _lock:
        if key.pk in _opened:
            _opened.move_to_end(key.pk)
            return _opened[key.pk]
    if key.kms:
        found = remote_signer(key.kms, _place(key))
        if found.public_key != PublicKey.from_jwk(key.public_jwk):
            raise KeyUnavailable(
                f"the key {key.kms} is another one than {key.fragment} of the issuer {key.issuer_id}"
            )
    else:
        found = _unsealed(key)
    with _lock:
        _opened[key.pk] = found
        while len(_opened) > OPEN_KEYS:
            _opened.popitem(last=False)
    return found


def _unsealed(key: SigningKey) -> Signer:
    if key.sealed is None:
        raise KeyUnavailable(
            f"the key {key.fragment} of the issuer {key.issuer_id} has neither a secret nor a place"
        )
    secret = SecretKey.from_jwk(
        json.loads(unseal(bytes(key.sealed), context_of(key.issuer_id, key.fragment)))
    )

    def sign(data: bytes, algorithm: str) -> bytes:
        return secret.sign(data, algorithm)

    return OpenedKey(PublicKey.from_jwk(key.public_jwk), sign)


def _issuer_key(issuer: Issuer, key: SigningKey) -> IssuerKey:
    if key.algorithm == RSA:
        return HttpsIssuerKey(_open(key), addresses.kid(issuer, key), issuer.did)
    return IssuerKey(_open(key), addresses.method(issuer, key))


def _place(key: SigningKey) -> KeyPlace:
    return KeyPlace(key.kms.partition(":")[2], key.algorithm, key.organisation_id, key.issuer_id)


def generate(algorithm: str, random: Random) -> SecretKey:
    """A new private key, not stored yet. RSA takes a tenth of a second to seconds: never in a transaction."""
    if algorithm == RSA:
        return SecretKey.from_jwk(
            _rsa_jwk(rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS))
        )
    return SecretKey.generate(KeyType(algorithm), random)


def _rsa_jwk(key: rsa.RSAPrivateKey) -> dict[str, str]:
    """RFC 7518, section 6.3. `alg` narrows the key to what the Open Badges profile signs with."""
    private = key.private_numbers()
    public = private.public_numbers
    values = {"n": public.n, "e": public.e, "d": private.d, "p": private.p, "q": private.q}
    values |= {"dp": private.dmp1, "dq": private.dmq1, "qi": private.iqmp}
    octets = {name: value.to_bytes((value.bit_length() + 7) // 8, "big") for name, value in values.items()}
    return {"kty": "RSA", "alg": "RS256", **{name: base64url_encode(value) for name, value in octets.items()}}


def _row(
    issuer: Issuer, algorithm: str, secret: SecretKey | None, *, now: dt.datetime, kms: str, random: Random
) -> SigningKey:
    """The row of a new key, not saved yet; without a secret it is the one at `kms`."""
    key = SigningKey(
        issuer=issuer, organisation_id=issuer.organisation_id, algorithm=algorithm, kms=kms, created_at=now
    )
    public = secret.public_key if secret else remote_signer(kms, _place(key)).public_key
    if public.key_type.value != algorithm:
        raise KeyUnavailable(f"expected a key of {algorithm} at {kms}, got {public.key_type.value}")
    key.public_jwk = public.to_jwk() | ({"alg": "RS256"} if algorithm == RSA else {})
    key.public_multikey = "" if algorithm == RSA else public.to_multikey()
    key.fragment = key.public_multikey or public.thumbprint()
    if secret is not None:
        plain = json.dumps(secret.to_jwk()).encode()
        key.sealed = seal(plain, context_of(issuer.pk, key.fragment), random=random)
    return key


def _first_rsa(issuer: Issuer, now: dt.datetime) -> SigningKey:
    """Made before the lock is taken; who comes second finds the first one's."""
    secret = generate(RSA, os.urandom)
    with transaction.atomic():
        row = locked(issuer)
        found: SigningKey | None = SigningKey.objects.filter(
            issuer_id=issuer.pk, algorithm=RSA, state=KeyState.ACTIVE
        ).first()
        if found is None:
            by = job_actor(row.organisation_id, label="first-use")
            found = create_key(row, RSA, by=by, now=now, signed_by=log_key(row), made=secret)
            issuer.revision = row.revision
    return found
