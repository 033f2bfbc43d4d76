"""Putting messages into the queue, taking them out again, and forgetting people."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from insignia_server.kit import scopes
from insignia_server.kit.bulk_insert import insert_many
from insignia_server.kit.ids import uuid7
from insignia_server.mail import jobs, sending, subscribers
from insignia_server.mail.compose import supported
from insignia_server.mail.kinds import check_context
from insignia_server.mail.models import Failure, Message, MessageState, SharedContext

FEW: Final = 20  # up to so many are sent at once, before those of a large batch
_CHUNK: Final = 500
_COLUMNS: Final = (
    *("id", "organisation_id", "kind", "to_address", "to_name", "language", "reply_to"),
    *("subject_type", "subject_id", "context", "shared_id", "due_at", "created_at"),
)


@dataclass(frozen=True)
class Outgoing:
    """One message to be sent. `context` must fit `kind` (kinds.KINDS), together with `shared`.

    `shared` is what many messages of one call have in common; the same object is stored once.
    `organisation_id` None: the instance writes. `reply_to` empty: where the organisation wants answers.
    """

    kind: str
    to: str
    name: str
    language: str
    context: Mapping[str, Any]
    subject_type: str = ""
    subject_id: str = ""
    organisation_id: uuid.UUID | None = None
    reply_to: str = ""
    shared: Mapping[str, Any] | None = None


@scopes.crossing("mail")
def queue_many(
    rows: Iterable[Outgoing], *, after: dt.datetime | None = None, now: dt.datetime | None = None
) -> list[uuid.UUID]:
    """Queue any number of messages in the caller's transaction; their keys, in the order of the rows.

    Jobs send them once the transaction is committed, not before `after`. Addresses are not checked here:
    a message to one that cannot be written to, or is suppressed, becomes `failed`.

    Raises:
        LookupError: an unknown kind.
        ValueError: a context that does not fit its kind, or a value that is not text, whole number or list.
    """
    now = now or timezone.now()
    keeper = _Shared()
    values = [_values(row, keeper, due_at=after or now, now=now) for row in rows]
    keys: list[uuid.UUID] = [row[0] for row in values]
    if keys:
        with transaction.atomic():
            SharedContext.objects.bulk_create(keeper.rows)
            insert_many(Message, _COLUMNS, values)
            _enqueue(keys, after=after)
    return keys


@scopes.crossing("mail")
def withdraw(subject_type: str, subject_ids: Iterable[str]) -> int:
    """Send no more of what is queued about these subjects; how many messages that stopped."""
    count = 0
    for chunk in _chunks(subject_ids):
        with transaction.atomic():
            queued = Message.plain.filter(
                subject_type=subject_type, subject_id__in=chunk, state=MessageState.QUEUED
            )
            keys = list(queued.select_for_update().values_list("pk", flat=True))
            Message.plain.filter(pk__in=keys).update(state=MessageState.FAILED, failure=Failure.WITHDRAWN)
            subscribers.tell(keys, MessageState.FAILED)
            count += len(keys)
    return count


_NOTHING: Final[dict[str, Any]] = {
    "to_address": "",
    "to_name": "",
    "context": {},
    "last_error": "",
    "bounce_text": "",
}


@scopes.crossing("mail")
def withdrawn(message_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these messages were withdrawn: nothing is wrong with their addresses."""
    found: set[uuid.UUID] = set()
    for chunk in _chunks(message_ids):
        rows = Message.plain.filter(pk__in=chunk, failure=Failure.WITHDRAWN)
        found.update(rows.values_list("pk", flat=True))
    return found


@scopes.crossing("mail")
def forget(subject_type: str, subject_ids: Iterable[str]) -> int:
    """Erase name, address, values and replies from all messages about these subjects; how many there were.

    What is still queued is withdrawn first.
    """
    ids = list(subject_ids)
    withdraw(subject_type, ids)
    return sum(
        Message.plain.filter(subject_type=subject_type, subject_id__in=chunk).update(**_NOTHING)
        for chunk in _chunks(ids)
    )


