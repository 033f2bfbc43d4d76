"""`insignia convert`: between Open Badges 1.x or 2.x and 3.0, with an account of what that costs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insignia.cli import network, sources
from insignia.cli.boundary import CommandError, UsageError, doing
from insignia.cli.files import write
from insignia.cli.session import OK, Session, printable

if TYPE_CHECKING:
    from insignia.credential import Secured
    from insignia.openbadges2 import Change

_EXAMPLES = """\
examples:
  insignia convert old.png -o draft.json             an Open Badges 3.0 draft
  insignia issue draft.json --key issuer-key.json -o ann.json
  insignia convert https://badges.example.org/assertions/1 -o draft.json
  insignia convert ann.json --to 2.0 --base https://badges.example.org/ann -o public/ann
  insignia convert ann.json --to 2.0 --base https://badges.example.org/ann --key rsa.json -o public/ann

A draft is not signed, and nothing of the old badge was verified: do that with `insignia verify`.

--to 2.0 writes a folder with the documents of an Open Badges 2.0 badge for displayers that know
nothing newer. Publish them at --base. With --key (RSA or P-256) the badge is signed, and badge.jws
is what its holder gets, for example baked into a picture; without, it is hosted."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "source", metavar="BADGE", help="a file, picture, certificate or web address; - reads it"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="the draft, or the folder for --to 2.0")
    parser.add_argument(
        "--to", choices=("3.0", "2.0"), default="3.0", help="what it becomes (default: a 3.0 draft)"
    )
    parser.add_argument("--base", metavar="URL", help="with --to 2.0: where the documents will be published")
    parser.add_argument("--key", metavar="KEY", help="with --to 2.0: the RSA or P-256 key file to sign with")
    parser.add_argument("--force", action="store_true", help="overwrite what is there")
    network.arguments(parser)
    parser.set_defaults(did=None)


def run(options: argparse.Namespace, session: Session) -> int:
    """Convert one badge."""
    from insignia import credential

    [item] = sources.items([options.source], session, lambda url: network.fetch(url, options))
    if item.error is not None:
        raise item.error
    with doing(f"{item.name} cannot be converted"):
        secured = credential.parse(item.content)
    old = secured.kind in credential.OPEN_BADGES_2
    if old is (options.to == "2.0"):
        what = "an Open Badges 1.x or 2.x badge" if old else "no badge of Open Badges 1.x or 2.x"
        advice = "leave --to out" if old else "add --to 2.0 --base URL to write Open Badges 2.0"
        raise UsageError(f"{item.name} is {what} already", advice=advice)
    return (
        _to_2(item.name, secured, options, session)
        if not old
        else _to_3(item.name, secured, options, session)
    )


def _to_3(name: str, secured: Secured, options: argparse.Namespace, session: Session) -> int:
    from insignia import openbadges2
    from insignia.cli.issue import identifier

    with doing(f"{name} cannot be converted"):
        collected = openbadges2.collect(secured, network.resolver(options))
        now = session.clock().replace(microsecond=0)
        document, changes = openbadges2.convert(collected, now=now, identifier=lambda: identifier(session))
    if collected.reason:
        session.say(
            f"Taken from the copy, since what is published cannot be had: {printable(collected.reason)}"
        )
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    write(options.output, text.encode(), session, force=options.force)
    _account(changes, session)
    session.say("Nothing was verified, and the draft is not signed.")
    if options.output not in (None, "-"):
        session.say(f"Next: insignia issue {options.output} --key issuer-key.json -o new.json")
    return OK


def _to_2(name: str, secured: Secured, options: argparse.Namespace, session: Session) -> int:
    from insignia import openbadges2
    from insignia.cli import signing

    if options.base is None or options.output is None:
        raise UsageError("--to 2.0 needs --base URL and -o FOLDER", advice="see: insignia convert --help")
    addresses = openbadges2.Addresses.below(options.base)
    signer = signing.key_of(options, session).signer if options.key is not None else None
    with doing(f"{name} cannot be written as Open Badges 2.0"):
        published = openbadges2.publish(
            secured.document, addresses=addresses, key=signer.public_key if signer is not None else None
        )
        token = openbadges2.sign(published.assertion, signer) if signer is not None else None
    folder = Path(options.output)
    if folder.exists() and not folder.is_dir():
        raise CommandError(f"{folder} is a file, and a folder is needed here")
    folder.mkdir(parents=True, exist_ok=True)
    for url, document in published.documents.items():
        content = json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
        write(str(folder / url.rpartition("/")[2]), content, session, force=options.force)
    if token is not None:
        write(str(folder / "badge.jws"), token.encode() + b"\n", session, force=options.force)
    _account(published.changes, session)
    session.say(f"Publish the documents of {folder} at {options.base}: the badge counts only there.")
    return OK


def _account(changes: Iterable[Change], session: Session) -> None:
    """One line each: what was kept, changed and lost."""
    for change in changes:
        note: Any = f": {printable(change.note, 300)}" if change.note else ""
        session.say(f"{change.fate.value:<8} {printable(change.what)}{note}")
