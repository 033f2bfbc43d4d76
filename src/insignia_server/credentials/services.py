"""Use cases: issue one credential, and what can happen to it afterwards. One transaction each.

They need the scope of the organisation. Telling webhooks is the caller's act (awarding knows the award).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from insignia.errors import InsigniaError
from insignia.issuing import issue
from insignia_server.achievements.models import AchievementVersion
from insignia_server.audit import services as audit
from insignia_server.credentials import log, status
from insignia_server.credentials.checking import Memory, require_valid
from insignia_server.credentials.document import Common, build, split
from insignia_server.credentials.keys import loader, signing_pair
from insignia_server.credentials.models import Credential, CredentialState, StatusList, StatusPurpose
from insignia_server.credentials.subject import Subject
from insignia_server.issuers.models import SigningKey
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

LIVE: Final = (CredentialState.VALID, CredentialState.SUSPENDED)
LOG_DELAY: Final = dt.timedelta(hours=1)  # no job takes longer from the signature to its commit


def issue_one(
    *, version: AchievementVersion, subject: Subject, now: dt.datetime, suite: str = ""
) -> Credential:
    """Sign a credential, verify it with the library's own verifier, store and anchor it.

    Joins the caller's transaction. `suite` defaults to the definition's. Raises Refused (no key, or values
    that Open Badges does not allow, each with its place), NotSigned when what was signed does not verify;
    then nothing was stored.
    """
    issuer = version.achievement.issuer
    key, issuer_key = signing_pair(issuer, suite or version.content.get("suite") or "eddsa-rdfc-2022")
    common = Common.of(version, issuer, suite)
    place = status.allocate(issuer, common.purpose, 1, now=now)[0]
    shape, values = split(subject, place, common)
    try:
        content = issue(
            build(shape, values, common), key=issuer_key, suite=common.suite, created=now, loader=loader()
        )
    except InsigniaError as error:
        raise Refused(
            *(
                Refusal(
                    _("{place}: expected {expected}, got {got}.").format(
                        place=one.where, expected=one.expected, got=one.got
                    ),
                    one.where,
                    one.code,
                    one.expected,
                    one.got,
                )
                for one in error.problems
            )
        ) from error
    require_valid(content, now=now, resolver=Memory())
    with transaction.atomic():
        credential = Credential(
            id=subject.credential_id,
            organisation_id=issuer.organisation_id,
            issuer=issuer,
            version=version,
            key=key,
            suite=common.suite,
            content=content,
            digest=hashlib.sha256(content).digest(),
            issued_at=now,
            valid_from=subject.valid_from,
            valid_until=subject.valid_until,
            status_list_id=place.list_id,
            status_index=place.index,
        )
        credential.save(force_insert=True)
        log.append(issuer, [hashlib.sha256(content).digest()], now=now)
    return credential


@transaction.atomic
def revoke(*, by: Actor, credential: Credential, reason: str, now: dt.datetime) -> Credential:
    """Revoke for good; its status list is published in the same transaction. The learner reads the reason.

    Raises Forbidden, NotHere, Refused when it is revoked already or there is no reason.
    """
    _move(by, credential, CredentialState.REVOKED, _reason(reason), now, of=LIVE)
    audit.record(by=by, action="credential.revoke", subject=credential)
    return credential


@transaction.atomic
def revoke_many(
    *, by: Actor, credentials: Sequence[uuid.UUID], reason: str, now: dt.datetime, publish: bool = True
) -> list[uuid.UUID]:
    """Revoke those of these keys that are not yet, in a few statements; each status list is published once.

    Returns the keys that were revoked now. Some thousand at a time. Raises Forbidden, Refused (no reason).
    """
    by.require(Permission.REVOKE)
    text = _reason(reason)
    rows = (
        Credential.objects.select_for_update(no_key=True)
        .filter(pk__in=credentials, organisation_id=by.organisation_id, state__in=LIVE)
        .order_by("pk")
    )
    found = list(rows.values_list("pk", "status_list_id", "status_index"))
    keys = [key for key, _list_id, _index in found]
    Credential.objects.filter(pk__in=keys).update(
        state=CredentialState.REVOKED, state_reason=text, state_at=now
    )
    _say(((list_id, index) for _key, list_id, index in found), CredentialState.REVOKED, now, publish)
    if keys:
        audit.record(by=by, action="credential.revoke-many", count=len(keys))
    return keys


@transaction.atomic
def suspend(*, by: Actor, credential: Credential, reason: str, now: dt.datetime) -> Credential:
    """Suspend until it is reinstated. Raises Forbidden, NotHere, Refused: not valid now, no reason, or its
    status can only say revoked."""
    if _place(credential)[2] == StatusPurpose.REVOCATION:
        message = _(
            "Credentials of this achievement can be revoked, not suspended: its status says revocation. "
            "Choose suspension or message in a new version of the achievement."
        )
        raise Refused(Refusal(message, "", "status-purpose", "suspension, message", "revocation"))
    _move(by, credential, CredentialState.SUSPENDED, _reason(reason), now, of=(CredentialState.VALID,))
    audit.record(by=by, action="credential.suspend", subject=credential)
    return credential


@transaction.atomic
def reinstate(*, by: Actor, credential: Credential, reason: str = "", now: dt.datetime) -> Credential:
    """Make a suspended credential valid again. Raises Forbidden, NotHere, Refused (not suspended)."""
    _move(by, credential, CredentialState.VALID, reason.strip(), now, of=(CredentialState.SUSPENDED,))
    audit.record(by=by, action="credential.reinstate", subject=credential)
    return credential


@transaction.atomic
def supersede(*, by: Actor, old: Credential, new: Credential, reason: str, now: dt.datetime) -> Credential:
    """`new` takes the place of `old`, which is revoked with this reason; its refresh service answers `new`.

    Needs the permission to award. Raises Forbidden, NotHere, Refused: revoked or superseded already, another
    issuer, or no reason.
    """
    if new.issuer_id != old.issuer_id or new.pk == old.pk or new.state != CredentialState.VALID:
        raise Refused(
            Refusal(_("Only a new, valid credential of the same issuer can take its place."), "new", "other")
        )
    _move(
        by,
        old,
        CredentialState.SUPERSEDED,
        _reason(reason),
        now,
        of=LIVE,
        permission=Permission.AWARD,
        new=new,
    )
    audit.record(by=by, action="credential.supersede", subject=old, by_credential=str(new.pk))
    return old


@transaction.atomic
def supersede_many(*, by: Actor, pairs: Mapping[uuid.UUID, uuid.UUID], reason: str, now: dt.datetime) -> int:
    """As `supersede`, for some hundred pairs old -> new of the same issuer; how many old ones were valid
    still and are superseded now. The status lists are published within seconds.

    Raises Forbidden, Refused (no reason).
    """
    by.require(Permission.AWARD)
    text = _reason(reason)
    rows = (
        Credential.objects.select_for_update(no_key=True)
        .filter(pk__among=list(pairs), organisation_id=by.organisation_id, state=CredentialState.VALID)
        .only("pk", "status_list", "status_index", "state", "state_reason", "state_at", "superseded_by")
        .order_by("pk")
    )
    found = list(rows)
    for row in found:
        row.state, row.state_reason, row.state_at = CredentialState.SUPERSEDED, text, now
        row.superseded_by_id = pairs[row.pk]
    Credential.objects.bulk_update(found, ["state", "state_reason", "state_at", "superseded_by"])
    _say(((row.status_list_id, row.status_index) for row in found), CredentialState.SUPERSEDED, now, False)
    if found:
        audit.record(by=by, action="credential.supersede-many", count=len(found))
    return len(found)


def affected_by(key: SigningKey) -> QuerySet[Credential]:
    """The credentials still in force that a key signed: after a compromise, what has to be issued again.

    Verifiers elsewhere refuse all of them from then on; here those count that the log had before
    (`log.anchored_before`).
    """
    found: QuerySet[Credential] = Credential.objects.filter(key_id=key.pk, state__in=LIVE).order_by("pk")
    return found


def unanchored(key: SigningKey) -> QuerySet[Credential]:
    """Those of `affected_by(key)` that do not count any more: the log did not have them before."""
    since = key.compromised_since
    if since is None:
        return affected_by(key).none()
    return affected_by(key).filter(Q(issued_at__gte=since) | Q(pk__in=_taken_up_late(key, since)))


def _taken_up_late(key: SigningKey, since: dt.datetime) -> list[uuid.UUID]:
    """Signed before the moment and taken up by the log only after it: what another worker stored meanwhile
    moved the log's time on."""
    near = affected_by(key).filter(issued_at__gte=since - LOG_DELAY, issued_at__lt=since)
    candidates = {bytes(digest): pk for pk, digest in near.values_list("pk", "digest")}
    if candidates:
        for digests in log.digests_between(key.issuer_id, since - LOG_DELAY, since):
            candidates.pop(digests, None)
    return list(candidates.values())


