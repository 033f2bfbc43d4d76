"""Run the jobs."""

from __future__ import annotations

import argparse

from insignia_server.command import saying


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--batch", action="store_true", help="end when nothing is left to do")
    parser.add_argument(
        "--interval", type=saying.seconds, default=0.5, help="seconds to wait when nothing is there (0.5)"
    )


def run(options: argparse.Namespace) -> int:
    """Claim and run jobs until told to stop."""
    from insignia_server.kit.worker import JobWorker

    worker = JobWorker(interval=options.interval, batch=options.batch)
    worker.configure_signals()
    worker.run()
    return 0
