"""The issuance log: an append-only chain of digests for each issuer, which tells what existed when.

An entry's root is SHA-256 over the root before it (32 zero bytes before the first), its sequence and its
time in microseconds since 1970 (8 bytes each, big-endian), and the digests. docs/adr/0010-issuance-log.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import transaction

from insignia_server.credentials.models import Credential, IssuanceLog, IssuanceLogEntry
from insignia_server.issuers.models import Issuer

DIGEST: Final = 32
START: Final = bytes(DIGEST)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


class LogBroken(RuntimeError):
    """An entry does not follow from the ones before it: the log was changed."""


def root_of(previous: bytes, sequence: int, at: dt.datetime, digests: bytes) -> bytes:
    """The root of an entry."""
    micros = (at - _EPOCH) // _MICROSECOND
    return hashlib.sha256(previous + sequence.to_bytes(8) + micros.to_bytes(8) + digests).digest()


@transaction.atomic
def append(issuer: Issuer, digests: Sequence[bytes], *, now: dt.datetime) -> IssuanceLogEntry:
    """One more entry; other writers of this log wait until the commit. Times never go back."""
    joined = b"".join(digests)
    if not joined or any(len(digest) != DIGEST for digest in digests):
        raise ValueError("one or more SHA-256 digests of 32 bytes are needed")
    while True:
        head = _head(issuer)
        previous, sequence = bytes(head.root), head.sequence + 1
        at = max(now, head.at) if head.at else now
        root = root_of(previous, sequence, at, joined)
        moved = IssuanceLog.objects.filter(pk=head.pk, sequence=head.sequence).update(
            sequence=sequence, root=root, at=at, count=head.count + len(digests)
        )
        if moved:
            entry: IssuanceLogEntry = IssuanceLogEntry.objects.create(
                organisation_id=issuer.organisation_id,
                issuer_id=issuer.pk,
                sequence=sequence,
                digests=joined,
                previous=previous,
                root=root,
                at=at,
            )
            return entry


def _head(issuer: Issuer) -> IssuanceLog:
    head: IssuanceLog
    head, _ = IssuanceLog.objects.get_or_create(
        issuer_id=issuer.pk, defaults={"organisation_id": issuer.organisation_id, "root": START}
    )
    return head


def anchored_at(credential: Credential) -> dt.datetime | None:
    """When the log took up the credential; None when it never did."""
    return _find(credential, before=None)


def anchored_before(credential: Credential, moment: dt.datetime) -> bool:
    """Whether the log had the credential's digest before the moment."""
    return _find(credential, before=moment) is not None


def _find(credential: Credential, before: dt.datetime | None) -> dt.datetime | None:
    """The log's times never go back and no entry is older than what it holds: begin at the time of issue."""
    rows = IssuanceLogEntry.objects.filter(issuer_id=credential.issuer_id, at__gte=credential.issued_at)
    if before is not None:
        rows = rows.filter(at__lt=before)
    digest = bytes(credential.digest)
    for digests, at in rows.order_by("at", "sequence").values_list("digests", "at").iterator(chunk_size=20):
        if _holds(bytes(digests), digest):
            return at
    return None


def digests_between(issuer_id: uuid.UUID, start: dt.datetime, end: dt.datetime) -> Iterator[bytes]:
    """What the log of an issuer took up from `start` on and before `end`, in order."""
    rows = IssuanceLogEntry.objects.filter(issuer_id=issuer_id, at__gte=start, at__lt=end)
    for digests in rows.order_by("at", "sequence").values_list("digests", flat=True).iterator(chunk_size=20):
        content = bytes(digests)
        yield from (content[at : at + DIGEST] for at in range(0, len(content), DIGEST))


def _holds(digests: bytes, digest: bytes) -> bool:
    found = digests.find(digest)
    while found >= 0 and found % DIGEST:
        found = digests.find(digest, found + 1)
    return found >= 0


def verify(issuer: Issuer) -> int:
    """Check the whole chain and that it ends where its head says; the number of entries. Raises LogBroken."""
    previous, sequence, count = START, 0, 0
    at: dt.datetime | None = None
    rows = IssuanceLogEntry.objects.filter(issuer_id=issuer.pk).order_by("sequence")
    for entry in rows.iterator(chunk_size=100):
        sequence += 1
        _check(entry, sequence, previous, at)
        previous, at = bytes(entry.root), entry.at
        count += len(entry.digests) // DIGEST
    head = IssuanceLog.objects.filter(issuer_id=issuer.pk).first()
    end = (head.sequence, bytes(head.root), head.at, head.count) if head else (0, START, None, 0)
    if (sequence, previous, at, count) != end:
        raise LogBroken(f"the log ends at entry {sequence} with {count} digests, its head says otherwise")
    return sequence


def _check(entry: IssuanceLogEntry, sequence: int, previous: bytes, at: dt.datetime | None) -> None:
    digests = bytes(entry.digests)
    if entry.sequence != sequence or bytes(entry.previous) != previous:
        raise LogBroken(f"expected entry {sequence} to follow {previous.hex()}, got entry {entry.sequence}")
    if at is not None and entry.at < at:
        raise LogBroken(f"entry {sequence} is dated {entry.at.isoformat()}, before the one before it")
    if len(digests) % DIGEST or bytes(entry.root) != root_of(previous, sequence, entry.at, digests):
        raise LogBroken(f"the root of entry {sequence} is not that of its contents")


def head_json(head: IssuanceLog, issuer: Issuer) -> dict[str, Any]:
    """What /issuers/<slug>/log.json answers: the newest root, and where the entries are."""
    home = f"{issuer.base_url}/issuers/{issuer.slug}/log/"
    return {
        "type": "IssuanceLog",
        "issuer": issuer.did,
        "entries": head.sequence,
        "credentials": head.count,
        "root": bytes(head.root).hex(),
        "at": _written(head.at),
        "newest": f"{home}{head.sequence}.json",
        "entry": f"{home}{{sequence}}.json",
        "rule": "root = SHA-256(previous root ‖ sequence ‖ microseconds since 1970-01-01T00:00:00Z ‖ "
        "digests); sequence and time as 8 bytes, big-endian; digests are SHA-256 of the credentials' bytes, "
        "in order; 32 zero bytes come before the first entry",
    }


def entry_json(entry: IssuanceLogEntry, issuer: Issuer) -> dict[str, Any]:
    """What /issuers/<slug>/log/<sequence>.json answers."""
    digests = bytes(entry.digests)
    return {
        "type": "IssuanceLogEntry",
        "issuer": issuer.did,
        "sequence": entry.sequence,
        "at": _written(entry.at),
        "previous": bytes(entry.previous).hex(),
        "root": bytes(entry.root).hex(),
        "digests": [digests[i : i + DIGEST].hex() for i in range(0, len(digests), DIGEST)],
    }


def _written(at: dt.datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
