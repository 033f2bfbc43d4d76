"""Answers test-vector requests: a JSON object a line on standard input, a reply a line on standard output.

The operations and the shapes are those of `../shared/vectors/README.md`. Everything that a reply says
comes from a call of the library; an operation that is not built yet is answered `unsupported`.
"""

from __future__ import annotations

import base64
import json
import random
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from insignia import cose, credential, jose, jsonld, schema, sd_jwt, status_list, strict_json
from insignia.baking import unbake
from insignia.cryptosuites import find
from insignia.errors import DataModelError, InsigniaError, NotSupportedYet, Problem, ProofError
from insignia.jsonld import nquads, rdfc10
from insignia.keys import PublicKey, SecretKey
from insignia.report import Outcome, Report
from insignia.resolver import MapResolver
from insignia.sd_jwt import forms, w3c
from insignia.verification import INSPECTOR_COMPATIBLE, STRICT, verify

Request = Mapping[str, Any]
Reply = dict[str, Any]


def main(lines: Iterable[str]) -> None:
    """Answer every line, in order. A request that cannot be answered gets an `error`, never a crash."""
    for line in lines:
        if line.strip():
            print(json.dumps(answer_line(line)), flush=True)


def answer_line(line: str) -> Reply:
    """The reply to one line."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"not JSON: {error}"}
    return answer(request) if isinstance(request, dict) else {"id": None, "error": "not a request"}


def answer(request: Request) -> Reply:
    """The reply to one request, with its `id`."""
    operation = OPERATIONS.get(request.get("op", ""))
    try:
        reply = operation(request) if operation else {"unsupported": True}
    except NotSupportedYet:
        reply = {"unsupported": True}
    except InsigniaError as error:
        reply = {"error": error.code, "problems": [str(problem) for problem in error.problems]}
    except Exception as error:  # a crash of the library is a finding, and the lines after it still count
        reply = {"error": f"{type(error).__name__}: {error}", "crash": True}
    return {"id": request.get("id"), **reply}


def resolver_of(request: Request) -> MapResolver:
    """What the case lets be seen: its documents, text as it is and JSON as JSON."""
    documents = request.get("documents") or {}
    return MapResolver({url: d.encode() if isinstance(d, str) else d for url, d in documents.items()})


def loader_of(request: Request) -> jsonld.Loader:
    """The contexts that the case lets be seen, beside the bundled ones."""
    return jsonld.bundled_loader(resolver_of(request))


def now_of(request: Request) -> datetime:
    """The time of the case."""
    return datetime.fromisoformat(request["now"])


def hash_of(request: Request) -> str:
    """The hash algorithm, as the library names it."""
    return str(request.get("hash", "SHA256")).lower()


def verify_credential(request: Request) -> Reply:
    """`verify`: every check that the request asks for, under the policy of its profile."""
    resolver = resolver_of(request)
    try:
        secured = credential.parse(content_of(request))
        report = verify(
            secured,
            resolver=resolver,
            now=now_of(request),
            policy=INSPECTOR_COMPATIBLE if request.get("profile") in {"ob30", "clr20", "ob20"} else STRICT,
            checks=request.get("checks"),
        )
    except NotSupportedYet:
        raise
    except InsigniaError as error:
        return {"verified": False, "warnings": [], "errors": [str(problem) for problem in error.problems]}
    return outcome_of(report)


def content_of(request: Request) -> bytes | str:
    """The bytes of a picture, a token, or the JSON of a credential."""
    if "base64" in request:
        return unbake(base64.b64decode(request["base64"])).content
    if "jwt" in request:
        return str(request["jwt"])
    return json.dumps(request["credential"]).encode()


def outcome_of(report: Report) -> Reply:
    """The verdict, with what speaks against it, the parts within included."""
    if any(check.reason.endswith("not-supported-yet") for check in report.checks):
        return {"unsupported": True}
    errors: list[str] = []
    warnings: list[str] = []
    for part in (report, *report.parts):
        errors += [f"{c.code}: {c.message}" for c in part.checks if c.outcome is Outcome.FAILED]
        undone = (c for c in part.checks if c.outcome is Outcome.NOT_CHECKED)
        warnings += [f"{c.code}: {c.message}" for c in undone]
        warnings += [f"{notice.code}: {notice.message}" for notice in part.warnings]
    return {"verified": report.valid, "warnings": warnings, "errors": errors}


def canonize(request: Request) -> Reply:
    """`canonize`: the canonical N-Quads of a JSON-LD document."""
    loader = loader_of(request)
    output = jsonld.canonize(request["document"], loader=loader, algorithm=hash_of(request))
    return {"output": output.decode()}


def sign(request: Request) -> Reply:
    """`sign`: the value of a proof whose options are given."""
    loader = loader_of(request)
    options = dict(request["proof"])
    signer = SecretKey.from_multikey(request["secretKeyMultibase"], request["publicKeyMultibase"])
    finished = find(options).create(request["document"], options, signer, loader=loader)
    return {"proofValue": finished["proofValue"]}


def canonicalize(request: Request) -> Reply:
    """`rdfc10`: RDFC-1.0 over N-Quads, with the labels that were issued."""
    canonical = rdfc10.canonicalize(nquads.parse(request["nquads"]), algorithm=hash_of(request))
    return {"output": canonical.nquads, "map": dict(canonical.labels)}


def process_jsonld(request: Request) -> Reply:
    """`jsonld`: expansion, or to RDF as N-Quads."""
    function = {"expand": jsonld.expand, "toRdf": jsonld.to_rdf}[request["function"]]
    output = function(
        request["input"],
        loader=loader_of(request),
        base=request.get("base"),
        options=request.get("options"),
    )
    return {"output": nquads.serialise(output) if request["function"] == "toRdf" else output}


def read_status(request: Request) -> Reply:
    """`status-list`: the value at an index of an encoded list."""
    bits = status_list.BitstringStatusList.decode(request["encodedList"], size=request["size"])
    return {"status": bits.get(request["index"])}


def encode_status(request: Request) -> Reply:
    """`status-list-encode`: a list of `length` entries with the given ones set."""
    bits = status_list.BitstringStatusList(request["length"], request.get("size", 1))
    for index in request["set"]:
        bits.set(index, 1)
    return {"encodedList": bits.encode()}


def vc_jose_cose(request: Request) -> Reply:
    """`vc-jose-cose`: sign a document as a JWT, or verify one."""
    kind, _, form = request["feature"].partition("_")
    actions = {
        "jose": (issue_jose, verify_jose),
        "cose": (issue_cose, verify_cose),
        "sdjwt": (issue_sd_jwt, verify_sd_jwt),
    }[form]
    action = actions[0] if request["function"] == "issue" else actions[1]
    try:
        return {"result": "success", "data": action(kind, request)}
    except NotSupportedYet:
        raise
    except (InsigniaError, ValueError) as error:
        return {"result": "failure", "data": str(error)}


def issue_jose(kind: str, request: Request) -> str:
    """A `vc+jwt` or `vp+jwt` token over a document that fits the data model."""
    key, document = request["key"], strict_json.loads(request["input"])
    # What is enveloped is the business of whoever made it; that it is secured is the presenter's.
    refuse(
        [
            p
            for p in problems_of(kind, document)
            if p.code == "jose.unsecured" or not p.code.startswith("jose.")
        ]
    )
    signer = SecretKey.from_jwk(key["secretKeyJwk"])
    typ = "vp+jwt" if kind == "presentation" else "vc+jwt"
    return jose.sign_vc(document, signer, kid=key["publicKeyJwk"].get("kid", key["id"]), typ=typ)


def verify_jose(kind: str, request: Request) -> dict[str, Any]:
    """The document inside a token of that kind whose signature holds under the given key."""
    parsed = jose.parse(request["input"].strip())
    jose.verify_signature(parsed, PublicKey.from_jwk(request["key"]["publicKeyJwk"]))
    document = credential.parse(request["input"]).document
    claims = [*jose.check_claims(parsed), *jose.check_times(parsed, now_of(request))]
    refuse([*claims, *problems_of(kind, document)])
    return document


def issue_cose(kind: str, request: Request) -> str:
    """A COSE_Sign1 message over a document that fits the data model, in base64."""
    key, document = request["key"], strict_json.loads(request["input"])
    refuse([p for p in problems_of(kind, document) if not p.code.startswith("jose.")])
    signer = SecretKey.from_jwk(key["secretKeyJwk"])
    kid = key["publicKeyJwk"].get("kid", key["id"])
    message = cose.sign(document, signer, kid=kid, kind="vp" if kind == "presentation" else "vc")
    return base64.b64encode(message).decode()


def verify_cose(kind: str, request: Request) -> dict[str, Any]:
    """The document inside a COSE message whose signature holds under the given key."""
    message = base64.b64decode(request["input"] + "=" * (-len(request["input"]) % 4))
    parsed = cose.parse(message)
    jose.verify_signature(parsed, PublicKey.from_jwk(request["key"]["publicKeyJwk"]))
    document = credential.parse(message).document
    # A case has dots for a token inside: that it is enveloped is looked at, what it says is not.
    outer = ("jose.unsecured", "jose.envelope")
    refuse([p for p in problems_of(kind, document) if p.code in outer or not p.code.startswith("jose.")])
    return document


def issue_sd_jwt(kind: str, request: Request) -> str:
    """A `vc+sd-jwt` or `vp+sd-jwt` over a document that fits the data model, its paths as JSON Pointers."""
    key, document = request["key"], strict_json.loads(request["input"])
    refuse([p for p in problems_of(kind, document) if not p.code.startswith("jose.")])
    paths = [path.replace("[", ".").replace("]", "") for path in request["disclosure_paths"]]
    return w3c.sign(
        document,
        SecretKey.from_jwk(key["secretKeyJwk"]),
        kid=key["publicKeyJwk"].get("kid", key["id"]),
        hidden=["/" + path.replace(".", "/") for path in paths],
        random=random.Random(1).randbytes,
        form=forms.SdForm.PRESENTATION if kind == "presentation" else forms.SdForm.CREDENTIAL,
    )


def verify_sd_jwt(kind: str, request: Request) -> dict[str, Any]:
    """What is disclosed of a document whose signature holds under the given key."""
    secured = credential.parse(request["input"].strip())
    if secured.jwt is None or secured.form is not credential.Form.SD_JWT:
        raise DataModelError(Problem("", "an SD-JWT", secured.form, "adapter.form"))
    jose.verify_signature(secured.jwt, PublicKey.from_jwk(request["key"]["publicKeyJwk"]))
    claims = [*jose.check_claims(secured.jwt), *jose.check_times(secured.jwt, now_of(request))]
    refuse([*claims, *(p for p in problems_of(kind, secured.document) if not p.code.startswith("jose."))])
    return secured.document


def selective_claims(request: Request) -> Reply:
    """`sd-jwt`: the claims of an SD-JWT whose signature holds, and whose key binding does if asked."""
    found = sd_jwt.parse(request["presentation"])
    jose.verify_signature(found.token, PublicKey.from_jwk(request["issuer_key"]))
    if asked := request.get("key_binding"):
        key = sd_jwt.holder_key(found.claims)
        if key is None:
            raise ProofError.at("/cnf", expected="a key of the holder", got="none", code="sd-jwt.holder-key")
        refuse(sd_jwt.binding_problems(found, key, audience=asked["aud"], nonce=asked["nonce"]))
    return {"claims": found.claims}


def problems_of(kind: str, document: Mapping[str, Any]) -> list[Problem]:
    """What speaks against a document being a credential, or a presentation of secured credentials."""
    found = credential.from_json(dict(document)).kind
    problems = schema.check(document, found)
    if (found is credential.Kind.PRESENTATION) is not (kind == "presentation"):
        problems.append(Problem("/type", f"a {kind}", found, "adapter.kind"))
    return [*problems, *jose.check_envelopes(document)]


def refuse(problems: list[Problem]) -> None:
    """Raise what there is."""
    if problems:
        raise DataModelError(problems)


def validate_schema(request: Request) -> Reply:
    """`vc-json-schema`: a credential against the schema that it names."""
    result = schema.validate_credential_schema(request["credential"], request["schema"], request["format"])
    return {"result": result}


OPERATIONS: Mapping[str, Callable[[Request], Reply]] = {
    "verify": verify_credential,
    "canonize": canonize,
    "sign": sign,
    "rdfc10": canonicalize,
    "jsonld": process_jsonld,
    "status-list": read_status,
    "status-list-encode": encode_status,
    "sd-jwt": selective_claims,
    "vc-jose-cose": vc_jose_cose,
    "vc-json-schema": validate_schema,
}

if __name__ == "__main__":
    main(sys.stdin)
