"""A stranger's mail server for the tests: real SMTP; it takes, refuses, puts off, or bounces later."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Parsed

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

DSN = """From: MAILER-DAEMON@mx.elsewhere.example
To: <{sender}>
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.elsewhere.example
Arrival-Date: Wed, 25 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--=_b
Content-Type: text/rfc822-headers

{headers}
--=_b--
"""


def report(
    *,
    sender: str = "",
    recipient: str = "ann@elsewhere.example",
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 <ann@elsewhere.example>: Recipient address rejected: User unknown",
    headers: str = "",
) -> bytes:
    """A delivery status notification as Postfix writes it."""
    text = DSN.format(
        sender=sender, recipient=recipient, action=action, status=status, words=words, headers=headers
    )
    return text.replace("\n", "\r\n").encode()


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Taken:
    """A mail that the server took."""

    sender: str
    recipient: str
    content: bytes
    connection: int

    @property
    def parsed(self) -> Parsed:
        return message_from_bytes(self.content)


@dataclass
class Elsewhere:
    """A mail server: `answers` by recipient, for RCPT or, with the prefix `data:`, after the text."""

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    hang_up_after: int | None = None
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith(("4", "5")):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipient = envelope.rcpt_tos[0]
        answer = self.answers.get(recipient, "250 OK")
        if answer.startswith("data:"):
            return answer.removeprefix("data:")
        assert isinstance(envelope.content, bytes)
        peer = session.peer
        self.taken.append(
            Taken(envelope.mail_from or "", recipient, envelope.content, int(peer[1]) if peer else 0)
        )
        if self.hang_up_after and len(self.taken) % self.hang_up_after == 0:
            assert server.transport is not None
            server.loop.call_later(0.05, server.transport.close)
        return "250 OK"


@contextmanager
def elsewhere(**answers: str) -> Iterator[Elsewhere]:
    """The server, running."""
    handler = Elsewhere(dict(answers), port=free_port())
    server = Controller(handler, hostname="127.0.0.1", port=handler.port, decode_data=False)
    server.start()
    try:
        yield handler
    finally:
        server.stop()


def send_back(mail: Taken, *, to_port: int, make: Callable[..., bytes] = report) -> None:
    """What a server does that cannot deliver: it writes to the envelope's sender, from nobody."""
    headers = mail.content.split(b"\r\n\r\n")[0].decode("latin-1").replace("\r\n", "\n")
    content = make(sender=mail.sender, recipient=mail.recipient, headers=headers)
    with smtplib.SMTP("127.0.0.1", to_port, timeout=10) as connection:
        connection.sendmail("", [mail.sender], content)
