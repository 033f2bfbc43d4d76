"""Awards: make, list, correct, revoke, deliver."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from typing import Any, Final, Literal

from django.conf import settings
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.api.fitting import Body, sent_as
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.idempotency import key_of
from insignia_server.api.paging import Listed, Paging, answered, cursor_of, one_of
from insignia_server.api.rest.achievements import achievement_of
from insignia_server.api.rest.rows import row
from insignia_server.awarding import embeds, listing, services
from insignia_server.awarding.models import Award, AwardSource, DeliveryState
from insignia_server.awarding.querysets import SHOWN
from insignia_server.awarding.services import Correction, Evidence, Recipient, Result
from insignia_server.issuers.signing import SUITES
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.roles import Permission

router = Router(tags=["awards"])
RECIPIENT: Final = {
    name: f"recipient.{name}" for name in ("email", "identifier", "identifier_kind", "name", "language")
}


class ResultIn(Body):
    """A result: `description` is the key of a result description of the achievement."""

    description: str
    value: str = ""
    level: str = ""
    status: str = ""


class EvidenceIn(Body):
    """A piece of work behind the award."""

    url: str = ""
    name: str = ""
    description: str = ""
    narrative: str = ""
    genre: str = ""


class RecipientIn(Body):
    """Whom it is for. `email` alone is signed (hashed) and written to; with `identifier`, that is signed."""

    email: str = ""
    identifier: str = ""
    identifier_kind: str = ""
    name: str = ""
    language: str = ""


class FactsIn(Body):
    """What an award says beside the recipient."""

    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    results: list[ResultIn] = Field(default=[], max_length=100)
    evidence: list[EvidenceIn] = Field(default=[], max_length=20)
    narrative: str = ""


class AwardIn(FactsIn):
    """A new award. `key` names this act in the organisation: the same key again gives the same award."""

    achievement: uuid.UUID
    recipient: RecipientIn
    key: str = Field("", max_length=150)
    send: bool = True
    refuse_held: bool = Field(False, description="Refuse when the recipient holds this badge already.")
    suite: str = Field("", description="Another cryptosuite than the achievement's.")


class CorrectionIn(Body):
    """What becomes different; null stays as it was. The learner reads the reason."""

    reason: str
    name: str | None = None
    email: str | None = None
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    results: list[ResultIn] | None = None
    evidence: list[EvidenceIn] | None = None
    narrative: str | None = None
    end_by_rule: bool = Field(
        False, description="The end that was given goes; the achievement's rule says one."
    )
    newest_version: bool = False
    send: bool = True


class Reason(Body):
    """Why: the learner reads it."""

    reason: str
    send: bool = True


class Reinstated(Body):
    """Why, if it is to be told."""

    reason: str = ""
    send: bool = True


class Again(Body):
    """To a corrected address, or the same."""

    email: str | None = None


class Reminded(Schema):
    """How many were written to."""

    reminded: int


class Unclaimed(Body):
    """Whom to remind."""

    awards: list[uuid.UUID] = Field(max_length=500)


class AwardOut(Schema):
    """An award and its credential, which has the same key."""

    id: uuid.UUID
    achievement: uuid.UUID
    version: int | None
    batch: uuid.UUID | None
    line: int | None
    source: str
    identifier_kind: str
    identifier: str
    email: str
    name: str
    language: str
    state: str = Field(description="valid, suspended, revoked, superseded or undone; dates apart.")
    state_reason: str
    superseded_by: uuid.UUID | None
    delivery: str
    delivered_at: dt.datetime | None
    claimed_at: dt.datetime | None
    visibility: str
    suite: str
    issued_at: dt.datetime
    valid_from: dt.datetime
    valid_until: dt.datetime | None
    created_at: dt.datetime
    page: str


class AwardDetail(AwardOut):
    """With what it says, and the credential: an object, or a text where it is a JWT."""

    details: dict[str, Any]
    credential: dict[str, Any] | str


def shown(one: Award) -> dict[str, Any]:
    """An award as lists show it."""
    same = (
        *("id", "line", "source", "identifier_kind", "identifier", "email", "name", "language", "delivery"),
        *("delivered_at", "claimed_at", "visibility", "created_at"),
    )
    credential = one.credential
    of = ("state_reason", "suite", "issued_at", "valid_from", "valid_until")
    return {
        **{name: getattr(one, name) for name in same},
        **{name: getattr(credential, name) for name in of},
        "state": "undone" if one.state == "undone" else credential.state,
        "superseded_by": credential.superseded_by_id,
        "achievement": one.achievement_id,
        "version": one.version.number,
        "batch": one.batch_id,
        "page": f"{settings.PUBLIC_URL}/badges/{one.pk}/",
    }


def detail(key: uuid.UUID) -> dict[str, Any]:
    """An award with its credential. Raises NotHere."""
    one = award_of(key)
    content = bytes(one.credential.content).decode()
    signed = json.loads(content) if content.startswith("{") else content
    return {**shown(one), "details": one.details, "credential": signed}


def award_of(key: uuid.UUID) -> Award:
    """The award of this key in the client's organisation. Raises NotHere."""
    found: Award = row(
        Award.objects.select_related("credential", "version", "achievement__issuer", "batch"), key
    )
    return found