@scopes.crossing("mail")
@transaction.atomic
def forget_messages(keys: Iterable[uuid.UUID]) -> int:
    """The same for messages that were found by their address; how many."""
    count = 0
    for chunk in _chunks(keys):
        rows = Message.plain.filter(pk__in=chunk)
        queued = list(rows.filter(state=MessageState.QUEUED).select_for_update().values_list("pk", flat=True))
        Message.plain.filter(pk__in=queued).update(state=MessageState.FAILED, failure=Failure.WITHDRAWN)
        subscribers.tell(queued, MessageState.FAILED)
        count += rows.update(**_NOTHING)
    return count


@scopes.crossing("mail")
def subjects(message_ids: Sequence[uuid.UUID], subject_type: str) -> list[str]:
    """What these messages are about, of one type: a subscriber asks this to find its own rows."""
    found: list[str] = []
    for chunk in _chunks(message_ids):
        rows = Message.plain.filter(pk__in=chunk, subject_type=subject_type)
        found += rows.values_list("subject_id", flat=True)
    return found


@scopes.crossing("mail")
def recent(subject_type: str, subject_ids: Iterable[str], *, kind: str, since: dt.datetime) -> list[str]:
    """About which of these subjects a message of this kind was queued since then."""
    found: list[str] = []
    for chunk in _chunks(subject_ids):
        rows = Message.plain.filter(subject_type=subject_type, subject_id__in=chunk, kind=kind)
        found += rows.filter(created_at__gte=since).values_list("subject_id", flat=True)
    return found


class _Shared:
    """What the messages of one call have in common: rows of shared values, and what was checked already."""

    def __init__(self) -> None:
        self.rows: list[SharedContext] = []
        self._known: dict[int, tuple[Mapping[str, Any], uuid.UUID]] = {}
        self._checked: set[tuple[str, int, frozenset[str]]] = set()
        self._languages: dict[str, str] = {}

    def key(self, values: Mapping[str, Any] | None) -> uuid.UUID | None:
        if not values:
            return None
        if id(values) not in self._known:
            kept = {name: _kept(name, value) for name, value in values.items()}
            self.rows.append(SharedContext(id=uuid7(), values=kept))
            self._known[id(values)] = (values, self.rows[-1].pk)
        return self._known[id(values)][1]

    def check(self, row: Outgoing) -> None:
        seen = (row.kind, id(row.shared), frozenset(row.context))
        if seen not in self._checked:
            check_context(row.kind, {**(row.shared or {}), **row.context})
            self._checked.add(seen)

    def language(self, asked: str) -> str:
        if asked not in self._languages:
            self._languages[asked] = supported(asked)
        return self._languages[asked]


def _values(row: Outgoing, keeper: _Shared, *, due_at: dt.datetime, now: dt.datetime) -> tuple[Any, ...]:
    keeper.check(row)
    return (
        uuid7(),
        row.organisation_id,
        row.kind,
        _kept("to", row.to).strip()[:320],
        _kept("name", row.name)[:300],
        keeper.language(row.language),
        row.reply_to,
        row.subject_type,
        row.subject_id,
        {name: _kept(name, value) for name, value in row.context.items()},
        keeper.key(row.shared),
        due_at,
        now,
    )


def _kept(name: str, value: Any) -> Any:
    """A value as JSON and PostgreSQL keep it: no NUL in a text, no text that is still to be translated."""
    if isinstance(value, (str, Promise)):
        return str(value).replace("\x00", "")
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, (list, tuple)):
        return [_kept(name, one) for one in value]
    raise ValueError(
        f"{name} is a {type(value).__name__}; texts, whole numbers and lists of them can be queued."
    )


def _enqueue(keys: Sequence[uuid.UUID], *, after: dt.datetime | None) -> None:
    if len(keys) <= FEW:
        jobs.send_these.enqueue(after=after, ids=[str(key) for key in keys])
        return
    for _ in range(0, len(keys), sending.JOB_SIZE):
        jobs.send_some.enqueue(after=after)


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    listed = list(values)
    return (listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK))
