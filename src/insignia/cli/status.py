"""`insignia status`: make, set and show signed status lists."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insignia.cli import network, signing, sources, status_file
from insignia.cli.boundary import CommandError, UsageError, doing
from insignia.cli.files import name_of, read, write
from insignia.cli.session import OK, Session

if TYPE_CHECKING:
    from datetime import datetime

    from insignia.cli.status_file import StatusFile
    from insignia.issuing import IssuerKey

_EXAMPLES = """\
examples:
  insignia status make revoked.json --url https://badges.example.org/revoked.json --key issuer-key.json
  insignia status set revoked.json ann.png --key issuer-key.json
  insignia status set revoked.json 4711 4712 --to 0 --key issuer-key.json
  insignia status show revoked.json
  insignia status show revoked.json ann.png 4711

A status list is one signed file in which each badge owns one place. Publish it at its URL before the
first badge names it, and again after each change: verifiers fetch it from there.
  insignia issue badge.toml --status-list revoked.json …
gives each badge a free place at random and notes it in revoked.json.taken."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    actions = parser.add_subparsers(dest="action", required=True, metavar="make|set|show")
    make = actions.add_parser("make", help="make an empty list and sign it")
    make.add_argument("file", metavar="FILE", help="where to write the list")
    make.add_argument("--url", required=True, metavar="URL", help="where the list will be published")
    make.add_argument(
        "--purpose",
        action="append",
        metavar="PURPOSE",
        help="revocation (default), suspension, refresh or message; repeatable",
    )
    make.add_argument("--entries", type=int, default=131_072, metavar="N", help="places (default 131072)")
    make.add_argument("--bits", type=int, default=1, metavar="N", help="bits for each place (default 1)")
    make.add_argument("--ttl", type=int, metavar="MINUTES", help="how long verifiers may keep a copy")
    signing.arguments(make)
    change = actions.add_parser("set", help="change places and sign the list again")
    change.add_argument("file", metavar="FILE", help="the list; it is replaced")
    change.add_argument("targets", metavar="WHICH", nargs="+", help="an index, or a badge that has a place")
    change.add_argument(
        "--to", type=int, default=1, metavar="VALUE", help="1 revokes (default), 0 takes it back"
    )
    change.add_argument("--bits", type=int, default=1, metavar="N", help="bits for each place (default 1)")
    signing.arguments(change)
    show = actions.add_parser("show", help="what a list says, of all or of some badges")
    show.add_argument("file", metavar="SOURCE", help="the list: a file, web address or -")
    show.add_argument("targets", metavar="WHICH", nargs="*", help="an index, or a badge that has a place")
    show.add_argument("--bits", type=int, default=1, metavar="N", help="bits for each place (default 1)")
    network.arguments(show)


def run(options: argparse.Namespace, session: Session) -> int:
    """Run one of the three actions."""
    return {"make": _make, "set": _set, "show": _show}[options.action](options, session)


def _make(options: argparse.Namespace, session: Session) -> int:
    from insignia.status_list import BitstringStatusList, status_list_credential

    if not options.url.startswith("https://"):
        raise UsageError(f"--url {options.url} is not an https address")
    key = signing.key_of(options, session)
    with doing("cannot make this status list"):
        bits = BitstringStatusList(options.entries, options.bits)
        document = status_list_credential(
            url=options.url,
            issuer=key.controller,
            purpose=options.purpose or ["revocation"],
            encoded_list=bits.encode(),
            ttl=None if options.ttl is None else options.ttl * 60_000,
        )
    _sign(document, key, options, session, force=False)
    session.say(f"Made {options.file}: {len(bits):,} places, none set. Publish it at {options.url}")
    return OK


def _set(options: argparse.Namespace, session: Session) -> int:
    key = signing.key_of(options, session)
    listed = status_file.parse(read(options.file, session), options.file, options.bits)
    if listed.issuer != key.controller:
        raise CommandError(
            f"{options.file} was issued by {listed.issuer}, and this key signs for {key.controller}",
            advice="sign with the key of the same issuer; verifiers would wonder about another one",
        )
    changed = 0
    for target in options.targets:
        index = _index(target, listed, session)
        with doing(f"cannot set {target}"):
            changed += listed.bits.get(index) != options.to
            listed.bits.set(index, options.to)
    document = {name: value for name, value in listed.secured.document.items() if name != "proof"}
    document["credentialSubject"] = {**listed.subject, "encodedList": listed.bits.encode()}
    _sign(document, key, options, session, force=True)
    session.say(f"{options.file}: {changed} changed. Publish it again at {listed.url}")
    return OK


def _sign(
    document: dict[str, Any], key: IssuerKey, options: argparse.Namespace, session: Session, *, force: bool
) -> None:
    from insignia import issuing

    now = session.clock().replace(microsecond=0)
    document["validFrom"] = _written(now)
    with doing("cannot sign the status list"):
        signed = issuing.issue(
            document,
            key=key,
            suite=signing.suite_of(options, key),
            created=now,
            loader=signing.loader(),
            indent=2,
        )
    write(options.file, signed + b"\n", session, force=force)


def _show(options: argparse.Namespace, session: Session) -> int:
    if options.file.startswith(("http://", "https://")):
        content = network.fetch(options.file, options)
    else:
        content = read(options.file, session)
    listed = status_file.parse(content, name_of(options.file), options.bits)
    purpose = ", ".join(listed.purposes)
    if options.targets:
        for target in options.targets:
            index = _index(target, listed, session)
            with doing(f"cannot look up {target}"):
                value = listed.bits.get(index)
            state = f"{purpose} {'set' if value else 'not set'}"
            session.print(f"{target}: place {index} holds {value} ({state})")
        return OK
    used = [index for index in range(len(listed.bits)) if listed.bits.get(index)]
    shown = ", ".join(map(str, used[:20])) + (f" and {len(used) - 20} more" if len(used) > 20 else "")
    for name, text in (
        ("url", listed.url),
        ("issuer", listed.issuer),
        ("purpose", purpose),
        ("since", str(listed.secured.document.get("validFrom", "not said"))),
        ("places", f"{len(listed.bits):,} of {options.bits} bit{'s' if options.bits > 1 else ''}"),
        ("set", f"{len(used)}: {shown}" if used else "none"),
    ):
        session.print(f"{name:<8} {text}")
    session.say("The signature of the list was not verified; `insignia verify` does that.")
    return OK


def _index(target: str, listed: StatusFile, session: Session) -> int:
    """The place that a number or a badge names. Raises CommandError."""
    if target.isdecimal():
        return int(target)
    if not Path(target).exists():
        raise CommandError(f"{target} is neither an index nor a file with a badge")
    from insignia import credential

    with doing(f"cannot read {target}"):
        document = credential.parse(sources.opened(target, read(target, session)).content).document
    entries = document.get("credentialStatus")
    for entry in entries if isinstance(entries, list) else [entries]:
        if isinstance(entry, dict) and entry.get("statusListCredential") == listed.url:
            place = str(entry.get("statusListIndex"))
            if place.isdecimal():
                return int(place)
    raise CommandError(f"{target} has no place in the list {listed.url}")


def _written(now: datetime) -> str:
    return now.isoformat().replace("+00:00", "Z")
