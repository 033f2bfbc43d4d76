"""Write everything into one file. The secrets of the environment are not in it: keep them elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("file", type=Path, help="where to write it, for instance insignia-2026-11-25.tar.gz")


def run(options: argparse.Namespace) -> int:
    """Rows and files, as they are at one moment."""
    from insignia_server.command.archive import ArchiveError, write

    try:
        counts = write(options.file)
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.file}: {counts.rows} rows, {counts.files} files, {options.file.stat().st_size:,} bytes")
    return 0
