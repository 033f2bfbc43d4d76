"""Taking messages out of the queue and handing them to the mail server."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Final

import structlog
from anymail.backends.base import AnymailBaseBackend
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F
from django.template import TemplateSyntaxError
from django.utils import timezone

from insignia_server.kit import scopes
from insignia_server.mail import branding, outcomes, suppressions, texts
from insignia_server.mail.compose import Composed, OwnText, compose
from insignia_server.mail.envelope import Unsendable, mail, reply_address
from insignia_server.mail.kinds import KINDS
from insignia_server.mail.links import with_token
from insignia_server.mail.models import Failure, Message, MessageState
from insignia_server.mail.replies import Meaning, Reply, understand

log = structlog.get_logger(__name__)

JOB_SIZE: Final = 500  # messages that one job sends
CHUNK: Final = 25  # messages that one worker holds at a time
LEASE: Final = dt.timedelta(minutes=10)  # after it another worker takes what this one still holds
GIVE_UP: Final = dt.timedelta(
    days=5
)  # RFC 5321, 4.5.4.1: 'the give-up time generally needs to be at least 4-5 days'
PAUSE: Final = dt.timedelta(minutes=1)  # when the mail server cannot be reached
_WAITS: Final = (5, 15, 30, 60, 120, 240)  # minutes, after the first, second … attempt that was put off

Clock = Callable[[], dt.datetime]


class Post:
    """One connection to the mail server, used for many messages; opened at the first one."""

    def __init__(self) -> None:
        self._connection: Any = get_connection(fail_silently=False)
        self._used = False
        self.by_provider = isinstance(self._connection, AnymailBaseBackend)

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; a server that did so first is no error."""
        try:
            self._connection.close()
        except Exception as error:  # the messages are settled already
            log.info("mail connection not closed", error=type(error).__name__)
        self._used = False

    def send(self, made: EmailMultiAlternatives) -> Reply | None:
        """None when the server took it. A connection that was in use and broke is opened again once."""
        while True:
            try:
                self._connection.open()
                self._connection.send_messages([made])
            except Exception as error:
                reply, was_used = understand(error), self._used
                if reply.meaning is not Meaning.UNREACHABLE:
                    return reply
                self.close()
                if not was_used:
                    return reply
            else:
                self._used = True
                return None


@scopes.crossing("mail")
def send_due(
    limit: int = JOB_SIZE,
    *,
    ids: Sequence[uuid.UUID] | None = None,
    check: Callable[[], None] = lambda: None,
    clock: Clock = timezone.now,
) -> int:
    """Send up to `limit` messages that are due (of `ids`, when given), over one connection. How many.

    `check` is called before each message, to renew a job's lease. Several workers may do this at once: each
    message is held by one of them. A message whose worker died after the server had taken it is sent twice,
    with the same Message-ID.
    """
    tried = 0
    with Post() as post:
        while tried < limit:
            held = _claim(min(CHUNK, limit - tried), ids=ids, now=clock())
            if not held:
                break
            tried += len(held)
            if not _send_chunk(held, post, check=check, clock=clock):
                break
    return tried


@scopes.crossing("mail")
def deliver(message: Message, *, clock: Clock = timezone.now) -> MessageState:
    """Send one queued message now, whenever it was due; its new state."""
    with transaction.atomic():
        queued = Message.plain.filter(pk=message.pk, state=MessageState.QUEUED)
        if queued.update(state=MessageState.SENDING, due_at=clock() + LEASE, attempts=F("attempts") + 1):
            message.refresh_from_db()
    if message.state == MessageState.SENDING:
        with Post() as post:
            _send_chunk([message], post, check=lambda: None, clock=clock)
    message.refresh_from_db()
    return MessageState(message.state)


def composed(
    message: Message, *, look: branding.Branding | None = None, own: OwnText | None = None
) -> Composed:
    """The text of a message as it is (or would now be) sent.

    Raises:
        LookupError, ValueError: see `compose.compose`.
    """
    context = message.full_context
    if context.get("url"):
        context["url"] = with_token(str(context["url"]), message.pk)
    look = look or branding.of(message.organisation_id)
    return compose(
        message.kind,
        context=context,
        language=message.language,
        branding=look,
        answered=bool(reply_address(message, look)),
        name=message.to_name,
        own=own,
    )


