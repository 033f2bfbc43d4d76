"""What an answer of a mail server means: for this address, for this attempt, or for the connection."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from enum import Enum
from typing import Final

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.core.exceptions import ImproperlyConfigured

from insignia_server.mail.models import BounceKind
from insignia_server.mail.words import one_line

_ENHANCED: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_NOBODY: Final = re.compile(
    r"(user|mailbox|recipient|address|account|destinatario|utilisateur)\W+(is\W+|was\W+)?"
    r"(unknown|not\W+found|not\W+exist|does\W?n.?t\W+exist|does\W+not\W+exist|invalid|disabled|unavailable)"
    r"|(unknown|no\W+such|invalid|nonexistent)\W+(user|mailbox|recipient|address|account)"
    r"|host(name)?\W+not\W+found|domain\W+(does\W+not\W+exist|not\W+found)",
    re.IGNORECASE,
)


class Meaning(Enum):
    """What to do next."""

    REFUSED = "this message will never be taken"
    LATER = "try this message again later"
    UNREACHABLE = "try all messages again later"


@dataclass(frozen=True)
class Reply:
    """The meaning, the server's words on one line, and whether the address is at fault."""

    meaning: Meaning
    text: str
    kind: BounceKind = BounceKind.SOFT


def kind_of(status: str, text: str) -> BounceKind:
    """Hard when the address itself takes no mail; a full mailbox or a refusal of the content is soft.

    RFC 3463, 3.2: X.1.X is about the address (X.1.7 and X.1.8 about the sender's), X.2.1 'mailbox disabled'.
    """
    found = re.fullmatch(r"([245])\.(\d{1,3})\.(\d{1,3})", status)
    if found is None or found[1] != "5":
        return BounceKind.HARD if found is None and _NOBODY.search(text) else BounceKind.SOFT
    subject, detail = int(found[2]), int(found[3])
    if (subject == 1 and detail not in (7, 8)) or (subject, detail) in ((2, 1), (4, 4)):
        return BounceKind.HARD
    vague = detail == 0 or subject in (0, 5)
    return BounceKind.HARD if vague and _NOBODY.search(text) else BounceKind.SOFT


def enhanced_status(text: str) -> str:
    """The first `5.1.1` of a text, or empty."""
    found = _ENHANCED.search(text)
    return found[1] if found else ""


def understand(error: Exception) -> Reply:
    """What an error of a mail backend says."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (450, b""))
        return _smtp(int(code), words)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Reply(Meaning.UNREACHABLE, _words(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPDataError):
        return _smtp(error.smtp_code, error.smtp_error)
    if isinstance(error, (AnymailRecipientsRefused, AnymailInvalidAddress)):
        text = one_line(str(error), limit=1000)
        return Reply(Meaning.REFUSED, text, BounceKind.HARD if _NOBODY.search(text) else BounceKind.SOFT)
    if isinstance(error, AnymailAPIError):
        return Reply(Meaning.UNREACHABLE, f"{type(error).__name__} {error.status_code or ''}".strip())
    if isinstance(error, (OSError, AnymailError, ImproperlyConfigured)):  # SMTPException is an OSError
        return Reply(Meaning.UNREACHABLE, one_line(f"{type(error).__name__}: {error}", limit=1000))
    return Reply(Meaning.LATER, one_line(f"{type(error).__name__}: {error}", limit=1000))


def _smtp(code: int, words: bytes | str) -> Reply:
    text = _words(code, words)
    if code == 421:  # RFC 5321, 3.8: the server closes the connection
        return Reply(Meaning.UNREACHABLE, text)
    if code < 500:
        return Reply(Meaning.LATER, text)
    return Reply(Meaning.REFUSED, text, kind_of(enhanced_status(text), text))


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(f"{code} {text}", limit=1000)
