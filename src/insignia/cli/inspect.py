"""`insignia inspect`: what is inside, explained. Nothing is verified."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from insignia.cli import network, sources
from insignia.cli.boundary import problem_lines
from insignia.cli.session import BAD_INPUT, OK, Session

if TYPE_CHECKING:
    from insignia.credential import Secured
    from insignia.errors import NotSupportedYet

Row = tuple[str, str]

_EXAMPLES = """\
examples:
  insignia inspect ann.png
  insignia inspect https://badges.example.org/ann.json
  insignia inspect --json ann.png | jq .credentialSubject
  pbpaste | insignia inspect -

Everything that is shown is what the document says of itself. Anyone can write such a document:
only `insignia verify` tells whether it is true."""

_FORMS = {
    "data-integrity": "JSON document with an embedded proof (Data Integrity)",
    "jwt-open-badges": "JWT in the Open Badges 3.0 form",
    "jwt-vc-jose": "JWT in the W3C form (VC-JOSE)",
    "jwt-vc-1.1": "JWT of the older W3C data model (a `vc` claim)",
    "sd-jwt": "SD-JWT around a W3C credential: its holder chose what to show",
    "sd-jwt-vc": "SD-JWT VC: claims of its own, of which its holder chose what to show",
    "cose": "COSE message (VC-COSE)",
    "unsecured": "JSON document without any proof: not signed",
    "hosted": "not signed: it counts as long as its issuer publishes it (Open Badges 1 or 2)",
    "signed-badge": "JWS around the document, its key linked from the issuer’s profile (Open Badges 1 or 2)",
}
_NOT_VERIFIED = "Nothing of this was verified; it is what the document says of itself."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="file, folder, web address or -")
    parser.add_argument(
        "--json", action="store_true", help="print the document as JSON, taken out of all wrappings"
    )
    network.arguments(parser)


def run(options: argparse.Namespace, session: Session) -> int:
    """Explain each source in turn."""
    code = OK
    for number, item in enumerate(
        sources.items(options.sources, session, lambda url: network.fetch(url, options))
    ):
        if number and not options.json:
            session.print("")
        if not _show(item, options.json, session):
            code = BAD_INPUT
    return code


def _show(item: sources.Item, as_json: bool, session: Session) -> bool:
    from insignia import credential
    from insignia.errors import InsigniaError, NotSupportedYet

    if item.error is not None:
        session.say(f"{item.error.message}")
        for line in problem_lines(item.error.problems):
            session.say(f"  {line}")
        return False
    try:
        secured = credential.parse(item.content)
    except NotSupportedYet as error:
        _print(item, list(_unsupported(item, error)), session)
        return True
    except InsigniaError as error:
        session.say(f"{item.name} holds no credential that can be read")
        for line in problem_lines(error.problems):
            session.say(f"  {line}")
        return False
    if as_json:
        session.print(json.dumps(secured.document, indent=2, ensure_ascii=False))
        return True
    if secured.kind in credential.OPEN_BADGES_2:
        from insignia.cli import inspect_old

        contents = inspect_old.contents(secured)
    else:
        contents = _contents(secured)
    if secured.sd_jwt is not None:
        from insignia.cli import sd_jwt

        own = secured.kind is credential.Kind.SD_JWT_VC
        contents = iter([*([] if own else contents), *sd_jwt.contents(secured)])
    rows = [*_wrapping(item), *_envelope(secured), *contents, *_security(secured)]
    _print(item, rows, session)
    return True


def _print(item: sources.Item, rows: list[Row], session: Session) -> None:
    from insignia.verification.render.words import harmless

    bold, plain = ("\x1b[1m", "\x1b[0m") if session.colour(session.stdout) else ("", "")
    session.print(f"{bold}{harmless(item.name)}{plain}")
    column = max(len(name) for name, _ in rows)
    for name, value in rows:
        indent = " " * (column + 4)
        room = max(session.width - len(indent), 30)
        # What one copies, such as a DID, stays in one piece.
        lines = textwrap.wrap(value, room, break_on_hyphens=False, break_long_words=False) or ["(empty)"]
        session.print(f"  {name.ljust(column)}  " + f"\n{indent}".join(lines))
    session.print(f"  {_NOT_VERIFIED}")
    session.print(f"  To verify it: insignia verify {'-' if item.name == 'standard input' else item.name}")


def _wrapping(item: sources.Item) -> Iterator[Row]:
    if item.baked is not None:
        kind, name = item.baked.container, item.baked.format
        if kind == "PDF":
            yield "certificate", "PDF; the credential is attached to it"
        else:
            place = {"PNG": "a text chunk", "SVG": "an element"}[kind]
            yield "picture", f"{kind}; the credential lies in {place} named for {name}"
    yield "size", f"{len(item.content):,} bytes of credential"


def _unsupported(item: sources.Item, error: NotSupportedYet) -> Iterator[Row]:
    yield from _wrapping(item)
    yield "document", error.problems[0].got
    yield "begins with", _text(item.content[:200].decode("utf-8", "replace"))


def _envelope(secured: Secured) -> Iterator[Row]:
    yield "signed as", _FORMS[secured.form]
    if secured.jwt is None:
        return
    for name, value in secured.jwt.header.items():
        yield f"header {name}", _text(value)
    for name in ("iss", "sub", "jti", "nbf", "exp", "iat", "aud"):
        if name in secured.jwt.payload:
            value = secured.jwt.payload[name]
            yield f"claim {name}", _moment(value) if name in ("nbf", "exp", "iat") else _text(value)


def _contents(secured: Secured) -> Iterator[Row]:
    from insignia.verification import subject

    document = secured.document
    said: Mapping[str, Any] = subject.describe(document)
    yield "document", f"{said['kind']}, W3C data model {secured.data_model}; types {', '.join(said['types'])}"
    for name, member in (
        ("id", "id"),
        ("name", "name"),
        ("description", "description"),
        ("comment", "comment"),
    ):
        if member in said:
            yield name, _text(said[member])
    for name, member in (("issuer", "issuer"), ("achievement", "achievement")):
        if member in said:
            yield name, _party(said[member])
    yield from _recipient(said.get("recipient", {}))
    if "credentials" in said:
        yield "holds", f"{said['credentials']} credentials"
    for name, member in (
        ("valid from", "validFrom"),
        ("valid until", "validUntil"),
        ("awarded", "awardedDate"),
    ):
        if member in said:
            yield name, _moment(said[member])
    yield from _details(document)


def _recipient(party: Mapping[str, Any]) -> Iterator[Row]:
    name = "recipient"
    if party.get("id") or party.get("name"):
        yield name, _party(party)
        name = ""
    for identifier in party.get("identifiers", []):
        how = "a hash; whoever knows the value can compare" if identifier["hashed"] else "readable by anyone"
        yield name, f"{_text(identifier['type'])}: {_text(identifier['value'])} ({how})"
        name = ""


def _details(document: Mapping[str, Any]) -> Iterator[Row]:
    from insignia.verification.subject import identifier_of, listed, text

    subject = next((s for s in listed(document.get("credentialSubject")) if isinstance(s, dict)), {})
    achievement = subject.get("achievement")
    achievement = achievement if isinstance(achievement, dict) else {}
    criteria = achievement.get("criteria")
    if isinstance(criteria, dict) and (said := text(criteria.get("narrative")) or identifier_of(criteria)):
        yield "criteria", _text(said)
    for result in (r for r in listed(subject.get("result")) if isinstance(r, dict)):
        value = result.get("value") or result.get("status") or result.get("achievedLevel")
        yield "result", _text(value or "not given")
    for evidence in (e for e in listed(document.get("evidence")) if isinstance(e, dict)):
        shown = text(evidence.get("name")) or identifier_of(evidence) or text(evidence.get("narrative"))
        yield "evidence", _text(shown or "not described")
    for aligned in (a for a in listed(achievement.get("alignment")) if isinstance(a, dict)):
        yield "alignment", _party({"name": aligned.get("targetName", ""), "id": aligned.get("targetUrl", "")})
    endorsed = [*listed(document.get("endorsement")), *listed(document.get("endorsementJwt"))]
    if endorsed:
        yield "endorsed", f"{len(endorsed)} endorsement{'s' if len(endorsed) > 1 else ''} inside"


def _security(secured: Secured) -> Iterator[Row]:
    from insignia.verification.subject import listed

    for proof in (p for p in listed(secured.document.get("proof")) if isinstance(p, dict)):
        suite = proof.get("cryptosuite") or proof.get("type")
        made = f", made {_moment(proof['created'])}" if isinstance(proof.get("created"), str) else ""
        yield "proof", f"{_text(suite)}{made}, for {_text(proof.get('proofPurpose'))}"
        yield "made with", _text(proof.get("verificationMethod"))
    for entry in (e for e in listed(secured.document.get("credentialStatus")) if isinstance(e, dict)):
        where = entry.get("statusListCredential") or entry.get("id")
        index = f", entry {_text(entry['statusListIndex'])}" if "statusListIndex" in entry else ""
        purpose = f" ({_text(entry['statusPurpose'])})" if "statusPurpose" in entry else ""
        yield "status list", f"{_text(where)}{index}{purpose}"
    for service in (s for s in listed(secured.document.get("refreshService")) if isinstance(s, dict)):
        yield "refreshed at", _text(service.get("id"))


def _party(party: Mapping[str, Any]) -> str:
    name, identifier = _text(party.get("name", "")), _text(party.get("id", ""))
    return f"{name} ({identifier})" if name and identifier else name or identifier or "not named"


def _moment(value: Any) -> str:
    from datetime import UTC, datetime

    from insignia.verification.render.words import moment

    if isinstance(value, int | float):
        try:
            return moment(datetime.fromtimestamp(value, UTC), time=True)
        except (OverflowError, ValueError, OSError):
            return _text(value)
    return moment(value, time=True) if isinstance(value, str) else _text(value)


def _text(value: Any) -> str:
    from insignia.verification.render.words import harmless

    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
