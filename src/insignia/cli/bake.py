"""`insignia bake`."""

from __future__ import annotations

import argparse

from insignia.cli.boundary import UsageError, doing
from insignia.cli.files import name_of, read, write
from insignia.cli.session import OK, Session

_EXAMPLES = """\
examples:
  insignia bake artwork.png ann.json -o ann.png
  insignia bake artwork.svg ann.jwt -o ann.svg
  insignia issue badge.toml --key issuer-key.json | insignia bake artwork.png - > ann.png

The picture is not drawn again: pixels and everything else in the file stay as they are. A
credential that is in the picture already is replaced. Nothing is verified."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument("picture", metavar="PICTURE", help="a PNG or SVG file")
    parser.add_argument("credential", metavar="CREDENTIAL", help="a signed JSON document or JWT; - reads it")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    parser.add_argument("--force", action="store_true", help="overwrite the output file")


def run(options: argparse.Namespace, session: Session) -> int:
    """Bake."""
    from insignia import baking, credential

    if options.picture == options.credential == "-":
        raise UsageError("only one of picture and credential can come from standard input")
    picture = read(options.picture, session)
    content = read(options.credential, session)
    with doing(f"{name_of(options.credential)} cannot be baked"):
        secured = credential.parse(content)
    with doing(f"cannot bake into {name_of(options.picture)}"):
        baked = baking.bake(picture, content)
    if secured.form is credential.Form.HOSTED:
        session.say(f"Note: it counts only as long as its issuer publishes it at {secured.document['id']}.")
    if secured.form is credential.Form.UNSECURED:
        session.say(f"Note: {name_of(options.credential)} is not signed, so the badge will not verify.")
    write(options.output, baked, session, force=options.force)
    if options.output not in (None, "-"):
        session.say(f"Baked into {options.output} ({len(baked):,} bytes).")
    return OK
