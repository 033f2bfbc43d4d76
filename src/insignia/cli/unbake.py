"""`insignia unbake`."""

from __future__ import annotations

import argparse

from insignia.cli.boundary import doing
from insignia.cli.files import name_of, read, write
from insignia.cli.session import OK, Session

_EXAMPLES = """\
examples:
  insignia unbake ann.png -o ann.json
  insignia unbake ann.svg | insignia verify -
  insignia unbake certificate.pdf -o ann.json

What comes out is exactly what the issuer put in. It is not verified: use `insignia verify`,
which also reads pictures and certificates."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument("picture", metavar="PICTURE", help="a PNG, SVG or PDF file; - reads it")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    parser.add_argument("--force", action="store_true", help="overwrite the output file")


def run(options: argparse.Namespace, session: Session) -> int:
    """Unbake."""
    from insignia import baking

    with doing(f"cannot unbake {name_of(options.picture)}"):
        baked = baking.unbake(read(options.picture, session))
    write(options.output, baked.content, session, force=options.force)
    to_terminal = options.output in (None, "-") and session.is_terminal(session.stdout)
    if to_terminal:
        session.say()
    if options.output not in (None, "-"):
        size = f"{len(baked.content):,} bytes"
        session.say(
            f"Wrote {options.output} ({size}, {baked.format} from a {baked.container}; not verified)."
        )
    return OK
