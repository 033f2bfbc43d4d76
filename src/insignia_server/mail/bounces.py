"""What comes back: delivery status notifications (RFC 3464), complaints (RFC 5965), and free forms."""

from __future__ import annotations

import base64
import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Parsed
from email.utils import parseaddr
from typing import Any, Final

from django.utils import timezone

from insignia_server.mail import outcomes
from insignia_server.mail.models import BounceKind
from insignia_server.mail.replies import enhanced_status, kind_of
from insignia_server.mail.tokens import read_return_token, return_tokens_in
from insignia_server.mail.words import one_line

MAX_BYTES: Final = 256 * 1024  # of a report are read; what matters stands before the returned message
_MAX_DEPTH: Final = 8
_MAX_PARTS: Final = 40
_RETURN: Final = re.compile(r"(?:bounce|unsubscribe)\+([A-Za-z2-7]{42})", re.IGNORECASE)
_SMTP_CODE: Final = re.compile(r"(?<![\d.])([45]\d\d)[ \-#]")
_GIVEN_UP: Final = re.compile(
    r"undeliver|delivery.{0,20}fail|fail.{0,20}deliver|returned mail|mail delivery|could not be delivered"
    r"|unzustellbar|nicht zugestellt|non remis|no se ha podido entregar|delivery status notification",
    re.IGNORECASE,
)
_STILL_TRYING: Final = re.compile(
    r"delayed|still trying|will be retried|warning: could not send|verz.gert", re.IGNORECASE
)
_MACHINES: Final = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "microsoftexchange")


@dataclass(frozen=True)
class Bounce:
    """What a report says of one of our messages. `final` false: the mail server goes on trying.

    `status` like `5.1.1`, or empty; `text` one line of the server's words; `recipient` the address it names.
    """

    message_id: uuid.UUID
    kind: BounceKind
    text: str
    status: str = ""
    recipient: str = ""
    final: bool = True
    complaint: bool = False


@dataclass(frozen=True)
class _Finding:
    status: str
    text: str
    recipient: str = ""
    final: bool = True
    complaint: bool = False


def read(message: bytes, *, recipient: str = "") -> Bounce | None:
    """The bounce or complaint that a mail reports, or None: it reports none, or none of a message of ours.

    `recipient`: the envelope's address, when known; its token counts before any that the mail holds.
    Never raises, whatever the bytes are.
    """
    content = message[:MAX_BYTES]
    try:
        parsed = message_from_bytes(content)
        parts = list(_parts(parsed))
        finding = _reported(parts) or _told(parsed, parts)
        message_id = _named(recipient, content, parts) if finding else None
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None  # hostile input makes Python's parser raise any of these
    if finding is None or message_id is None:
        return None
    return Bounce(
        message_id=message_id,
        kind=kind_of(finding.status, finding.text),
        text=one_line(finding.text, limit=1000),
        status=finding.status,
        recipient=one_line(finding.recipient, limit=320),
        final=finding.final,
        complaint=finding.complaint,
    )


def record(bounce: Bounce, *, now: dt.datetime | None = None) -> bool:
    """Write down what was reported; True when that changed the message's state, which it does only once."""
    now = now or timezone.now()
    if bounce.complaint:
        return outcomes.complained(bounce.message_id, text=bounce.text, now=now)
    if not bounce.final:
        outcomes.delayed(bounce.message_id, text=bounce.text)
        return False
    return outcomes.bounced(bounce.message_id, bounce.kind, text=bounce.text, now=now)


def message_of(recipient: str) -> uuid.UUID | None:
    """The message whose return address this is, or None."""
    found = re.match(rf"{_RETURN.pattern}(?:@|$)", recipient.strip("<> "), re.IGNORECASE)
    return read_return_token(found[1]) if found else None


def _named(recipient: str, content: bytes, parts: list[Parsed]) -> uuid.UUID | None:
    found = message_of(recipient)
    if found is not None:
        return found
    for text in (content.decode("latin-1"), *(_text(part) for part in parts)):
        for key in return_tokens_in(text):
            return key
    return None


def _parts(message: Parsed, depth: int = 0) -> Iterator[Parsed]:
    """The parts of a mail, not too many and not too deep, without those of the message that was returned."""
    yield message
    payload: Any = message.get_payload()
    if (
        depth >= _MAX_DEPTH
        or not isinstance(payload, list)
        or message.get_content_type() == "message/delivery-status"
    ):
        return
    for part in payload[:_MAX_PARTS]:
        if message.get_content_maintype() == "multipart":
            yield from _parts(part, depth + 1)


