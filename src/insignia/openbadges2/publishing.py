"""Open Badges 2.0 for old displayers, hosted or signed, from an Open Badges 3.0 credential."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from insignia.credential import Kind
from insignia.errors import IssuingError, Problem, show
from insignia.jose.compact import sign as sign_compact
from insignia.keys import PublicKey, Signer, pem
from insignia.openbadges2.changes import Change, Fate
from insignia.openbadges2.reading import host_of, id_of, is_url, listed
from insignia.openbadges2.shapes import OPEN_BADGES_2_CONTEXT, check

Json = Any
_RECIPIENTS: Final = {"emailAddress": "email", "ext:url": "url", "ext:id": "id"}
_ACHIEVEMENT: Final = frozenset(
    {
        *("id", "type", "name", "description", "image", "criteria", "alignment", "tag", "version"),
        "inLanguage",
    }
)
_CREDENTIAL: Final = frozenset(
    {
        *("@context", "id", "type", "name", "issuer", "validFrom", "validUntil", "issuanceDate"),
        *("expirationDate", "awardedDate", "credentialSubject", "evidence", "credentialSchema"),
    }
)
_SUBJECT: Final = frozenset({"id", "type", "achievement", "identifier", "narrative"})


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the documents will be published. All on one host: that is what a verifier allows by default."""

    assertion: str
    badge_class: str
    issuer: str
    key: str
    revocation_list: str

    @classmethod
    def below(cls, base: str) -> Addresses:
        """Usual names below an address such as `https://badges.example.org/ann`."""
        root = base.rstrip("/")
        names = ("assertion", "badge", "issuer", "key", "revocations")
        return cls(*(f"{root}/{name}.json" for name in names))


@dataclass(frozen=True, slots=True)
class Published:
    """The documents of one badge by their addresses, and what became of the credential's parts."""

    assertion: Mapping[str, Json]
    documents: Mapping[str, Mapping[str, Json]]
    changes: tuple[Change, ...]


def publish(
    credential: Mapping[str, Json], *, addresses: Addresses, key: PublicKey | None = None
) -> Published:
    """The documents for a hosted badge, or with `key` for one to be signed (`verification.creator`).

    Raises IssuingError with everything that 2.0 asks for and the credential lacks: the issuer's `url` and
    `email`, the achievement's `image`, a recipient; or when the addresses are on several hosts.
    """
    problems = _address_problems(addresses)
    changes: list[Change] = []
    subject = next((s for s in listed(credential.get("credentialSubject")) if isinstance(s, Mapping)), {})
    achievement = subject.get("achievement")
    achievement = achievement if isinstance(achievement, Mapping) else {}
    assertion = _assertion(credential, subject, addresses, key, changes, problems)
    badge_class = _badge_class(achievement, addresses)
    issuer = _issuer(credential.get("issuer"), addresses, key, changes)
    _note_lost(credential, subject, achievement, changes)
    for document, kind, where in (
        (assertion, Kind.ASSERTION, ""),
        (badge_class, Kind.BADGE_CLASS, "/credentialSubject/achievement"),
        (issuer, Kind.ISSUER_PROFILE, "/issuer"),
    ):
        problems += [problem.under(where) for problem in check(document, kind)]
    if problems:
        raise IssuingError(problems)
    documents = {addresses.badge_class: badge_class, addresses.issuer: issuer}
    if key is None:
        documents = {addresses.assertion: assertion, **documents}
    else:
        documents[addresses.key] = key_document(addresses.key, addresses.issuer, key)
        documents[addresses.revocation_list] = revocation_list(
            addresses.revocation_list, addresses.issuer, []
        )
    return Published(assertion, documents, tuple(changes))


def sign(assertion: Mapping[str, Json], signer: Signer) -> str:
    """The signed badge: a compact JWS over the assertion, RS256 with an RSA key, ES256 with P-256. Raises
    KeyFormatError, ProofError."""
    return sign_compact({"typ": "JWT"}, assertion, signer)


def key_document(url: str, owner: str, key: PublicKey) -> dict[str, Json]:
    """The CryptographicKey document of a public key."""
    return {
        "@context": OPEN_BADGES_2_CONTEXT,
        "type": "CryptographicKey",
        "id": url,
        "owner": owner,
        "publicKeyPem": pem.write(key),
    }


