"""The public suites: where they come from, and what each must be told of the server under test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Config = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """The server as a suite sees it. `dids`: curve (`Ed25519`, `P-256`, `P-384`) -> who issues with it."""

    base: str
    dids: Mapping[str, str]

    def issuer(self, curve: str, suite: str, *tags: str, **more: Any) -> Config:
        """An issuer endpoint. The suite is in the address: what `options` hold, some suites write into."""
        endpoint = f"{self.base}/credentials/issue?cryptosuite={suite}"
        return {"id": self.dids[curve], "endpoint": endpoint, "tags": list(tags), **more}

    def verifier(self, *tags: str, checks: str = "", **more: Any) -> Config:
        """A credential verifier. `checks`: in the address, where the suite sends no options."""
        endpoint = f"{self.base}/credentials/verify" + (f"?checks={checks}" if checks else "")
        did = self.dids["Ed25519"]
        return {"id": did, "endpoint": endpoint, "tags": list(tags), **more}

    def vp_verifier(self, *tags: str) -> Config:
        """A presentation verifier. Without options: the suite writes its challenge into them and keeps it."""
        endpoint = f"{self.base}/presentations/verify"
        return {"id": self.dids["Ed25519"], "endpoint": endpoint, "tags": list(tags)}


@dataclass(frozen=True)
class Suite:
    """One suite: the name of its folder, its repository, and its endpoints. `needs`: curves it signs with."""

    name: str
    source: str
    endpoints: Callable[[Target], Config]
    needs: tuple[str, ...] = ("Ed25519",)
    did_key_only: bool = False  # the suite itself resolves did:key and nothing else
    node: int = 20  # the major version of Node that its code asks for
    known: Mapping[str, str] = field(default_factory=dict)  # words of a title -> why that test cannot pass


def _data_model(target: Target) -> Config:
    tags = ("vc2.0",)
    return {
        "issuers": [
            target.issuer("Ed25519", "eddsa-rdfc-2022", *tags),
            target.issuer("Ed25519", "vc-jwt", "EnvelopingProof"),
        ],
        "verifiers": [target.verifier(*tags, "EnvelopingProof")],
        "vpVerifiers": [target.vp_verifier(*tags, "EnvelopingProof")],
    }


def _eddsa(target: Target) -> Config:
    names = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
    versions = {"vc": ["1.1", "2.0"]}
    return {
        "issuers": [target.issuer("Ed25519", name, name, supports=versions) for name in names],
        "verifiers": [target.verifier(*names, supports=versions)],
    }


def _ed25519_2020(target: Target) -> Config:
    tag = "Ed25519Signature2020"
    return {
        "issuers": [target.issuer("Ed25519", tag, tag)],
        "verifiers": [target.verifier(tag, checks="proof")],
    }


def _ecdsa(target: Target) -> Config:
    names, curves, disclosing = ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"), ("P-256", "P-384"), "ecdsa-sd-2023"
    versions = {"vc": ["1.1", "2.0"]}

    def issuer(curve: str, name: str) -> Config:
        return target.issuer(curve, name, name, supportedEcdsaKeyTypes=[curve], supports=versions)

    def verifier(curves: tuple[str, ...], *names: str) -> Config:
        more = {"supportedEcdsaKeyTypes": list(curves), "supports": versions}
        return target.verifier(*names, checks="proof", **more)

    holder = {"id": "urn:insignia:holder", "endpoint": f"{target.base}/credentials/derive"}
    return {
        "issuers": [
            *(issuer(curve, name) for name in names for curve in curves),
            issuer("P-256", disclosing),
        ],
        "verifiers": [verifier(curves, *names), verifier(("P-256",), disclosing)],
        "vcHolders": [{**holder, "tags": ["vcHolder", disclosing], "supports": versions}],
    }


def _status_list(target: Target) -> Config:
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    tag = "BitstringStatusList"
    options = {"credentialStatus": [entry, {**entry, "statusPurpose": "message"}]}
    return {
        "issuers": [target.issuer("Ed25519", "eddsa-rdfc-2022", tag, options=options)],
        "verifiers": [target.verifier(tag, options={"checks": ["proof", "credentialStatus"]})],
    }


def _vc_api(target: Target) -> Config:
    return {
        "issuers": [
            target.issuer("Ed25519", "eddsa-rdfc-2022", "vc-api"),
        ],
        "verifiers": [target.verifier("vc-api")],
    }


def _did_key(target: Target) -> Config:
    resolver = {"id": "urn:insignia:did", "endpoint": f"{target.base}/1.0/identifiers", "tags": ["did-key"]}
    return {"didResolvers": [resolver]}


def _jose_cose(_target: Target) -> Config:
    kinds, forms = ("credential", "presentation"), ("jose", "cose", "sdjwt")
    return {"jose-cose": {"features": {f"{kind}_{form}": True for kind in kinds for form in forms}}}


_PREVIOUS_PROOF: Final = {
    "An OPTIONAL string value (proof.previousProof)": (
        'The signed example has a context {"@context": {…}} within the array. JSON-LD 1.1 calls that a '
        "keyword redefinition, and er56 of its own suite asks for the error."
    )
}
_STATUS_MESSAGES: Final = dict.fromkeys(
    (
        "The number of status messages MUST equal the number of possible values.",
        "the length of which MUST equal the number of possible status messages indicated by statusSize",
    ),
    "The test compares the number of messages with statusSize itself. The specification: '4 elements if "
    "statusSize has 2 bits'.",
)
_UNKNOWN_EXTENSIONS: Final = {
    "5. JWT Issuance with Unknown Extensions": (
        "The members are no unknown ones: the examples context of the document has a @vocab. The suite's "
        "list says that this test covers 'MUST be ignored', yet it asks for a failure."
    )
}
_INVALID_DID: Final = {
    "is not a valid DID, an `invalidDid` error MUST be raised": (
        "The test asks for a didDocument beside the error ('FIXME this doesn't seem right', it says); "
        "there is none for what is no DID, so the answer has null."
    )
}

SUITES: Final = (
    Suite("vc-data-model-2.0-test-suite", "w3c", _data_model),
    Suite("vc-di-eddsa-test-suite", "w3c", _eddsa, did_key_only=True, known=_PREVIOUS_PROOF),
    Suite("vc-di-ecdsa-test-suite", "w3c", _ecdsa, ("P-256", "P-384"), did_key_only=True),
    Suite("di-ed25519signature2020-test-suite", "w3c-ccg", _ed25519_2020, did_key_only=True),
    Suite("vc-bitstring-status-list-test-suite", "w3c", _status_list, known=_STATUS_MESSAGES),
    Suite("vc-jose-cose-test-suite", "w3c", _jose_cose, node=22, known=_UNKNOWN_EXTENSIONS),
    Suite("vc-api-issuer-test-suite", "w3c-ccg", _vc_api),
    Suite("vc-api-verifier-test-suite", "w3c-ccg", _vc_api),
    Suite("did-key-test-suite", "w3c-ccg", _did_key, known=_INVALID_DID),
)
