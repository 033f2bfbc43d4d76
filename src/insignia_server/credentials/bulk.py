"""Many credentials of one version: compiled templates, checked signatures, and the rows to store them in."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from insignia.issuing import CompiledAchievement, issue
from insignia.issuing.compiled import COMPILED_SUITES
from insignia.keys import PublicKey, Signer
from insignia_server.achievements.models import AchievementVersion
from insignia_server.credentials import log
from insignia_server.credentials.checking import KeyChanged, Memory, NotSigned, require_valid
from insignia_server.credentials.document import Common, Place, Shape, build, split, template
from insignia_server.credentials.keys import loader, signing_pair
from insignia_server.credentials.models import Credential, CredentialState
from insignia_server.credentials.subject import Subject
from insignia_server.issuers.models import KeyState, SigningKey
from insignia_server.kit.bulk_insert import insert_many

VERIFIED_ONE_IN: Final = 100
_SHAPES_KEPT: Final = 64
_compiled: OrderedDict[tuple[object, ...], CompiledAchievement] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Minted:
    """A signed credential that is not stored yet."""

    subject: Subject
    place: Place | None
    content: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Counts:
    """How the credentials of a mint were made and checked: all, on the general path, by the full verifier."""

    issued: int = 0
    general: int = 0
    verified: int = 0


class CheckedSigner:
    """Signs, and checks each signature against the data that it is for before it leaves."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.public_key: PublicKey = signer.public_key

    def sign(self, data: bytes, algorithm: str) -> bytes:
        """The signature. Raises NotSigned when the public key does not accept it."""
        signature = self._signer.sign(data, algorithm)
        if not self.public_key.verify(signature, data, algorithm):
            raise NotSigned("the signature that came back does not hold under the issuer's public key")
        return signature


def _general(compiled: CompiledAchievement) -> int:
    """How many credentials took the complete algorithms."""
    shape = compiled._shape
    return 0 if shape is None else shape.general_fillings


class Mint:
    """Issues credentials of one version at one time. Not for several threads at once; nothing is written.

    The first of each shape, every one that took the general path, and one in a hundred go through the
    library's full verifier. Needs the scope of the version's organisation. Raises Refused without a key.
    """

    def __init__(self, version: AchievementVersion, suite: str = "", *, now: dt.datetime) -> None:
        issuer = version.achievement.issuer
        chosen = suite or version.content.get("suite") or "eddsa-rdfc-2022"
        self.key, self._issuer_key = signing_pair(issuer, chosen)  # pins the issuer, so it comes first
        self.version, self.issuer, self.now = version, issuer, now
        self.common = Common.of(version, issuer, chosen)
        self._known = (self.key.pk, self.common.fingerprint())
        self._resolver = Memory()
        self._seen: set[Shape] = set()
        self.counts = Counts()

    def issue(self, subjects: Sequence[Subject], places: Sequence[Place | None]) -> list[Minted]:
        """The signed credentials, in order. `places`: of `status.allocate`, one each.

        Raises NotSigned when one of them does not verify: then none of them may be stored; IssuingError for
        values that Open Badges does not allow.
        """
        minted = []
        for subject, place in zip(subjects, places, strict=True):
            content = self._one(subject, place)
            minted.append(Minted(subject, place, content, hashlib.sha256(content).digest()))
        return minted

    def _one(self, subject: Subject, place: Place | None) -> bytes:
        shape, values = split(subject, place, self.common)
        if self.common.suite in COMPILED_SUITES:
            compiled = self._shape(shape)
            before = _general(compiled)
            content = compiled.issue(values, self.now)
            general = _general(compiled) > before
        else:
            document = build(shape, values, self.common)
            content = issue(
                document, key=self._issuer_key, suite=self.common.suite, created=self.now, loader=loader()
            )
            general = True
        counts = self.counts
        must = general or shape not in self._seen or counts.issued % VERIFIED_ONE_IN == 0
        if must:
            self._seen.add(shape)
            require_valid(content, now=self.now, resolver=self._resolver)
        self.counts = Counts(counts.issued + 1, counts.general + general, counts.verified + must)
        return content

    def _shape(self, shape: Shape) -> CompiledAchievement:
        """The compiled template of a shape; kept for the next mint of this process too."""
        key = (*self._known, shape)
        found = _compiled.get(key)
        if found is None:
            document, slots = template(shape, self.common)
            found = CompiledAchievement.compile(
                document,
                slots,
                signer=CheckedSigner(self._issuer_key.signer),
                verification_method=self._issuer_key.verification_method,
                suite=self.common.suite,
                loader=loader(),
            )
            while len(_compiled) >= _SHAPES_KEPT:
                _compiled.popitem(last=False)
            _compiled[key] = found
        return found


def store(mint: Mint, minted: Sequence[Minted]) -> None:
    """Write the credentials and their entry of the issuance log, in the caller's transaction and late in it:
    from here to the commit other writers of this issuer's log wait.

    Raises KeyChanged when the key signs no more: mint again; a job just fails and is tried again.
    """
    if not minted:
        return
    if not SigningKey.objects.filter(pk=mint.key.pk, state=KeyState.ACTIVE).exists():
        raise KeyChanged(
            "the key was rotated or reported as compromised meanwhile: sign again with the new one"
        )
    insert_many(Credential, COLUMNS, (row(mint, one) for one in minted))
    log.append(mint.issuer, [one.digest for one in minted], now=mint.now)


COLUMNS: Final = (
    "id",
    "organisation_id",
    "issuer_id",
    "version_id",
    "key_id",
    "suite",
    "content",
    "digest",
    "issued_at",
    "valid_from",
    "valid_until",
    "status_list_id",
    "status_index",
    "state",
    "state_reason",
    "state_at",
    "superseded_by_id",
)


def row(mint: Mint, minted: Minted) -> tuple[object, ...]:
    """The row of a credential, in the order of COLUMNS."""
    subject, place = minted.subject, minted.place
    return (
        subject.credential_id,
        mint.issuer.organisation_id,
        mint.issuer.pk,
        mint.version.pk,
        mint.key.pk,
        mint.common.suite,
        minted.content,
        minted.digest,
        mint.now,
        subject.valid_from,
        subject.valid_until,
        place.list_id if place else None,
        place.index if place else None,
        CredentialState.VALID.value,
        "",
        None,
        None,
    )
