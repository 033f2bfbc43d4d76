"""The mail around a composed text: addresses and headers."""

from __future__ import annotations

import uuid
from email.utils import formataddr
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import EmailValidator

from insignia_server.mail.branding import Branding
from insignia_server.mail.compose import Composed
from insignia_server.mail.kinds import KINDS
from insignia_server.mail.models import Message
from insignia_server.mail.tokens import return_token
from insignia_server.mail.words import one_line

_is_address: Final = EmailValidator()


class Unsendable(ValueError):
    """An address that no mail can be sent to; the message says why."""


def ascii_address(address: str) -> str:
    """The address as mail servers take it: an international domain becomes its `xn--` form (RFC 5891).

    Raises:
        Unsendable: no address, or letters outside of ASCII before the @ (RFC 6531 is not spoken).
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local.isascii():
        raise Unsendable(
            f"The part before the @ may have ASCII letters only; there is {local!r}."
            if at
            else "There is no @."
        )
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
        _is_address(plain)
    except (UnicodeError, ValidationError) as error:
        raise Unsendable(f"{one_line(address, limit=100)!r} is not an email address.") from error
    return plain


def return_address(message_id: uuid.UUID) -> str:
    """Where a mail server sends what it could not deliver of this message (variable envelope return path)."""
    return f"bounce+{return_token(message_id)}@{settings.MAIL_RETURN_DOMAIN}"


def reply_address(message: Message, branding: Branding) -> str:
    """Where answers go: as the message says, the organisation, or the issuer; empty where nobody reads them.

    An address that no mail can be sent to is passed over, so that a slip in it stops no badge.
    """
    for address in (message.reply_to, branding.reply_to, str(message.full_context.get("answers_to") or "")):
        try:
            if address:
                return ascii_address(address)
        except Unsendable:
            continue
    return ""


def mail(
    message: Message, composed: Composed, branding: Branding, *, by_provider: bool
) -> EmailMultiAlternatives:
    """The mail with its headers. Providers set the return address themselves and get our token as metadata.

    Raises:
        Unsendable: see `ascii_address`.
    """
    token, kind = return_token(message.pk), KINDS[message.kind]
    name = one_line(message.to_name, limit=100) if kind.greets else ""
    sender = formataddr((one_line(branding.name, limit=100), settings.MAIL_FROM))
    headers = {
        "Message-ID": f"<m.{token}@{settings.MAIL_RETURN_DOMAIN}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834, 5
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": message.language,
    }
    if kind.unsubscribe:
        headers["List-Unsubscribe"] = (
            f"<mailto:unsubscribe+{token}@{settings.MAIL_RETURN_DOMAIN}?subject=unsubscribe>"
        )
    if not by_provider:
        headers["From"] = sender
    reply_to = reply_address(message, branding)
    made = EmailMultiAlternatives(
        subject=composed.subject,
        body=composed.text,
        from_email=sender if by_provider else return_address(message.pk),
        to=[formataddr((name, ascii_address(message.to_address)))],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    made.attach_alternative(composed.html, "text/html")
    if by_provider:
        made.metadata = {"message": token}  # type: ignore[attr-defined]
    return made
