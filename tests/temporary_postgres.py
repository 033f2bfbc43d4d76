"""A PostgreSQL of one's own for the time of a command: `python tests/temporary_postgres.py COMMAND …`.

Sets DATABASE_URL for the command: the role `insignia` owns its database and makes others for tests, and is no
superuser, so that row-level security binds it (ADR 13). The superuser is `postgres`. Exit code 75 when no
PostgreSQL is installed here. As root, the server runs as the user `postgres`, since initdb refuses root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOT_INSTALLED = 75
SETTINGS = (
    *(
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "shared_buffers=256MB",
        "max_connections=100",
    ),
    *("listen_addresses=", "autovacuum=on"),
)


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, the newest one; None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _as_owner(*words: str | Path) -> list[str]:
    line = [str(word) for word in words]
    return ["runuser", "-u", "postgres", "--", *line] if os.geteuid() == 0 else line


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """A server on a socket in a temporary folder; gives its DATABASE_URL. `durable` keeps fsync on."""
    found = binaries()
    if found is None:
        raise FileNotFoundError("no PostgreSQL is installed here")
    with tempfile.TemporaryDirectory(prefix="insignia-pg-", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = Path(folder) / "data"
        quiet: Mapping[str, Any] = {"stdout": subprocess.DEVNULL}
        subprocess.run(
            _as_owner(
                found / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"
            ),
            check=True,
            **quiet,
        )
        chosen = [
            line for line in SETTINGS if not (durable and line.split("=")[0] in ("fsync", "full_page_writes"))
        ]
        options = " ".join(f"-c {line}" for line in chosen) + f" -k {folder}"
        control: list[str | Path] = [found / "pg_ctl", "-D", data, "-w", "-l", data / "log"]
        subprocess.run(_as_owner(*control, "-o", options, "start"), check=True, **quiet)
        try:
            asked: list[str | Path] = ["-h", folder, "-U", "postgres"]
            subprocess.run(_as_owner(found / "createuser", *asked, "--createdb", "insignia"), check=True)
            subprocess.run(_as_owner(found / "createdb", *asked, "-O", "insignia", "insignia"), check=True)
            yield f"postgres://insignia@/insignia?host={folder}"
        finally:
            subprocess.run(_as_owner(*control, "-m", "immediate", "stop"), check=False, **quiet)


def main(words: list[str]) -> int:
    """Run a command with DATABASE_URL set."""
    try:
        with running() as url:
            return subprocess.run(words, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return NOT_INSTALLED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
