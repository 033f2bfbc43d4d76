"""Status lists: places that are used once, bits, and their publication as signed credentials.

docs/adr/0009-status-lists.md says why whoever changes a bit publishes its list too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from insignia.cryptosuites.timestamps import write
from insignia.issuing import issue
from insignia.status_list import BitstringStatusList, status_list_credential
from insignia_server.credentials.document import Place
from insignia_server.credentials.keys import loader, signing_pair
from insignia_server.credentials.models import CredentialState, StatusList, StatusPurpose
from insignia_server.credentials.permutation import permutation_of
from insignia_server.issuers.models import Issuer, KeyState
from insignia_server.kit import scopes
from insignia_server.kit.compiled import Compiled

LENGTH: Final = 131_072
SUITE: Final = "eddsa-rdfc-2022"
TTL: Final = dt.timedelta(seconds=60)
_PUBLISHED: Final = Compiled(lambda key: StatusList.objects.filter(pk=key).values_list("published", "etag"))
_SIZES: Final = {StatusPurpose.REVOCATION: 1, StatusPurpose.SUSPENSION: 1, StatusPurpose.MESSAGE: 2}


def address(issuer: Issuer, list_id: uuid.UUID) -> str:
    """Where a list is published."""
    return f"{issuer.base_url}/status/{list_id}.json"


def value_of(purpose: str, state: str) -> int:
    """What stands in a list of this purpose for a credential in this state.

    A suspension list can only say suspended, which is then said for good; a superseded credential is revoked.
    """
    if state == CredentialState.VALID:
        return 0
    if purpose == StatusPurpose.MESSAGE:
        return 1 if state == CredentialState.SUSPENDED else 2
    return 1


def allocate(issuer: Issuer, purpose: str, count: int, *, now: dt.datetime | None = None) -> list[Place]:
    """`count` places that nobody had before, in published lists; in the order of a keyed permutation.

    A list that no sound key signs is signed first, for what is issued now must verify now. Safe for several
    workers at once. Call it outside of a long transaction, since it holds the list's row to the commit;
    places of an attempt that failed stay unused for ever. Needs the organisation's scope.
    """
    if count < 0:
        raise ValueError(f"a number of places is needed, not {count}")
    places: list[Place] = []
    while len(places) < count:
        places += _block(issuer, purpose, count - len(places), now or timezone.now())
    return places


def _block(issuer: Issuer, purpose: str, wanted: int, now: dt.datetime) -> list[Place]:
    """Up to `wanted` places of the oldest list with room; none when another worker was faster."""
    row = (
        StatusList.objects.filter(issuer_id=issuer.pk, purpose=purpose, taken__lt=F("length"))
        .order_by("pk")
        .values_list("pk", "taken", "length", "etag", "key__state")
        .first()
    )
    if row is None:
        create_list(issuer, purpose, now=now)
        return []
    list_id, taken, length, etag, key_state = row
    if not etag or key_state in (None, KeyState.COMPROMISED):
        publish(list_id, now=now)
    upto = min(taken + wanted, length)
    if not StatusList.objects.filter(pk=list_id, taken=taken).update(taken=upto):
        return []
    place_of, url = permutation_of(list_id, length), address(issuer, list_id)
    return [Place(list_id, url, place_of(position)) for position in range(taken, upto)]


@transaction.atomic
def create_list(issuer: Issuer, purpose: str, *, now: dt.datetime, length: int = LENGTH) -> StatusList:
    """A new list, published at once, so that whatever points to it can be verified."""
    size = _SIZES[StatusPurpose(purpose)]
    bits = bytes(BitstringStatusList(length, size))
    row = StatusList(
        organisation_id=issuer.organisation_id,
        issuer=issuer,
        purpose=purpose,
        size=size,
        length=length,
        bits=bits,
    )
    _sign(row, issuer, now)
    row.save(force_insert=True)
    return row


def set_bits(
    changes: Mapping[uuid.UUID, Iterable[tuple[int, int]]], *, now: dt.datetime, publish: bool = True
) -> list[uuid.UUID]:
    """Write values at indices of lists, in the caller's transaction; each list is read and written once.

    With `publish` each changed list is signed too; otherwise the job does it within seconds. Returns the
    keys of the lists that changed.
    """
    changed = []
    with transaction.atomic():
        for list_id in sorted(changes):  # always in this order, so that two of them never wait for each other
            row = _locked(list_id)
            bits = BitstringStatusList.from_bytes(bytes(row.bits), row.size, minimum=0)
            for index, value in changes[list_id]:
                bits.set(index, value)
            if bytes(bits) == bytes(row.bits):
                continue
            row.bits, row.changed_at = bytes(bits), now
            fields = ["bits", "changed_at"]
            if publish:
                fields += _sign(row, row.issuer, now)
            row.save(update_fields=fields)
            changed.append(list_id)
    return changed


@transaction.atomic
def publish(list_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Sign a list whose bits changed or whose key was compromised. False when there was nothing to do."""
    row = _locked(list_id)
    sound = row.published is not None and row.key is not None and row.key.state != KeyState.COMPROMISED
    if sound and row.changed_at is None:
        return False
    row.save(update_fields=_sign(row, row.issuer, now))
    return True


def sign_again(issuer: Issuer, *, now: dt.datetime, most: int = 20) -> int:
    """Lists that a compromised key of this issuer signed, at once: until then no verifier believes them, nor
    the badges in them. More than `most` are left to the job, which comes round in seconds. How many."""
    lists = StatusList.objects.filter(issuer=issuer, key__state=KeyState.COMPROMISED).order_by("-pk")
    keys = list(lists.values_list("pk", flat=True)[:most])
    return sum(publish(key, now=now) for key in keys)


def due() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Organisation and key of each list that has to be signed again."""
    with scopes.crossing("jobs"):
        rows = StatusList.objects.filter(
            Q(changed_at__isnull=False) | Q(published__isnull=True) | Q(key__state=KeyState.COMPROMISED)
        )
        return list(rows.order_by("pk").values_list("organisation_id", "pk"))


def published(list_id: uuid.UUID) -> tuple[bytes, str] | None:
    """The signed list as it is served, and its ETag; None when there is no such list. One query."""
    row = _PUBLISHED.first(list_id)
    return None if row is None or row[0] is None else (bytes(row[0]), row[1])


def _locked(list_id: uuid.UUID) -> StatusList:
    """The row, locked until the commit; without the key, so that inserts that point to it need not wait."""
    row: StatusList = (
        StatusList.objects.select_for_update(no_key=True, of=("self",))
        .select_related("issuer", "key")
        .get(pk=list_id)
    )
    return row


def _sign(row: StatusList, issuer: Issuer, now: dt.datetime) -> list[str]:
    """Sign the list as it stands; the names of the fields that changed. Nothing is saved."""
    key, issuer_key = signing_pair(issuer, SUITE)
    bits = BitstringStatusList.from_bytes(bytes(row.bits), row.size, minimum=0)
    document = status_list_credential(
        url=address(issuer, row.pk),
        issuer=issuer.did,
        purpose=row.purpose,
        encoded_list=bits.encode(),
        valid_from=write(now),
        ttl=int(TTL.total_seconds() * 1000),
    )
    row.published = issue(document, key=issuer_key, suite=SUITE, created=now, loader=loader())
    row.etag = hashlib.sha256(row.published).hexdigest()
    row.published_at, row.changed_at, row.key = now, None, key
    return ["published", "etag", "published_at", "changed_at", "key"]
