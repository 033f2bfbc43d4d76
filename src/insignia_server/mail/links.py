"""The link in a message's button tells, when it is followed, that the message was read. No tracking pixel."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils import timezone

from insignia_server.mail import outcomes
from insignia_server.mail.tokens import link_token, read_link_token

PARAMETER = "m"


def with_token(url: str, message_id: uuid.UUID) -> str:
    """The address with `?m=<token>`, whatever query and fragment it has."""
    parts = urlsplit(url)
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != PARAMETER
    ]
    return urlunsplit(parts._replace(query=urlencode([*query, (PARAMETER, link_token(message_id))])))


def opened(token: str, *, now: dt.datetime | None = None) -> uuid.UUID | None:
    """Note that the link of a message was followed; the message, or None when the token was not made here.

    For the view behind the link, on GET, whatever else it does. The first time only changes anything.
    """
    message_id = read_link_token(token)
    return outcomes.opened(message_id, now=now or timezone.now()) if message_id else None
