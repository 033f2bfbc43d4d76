"""The child process that draws SVGs: started by `drawing`, limited, fed over its standard streams.

A request is a line of JSON `{"width", "height", "bytes"}` and the SVG; an answer is a line
`{"bytes"}` or `{"error"}` and the PNG. It ends when its input ends.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import BinaryIO


def limit(memory: int) -> None:
    """At most `memory` bytes of address space, no files written, no core dump. Where the system cannot,
    the time limit of the parent remains."""
    import resource

    for kind, value in (("RLIMIT_AS", memory), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, kind), (value, value))


def serve(requests: BinaryIO, answers: BinaryIO, fonts: str) -> None:
    """Draws until the requests end."""
    from resvg_py import svg_to_bytes

    while line := requests.readline():
        request = json.loads(line)
        svg = requests.read(request["bytes"]).decode()
        try:
            png = bytes(
                svg_to_bytes(
                    svg_string=svg,
                    width=request["width"],
                    height=request["height"],
                    skip_system_fonts=True,
                    font_dirs=[fonts],
                    font_family="Source Sans 3",
                    sans_serif_family="Source Sans 3",
                    serif_family="Source Serif 4",
                    cursive_family="Source Serif 4",
                    fantasy_family="Source Sans 3",
                    monospace_family="Source Sans 3",
                )
            )
            head: dict[str, object] = {"bytes": len(png)}
        except (ValueError, MemoryError) as error:
            png, head = b"", {"error": str(error)[:200]}
        answers.write(json.dumps(head).encode() + b"\n" + png)
        answers.flush()


if __name__ == "__main__":
    limit(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer, sys.argv[2])
