"""The jobs that send."""

from __future__ import annotations

import datetime as dt
import uuid

from insignia_server.kit.jobs import Running, job
from insignia_server.mail import sending
from insignia_server.mail.sending import JOB_SIZE


@job(seconds=300, priority=20)
def send_these(running: Running, *, ids: list[str]) -> int:
    """A few messages that somebody may be waiting for go before those of a large batch."""
    return sending.send_due(ids=[uuid.UUID(one) for one in ids], check=running.check)


@job(seconds=300)
def send_some(running: Running) -> int:
    """Up to 500 of what is due."""
    return sending.send_due(JOB_SIZE, check=running.check)


@job(seconds=300, every=dt.timedelta(minutes=1))
def send_what_is_due(running: Running) -> int:
    """What was put off, and what a dead worker held."""
    tried = sending.send_due(JOB_SIZE, check=running.check)
    if tried == JOB_SIZE:
        send_some.enqueue()
    return tried
