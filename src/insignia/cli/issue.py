"""`insignia issue`: one badge from a description; thousands live in `issue_table`."""

from __future__ import annotations

import argparse
import tomllib
import uuid
from typing import Any

from insignia.cli import examples, places, sd_jwt, signing, status_file
from insignia.cli.boundary import CommandError, UsageError, doing
from insignia.cli.files import name_of, read, write
from insignia.cli.session import OK, Session

_EXAMPLES = """\
examples:
  insignia issue --example > badge.toml        a description to start from
  insignia issue badge.toml --key issuer-key.json -o ann.json
  insignia issue badge.toml --key issuer-key.json --to ben@example.org -o ben.json
  insignia issue badge.toml --key issuer-key.json --bake artwork.png -o ann.png
  insignia issue badge.toml --key issuer-key.json --recipients people.csv -o badges.jsonl
  insignia issue draft.json --key issuer-key.json --suite vc-jwt -o ann.jwt
  insignia issue draft.json --key issuer-key.json --suite vc-cose -o ann.cose
  insignia issue badge.toml --key issuer-key.json --suite vc-sd-jwt --holder did:key:z6Mk… -o ann.sdjwt
  insignia issue record.toml --key issuer-key.json --credentials ann.json ann2.png -o record.json

A description is TOML or JSON with the sections achievement, recipient, issuer and more; a whole
unsigned credential (with an @context) works too. An email address goes into the badge as a salted
hash."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.usage = "%(prog)s DESCRIPTION --key KEY [-o FILE] [OPTIONS]"
    parser.add_argument("description", metavar="DESCRIPTION", nargs="?", help="TOML or JSON file; - reads it")
    signing.arguments(parser, required=False)
    parser.add_argument("--to", metavar="WHO", help="the recipient: an email address or DID")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    parser.add_argument(
        "--bake", metavar="PICTURE", help="write the badge baked into this PNG or SVG picture"
    )
    parser.add_argument(
        "--status-list",
        metavar="LIST",
        help="give each badge a free place in this list (see insignia status)",
    )
    parser.add_argument("--force", action="store_true", help="overwrite the output file")
    parser.add_argument(
        "--mandatory",
        metavar="POINTER",
        action="append",
        help="with ecdsa-sd-2023: a JSON Pointer to what is always shown; can be given several times "
        "(default: issuer, dates, status, and what was achieved)",
    )
    parser.add_argument(
        "--credentials",
        metavar="BADGE",
        nargs="+",
        help="issue a learner's record (CLR 2.0) that holds these signed badges; the description then has a "
        "name, and may have recipient, associations and partial",
    )
    sd_jwt.issue_arguments(parser)
    table = parser.add_argument_group("thousands at once")
    table.add_argument("--recipients", metavar="CSV", help="a table with one badge a row; - reads it")
    table.add_argument(
        "--problems", metavar="CSV", help="write the rows that cannot be issued, and why, to a new file"
    )
    table.add_argument("--dry-run", action="store_true", help="check description and rows, and sign nothing")
    table.add_argument(
        "--processes", type=int, default=2, metavar="N", help="processes that sign (default 2)"
    )
    table.add_argument(
        "--shadow",
        type=int,
        default=0,
        metavar="N",
        help="check one in N badges with the complete algorithms as well, and stop on a difference",
    )
    parser.add_argument(
        "--example",
        choices=("toml", "csv"),
        nargs="?",
        const="toml",
        help="print an example description or table, and do nothing else",
    )


def run(options: argparse.Namespace, session: Session) -> int:
    """Issue one badge, or hand over to the table."""
    if options.example is not None:
        session.print(examples.RECIPIENTS if options.example == "csv" else examples.DESCRIPTION)
        return OK
    if options.description is None or options.key is None:
        raise UsageError(
            "a description and --key are needed",
            advice="start with: insignia issue --example > badge.toml",
        )
    key = signing.key_of(options, session)
    description = described(options, session, key.controller)
    if options.status_list is not None:
        description["status"] = _status(options, session)
    if options.credentials is not None:
        from insignia.cli import issue_record

        description = issue_record.described(options, session, description)
    if options.recipients is not None:
        from insignia.cli import issue_table

        return issue_table.run(options, session, key, description)
    signed = _issue(options, session, key, description)
    write(options.output, signed, session, force=options.force)
    if options.output not in (None, "-"):
        session.say(f"Issued {options.output} ({len(signed):,} bytes) by {key.controller}")
        selective = signing.suite_of(options, key) in signing.PARTS
        step = (
            f"insignia derive {options.output} --list" if selective else f"insignia verify {options.output}"
        )
        session.say(f"Next: {step}")
    return OK


def described(options: argparse.Namespace, session: Session, controller: str) -> dict[str, Any]:
    """The description with recipient and issuer filled in. Raises CommandError."""
    name = name_of(options.description)
    description = _parsed(read(options.description, session), name)
    if options.to is not None:
        description["recipient"] = options.to
    issuer = description.get("issuer")
    if isinstance(issuer, dict) and "id" not in issuer:
        description["issuer"] = {"id": controller, **issuer}
    return description


def _status(options: argparse.Namespace, session: Session) -> dict[str, Any]:
    """The status section for --status-list; a table gets its places later, one for each row."""
    listed = status_file.parse(read(options.status_list, session), options.status_list)
    index = 0
    if options.recipients is None:
        (index,) = places.take(options.status_list, len(listed.bits), 1, session)
    return {"list": listed.url, "purpose": listed.purposes[0], "index": index}


def identifier(session: Session) -> str:
    """A fresh name for a credential."""
    return uuid.UUID(bytes=session.random(16), version=4).urn


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    from insignia import strict_json

    if data.lstrip().startswith(b"{"):
        with doing(f"{name} is not a JSON document"):
            value: dict[str, Any] = strict_json.loads(data)
            return value
    try:
        return tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CommandError(
            f"{name} is neither JSON nor TOML: {error}", advice="compare it with: insignia issue --example"
        ) from error


def _with_subject(document: dict[str, Any], session: Session) -> dict[str, Any]:
    """The document with an id of its recipient, which becomes the claim `sub` (Open Badges 3.0, 8.2.4.1)."""
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or subject.get("id") or not subject.get("identifier"):
        return document
    return {**document, "credentialSubject": {"id": identifier(session), **subject}}


def _issue(options: argparse.Namespace, session: Session, key: Any, description: dict[str, Any]) -> bytes:
    from insignia import baking, issuing

    now = session.clock().replace(microsecond=0)
    with doing(f"{name_of(options.description)} cannot be issued"):
        document = issuing.draft(description, now=now, identifier=lambda: identifier(session))
        if (suite := signing.suite_of(options, key)) in sd_jwt.SUITES:
            return sd_jwt.issue(options, session, key, document, suite) + b"\n"
        if options.hide or options.decoys or options.holder:
            raise UsageError("--hide, --decoys and --holder go with --suite vc-sd-jwt or dc-sd-jwt only")
        if suite == "ob-jwt":
            document = _with_subject(document, session)
        chosen = signing.chosen_suite(options, key, document, session)
        if suite == signing.COSE:
            return _issue_cose(options, key, document)
        signed = issuing.issue(
            document,
            key=key,
            suite=chosen,
            created=now,
            loader=signing.loader(),
            indent=None if options.bake else 2,
        )
    if options.bake is None:
        return signed + b"\n"
    with doing(f"cannot bake into {options.bake}"):
        return baking.bake(read(options.bake, session), signed)


def _issue_cose(options: argparse.Namespace, key: Any, document: dict[str, Any]) -> bytes:
    """A COSE message; nothing may stand behind its last byte, no new line either."""
    from insignia import cose
    from insignia.issuing.signing import prepare

    if options.bake:
        raise UsageError("a badge signed as vc-cose cannot be baked", advice="leave --bake out")
    return cose.sign(prepare(document, key), key.signer, kid=key.verification_method)