@scopes.crossing("mail")
def _claim(limit: int, *, ids: Sequence[uuid.UUID] | None, now: dt.datetime) -> list[Message]:
    waiting = Message.plain.filter(state__in=[MessageState.QUEUED, MessageState.SENDING], due_at__lte=now)
    if ids is not None:
        waiting = waiting.filter(pk__in=ids)
    with transaction.atomic():
        rows = waiting.select_for_update(skip_locked=True).order_by("due_at", "pk")[:limit]
        keys = list(rows.values_list("pk", flat=True))
        Message.plain.filter(pk__in=keys).update(
            state=MessageState.SENDING, due_at=now + LEASE, attempts=F("attempts") + 1
        )
    return list(Message.plain.filter(pk__in=keys).select_related("shared").order_by("pk"))


def _send_chunk(held: Sequence[Message], post: Post, *, check: Callable[[], None], clock: Clock) -> bool:
    """Send what is held; False when the mail server cannot be reached: the rest is back in the queue."""
    look, own = cache(branding.of), cache(texts.own_texts)
    blocked = _blocked(held)
    for number, message in enumerate(held):
        check()
        if message.pk in blocked:
            outcomes.failed(message, Failure.SUPPRESSED)
            continue
        style = look(message.organisation_id)
        text = own(message.organisation_id).get((message.kind, message.language))
        made = _made(message, style, text, by_provider=post.by_provider)
        reply = post.send(made) if made else None
        if reply is not None and reply.meaning is Meaning.UNREACHABLE:
            log.warning("mail server not reached", error=reply.text, waiting=len(held) - number)
            for waiting in held[number:]:
                outcomes.again(waiting, due_at=clock() + PAUSE, error=reply.text, counts=False)
            return False
        if made:
            _settle(message, reply, made, now=clock())
    return True


def _settle(message: Message, reply: Reply | None, made: EmailMultiAlternatives, *, now: dt.datetime) -> None:
    if reply is None:
        status = getattr(made, "anymail_status", None)
        given = getattr(status, "message_id", None)
        outcomes.sent(message, provider_message_id="" if given is None else str(given), now=now)
    elif reply.meaning is Meaning.REFUSED:
        outcomes.bounced(message.pk, reply.kind, text=reply.text, now=now)
    elif now - message.created_at > GIVE_UP and message.attempts > len(_WAITS):
        outcomes.failed(message, Failure.EXPIRED, error=reply.text)
    else:
        wait = _WAITS[min(message.attempts, len(_WAITS)) - 1]
        outcomes.again(message, due_at=now + dt.timedelta(minutes=wait), error=reply.text)


def _made(
    message: Message, look: branding.Branding, own: OwnText | None, *, by_provider: bool
) -> EmailMultiAlternatives | None:
    """The mail, or None when there cannot be one, which is then written down."""
    try:
        return mail(message, composed(message, look=look, own=own), look, by_provider=by_provider)
    except Unsendable as error:
        outcomes.failed(message, Failure.ADDRESS, error=str(error))
    except (LookupError, ValueError, TemplateSyntaxError) as error:
        log.error("mail not composed", message=str(message.pk), kind=message.kind, error=repr(error)[:500])
        outcomes.failed(message, Failure.TEMPLATE)
    return None


def _blocked(held: Sequence[Message]) -> set[uuid.UUID]:
    """Those of the messages whose address is suppressed: one query for each organisation."""
    tenants: dict[tuple[uuid.UUID | None, bool], dict[uuid.UUID, bytes]] = defaultdict(dict)
    for message in held:
        reminder = message.kind in KINDS and KINDS[message.kind].unsubscribe
        key = (message.organisation_id, reminder)
        tenants[key][message.pk] = suppressions.address_index(message.to_address)
    blocked: set[uuid.UUID] = set()
    for (organisation_id, reminder), indexes in tenants.items():
        found = suppressions.is_suppressed(organisation_id, indexes.values(), reminders=reminder)
        blocked |= {key for key, index in indexes.items() if index in found}
    return blocked
