"""How an app above learns what became of its messages, without mail knowing it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from insignia_server.mail.models import MessageState

Subscriber = Callable[[Sequence[uuid.UUID], MessageState], None]
_subscribers: list[Subscriber] = []


def subscribe(subscriber: Subscriber) -> Subscriber:
    """From now on, `subscriber(message_ids, new_state)` is called inside the transaction of each change.

    It hears of sent, opened, bounced, complained and failed; a message that is put off changes no state.
    The messages may be of any organisation. What the subscriber raises undoes the change. Subscribing the
    same function again does nothing. Subscribe in `AppConfig.ready`.
    """
    if subscriber not in _subscribers:
        _subscribers.append(subscriber)
    return subscriber


def unsubscribe(subscriber: Subscriber) -> None:
    """No longer call it; for tests."""
    if subscriber in _subscribers:
        _subscribers.remove(subscriber)


def tell(message_ids: Sequence[uuid.UUID], state: MessageState) -> None:
    """Call every subscriber. Only within the transaction of the change."""
    if message_ids:
        for subscriber in _subscribers:
            subscriber(message_ids, state)
