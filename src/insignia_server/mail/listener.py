"""Taking in what mail servers send back: as an SMTP server, or one mail from standard input."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import sys
import threading
from typing import Any, BinaryIO, Final

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from insignia_server.kit import scopes
from insignia_server.mail import bounces, suppressions
from insignia_server.mail.models import Message, SuppressionReason

log = structlog.get_logger(__name__)

MAX_BYTES: Final = 1024 * 1024  # of one mail
EX_TEMPFAIL: Final = 75
PATIENCE: Final = 60.0  # seconds that a silent connection is kept


def take(content: bytes, *, recipient: str, now: dt.datetime | None = None) -> bool:
    """Record what one mail to a return address reports; True when a message's state (or the list) changed.

    Mail to `unsubscribe+…` means no more reminders from that organisation.
    """
    now = now or timezone.now()
    if recipient.lower().startswith("unsubscribe+"):
        return _unsubscribe(recipient, now=now)
    bounce = bounces.read(content, recipient=recipient)
    if bounce is None:
        log.info("mail to a return address reports nothing", bytes=len(content))
        return False
    return bounces.record(bounce, now=now)


def receive(content: bytes, recipient: str = "") -> bool:
    """Deal with one mail, whatever it reports. False while the database is away: bring it again later."""
    try:
        take(content[:MAX_BYTES], recipient=recipient)
    except DatabaseError as error:
        log.warning("report not recorded", error=type(error).__name__)
        return False
    return True


def read_stdin(recipient: str = "", *, stream: BinaryIO | None = None) -> int:
    """For mail servers that pipe: one mail from standard input, to `recipient` if the envelope is known.

    The exit code of the process: 0, or 75 (EX_TEMPFAIL), upon which the mail server brings it again later.
    """
    content = (stream or sys.stdin.buffer).read(MAX_BYTES)
    return 0 if receive(content, recipient) else EX_TEMPFAIL


def accepts(recipient: str) -> bool:
    """Whether this is a return address that was made here."""
    domain = recipient.rpartition("@")[2].lower()
    return domain == settings.MAIL_RETURN_DOMAIN.lower() and bounces.message_of(recipient) is not None


class Receiver:
    """The hooks of aiosmtpd. A return address that was not made here is refused before its mail is sent."""

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """One recipient a mail: a report is about one message."""
        if not accepts(address):
            return "550 5.1.1 Only reports about mail that was sent from here are taken"
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Taken only once it is recorded; while the database is away the sender keeps it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        done = await asyncio.to_thread(_receive_in_thread, content, envelope.rcpt_tos[0])
        return "250 2.0.0 Recorded" if done else "451 4.3.0 Try again later"


def controller(host: str, port: int) -> Controller:
    """The server, not started yet; `start()` and `stop()` run it in a thread of its own."""
    return Controller(
        Receiver(),
        hostname=host,
        port=port,
        data_size_limit=MAX_BYTES,
        timeout=PATIENCE,
        ident="Insignia reports",
        decode_data=False,
        enable_SMTPUTF8=False,
    )


def run(host: str, port: int) -> None:
    """Listen until the process is told to stop (SIGINT, SIGTERM)."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    server = controller(host, port)
    server.start()
    log.info("listening for reports", host=host, port=port)
    told.wait()
    server.stop()


def _receive_in_thread(content: bytes, recipient: str) -> bool:
    try:
        return receive(content, recipient)
    finally:
        connections.close_all()  # of this thread, which may never come back


@scopes.crossing("mail")
def _unsubscribe(recipient: str, *, now: dt.datetime) -> bool:
    message_id: Any = bounces.message_of(recipient)
    message = Message.plain.filter(pk=message_id).only("organisation_id", "to_address").first()
    if message is None or not message.to_address:
        return False
    index = suppressions.address_index(message.to_address)
    suppressions.suppress(message.organisation_id, index, reason=SuppressionReason.UNSUBSCRIBED, now=now)
    return True
