"""Finds the command, reads its arguments and runs it inside the error boundary."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from typing import Any, NoReturn

from insignia import __version__
from insignia.cli.boundary import UsageError, guarded
from insignia.cli.session import OK, Session

# Only the module of the command that was asked for is imported.
COMMANDS = {
    "keygen": ("keygen", "make a secret key to sign with, and the DID that goes with it"),
    "did": ("did", "the identifiers of a key; make a did:web document; resolve a DID"),
    "issue": ("issue", "issue badges: one from a description, thousands from a table of recipients"),
    "verify": ("verify", "verify badges: files, pictures, certificates, web addresses, whole folders"),
    "inspect": ("inspect", "show what is inside a badge, explained, without verifying it"),
    "bake": ("bake", "put a credential into a PNG or SVG picture"),
    "unbake": ("unbake", "take the credential out of a picture or a PDF certificate"),
    "status": ("status", "status lists: make one, revoke and suspend, show"),
    "derive": ("derive", "show a part of a badge that was signed for it (ecdsa-sd-2023, SD-JWT)"),
    "convert": ("convert", "turn an Open Badges 1 or 2 badge into a 3.0 draft, or a 3.0 one into 2.0"),
    "validate": ("validate", "check a document against the data model and its schema only"),
    "completion": ("completion", "a script that completes commands and options in your shell"),
}

EXIT_CODES = """\
exit codes:
  0    done; every badge is valid
  1    a badge is not valid, or a document does not fit its schema
  2    wrong arguments, or something that cannot be read or written
  3    a badge could not be confirmed: a required check could not be made
  70   a defect in Insignia
  130  stopped by Ctrl-C"""

INTRODUCTION = f"""\
Issue, bake and verify Open Badges 3.0 and W3C Verifiable Credentials.

usage: insignia COMMAND [ARGUMENTS]

commands:
{{commands}}

a first badge, from key to proof:
  insignia keygen issuer-key.json
  insignia issue --example > badge.toml
  insignia issue badge.toml --key issuer-key.json -o ann.json
  insignia bake badge.png ann.json -o ann.png
  insignia verify ann.png

Each command explains itself: insignia COMMAND --help
  --version    print the version        --debug    show the traceback of an error

{EXIT_CODES}
"""


class HelpAsked(Exception):
    """Somebody asked for help; the text is the argument."""


class Parser(argparse.ArgumentParser):
    """Raises instead of printing and leaving: errors are shown by the boundary only."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings, allow_abbrev=False)
        self._positionals.title = "arguments"

    def print_help(self, file: Any = None) -> NoReturn:
        del file  # nothing is printed here
        raise HelpAsked(self.format_help())

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, advice=f"see: {self.prog} --help")


def parser_of(name: str) -> Parser:
    """The parser of one command, its arguments included."""
    module, summary = COMMANDS[name]
    parser = Parser(prog=f"insignia {name}", description=summary[0].upper() + summary[1:] + ".")
    importlib.import_module(f"insignia.cli.{module}").arguments(parser)
    return parser


def run(argv: Sequence[str], session: Session) -> int:
    """Run the command line and return the exit code."""
    debug = "--debug" in argv
    words = [word for word in argv if word != "--debug"]
    named = next((word for word in words if not word.startswith("-")), "")
    name = f"insignia {named}" if named in COMMANDS else "insignia"
    return guarded(lambda: _dispatch(words, session), session, name=name, debug=debug)


def _dispatch(words: Sequence[str], session: Session) -> int:
    first = words[0] if words else "--help"
    if first in ("--help", "-h", "help"):
        return _help(words[1:], session)
    if first in ("--version", "-V"):
        session.print(f"insignia {__version__}")
        return OK
    if first not in COMMANDS:
        raise UsageError(_unknown(first), advice="the commands are listed by: insignia --help")
    module = importlib.import_module(f"insignia.cli.{COMMANDS[first][0]}")
    try:
        arguments = parser_of(first).parse_args(words[1:])
    except HelpAsked as asked:
        session.print(str(asked))
        return OK
    code: int = module.run(arguments, session)
    return code


def _help(words: Sequence[str], session: Session) -> int:
    if words and words[0] in COMMANDS:
        session.print(parser_of(words[0]).format_help())
        return OK
    commands = "\n".join(f"  {name:<12} {summary}" for name, (_, summary) in COMMANDS.items())
    session.print(INTRODUCTION.format(commands=commands))
    return OK


def _unknown(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, COMMANDS, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    what = "option" if word.startswith("-") else "command"
    return f"there is no {what} {word!r}{hint}"
