"""What the adapter measures: the library's own calls, as the product makes them in service."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insignia import contexts, credential, did, jsonld, proof, strict_json
from insignia.did import did_key_method
from insignia.errors import InsigniaError, IssuingError
from insignia.issuing import CompiledAchievement, IssuerKey, issue
from insignia.issuing.signing import secure
from insignia.jsonld.compiled_slots import filled, places_of
from insignia.jsonld.loading import ContextDocument
from insignia.keys import SecretKey, default_algorithm
from insignia.multibase import base58btc_encode
from insignia.resolver import MapResolver
from insignia.status_list import BitstringStatusList, status_list_credential

Loader = Callable[[str], Any]
Work = Callable[[bytes], bytes]
MODES = ("issue", "issue-template", "verify", "canon", "status")
SUITES = ("eddsa-rdfc-2022", "ecdsa-rdfc-2019", "vc-jwt-eddsa", "vc-jwt-es256")
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
STATUS_LIST_URL = "https://badges.example.edu/status/3"


@dataclass(frozen=True)
class Settings:
    """What the command line says; small enough to be handed to another process."""

    mode: str
    suite: str
    seed: bytes
    created: str
    contexts_file: str | None = None
    head: bytes | None = None

    @property
    def suite_name(self) -> str:
        """The library's name of the suite."""
        return "vc-jwt" if self.suite.startswith("vc-jwt") else self.suite


@dataclass(frozen=True)
class Made:
    """A mode that is ready to work, and a look at what takes the time."""

    item: Work
    stages: Callable[[Sequence[bytes]], dict[str, float]]


def make(settings: Settings) -> Made:
    """Set up a mode. Nothing of this is measured."""
    loader = loader_of(settings.contexts_file)
    secret = secret_key(settings)
    key = IssuerKey(secret, did_key_method(secret.public_key))
    if settings.mode == "issue":
        return Made(told(issuing(settings, key, loader)), lambda items: issue_stages(items, secret, loader))
    if settings.mode == "issue-template":
        return Made(told(templated(settings, key, loader)), lambda items: sign_stages(items, secret))
    if settings.mode == "verify":
        return Made(verifying(loader), lambda items: verify_stages(items, loader))
    if settings.mode == "canon":
        return Made(told(canonicalising(loader)), lambda items: canon_stages(items, loader))
    return Made(told(publishing(settings, key, loader)), lambda items: sign_stages(items, secret))


def told(work: Work) -> Work:
    """The same, where an item that cannot be done is answered with `{"error": ...}`."""

    def item(line: bytes) -> bytes:
        try:
            return work(line)
        except (InsigniaError, ValueError, KeyError) as error:
            return dumps({"error": str(error)})

    return item


def secret_key(settings: Settings) -> SecretKey:
    """The Ed25519 key of the seed; for the P-256 suites the key whose scalar comes from the same seed."""
    if settings.suite in {"eddsa-rdfc-2022", "vc-jwt-eddsa"}:
        return SecretKey.from_seed(settings.seed)
    scalar = int.from_bytes(settings.seed) % (P256_ORDER - 1) + 1
    return SecretKey.from_multikey("z" + base58btc_encode(b"\x86\x26" + scalar.to_bytes(32)))


def loader_of(path: str | None) -> Loader:
    """The bundled contexts, and those of a file for the URLs that are not bundled.

    Where the file has another text for a bundled URL, that text is used, since the caller asks for it.
    """
    given: dict[str, Any] = json.loads(Path(path).read_bytes()) if path else {}
    usual = jsonld.bundled_loader(MapResolver(given))
    other = {
        url: ContextDocument(document, url, bundled=False)
        for url, document in given.items()
        if (bundled := contexts.bundled(url)) is not None and json.loads(bundled) != document
    }
    if not other:
        return usual
    print(f"not the bundled text: {', '.join(sorted(other))}", file=sys.stderr)
    return lambda url: other[url] if url in other else usual(url)


def issuing(settings: Settings, key: IssuerKey, loader: Loader) -> Work:
    """`issue`: the checks of the data model, the signature, and its verification before it leaves."""
    suite, created = settings.suite_name, settings.created

    def item(line: bytes) -> bytes:
        document = with_issuer(strict_json.loads(line), key)
        return line_of(signed(document, key=key, suite=suite, created=created, loader=loader))

    return item


def signed(document: Mapping[str, Any], *, key: IssuerKey, suite: str, created: str, loader: Loader) -> bytes:
    """`issue`; a document that only the data model refuses is signed all the same, since it was asked for."""
    try:
        return issue(document, key=key, suite=suite, created=created, loader=loader)
    except IssuingError:
        if suite == "vc-jwt":
            from insignia import jose

            return jose.sign_vc(document, key.signer, kid=key.verification_method).encode()
        return dumps(secure(document, key=key, suite=suite, created=created, loader=loader))


def line_of(content: bytes) -> bytes:
    """A line of JSON: a token becomes a JSON string."""
    return content if content.startswith(b"{") else b'"%s"' % content


def with_issuer(document: dict[str, Any], key: IssuerKey) -> dict[str, Any]:
    """The document issued by the key's own DID."""
    issuer = document.get("issuer")
    document["issuer"] = {**issuer, "id": key.controller} if isinstance(issuer, dict) else key.controller
    return document