def revocation_list(url: str, issuer: str, revoked: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """The RevocationList with the ids of signed badges that were revoked, and why (may be empty)."""
    entries = [{"id": name, **({"revocationReason": reason} if reason else {})} for name, reason in revoked]
    return {
        "@context": OPEN_BADGES_2_CONTEXT,
        "type": "RevocationList",
        "id": url,
        "issuer": issuer,
        "revokedAssertions": entries,
    }


def _address_problems(addresses: Addresses) -> list[Problem]:
    urls = (
        addresses.assertion,
        addresses.badge_class,
        addresses.issuer,
        addresses.key,
        addresses.revocation_list,
    )
    if all(url.startswith("https://") for url in urls) and len({host_of(url) for url in urls}) == 1:
        return []
    return [Problem("", "https addresses on one host", show(sorted(set(urls)), 120), "publish.addresses")]


def _assertion(
    credential: Mapping[str, Json],
    subject: Mapping[str, Json],
    addresses: Addresses,
    key: PublicKey | None,
    changes: list[Change],
    problems: list[Problem],
) -> dict[str, Json]:
    identifier = addresses.assertion if key is None else id_of(credential)
    verification = {"type": "hosted"} if key is None else {"type": "signed", "creator": addresses.key}
    found: dict[str, Json] = {
        "@context": OPEN_BADGES_2_CONTEXT,
        "type": "Assertion",
        "id": identifier or addresses.assertion,
        "recipient": _recipient(subject, changes, problems),
        "badge": addresses.badge_class,
        "verification": verification,
        "issuedOn": credential.get("validFrom", credential.get("issuanceDate")),
    }
    if key is None and id_of(credential) != addresses.assertion:
        changes.append(Change(Fate.CHANGED, "id", f"{addresses.assertion}, where it will be published"))
    if (end := credential.get("validUntil", credential.get("expirationDate"))) is not None:
        found["expires"] = end
    if evidence := [_evidence(e) for e in listed(credential.get("evidence")) if isinstance(e, Mapping)]:
        found["evidence"] = evidence
    if isinstance(subject.get("narrative"), str):
        found["narrative"] = subject["narrative"]
    return found


def _recipient(
    subject: Mapping[str, Json], changes: list[Change], problems: list[Problem]
) -> dict[str, Json]:
    """One identity: the email address where there is one, else the subject's id."""
    entries = [e for e in listed(subject.get("identifier")) if isinstance(e, Mapping)]
    usable = [e for e in entries if e.get("identityType") in _RECIPIENTS]
    chosen = min(usable, key=lambda e: list(_RECIPIENTS).index(str(e["identityType"])), default=None)
    others = len(entries) - (chosen is not None) + (chosen is not None and "id" in subject)
    if others:
        changes.append(Change(Fate.LOST, "other identifiers of the recipient", f"{others}; 2.0 has one"))
    if chosen is not None:
        found = {
            "type": _RECIPIENTS[str(chosen["identityType"])],
            "hashed": chosen.get("hashed") is not False,
            "identity": chosen.get("identityHash"),
        }
        return {**found, "salt": chosen["salt"]} if isinstance(chosen.get("salt"), str) else found
    if not id_of(subject):
        expected = "an email address or an id"
        problems.append(Problem("/credentialSubject", expected, "neither", "publish.recipient"))
    name = id_of(subject)
    return {"type": "url" if is_url(name) else "id", "hashed": False, "identity": name}


def _evidence(evidence: Mapping[str, Json]) -> dict[str, Json]:
    names = ("id", "narrative", "name", "description", "genre", "audience")
    return {"type": "Evidence", **{name: evidence[name] for name in names if name in evidence}}


def _badge_class(achievement: Mapping[str, Json], addresses: Addresses) -> dict[str, Json]:
    found: dict[str, Json] = {
        "@context": OPEN_BADGES_2_CONTEXT,
        "type": "BadgeClass",
        "id": addresses.badge_class,
    }
    if "inLanguage" in achievement:
        found["@language"] = achievement["inLanguage"]
    found |= {name: achievement[name] for name in ("name", "description") if name in achievement}
    if image := _image(achievement.get("image")):
        found["image"] = image
    criteria = achievement.get("criteria")
    if isinstance(criteria, Mapping):
        kept = {name: criteria[name] for name in ("id", "narrative") if name in criteria}
        found["criteria"] = kept["id"] if kept.keys() == {"id"} else {"type": "Criteria", **kept}
    found["issuer"] = addresses.issuer
    alignments = [a for a in listed(achievement.get("alignment")) if isinstance(a, Mapping)]
    names = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
    if alignments:
        found["alignment"] = [{name: a[name] for name in names if name in a} for a in alignments]
    if achievement.get("tag"):
        found["tags"] = achievement["tag"]
    if "version" in achievement:
        found["version"] = achievement["version"]
    return found


def _issuer(
    issuer: Json, addresses: Addresses, key: PublicKey | None, changes: list[Change]
) -> dict[str, Json]:
    profile: Mapping[str, Json] = issuer if isinstance(issuer, Mapping) else {"id": issuer}
    found: dict[str, Json] = {"@context": OPEN_BADGES_2_CONTEXT, "type": "Issuer", "id": addresses.issuer}
    for old, new in (("name", "name"), ("url", "url"), ("email", "email"), ("description", "description")):
        if old in profile:
            found[new] = profile[old]
    if "phone" in profile:
        found["telephone"] = profile["phone"]
    if image := _image(profile.get("image")):
        found["image"] = image
    if key is not None:
        found |= {"publicKey": addresses.key, "revocationList": addresses.revocation_list}
    if id_of(profile) != addresses.issuer:
        note = f"{addresses.issuer} in place of {id_of(profile) or 'none'}: old displayers fetch it"
        changes.append(Change(Fate.CHANGED, "issuer’s id", note))
    return found


def _image(value: Json) -> Json:
    if isinstance(value, Mapping) and isinstance(value.get("caption"), str):
        return {"id": id_of(value), "caption": value["caption"]}
    return id_of(value)


def _note_lost(
    credential: Mapping[str, Json],
    subject: Mapping[str, Json],
    achievement: Mapping[str, Json],
    changes: list[Change],
) -> None:
    changes.append(Change(Fate.CHANGED, "proof", "old displayers know none of those of 3.0"))
    for node, known, whose in (
        (credential, _CREDENTIAL | {"proof"}, ""),
        (subject, _SUBJECT, "recipient’s "),
        (achievement, _ACHIEVEMENT, "achievement’s "),
    ):
        lost = sorted(node.keys() - known)
        changes += [Change(Fate.LOST, f"{whose}{name}", "2.0 has nothing like it") for name in lost]
