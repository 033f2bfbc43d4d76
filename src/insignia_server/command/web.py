"""Serve the pages and the API with granian."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from insignia_server.command import saying


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="where to listen, 0.0.0.0: everywhere (127.0.0.1)"
    )
    parser.add_argument("--port", type=saying.port, default=8000, help="at which port (8000)")
    parser.add_argument(
        "--processes",
        type=saying.count,
        metavar="N",
        default=max((os.cpu_count() or 1), 1),
        help="how many processes (one a core of this machine)",
    )
    parser.add_argument("--no-static", action="store_true", help="do not collect the static files first")


def run(options: argparse.Namespace) -> int:  # noqa: RET503 - it becomes another program
    """Collect the static files, then become granian."""
    from django.conf import settings
    from django.core.management import call_command

    wrong = saying.taken(options.host, options.port) or _unfinished()
    if wrong:
        print(wrong, file=sys.stderr)
        return 1
    if not settings.DEBUG and not options.no_static:
        call_command("collectstatic", interactive=False, verbosity=0)
    if getattr(settings, "METRICS_TOKEN", ""):
        _share_metrics(settings.HOME / f"metrics-{options.port}")
    granian = Path(sys.executable).with_name("granian")
    words = [
        *(str(granian), "--interface", "wsgi", "--host", options.host, "--port", str(options.port)),
        *("--workers", str(options.processes), "--blocking-threads", "1", "--workers-kill-timeout", "10"),
        *("--no-ws", "--backlog", "1024", "--log-level", "warning", "--respawn-failed-workers"),
        "insignia_server.config.wsgi:application",
    ]
    sys.stdout.flush()
    os.execv(granian, words)  # noqa: S606 - one program, no shell


def _unfinished() -> str:
    """What keeps pages from being served; raises what the database says when it does not answer."""
    from insignia_server.kit.health import missing_migrations

    missing = missing_migrations()
    if not missing:
        return ""
    return f"{len(missing)} migrations are missing in {saying.database_name()}. Run: insignia-server migrate"


def _share_metrics(folder: Path) -> None:
    """The processes of one server count in files of one folder, which begins empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))