def templated(settings: Settings, key: IssuerKey, loader: Loader) -> Work:
    """`issue-template`: the compiled achievement, from the values to signed JSON."""
    head = json.loads(settings.head or b"{}")
    template = with_issuer(dict(head["template"]), key)
    slots = head["slots"]
    compiled = CompiledAchievement.compile(
        template,
        slots,
        signer=key.signer,
        verification_method=key.verification_method,
        suite=settings.suite_name,
        loader=loader,
    )
    places = places_of(template, slots)
    suite, created = settings.suite_name, settings.created

    def item(line: bytes) -> bytes:
        values = json.loads(line)
        if values.keys() != slots.keys():
            values = {name: values.get(name) for name in slots}
        try:
            return line_of(compiled.issue(values, created))
        except IssuingError:
            document = filled(template, places, values)
            return line_of(signed(document, key=key, suite=suite, created=created, loader=loader))

    return item


def verifying(loader: Loader) -> Work:
    """`verify`: the proof, by the key that it names."""
    resolver = MapResolver({})

    def find_key(one: Mapping[str, Any]) -> did.VerificationMethod:
        return did.verification_method(str(one.get("verificationMethod")), resolver=resolver)

    def item(line: bytes) -> bytes:
        try:
            problem = wrong_with(line)
        except InsigniaError as error:
            problem = str(error)
        return b'{"ok":true}' if problem is None else dumps({"ok": False, "error": problem})

    def wrong_with(line: bytes) -> str | None:
        if line.lstrip().startswith(b'"'):
            return wrong_with_token(json.loads(line))
        document = credential.parse(line).document
        results = proof.check_proofs(document, loader=loader, find_key=find_key)
        problems = [str(p) for result in results for p in result.problems]
        return None if all(result.verified for result in results) else "; ".join(problems) or "not verified"

    def wrong_with_token(token: str) -> str | None:
        from insignia import jose

        parsed = jose.parse(token)
        method = did.verification_method(str(parsed.header.get("kid")), resolver=resolver)
        jose.verify_signature(
            parsed, method.public_key, algorithms=(default_algorithm(method.public_key.key_type),)
        )
        return None

    return item


def canonicalising(loader: Loader) -> Work:
    """`canon`: RDFC-1.0 of the document as it stands."""

    def item(line: bytes) -> bytes:
        # Canonical N-Quads hold no control character but the line feed: three escapes make the string.
        lines = jsonld.canonize(strict_json.loads(line), loader=loader)
        text = lines.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
        return b'"%s"' % text

    return item


def publishing(settings: Settings, key: IssuerKey, loader: Loader) -> Work:
    """`status`: the bits, their compression, and the signed credential around them."""

    def item(line: bytes) -> bytes:
        wanted = json.loads(line)
        bits = BitstringStatusList(wanted["bits"], minimum=1)
        bits.set_all(wanted["set"])
        document = status_list_credential(
            url=STATUS_LIST_URL, issuer=key.controller, purpose="revocation", encoded_list=bits.encode()
        )
        created, suite = settings.created, settings.suite_name
        return line_of(issue(document, key=key, suite=suite, created=created, loader=loader))

    return item


def dumps(value: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def timed(function: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    """Microseconds an input."""
    started = time.perf_counter()
    for each in inputs:
        function(each)
    return round((time.perf_counter() - started) * 1e6 / len(inputs), 3)


def sign_stages(items: Sequence[bytes], secret: SecretKey) -> dict[str, float]:
    """What reading an item and one signature cost by themselves."""
    algorithm = default_algorithm(secret.public_key.key_type)
    sign = timed(lambda _: secret.sign(b"\1" * 64, algorithm), items)
    return {"parse": timed(json.loads, items), "sign": sign}


def issue_stages(items: Sequence[bytes], secret: SecretKey, loader: Loader) -> dict[str, float]:
    """The parts of issuing one after the other, each measured by itself."""
    return {**canon_stages(items, loader), **sign_stages(items, secret)}


def canon_stages(items: Sequence[bytes], loader: Loader) -> dict[str, float]:
    """Reading, canonical N-Quads and writing, for the documents that have such a form."""
    canonize = canonicalising(loader)
    sound = [item for item in items if not told(canonize)(item).startswith(b'{"error"')]
    if not sound:
        return {}
    documents = [json.loads(item) for item in sound]
    return {
        "parse": timed(json.loads, sound),
        "canonicalise": timed(lambda document: jsonld.canonize(document, loader=loader), documents),
        "serialise": timed(dumps, documents),
    }


def verify_stages(items: Sequence[bytes], loader: Loader) -> dict[str, float]:
    """The parts of verifying, for the credentials that verify."""
    check = verifying(loader)
    sound = [item for item in items if item.lstrip().startswith(b"{") and check(item) == b'{"ok":true}']
    if not sound:
        return {}
    documents = [{k: v for k, v in json.loads(item).items() if k != "proof"} for item in sound]
    return {
        "parse": timed(credential.parse, sound),
        "canonicalise": timed(lambda document: jsonld.canonize(document, loader=loader), documents),
    }