def results_of(given: list[ResultIn]) -> tuple[Result, ...]:
    """Results as the service takes them."""
    return tuple(Result(**one.dict()) for one in given)


def evidence_of(given: list[EvidenceIn]) -> tuple[Evidence, ...]:
    """Evidence as the service takes it."""
    return tuple(Evidence(**one.dict()) for one in given)


def facts_of(given: FactsIn) -> dict[str, Any]:
    """The arguments of `award` beside the recipient."""
    return {
        "valid_from": given.valid_from,
        "valid_until": given.valid_until,
        "results": results_of(given.results),
        "evidence": evidence_of(given.evidence),
        "narrative": given.narrative,
    }


def act_key(request: ApiRequest, key: str) -> str:
    """The name of an act: the body's (of the whole organisation), else the request's, else a new one."""
    header = key_of(request)
    if key.strip():
        return f"api:{key.strip()}"
    if header:
        return f"api:{request.client.pk.hex}:{hashlib.sha256(header.encode()).hexdigest()}"
    return f"api:{uuid7()}"


@router.get("", response=Listed[AwardOut], **needs(Permission.READ), summary="List awards")
def list_awards(
    request: ApiRequest,
    response: HttpResponse,
    asked: Query[Paging],
    achievement: uuid.UUID | None = None,
    issuer: uuid.UUID | None = None,
    batch: uuid.UUID | None = None,
    state: str = "",
    delivery: str = "",
    search: str = "",
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> dict[str, Any]:
    """Newest first; by name where `search` is the beginning of one (otherwise an email address or a DID).
    `state`: valid, suspended, revoked, superseded, expired, undone; `delivery`: none, queued, sent, opened,
    bounced, failed, withheld (the badge changed before its mail left), claimed, without what was
    undone. A page that was looked through for long may have fewer
    items than its limit: the last one is that without `next`."""
    wanted = listing.Wanted(
        search=search,
        state=one_of("state", state, SHOWN),
        achievement=achievement,
        issuer=issuer,
        batch=batch,
        delivery=one_of("delivery", delivery, DeliveryState.values),
        since=since,
        until=until,
    )
    found = listing.page(wanted, now=request.now, after=cursor_of(asked), size=asked.limit)
    return answered(request, response, found, asked, shown)


@router.post("", response={201: AwardDetail, 200: AwardDetail}, **needs(Permission.AWARD), summary="Award")
def award(request: ApiRequest, award: AwardIn) -> Status[dict[str, Any]]:
    """Signs, stores, and sends unless `send` is false. 200 when this key had made the award before."""
    with sent_as(**RECIPIENT):
        made = services.award(
            by=request.actor,
            achievement=achievement_of(award.achievement, field="achievement"),
            recipient=Recipient(**award.recipient.dict()),
            key=act_key(request, award.key),
            source=AwardSource.API,
            send=award.send,
            refuse_held=award.refuse_held,
            suite=one_of("suite", award.suite, tuple(SUITES)),
            now=request.now,
            **facts_of(award),
        )
    return Status(201 if made.created_at == request.now else 200, detail(made.pk))


@router.post("/preview", response=dict[str, Any], **needs(Permission.AWARD), summary="Preview an award")
def preview(request: ApiRequest, award: AwardIn) -> dict[str, Any]:
    """The credential as it would be signed, without status and proof. Nothing is kept."""
    with sent_as(**RECIPIENT):
        return services.preview(
            by=request.actor,
            achievement=achievement_of(award.achievement, field="achievement"),
            recipient=Recipient(**award.recipient.dict()),
            refuse_held=award.refuse_held,
            suite=one_of("suite", award.suite, tuple(SUITES)),
            now=request.now,
            **facts_of(award),
        )


@router.post("/remind", response=Reminded, **needs(Permission.AWARD), summary="Remind the unclaimed")
def remind(request: ApiRequest, asked: Unclaimed) -> dict[str, int]:
    """Those who have claimed, or asked for no reminders, are left out."""
    rows = Award.objects.filter(pk__in=asked.awards)
    return {"reminded": services.remind(by=request.actor, awards=rows, now=request.now)}


@router.get("/{key}", response=AwardDetail, **needs(Permission.READ), summary="Get an award")
def get_award(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """With its credential as JSON; the exact bytes are at /credentials/{key}."""
    return detail(key)


class EmbedOut(Schema):
    """A text to paste; `name` is component, html, markdown, readme or signature."""

    name: str
    label: str
    content: str


class EmbedsOut(Schema):
    """What shows a badge elsewhere."""

    page: str
    picture: str
    state_picture: str
    linkedin: str
    snippets: list[EmbedOut]


@router.get("/{key}/embeds", response=EmbedsOut, **needs(Permission.READ), summary="Snippets of an award")
def embeds_of(
    request: ApiRequest,
    key: uuid.UUID,
    size: Literal["card", "compact", "image"] = "card",
    theme: Literal["auto", "light", "dark"] = "auto",
) -> dict[str, Any]:
    """Snippets for websites, Markdown, README files and mails. `size` and `theme` are of the component."""
    one = award_of(key)
    subject = embeds.subject_of(one.version, one.achievement, one.credential_id)
    return {
        "page": subject.page,
        "picture": subject.picture,
        "state_picture": subject.state_picture,
        "linkedin": embeds.share_links(subject)["linkedin"],
        "snippets": embeds.snippets(subject, size=size, theme=theme),
    }


@router.post("/{key}/correct", response={201: AwardDetail}, **needs(Permission.AWARD), summary="Correct")
def correct(request: ApiRequest, key: uuid.UUID, correction: CorrectionIn) -> Status[dict[str, Any]]:
    """A new award whose credential supersedes the old one; the old one is revoked with the reason."""
    values = correction.dict(exclude={"send", "results", "evidence"})
    if correction.results is not None:
        values["results"] = results_of(correction.results)
    if correction.evidence is not None:
        values["evidence"] = evidence_of(correction.evidence)
    changes = Correction(**values)
    made = services.correct(
        by=request.actor, award=award_of(key), changes=changes, send=correction.send, now=request.now
    )
    return Status(201, detail(made.pk))


@router.post("/{key}/revoke", response=AwardDetail, **needs(Permission.REVOKE), summary="Revoke")
def revoke(request: ApiRequest, key: uuid.UUID, why: Reason) -> dict[str, Any]:
    """For good; it is seen as revoked on the next verification."""
    services.revoke(by=request.actor, award=award_of(key), reason=why.reason, send=why.send, now=request.now)
    return detail(key)


@router.post("/{key}/suspend", response=AwardDetail, **needs(Permission.REVOKE), summary="Suspend")
def suspend(request: ApiRequest, key: uuid.UUID, why: Reason) -> dict[str, Any]:
    """Until it is reinstated."""
    services.suspend(by=request.actor, award=award_of(key), reason=why.reason, send=why.send, now=request.now)
    return detail(key)


@router.post("/{key}/reinstate", response=AwardDetail, **needs(Permission.REVOKE), summary="Reinstate")
def reinstate(request: ApiRequest, key: uuid.UUID, why: Reinstated) -> dict[str, Any]:
    """What was suspended is valid again."""
    services.reinstate(
        by=request.actor, award=award_of(key), reason=why.reason, send=why.send, now=request.now
    )
    return detail(key)


@router.post("/{key}/resend", response={202: AwardDetail}, **needs(Permission.AWARD), summary="Send again")
def resend(request: ApiRequest, key: uuid.UUID, again: Again) -> Status[dict[str, Any]]:
    """The mail once more, to a corrected address if one is given; the credential stays."""
    services.send_again(by=request.actor, award=award_of(key), email=again.email, now=request.now)
    return Status(202, detail(key))
