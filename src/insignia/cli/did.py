"""`insignia did`: show, document, resolve."""

from __future__ import annotations

import argparse
import json
from typing import Any

from insignia.cli import keyfile, network
from insignia.cli.boundary import UsageError, doing
from insignia.cli.files import write
from insignia.cli.session import OK, Session

_EXAMPLES = """\
examples:
  insignia did show issuer-key.json
  insignia did show issuer-key.json --web badges.example.org/physics
  insignia did document issuer-key.json -o did.json
  insignia did resolve did:web:badges.example.org
  insignia did resolve did:web:badges.example.org --map https://badges.example.org=http://127.0.0.1:8000"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|document|resolve")
    show = actions.add_parser("show", help="the DIDs that a key can stand behind")
    show.add_argument("key", metavar="KEY", help="a secret key file")
    show.add_argument("--web", metavar="DOMAIN[/PATH]", help="also the did:web of this place")
    document = actions.add_parser("document", help="the document that a did:web publishes as did.json")
    document.add_argument("key", metavar="KEY", nargs="+", help="secret key files, the current one first")
    document.add_argument("--did", metavar="DID", help="did:web:… (default: the one in the first key file)")
    document.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    document.add_argument("--force", action="store_true", help="overwrite the output file")
    resolve = actions.add_parser("resolve", help="find the document behind a DID or an https URL")
    resolve.add_argument("did", metavar="DID")
    network.arguments(resolve)


def run(options: argparse.Namespace, session: Session) -> int:
    """Run one of the three actions."""
    return {"show": _show, "document": _document, "resolve": _resolve}[options.action](options, session)


def _show(options: argparse.Namespace, session: Session) -> int:
    from insignia import did
    from insignia.keys import KeyType

    key = keyfile.load(options.key, session)
    public = key.secret.public_key
    rows = [("key", f"{public.key_type}, thumbprint {public.thumbprint()}"), ("issues as", key.controller)]
    if public.key_type not in (KeyType.RSA, KeyType.P521):
        rows.append(("did:key", did.did_key(public)))
    rows.append(("did:jwk", did.did_jwk(public)))
    if options.web:
        with doing(f"{options.web} cannot be a did:web"):
            web = did.did_web("https://" + options.web.removeprefix("https://"))
        rows += [("did:web", web), ("publish at", did.did_web_url(web))]
    elif key.controller.startswith("did:web:"):
        rows.append(("publish at", did.did_web_url(key.controller)))
    for name, value in rows:
        session.print(f"{name:<11} {value}")
    return OK


def _document(options: argparse.Namespace, session: Session) -> int:
    from insignia import did

    keys = [keyfile.load(source, session, controller=options.did) for source in options.key]
    owner = keys[0].controller
    if owner.startswith(("did:key:", "did:jwk:")):
        raise UsageError(
            f"a {owner[:7]} is its own document and needs none published",
            advice="for a did:web say which: --did did:web:badges.example.org",
        )
    if any(key.controller != owner for key in keys):
        raise UsageError("the keys belong to different issuers", advice="say whose document it is with --did")
    methods = [_method(key) for key in keys]
    contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    if any(method["type"] == "JsonWebKey" for method in methods):
        contexts.append("https://w3id.org/security/jwk/v1")
    document = {
        "@context": contexts,
        "id": owner,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
        "authentication": [method["id"] for method in methods],
    }
    write(options.output, json.dumps(document, indent=2).encode() + b"\n", session, force=options.force)
    where = did.did_web_url(owner) if owner.startswith("did:web:") else owner
    session.say(f"Publish this document at {where}")
    return OK


def _method(key: keyfile.KeyFile) -> dict[str, Any]:
    from insignia.keys import KeyType

    public = key.secret.public_key
    method = {"id": key.verification_method, "controller": key.controller}
    if public.key_type in (KeyType.RSA, KeyType.P521):
        return {**method, "type": "JsonWebKey", "publicKeyJwk": public.to_jwk()}
    return {**method, "type": "Multikey", "publicKeyMultibase": public.to_multikey()}


def _resolve(options: argparse.Namespace, session: Session) -> int:
    from insignia import did

    with doing(f"cannot resolve {options.did}"):
        found = did.resolve(options.did.partition("#")[0], resolver=network.resolver(options))
    session.print(json.dumps(found.document, indent=2, ensure_ascii=False))
    session.say(f"(from {found.source})")
    return OK
