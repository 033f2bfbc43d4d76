"""Named verification policies: which checks must pass, fixed before any run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from insignia.errors import InsigniaError, show

# Every check family, in the order of Open Badges 3.0, section 8.1.
FAMILIES = (
    "data-model",
    "terms",
    "related-resources",
    "schema",
    "proof",
    "jwt-claims",
    "key-binding",
    "holder",
    "refresh",
    "status",
    "validity",
    "recipient",
    "endorsements",
    "credentials",
)
# A refresh that did not work leaves the original in place (section 8.1, step 3).
REQUIRED = frozenset(FAMILIES) - {"refresh"}

# What a caller may ask for one by one, as the VC-API's `options.checks` does.
GROUPS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "proof": frozenset({"data-model", "terms", "proof", "jwt-claims"}),
        "binding": frozenset({"key-binding", "holder"}),
        "resources": frozenset({"related-resources", "schema"}),
        "refresh": frozenset({"refresh"}),
        "status": frozenset({"status"}),
        "validity": frozenset({"validity"}),
        "recipient": frozenset({"recipient"}),
        "endorsements": frozenset({"endorsements"}),
        "credentials": frozenset({"credentials"}),
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a verifier insists on. Every field is a rule; the defaults are the strict ones.

    proofs: `all` asks for every proof of a set or chain (Data Integrity, section 4.6); `any` is
        content with one good proof (Open Badges 3.0, section 8.1, step 2).
    strict_terms: an undefined term or type, or a relative IRI, fails under the JCS suites and JWT
        too, where such members are signed; otherwise it is a warning there. Under the RDFC suites
        it always fails, since it would not be signed.
    unbound_keys: a key that no controller document ties to the issuer (the `jwk` of a JWT's header,
        or a did:key beside an issuer whose id cannot be dereferenced) is a warning, not a failure.
    tolerated: codes of data model problems (`insignia.schema.check`) that are warnings, not failures;
        `schema.array` is a single value where an array is asked for.
    missing_sub: a JWT of the Open Badges profile without `sub` is a warning, not a failure.
    status_entries: how many entries a status list must have at least; fewer weaken the privacy of the
        herd (Bitstring Status List 1.0, section 3.2, which lets ecosystems lower it).
    past_keys: a key that was revoked or expired counts for proofs whose `created` lies before that.
        The date is the signer's own word, so a stolen key can backdate: off unless asked for.
    endorsements: an endorsement that does not verify fails the credential that carries it (Open
        Badges 3.0, section 8.1: the credential is verified `if all the above steps pass`).
    refresh: follow a `1EdTechCredentialRefresh` service once, after the proof was checked.
    required: the check families that must pass or be proven not applicable.
    """

    name: str
    proofs: Literal["all", "any"] = "all"
    strict_terms: bool = False
    unbound_keys: bool = False
    missing_sub: bool = False
    tolerated: frozenset[str] = frozenset()
    status_entries: int = 131_072
    past_keys: bool = False
    endorsements: bool = True
    refresh: bool = True
    required: frozenset[str] = REQUIRED


@lru_cache(maxsize=64)
def families(checks: tuple[str, ...] | None) -> frozenset[str]:
    """The check families of some `GROUPS`; all of them for None.

    Raises InsigniaError (`policy.unknown-check`) when a name is not one of them, or there is none.
    """
    if checks is None:
        return frozenset(FAMILIES)
    if not checks or not set(checks) <= GROUPS.keys():
        raise InsigniaError.at(
            "checks",
            expected=f"some of {', '.join(GROUPS)}",
            got=show(list(checks)),
            code="policy.unknown-check",
        )
    return frozenset().union(*(GROUPS[name] for name in checks))


STRICT = Policy("strict")
STRICT_TERMS = Policy("strict-terms", strict_terms=True)
ANY_PROOF = Policy("any-proof", proofs="any")
# Accepts what many badges in the field get wrong without anybody being deceived: a subject without an id,
# terms outside of an enumeration, short status lists, endorsements that have expired since.
LENIENT = Policy(
    "lenient",
    tolerated=frozenset({"subject.unidentified", "schema.term", "schema.array", "badge.image-missing"}),
    status_entries=8,
    endorsements=False,
)
# For samples of the 1EdTech inspector, whose keys nothing ties to their issuers; for nothing else.
INSPECTOR_COMPATIBLE = replace(
    LENIENT,
    name="inspector-compatible",
    unbound_keys=True,
    missing_sub=True,
    required=REQUIRED - {"key-binding"},
)
POLICIES: Mapping[str, Policy] = MappingProxyType(
    {policy.name: policy for policy in (STRICT, STRICT_TERMS, ANY_PROOF, LENIENT, INSPECTOR_COMPATIBLE)}
)


def named(name: str) -> Policy:
    """The policy of that name. Raises InsigniaError (`policy.unknown`)."""
    try:
        return POLICIES[name]
    except KeyError:
        raise InsigniaError.at(
            "policy", expected=f"one of {', '.join(POLICIES)}", got=show(name), code="policy.unknown"
        ) from None
