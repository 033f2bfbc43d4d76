"""What `issue`, `derive` and `inspect` do with an SD-JWT."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from insignia.cli import keyfile
from insignia.cli.boundary import UsageError, doing
from insignia.cli.files import name_of, write
from insignia.cli.session import OK, Session, printable

if TYPE_CHECKING:
    from insignia.credential import Secured
    from insignia.issuing import IssuerKey
    from insignia.keys import PublicKey
    from insignia.sd_jwt import SdJwt

SUITES = ("vc-sd-jwt", "dc-sd-jwt")


def issue_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `issue` for these suites."""
    group = parser.add_argument_group("parts that its holder may show or hide (vc-sd-jwt, dc-sd-jwt)")
    group.add_argument(
        "--hide",
        metavar="POINTER",
        action="append",
        help="a JSON Pointer to what can be hidden: into the credential, or into the claims of dc-sd-jwt; "
        "can be given several times (default: results, evidence and other personal details)",
    )
    group.add_argument(
        "--decoys", type=int, default=0, metavar="N", help="add N digests of nothing at each place"
    )
    group.add_argument("--holder", metavar="DID", help="the did:key or did:jwk of the holder, to bind it to")


def issue(
    options: argparse.Namespace, session: Session, key: IssuerKey, document: dict[str, Any], suite: str
) -> bytes:
    """The signed SD-JWT of a document; what has no claim in it is said."""
    from insignia import issuing

    if options.bake:
        raise UsageError(f"a badge signed as {suite} cannot be baked", advice="leave --bake out")
    if not 0 <= options.decoys <= 100:
        raise UsageError("--decoys is a number from 0 to 100")
    made = issuing.issue_selectively(
        document,
        key=key,
        suite=suite,
        hidden=options.hide,
        random=session.random,
        decoys=options.decoys,
        holder=_holder(options.holder),
    )
    if made.lost:
        session.say(
            f"Not in it, since an SD-JWT VC has no claim for it: {printable(', '.join(made.lost), 300)}"
        )
    session.say(f"Its holder can hide: {printable(', '.join(made.hidden) or 'nothing', 300)}")
    return made.token.encode()


def _holder(did: str | None) -> PublicKey | None:
    if did is None:
        return None
    from insignia.did import verification_method
    from insignia.resolver import OfflineResolver

    if not did.startswith(("did:key:", "did:jwk:")):
        raise UsageError(
            "--holder is a did:key or did:jwk", advice="a holder makes one with: insignia keygen"
        )
    usual = "0" if did.startswith("did:jwk:") else did.removeprefix("did:key:")
    method = did if "#" in did else f"{did}#{usual}"
    with doing("the key of --holder cannot be read"):
        return verification_method(method, resolver=OfflineResolver()).public_key


def derive_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `derive` that only an SD-JWT has."""
    group = parser.add_argument_group("to prove that it is yours (SD-JWT only)")
    group.add_argument("--key", metavar="KEY", help="the secret key file of the holder that the issuer named")
    group.add_argument("--nonce", metavar="TEXT", help="what the verifier gave you to answer")
    group.add_argument("--audience", metavar="WHO", help="the verifier that it is for, as it calls itself")


def derive(options: argparse.Namespace, session: Session, shown: SdJwt) -> int:
    """Write the SD-JWT that shows what was chosen, or list what there is."""
    from insignia import sd_jwt

    bound = (options.key, options.nonce, options.audience)
    if any(bound) and not all(bound):
        raise UsageError("--key, --nonce and --audience go together")
    if options.list:
        _list(shown, session)
        return OK
    advice = f"see what there is with: insignia derive {name_of(options.badge)} --list"
    with doing(f"cannot derive from {name_of(options.badge)}", advice=advice):
        text = sd_jwt.present(shown, options.show)
    kept = text.count("~") - 1
    if options.key is not None:
        signer = keyfile.load(options.key, session).secret
        with doing("the presentation cannot be signed"):
            text = sd_jwt.bind(
                text, signer, audience=options.audience, nonce=options.nonce, now=session.clock()
            )
    write(options.output, text.encode() + b"\n", session, force=options.force)
    session.say(f"Shows {kept} of {len(shown.disclosures)} parts that may be hidden.")
    return OK


def _list(shown: SdJwt, session: Session) -> None:
    for place, disclosure in shown.unpacked.places:
        value = disclosure.value
        text = "" if isinstance(value, dict | list) else f"  {json.dumps(value, ensure_ascii=False)}"
        session.print(f"  {printable(place, 200)}{printable(text, 60)}")
    session.say("everything else is always shown")


def contents(secured: Secured) -> Iterator[tuple[str, str]]:
    """What `inspect` says of the parts, and of the claims of an SD-JWT VC."""
    from insignia.credential import Kind
    from insignia.verification.render.words import harmless
    from insignia.verification.sd_jwt_vc import described

    shown = secured.sd_jwt
    assert shown is not None
    if secured.kind is Kind.SD_JWT_VC:
        said = described(secured.document)
        yield "document", f"SD-JWT VC; its type (vct) is {harmless(secured.data_model)}"
        yield from ((name, harmless(said[name])) for name in ("name", "description") if name in said)
        for name, value in secured.document.items():
            if name not in ("vct", "iss", "sub", "jti", "nbf", "exp", "iat", "name", "description"):
                yield name, harmless(json.dumps(value, ensure_ascii=False), 200)
    places = ", ".join(place for place, _ in shown.unpacked.places)
    yield "may be hidden", harmless(places or "nothing that is shown")
    yield "not shown", f"{shown.unpacked.hidden} (hidden, or decoys: nobody can tell)"
    if shown.key_binding is not None:
        payload = shown.key_binding.payload
        yield "presented to", harmless(payload.get("aud"))
        yield "nonce", harmless(payload.get("nonce"))
