"""The credentials of one achievement share one shape: compile it once, then each takes microseconds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256, sha384
from typing import Any, Self

from insignia.credential import types_of
from insignia.errors import IssuingError
from insignia.issuing.signing import JWT_SUITES, SUITES, IssuerKey, issue, kind_of, prepare, with_issuer
from insignia.issuing.template import Template
from insignia.jsonld.compiled import CompiledShape
from insignia.jsonld.compiled_slots import Slots
from insignia.keys import KeyType, Signer, default_algorithm
from insignia.multibase import base58btc_decode, base58btc_encode

Loader = Callable[[str], Any]
COMPILED_SUITES = frozenset({"eddsa-rdfc-2022", "ecdsa-rdfc-2019"})
_CREATED_KEPT = 64


class CompiledAchievement:
    """Issues credentials that differ only in the texts of their slots.

    `eddsa-rdfc-2022` and `ecdsa-rdfc-2019` go the short way, every other suite the general one; the bytes
    are the same whichever way they came. Not for several threads at a time.
    """

    def __init__(
        self,
        template: Template,
        key: IssuerKey,
        suite: str,
        loader: Loader,
        shape: CompiledShape | None,
        shadow: int,
    ) -> None:
        self._template = template
        self._key = key
        self._suite = suite
        self._loader = loader
        self._shape = shape
        self._shadow = shadow
        self._issued = 0
        self._proofs: dict[datetime | str, tuple[bytes, str]] = {}
        key_type = key.signer.public_key.key_type
        self._digest = sha384 if key_type is KeyType.P384 else sha256
        self._algorithm = default_algorithm(key_type)

    @classmethod
    def compile(
        cls,
        template: Mapping[str, Any],
        slots: Slots,
        *,
        signer: Signer,
        verification_method: str,
        suite: str = "eddsa-rdfc-2022",
        loader: Loader,
        shadow: int = 0,
    ) -> Self:
        """Compiles an unsigned credential whose `slots` name the places of values: a JSON Pointer,
        `[pointer, prefix, suffix]`, or a list of such places.

        With `shadow` N the first and then each N-th credential is canonicalised by the complete algorithms as
        well and its signature verified; a difference raises IssuingError `shadow.difference`. Raises
        IssuingError for a suite that does not exist, DataModelError for a slot without its place.
        """
        if suite not in SUITES:
            raise IssuingError.at("", expected="one of " + ", ".join(SUITES), got=suite, code="issuing.suite")
        key = IssuerKey(signer, verification_method)
        unsigned = {name: value for name, value in template.items() if name != "proof"}
        kind = kind_of(types_of(unsigned))
        document = _with_context(with_issuer(unsigned, key, kind), suite)
        prepared = Template(document, slots, kind)
        shape = None
        if suite in COMPILED_SUITES:
            _check_key(suite, signer)
            shape = CompiledShape.compile(document, slots, loader=loader, algorithm=_hash_name(signer))
        return cls(prepared, key, suite, loader, shape, shadow)

    def issue(self, values: Mapping[str, Any], created: datetime | str) -> bytes:
        """One signed credential, its proof made at `created`, from one value for each slot.

        Values are texts; other JSON, and None that leaves the member out, take the general way. Raises
        IssuingError for values that do not fit and, where the whole is checked (the first credential and
        all that take the general way), for a document that is not valid; JsonLdError for a lone surrogate.
        """
        self._template.check(values)
        if self._shape is None or not all(type(value) is str for value in values.values()):
            filled = self._template.fill(values)
            return issue(filled, key=self._key, suite=self._suite, created=created, loader=self._loader)
        if self._issued == 0:
            prepare(self._template.fill(values), self._key)
        self._issued += 1
        signed = self._sign(self._shape, values, created)
        if self._shadow and (self._issued - 1) % self._shadow == 0:
            self._compare(self._shape, values, created, signed)
        return signed

    def _sign(self, shape: CompiledShape, values: Mapping[str, str], created: datetime | str) -> bytes:
        configuration, opening = self._proof(created)
        data = configuration + self._digest(shape.canonize(values)).digest()
        signature = base58btc_encode(self._key.signer.sign(data, self._algorithm))
        return f'{self._template.text(values)}{opening}{signature}"}}}}'.encode()

    def _proof(self, created: datetime | str) -> tuple[bytes, str]:
        """The hash of the proof configuration and the JSON of the proof up to its value."""
        from insignia.cryptosuites import timestamps

        if created not in self._proofs:
            if len(self._proofs) >= _CREATED_KEPT:
                self._proofs.clear()
            text = created if isinstance(created, str) else timestamps.write(created)
            self._proofs[created] = _proof_parts(
                self._template.document, self._key, self._suite, text, self._loader
            )
        return self._proofs[created]

    def _compare(
        self, shape: CompiledShape, values: Mapping[str, str], created: datetime | str, signed: bytes
    ) -> None:
        """The complete algorithms give the same bytes and the signature holds, or nothing goes out."""
        from insignia import jsonld
        from insignia.jsonld import rdfc10
        from insignia.jsonld.options import SIGNED

        secured = json.loads(signed)
        proof = secured.pop("proof")
        filled = self._template.fill(values)
        graph = jsonld.to_rdf(filled, loader=self._loader, options=SIGNED)
        canonical = rdfc10.canonicalize(graph, algorithm=_hash_name(self._key.signer)).nquads.encode()
        data = self._proof(created)[0] + self._digest(canonical).digest()
        signature = base58btc_decode(proof["proofValue"][1:])
        verifies = self._key.signer.public_key.verify(signature, data, self._algorithm)
        if secured != filled or canonical != shape.canonize(values) or not verifies:
            raise IssuingError.at(
                "",
                expected="the same signed credential from the complete algorithms",
                got="another one; nothing more is issued",
                code="shadow.difference",
            )


def _hash_name(signer: Signer) -> str:
    return "sha384" if signer.public_key.key_type is KeyType.P384 else "sha256"


def _check_key(suite: str, signer: Signer) -> None:
    from insignia import cryptosuites

    types = cryptosuites.named(suite).key_types
    if signer.public_key.key_type not in types:
        expected = f"a key for {suite} ({' or '.join(sorted(types))})"
        raise IssuingError.at("", expected=expected, got=signer.public_key.key_type, code="issuing.key")


def _with_context(document: dict[str, Any], suite: str) -> dict[str, Any]:
    from insignia import cryptosuites
    from insignia.proof import with_suite_context

    return document if suite in JWT_SUITES else with_suite_context(document, cryptosuites.named(suite))


def _proof_parts(
    document: Mapping[str, Any], key: IssuerKey, suite: str, created: str, loader: Loader
) -> tuple[bytes, str]:
    """The hash of a proof configuration, and the JSON of that proof up to the value of `proofValue`."""
    from insignia.cryptosuites import ecdsa_rdfc_2019, eddsa_rdfc_2022
    from insignia.cryptosuites.suite import Input

    chosen = {s.SUITE.name: s.SUITE for s in (eddsa_rdfc_2022, ecdsa_rdfc_2019)}[suite]
    options = {
        "type": chosen.proof_type,
        "cryptosuite": chosen.name,
        "created": created,
        "verificationMethod": key.verification_method,
        "proofPurpose": "assertionMethod",
    }
    name = _hash_name(key.signer)
    configuration = chosen.transformation.configuration(Input(document, options, name, loader))
    digest = sha384 if name == "sha384" else sha256
    opening = json.dumps({**options, "proofValue": "z"}, ensure_ascii=False, separators=(",", ":"))
    return digest(configuration).digest(), f',"proof":{opening[:-2]}'
