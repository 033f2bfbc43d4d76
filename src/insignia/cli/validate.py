"""`insignia validate`: data model and schema only."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from insignia.cli import network, sources
from insignia.cli.boundary import problem_lines
from insignia.cli.session import BAD_INPUT, NEGATIVE, OK, Session, printable

if TYPE_CHECKING:
    from insignia.errors import Problem

_EXAMPLES = """\
examples:
  insignia validate draft.json
  insignia validate badges/
  insignia validate draft.json --format json | jq '.[].problems[].where'

This looks at the shape of a document: the members that must be there, their types, values from
fixed lists. It needs no signature and checks none; that is what `insignia verify` does."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="file, folder, web address or -")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to answer")
    network.arguments(parser)


def run(options: argparse.Namespace, session: Session) -> int:
    """Validate each source in turn."""
    codes, answers = [OK], []
    for item in sources.items(options.sources, session, lambda url: network.fetch(url, options)):
        readable, problems, advice = _validate(item)
        codes.append(BAD_INPUT if not readable else NEGATIVE if problems else OK)
        if options.format == "json":
            answers.append(
                {
                    "source": item.name,
                    "valid": readable and not problems,
                    "problems": [asdict(problem) for problem in problems],
                    "advice": [asdict(problem) for problem in advice],
                }
            )
        else:
            _print(item.name, readable, problems, advice, session)
    if options.format == "json":
        session.print(json.dumps(answers, indent=2, ensure_ascii=False))
    return NEGATIVE if NEGATIVE in codes else max(codes)


def _validate(item: sources.Item) -> tuple[bool, list[Problem], list[Problem]]:
    from insignia import credential, schema
    from insignia.errors import InsigniaError, Problem

    if item.error is not None:
        return False, list(item.error.problems) or [Problem("", "a document", item.error.message)], []
    try:
        secured = credential.parse(item.content)
    except InsigniaError as error:
        return False, list(error.problems), []
    if secured.kind in credential.OPEN_BADGES_2:
        from insignia import openbadges2
        from insignia.openbadges2.reading import upgraded

        document = upgraded(secured.document, secured.kind)
        return True, openbadges2.check(document, secured.kind, secured.data_model), []
    if secured.sd_jwt is not None and secured.kind is credential.Kind.SD_JWT_VC:
        from insignia.sd_jwt.vc import claim_problems

        return True, claim_problems(secured.document, secured.sd_jwt.unpacked.places), []
    found = schema.check(secured.document, secured.kind)
    return True, found, schema.advise(secured.document, secured.kind)


def _print(
    name: str, readable: bool, problems: list[Problem], advice: list[Problem], session: Session
) -> None:
    if not readable:
        session.print(f"{printable(name)}: cannot be read")
    elif problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        session.print(f"{printable(name)}: {count}")
    else:
        session.print(f"{printable(name)}: fits the data model and its schema (no signature was checked)")
    for line in problem_lines(problems):
        session.print(f"  {line}")
    for line in problem_lines(advice):
        session.print(f"  advice: {line}")
