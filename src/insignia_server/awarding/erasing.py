"""Erasing a learner: by the person, who leaves with the account, or by an organisation that was asked to.

What goes at once goes in the caller's transaction (awards are found by their blind index), the rest in a job
(erasing_steps.py). docs/guides/privacy.md says what is erased, what stays, and why.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from insignia_server.audit import services as audit
from insignia_server.awarding.erasing_rows import CHUNK, erase_awards, erase_claims
from insignia_server.awarding.models import Award, Claim, Erasure
from insignia_server.awarding.owning import learner
from insignia_server.awarding.recipients import Recipient, normalised
from insignia_server.credentials.subject import DID, EMAIL
from insignia_server.kit import blind
from insignia_server.kit.errors import Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission
from insignia_server.people.subscribers import Leaving

STEPS: Final = ("awards", "delivered", "claims", "roster", "batches", "messages")


@dataclass
class Known:
    """What there is to look for: identifiers (kind and normal value), awards of the person, the lines of
    batches they came from, and files that were replaced and still lie in the storage."""

    values: list[list[str]]
    awards: list[str] = field(default_factory=list)
    lines: dict[str, list[int]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, row: Erasure) -> Known:
        """As it is stored."""
        return cls(**row.known)

    def to_json(self) -> dict[str, Any]:
        """To be stored."""
        return {"values": self.values, "awards": self.awards, "lines": self.lines, "files": self.files}

    @property
    def addresses(self) -> list[str]:
        """The email addresses among the identifiers."""
        return [value for kind, value in self.values if kind == EMAIL]

    @property
    def indexes(self) -> list[bytes]:
        """By which awards and claims are found."""
        return [blind.index(kind, value) for kind, value in self.values]

    def came_from(self, lines: dict[str, list[int]]) -> None:
        """More lines of batches."""
        for batch, more in lines.items():
            self.lines[batch] = sorted({*self.lines.get(batch, ()), *more})


def erase_learner(
    *,
    by: Actor,
    identifier: str,
    identifier_kind: str = "",
    revoke: bool = False,
    now: dt.datetime | None = None,
) -> Erasure:
    """Erase what the organisation holds of a learner, in its scope: awards, claims, mails, rosters, rows of
    uploaded files. Badges and requests go at once, the rest by a job. An account of the person stays.

    `identifier_kind`: an IdentifierTypeEnum of Open Badges 3.0 or `did`; empty: an email address or a DID.

    Raises:
        Forbidden: no permission to manage the organisation.
        Refused: this is no identifier.
    """
    by.require(Permission.MANAGE)
    now = now or timezone.now()
    kind, value = checked(identifier, identifier_kind)
    with transaction.atomic():
        found = Award.objects.to_identifier(kind, value).exclude(identifier="")
        row = _begin(by.organisation_id, [[kind, value]], _keys(found), revoke, now)
        audit.record(by=by, action="learner.erase", subject=row, revoke=revoke, count=row.counts["awards"])
    return row


def checked(identifier: str, kind: str) -> tuple[str, str]:
    """Kind and normal value of an identifier. Raises Refused, beside the field `identifier`."""
    text = identifier.strip()
    chosen = kind or (DID if text.lower().startswith("did:") else EMAIL)
    person, errors, _warnings = normalised(Recipient(identifier=text, identifier_kind=chosen))
    if errors:
        raise Refused(*errors)
    return person.identifier_kind, person.identifier


def held(kind: str, value: str) -> int:
    """How many awards of the organisation in scope are to this identifier."""
    count: int = Award.objects.to_identifier(kind, value).exclude(identifier="").count()
    return count


def person_left(leaving: Leaving) -> None:
    """people.subscribers calls this before the account goes, in its transaction and crossing."""
    now = timezone.now()
    values = [list(pair) for pair in leaving.identifiers]
    indexes = [blind.index(kind, value) for kind, value in leaving.identifiers]
    mine = Q(person_id=leaving.user_id) | Q(blind_index__in=indexes, person=None)
    found = Award.objects.filter(mine).exclude(identifier="")
    organisations = set(found.order_by().values_list("organisation_id", flat=True))
    for organisation_id in sorted(organisations):
        count = found.filter(organisation_id=organisation_id).count()
        by = learner(leaving.user_id, organisation_id)
        audit.record(by=by, action="award.erase", count=count, revoke=leaving.revoke)
    claims = Claim.objects.filter(person_id=leaving.user_id).values_list("pk", flat=True)
    erase_claims(Q(pk__in=list(claims)))
    _begin(None, values, _keys(found), leaving.revoke, now)


def _keys(found: Any) -> list[uuid.UUID]:
    return list(found.order_by("-pk").values_list("pk", flat=True))


def _begin(
    organisation_id: uuid.UUID | None,
    values: Sequence[Sequence[str]],
    awards: Sequence[uuid.UUID],
    revoke: bool,
    now: dt.datetime,
) -> Erasure:
    """The first awards are erased here, so that their pages are gone at once; a job goes on."""
    from insignia_server.awarding import jobs

    known = Known([list(pair) for pair in values], [str(key) for key in awards[CHUNK:]])
    known.came_from(erase_awards(awards[:CHUNK], revoke=revoke, now=now))
    claims = erase_claims(Q(blind_index__in=known.indexes)) if values else 0
    row: Erasure = Erasure.objects.create(
        organisation_id=organisation_id,
        revoke=revoke,
        known=known.to_json(),
        step=STEPS[0],
        counts={"awards": len(awards), "claims": claims},
        created_at=now,
    )
    jobs.erase_learner.enqueue(
        erasure=str(row.pk), organisation=str(organisation_id) if organisation_id else ""
    )
    return row


def counted(counts: dict[str, int], name: str, more: int) -> dict[str, int]:
    """The counts with more of a kind."""
    return {**counts, name: counts.get(name, 0) + more}
