"""Receive delivery status notifications."""

from __future__ import annotations

import argparse
import sys

from insignia_server.command import saying


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=saying.port, default=8025, help="at which port (8025)")
    parser.add_argument("--stdin", action="store_true", help="read one message from standard input and end")


def run(options: argparse.Namespace) -> int:
    """Listen by SMTP, or read one message that a mail server pipes in."""
    from insignia_server.mail import listener

    if options.stdin:
        return listener.read_stdin()
    wrong = saying.taken(options.host, options.port)
    if wrong:
        print(wrong, file=sys.stderr)
        return 1
    listener.run(options.host, options.port)
    return 0