def _say(
    places: Iterable[tuple[uuid.UUID | None, int | None]],
    state: CredentialState,
    now: dt.datetime,
    publish: bool,
) -> None:
    """The bits of these places, each list once."""
    known = [(list_id, index) for list_id, index in places if list_id is not None and index is not None]
    lists = {list_id for list_id, _index in known}
    purposes = dict(StatusList.objects.filter(pk__in=lists).values_list("pk", "purpose"))
    changes: dict[uuid.UUID, list[tuple[int, int]]] = defaultdict(list)
    for list_id, index in known:
        changes[list_id].append((index, status.value_of(purposes[list_id], state)))
    status.set_bits(changes, now=now, publish=publish)


def _reason(reason: str) -> str:
    text = reason.strip()
    if not text:
        message = _("Say why: the learner reads it, and so does whoever opens the badge page.")
        raise Refused(Refusal(message, "reason", "required"))
    return text


def _place(credential: Credential) -> tuple[uuid.UUID, int, str]:
    """List, index and purpose of its status."""
    row, index = credential.status_list, credential.status_index
    if row is None or index is None:
        message = _("This credential has no status: what is signed cannot be taken back before it ends.")
        raise Refused(Refusal(message, "", "no-status"))
    return row.pk, index, row.purpose


def _move(
    by: Actor,
    credential: Credential,
    to: CredentialState,
    reason: str,
    now: dt.datetime,
    *,
    of: Sequence[CredentialState],
    permission: Permission = Permission.REVOKE,
    new: Credential | None = None,
) -> None:
    """Compare-and-set of the state, and the bit that says so, published."""
    by.require(permission)
    list_id, index, purpose = _place(credential)
    values = {"state": to, "state_reason": reason, "state_at": now, "superseded_by": new}
    changed = Credential.objects.filter(
        pk=credential.pk, organisation_id=by.organisation_id, state__in=of
    ).update(**values)
    if not changed:
        _refuse(by, credential, of)
    value = status.value_of(purpose, to)
    status.set_bits({list_id: [(index, value)]}, now=now)
    for name, given in values.items():
        setattr(credential, name, given)


def _refuse(by: Actor, credential: Credential, of: Sequence[CredentialState]) -> None:
    state = (
        Credential.objects.filter(pk=credential.pk, organisation_id=by.organisation_id)
        .values_list("state", flat=True)
        .first()
    )
    if state is None:
        raise NotHere
    expected = " / ".join(str(one.label) for one in of)
    message = _("It is {state} now; only what is {expected} can be changed so. Load the page again.").format(
        state=CredentialState(state).label, expected=expected
    )
    raise Refused(Refusal(message, "", "state", expected, state))
