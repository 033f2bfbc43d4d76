"""Serve the pages and the API with granian."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--processes", type=int, default=max((os.cpu_count() or 1), 1))
    parser.add_argument("--no-static", action="store_true", help="do not collect the static files first")


def run(options: argparse.Namespace) -> int:  # noqa: RET503 - it becomes another program
    """Collect the static files, then become granian."""
    from django.conf import settings
    from django.core.management import call_command

    if options.processes < 1:
        print(f"--processes must be 1 or more; there is {options.processes}.", file=sys.stderr)
        return 2
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


def _share_metrics(folder: Path) -> None:
    """The processes of one server count in files of one folder, which begins empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))
