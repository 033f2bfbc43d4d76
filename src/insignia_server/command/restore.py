"""Read a backup into an empty instance."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("file", type=Path, help="what `insignia-server backup` wrote")


def run(options: argparse.Namespace) -> int:
    """Migrate first; an instance that holds anybody is refused."""
    from django.conf import settings

    from insignia_server.command.archive import ArchiveError, read
    from insignia_server.command.migrate import complete

    if not options.file.is_file():
        print(f"There is no file {options.file}.", file=sys.stderr)
        return 1
    settings.HOME.mkdir(parents=True, exist_ok=True)
    complete(verbosity=0)
    try:
        counts = read(options.file)
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"restored {counts.rows} rows and {counts.files} files")
    return 0