def _reported(parts: list[Parsed]) -> _Finding | None:
    """From the parts for machines: message/delivery-status (RFC 3464), message/feedback-report (RFC 5965)."""
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            return _status(_fields(part))
        if kind == "message/feedback-report":
            groups = _fields(part)
            kinds = [group["feedback-type"] for group in groups if "feedback-type" in group]
            if kinds and kinds[0].lower() in ("abuse", "fraud", "not-spam", "other", "virus"):
                return (
                    None
                    if kinds[0].lower() == "not-spam"
                    else _Finding("", f"Complaint: {kinds[0]}", complaint=True)
                )
    return None


def _fields(part: Parsed) -> list[dict[str, str]]:
    """The groups of fields of a report, names in lower case. Python's parser has read some of them."""
    payload: Any = part.get_payload()
    if part.get_content_type() == "message/delivery-status" and isinstance(payload, list):
        groups: list[Parsed] = payload[:_MAX_PARTS]
    else:
        written = (
            "\n\n".join(one.as_string() for one in payload[:_MAX_PARTS])
            if isinstance(payload, list)
            else payload
        )
        blocks = re.split(r"\n\s*\n", _decoded(str(written).strip(), part).replace("\r\n", "\n"))
        groups = [message_from_bytes(block.encode()) for block in blocks[:_MAX_PARTS]]
    return [{name.lower(): _plain(value) for name, value in group.items()} for group in groups]


def _decoded(written: str, part: Parsed) -> str:
    """RFC 6533, 4: an internationalised report may be encoded, which Python's parser does not undo."""
    if "base64" in str(part.get("Content-Transfer-Encoding", "")).lower():
        return base64.b64decode(written.encode("ascii", "ignore")).decode("utf-8", "replace")
    return written


def _status(groups: list[dict[str, str]]) -> _Finding | None:
    """RFC 3464, 2.3.3: 'failed' is final, 'delayed' means that the server goes on trying."""
    for wanted in ("failed", "delayed"):
        for group in groups:
            if _first_word(group.get("action", "")) != wanted:
                continue
            said = _after_type(group.get("diagnostic-code", ""))
            status = enhanced_status(group.get("status", "")) or enhanced_status(said)
            recipient = _after_type(group.get("final-recipient", "") or group.get("original-recipient", ""))
            text = said or f"{wanted} {status}".strip()
            return _Finding(status, text, recipient=recipient, final=wanted == "failed")
    return None


def _told(message: Parsed, parts: list[Parsed]) -> _Finding | None:
    """From words, when a machine wrote them: qmail, Exim and others send no report for machines."""
    if message.get_content_type() == "multipart/report" and any(
        "status" in one.get_content_type() for one in parts
    ):
        return None
    sender = parseaddr(_plain(message.get("From", "")))[1].lower()
    machine = sender.startswith(_MACHINES) or _plain(message.get("Return-Path", "-")).strip() in ("<>", "")
    failed = _plain(message.get("X-Failed-Recipients", ""))
    subject = _plain(message.get("Subject", ""))
    words = "\n".join(_text(part) for part in parts if part.get_content_maintype() == "text")
    if not failed and not (machine and (_GIVEN_UP.search(subject) or _GIVEN_UP.search(words[:4000]))):
        return None
    line = next(
        (line for line in words[:20_000].splitlines() if _SMTP_CODE.search(line) or enhanced_status(line)), ""
    )
    if not line and not failed:
        return None
    final = not (_STILL_TRYING.search(subject) or _STILL_TRYING.search(words[:2000]))
    return _Finding(enhanced_status(line), line or subject, recipient=failed, final=final)


def _text(part: Parsed) -> str:
    """A part's text, decoded as far as that works."""
    content: Any = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("latin-1")


def _plain(value: Any) -> str:
    try:
        return one_line(str(make_header(decode_header(str(value)))), limit=2000)
    except (MessageError, ValueError, LookupError):
        return one_line(str(value), limit=2000)


def _first_word(value: str) -> str:
    return (value.split() or [""])[0].strip("();,").lower()


def _after_type(value: str) -> str:
    """RFC 3464, 2.1.2: `rfc822; ann@example.org` and `smtp; 550 …` without the type."""
    _, found, rest = value.partition(";")
    return rest.strip() if found else value.strip()
