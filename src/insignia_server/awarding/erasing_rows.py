"""What is left of awards and claims when their learner is erased: the act, and nothing of the person."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from insignia_server.awarding.models import Award, Claim, EvidenceFile, EvidenceUse
from insignia_server.awarding.standing import follow
from insignia_server.credentials import services as credentials
from insignia_server.credentials.models import Credential
from insignia_server.mail.services import forget
from insignia_server.organisations.actors import job_actor
from insignia_server.webhooks import services as webhooks

CHUNK: Final = 200  # awards erased in one transaction
_NOTHING: Final[dict[str, Any]] = {
    **dict.fromkeys(("identifier_kind", "identifier", "email", "name", "name_key", "language"), ""),
    "blind_index": b"",
    "details": {},
    "person": None,
    "claimed_at": None,
    "message_id": None,
}


def erase_awards(keys: Sequence[uuid.UUID], *, revoke: bool, now: dt.datetime) -> dict[str, list[int]]:
    """Nothing of these awards' learner is left; the batches they came from, with the lines of their files.

    In the caller's transaction and scope; at most some hundred keys. The signed bytes go; their digest stays,
    since the issuance log has it, and so does the place in the status list: with `revoke` it says revoked.
    """
    from insignia_server.awarding import jobs

    # Credentials are locked before their awards, as every other act does it.
    locked = Credential.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    list(locked.values_list("pk", flat=True))
    rows = list(
        Award.objects.select_for_update(no_key=True)
        .filter(pk__in=keys)
        .exclude(identifier="")
        .order_by("pk")
        .values_list("pk", "organisation_id", "batch_id", "line")
    )
    found = [row[0] for row in rows]
    if not found:
        return {}
    by_organisation: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for key, organisation_id, _batch, _line in rows:
        by_organisation[organisation_id].append(key)
    revoked: list[uuid.UUID] = []
    if revoke:
        for organisation_id, theirs in by_organisation.items():
            by = job_actor(organisation_id, label="erasure")
            reason = _("The learner was erased, and wished it so.")
            revoked += credentials.revoke_many(by=by, credentials=theirs, reason=reason, now=now)
        follow(revoked)
    forget("award", [str(key) for key in found])
    Credential.objects.filter(pk__in=found).update(content=b"")
    Credential.objects.filter(pk__in=found).exclude(pk__in=revoked).update(state_reason="")
    if _erase_evidence(found):
        jobs.drop_evidence.enqueue()
    erase_claims(Q(award_id__in=found))
    again = Concat(Value("erased:"), Cast("pk", CharField()))
    Award.objects.filter(pk__in=found).update(idempotency_key=again, **_NOTHING)
    for organisation_id, theirs in by_organisation.items():
        for key in theirs:
            webhooks.publish(organisation_id=organisation_id, type="award.erased", data={"award": str(key)})
    lines: dict[str, list[int]] = defaultdict(list)
    for _key, _organisation, batch, line in rows:
        if batch is not None and line is not None:
            lines[str(batch)].append(line)
    return dict(lines)


def _erase_evidence(awards: Sequence[uuid.UUID]) -> int:
    """Files that these awards alone used lose name and digest; the job takes their content. How many."""
    uses = EvidenceUse.objects.filter(award_id__in=awards)
    files = list(uses.values_list("file_id", flat=True).distinct())
    uses.delete()
    alone = EvidenceFile.objects.filter(pk__in=files, uses__isnull=True)
    return alone.update(name="", digest=b"")


def erase_claims(which: Q) -> int:
    """Requests through claim links, with their mails; how many. The place that they took stays taken."""
    keys = list(Claim.objects.filter(which).values_list("pk", flat=True)[:5000])
    forget("claim", [str(key) for key in keys])
    for start in range(0, len(keys), 500):
        Claim.objects.filter(pk__in=keys[start : start + 500]).delete()
    return len(keys)
