"""The command line: arguments to calls of the library, one error boundary, exit codes.

The clock, randomness, files and the network enter the library here and nowhere else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import BinaryIO, TextIO

from insignia.cli.session import Session

__all__ = ["main"]


def main(
    argv: Sequence[str] | None = None,
    *,
    stdin: BinaryIO | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    env: Mapping[str, str] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    random: Callable[[int], bytes] = os.urandom,
) -> int:
    """Run one command and return its exit code; the codes stand in `insignia --help`.

    Everything that a command touches outside of its files is an argument; the defaults are the process's own.
    """
    from insignia.cli.program import run

    session = Session(
        stdin=stdin or sys.stdin.buffer,
        stdout=stdout or sys.stdout,
        stderr=stderr or sys.stderr,
        env=os.environ if env is None else env,
        clock=clock,
        random=random,
    )
    return run(list(sys.argv[1:] if argv is None else argv), session)
