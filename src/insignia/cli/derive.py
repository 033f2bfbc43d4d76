"""`insignia derive`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from insignia.cli import sd_jwt
from insignia.cli.boundary import CommandError, UsageError, doing
from insignia.cli.files import name_of, read, write
from insignia.cli.session import OK, Session, printable

if TYPE_CHECKING:
    from insignia.credential import Secured
    from insignia.errors import Problem

_EXAMPLES = """\
examples:
  insignia derive ann.json --list
  insignia derive ann.json --show /credentialSubject/achievement/alignment -o shown.json
  insignia derive ann.json -o least.json
  insignia derive ann.sdjwt --show /evidence --key my-key.json --nonce n-0S6 --audience https://employer.example

A badge that was signed with ecdsa-sd-2023 or as an SD-JWT is meant for its holder: keep it, and give
away what you derive from it. What is derived verifies by itself, and nobody can tell what was left
out. What the issuer marked as mandatory is always shown; without --show nothing else is."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "badge", metavar="BADGE", help="a badge signed with ecdsa-sd-2023 or as SD-JWT; - reads it"
    )
    parser.add_argument(
        "--show",
        metavar="POINTER",
        action="append",
        default=[],
        help="a JSON Pointer to what shall be shown; can be given several times",
    )
    parser.add_argument(
        "--list", action="store_true", help="only list what there is, and what is always shown"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    parser.add_argument("--force", action="store_true", help="overwrite the output file")
    sd_jwt.derive_arguments(parser)


def run(options: argparse.Namespace, session: Session) -> int:
    """Derive, or list."""
    from insignia.cli import signing
    from insignia.cryptosuites import ecdsa_sd_2023
    from insignia.errors import ProofError

    if options.list and (options.show or options.output):
        raise UsageError("--list goes alone", advice="derive without --list once you know what to show")
    read_in = _secured(options, session)
    if read_in.sd_jwt is not None:
        return sd_jwt.derive(options, session, read_in.sd_jwt)
    if options.key or options.nonce or options.audience:
        raise UsageError("--key, --nonce and --audience are for an SD-JWT; this badge is none")
    secured = read_in.document
    if options.list:
        _list(secured, session)
        return OK
    with doing(
        f"cannot derive from {name_of(options.badge)}",
        advice=f"see what there is with: insignia derive {name_of(options.badge)} --list",
    ):
        try:
            document, shown = ecdsa_sd_2023.derive(secured, options.show, loader=signing.loader())
        except ProofError as error:
            raise ProofError(_named(problem, options.show) for problem in error.problems) from error
    write(
        options.output,
        json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n",
        session,
        force=options.force,
    )
    session.say(
        f"Shows {shown.chosen} of {shown.total - shown.mandatory} statements that may be hidden, "
        f"and the {shown.mandatory} that are always shown."
    )
    return OK


def _named(problem: Problem, shown: Sequence[str]) -> Problem:
    """The problem at the pointer that was given: the library calls it by the name of the VC-API."""
    if problem.where != "/selectivePointers":
        return problem
    for pointer in shown:
        if problem.expected.endswith(mark := f" ({pointer})"):
            return replace(problem, where=pointer, expected=problem.expected.removesuffix(mark))
    return replace(problem, where="--show")


def _secured(options: argparse.Namespace, session: Session) -> Secured:
    from insignia import baking, credential
    from insignia.credential import Form

    name = name_of(options.badge)
    with doing(f"cannot read {name}"):
        content = read(options.badge, session)
        if baking.container_of(content) is not None:
            content = baking.unbake(content).content
        secured = credential.parse(content)
    if secured.form not in (Form.DATA_INTEGRITY, Form.SD_JWT, Form.SD_JWT_VC):
        raise CommandError(
            f"nothing can be derived from {name}: it was not signed so that parts of it can be shown",
            advice="only badges that were signed with ecdsa-sd-2023 or as SD-JWT can be shown in parts",
        )
    return secured


def _list(secured: Mapping[str, Any], session: Session) -> None:
    from insignia.cryptosuites import disclosure_values, ecdsa_sd_2023

    proof = secured["proof"]
    proof = proof[0] if isinstance(proof, list) and len(proof) == 1 else proof
    if not isinstance(proof, Mapping) or not ecdsa_sd_2023.is_base(proof):
        raise CommandError(
            "this badge has no base proof of ecdsa-sd-2023",
            advice="only badges that were signed with ecdsa-sd-2023 can be shown in parts",
        )
    with doing("its proof cannot be read"):
        always = disclosure_values.read_base(proof["proofValue"]).mandatory_pointers
    for pointer, value in _members({name: value for name, value in secured.items() if name != "proof"}):
        mark = "*" if any(pointer == one or pointer.startswith(one + "/") for one in always) else " "
        session.print(f"{mark} {printable(pointer, 200)}{f'  {printable(value, 60)}' if value else ''}")
    session.say("* is always shown; so are the id and type of everything that leads to what is shown")


def _members(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    from insignia.strict_json import pointer

    children = value.items() if isinstance(value, dict) else enumerate(value)
    for name, child in children:
        if name in ("@context", "id", "type"):
            continue
        place = where + pointer(name)
        if isinstance(child, (dict, list)):
            yield place, ""
            yield from _members(child, place)
        else:
            yield place, json.dumps(child, ensure_ascii=False)
