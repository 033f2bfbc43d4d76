"""Claim links, and the claims that come through them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed, one_of
from insignia_server.api.rest.achievements import achievement_of
from insignia_server.api.rest.rows import row
from insignia_server.awarding import claim_links, claims, several_claims
from insignia_server.awarding.models import Claim, ClaimLink, ClaimState
from insignia_server.organisations.models import Group
from insignia_server.organisations.roles import Permission

links = Router(tags=["claims"])
router = Router(tags=["claims"])


class LinkIn(Body):
    """A new claim link."""

    achievement: uuid.UUID
    name: str = Field(max_length=200)
    limit: int | None = Field(None, ge=1, le=1_000_000)
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    needs_approval: bool = False
    domains: list[str] = Field(default=[], description="Only addresses of these domains.")
    group: uuid.UUID | None = Field(None, description="Only its roster.")
    in_catalogue: bool = Field(False, description="The public catalogue leads to it while it is open.")


class LinkOut(Schema):
    """A link by which learners get an achievement themselves."""

    id: uuid.UUID
    achievement: uuid.UUID
    name: str
    url: str
    limit: int | None
    taken: int
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    closed_at: dt.datetime | None
    needs_approval: bool
    domains: list[str]
    group: uuid.UUID | None
    in_catalogue: bool
    created_at: dt.datetime


class ShownIn(Body):
    """Whether the public catalogue leads to a link."""

    shown: bool


class ClaimOut(Schema):
    """One learner's request."""

    id: uuid.UUID
    link: uuid.UUID
    email: str
    name: str
    evidence: str
    note: str
    state: str
    decision: str
    decided_at: dt.datetime | None
    award: uuid.UUID | None
    created_at: dt.datetime


class Declined(Body):
    """Why: the learner reads it."""

    reason: str


class Several(Body):
    """Which claims, a hundred at most."""

    claims: list[uuid.UUID]


class SeveralDeclined(Several):
    """Which claims, and why: all of them read it."""

    reason: str


class DecidedOut(Schema):
    """What became of one of them; `errors` say why it was not decided."""

    claim: uuid.UUID
    decided: bool
    award: uuid.UUID | None
    errors: list[str]


def _decided(found: list[several_claims.Decided]) -> list[dict[str, Any]]:
    return [
        {
            "claim": one.key,
            "decided": not one.refusals,
            "award": one.claim.award_id if one.claim else None,
            "errors": [refusal.message for refusal in one.refusals],
        }
        for one in found
    ]


def _link(one: ClaimLink) -> dict[str, Any]:
    same = (
        *("id", "name", "limit", "taken", "opens_at", "closes_at", "closed_at", "needs_approval", "domains"),
        *("in_catalogue", "created_at"),
    )
    return {
        **{name: getattr(one, name) for name in same},
        "achievement": one.achievement_id,
        "group": one.group_id,
        "url": claims.link_url(one),
    }


def _claim(one: Claim) -> dict[str, Any]:
    same = (*("id", "email", "name", "evidence", "note", "state", "decision", "decided_at", "created_at"),)
    return {**{name: getattr(one, name) for name in same}, "link": one.link_id, "award": one.award_id}


def _waiting(key: uuid.UUID) -> Claim:
    found: Claim = row(Claim.objects.select_related("link__achievement__issuer"), key)
    return found


@links.get("", response=Listed[LinkOut], **needs(Permission.READ), summary="List claim links")
def list_links(
    request: ApiRequest, response: HttpResponse, asked: Query[Paging], achievement: uuid.UUID | None = None
) -> dict[str, Any]:
    """Closed ones too, newest first."""
    rows = ClaimLink.objects.filter(achievement_id=achievement) if achievement else ClaimLink.objects
    return listed(request, response, rows, asked, _link)


@links.post("", response={201: LinkOut}, **needs(Permission.AWARD), summary="Open a claim link")
def open_link(request: ApiRequest, link: LinkIn) -> Status[dict[str, Any]]:
    """The answer has the address to give to learners."""
    values = link.dict(exclude={"achievement", "group"})
    made = claims.open_link(
        by=request.actor,
        achievement=achievement_of(link.achievement, field="achievement"),
        group=row(Group.objects, link.group, field="group") if link.group else None,
        **values,
    )
    return Status(201, _link(made))


@links.get("/{key}", response=LinkOut, **needs(Permission.READ), summary="Get a claim link")
def get_link(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """With how many have claimed."""
    return _link(row(ClaimLink.objects, key))


@links.post("/{key}/close", response=LinkOut, **needs(Permission.AWARD), summary="Close a claim link")
def close_link(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """It takes no more claims."""
    return _link(claims.close_link(by=request.actor, link=row(ClaimLink.objects, key), now=request.now))


@links.post(
    "/{key}/catalogue",
    response=LinkOut,
    **needs(Permission.AWARD),
    summary="Show a claim link in the catalogue",
)
def show_link(request: ApiRequest, key: uuid.UUID, wanted: ShownIn) -> dict[str, Any]:
    """Or take it out: `shown` is false."""
    link = row(ClaimLink.objects, key)
    return _link(claim_links.show_in_catalogue(by=request.actor, link=link, shown=wanted.shown))


@router.get("", response=Listed[ClaimOut], **needs(Permission.READ), summary="List claims")
def list_claims(
    request: ApiRequest,
    response: HttpResponse,
    asked: Query[Paging],
    link: uuid.UUID | None = None,
    state: str = "",
) -> dict[str, Any]:
    """Newest first; `state`: unproved, waiting, awarded, declined."""
    one_of("state", state, ClaimState.values)
    rows = Claim.objects.all()
    rows = rows.filter(link_id=link) if link else rows
    return listed(request, response, rows.filter(state=state) if state else rows, asked, _claim)


@router.post(
    "/approve", response=list[DecidedOut], **needs(Permission.APPROVE), summary="Approve several claims"
)
def approve_many(request: ApiRequest, several: Several) -> list[dict[str, Any]]:
    """Each has an outcome of its own: one that is refused stops no other."""
    return _decided(several_claims.approve_many(by=request.actor, keys=several.claims, now=request.now))


@router.post(
    "/decline", response=list[DecidedOut], **needs(Permission.APPROVE), summary="Decline several claims"
)
def decline_many(request: ApiRequest, several: SeveralDeclined) -> list[dict[str, Any]]:
    """With one reason for all of them."""
    found = several_claims.decline_many(
        by=request.actor, keys=several.claims, reason=several.reason, now=request.now
    )
    return _decided(found)


@router.get("/{key}", response=ClaimOut, **needs(Permission.READ), summary="Get a claim")
def get_claim(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """One learner's request."""
    return _claim(row(Claim.objects, key))


@router.post("/{key}/approve", response=ClaimOut, **needs(Permission.APPROVE), summary="Approve a claim")
def approve(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Awards what was claimed."""
    return _claim(claims.approve(by=request.actor, claim=_waiting(key), now=request.now))


@router.post("/{key}/decline", response=ClaimOut, **needs(Permission.APPROVE), summary="Decline a claim")
def decline(request: ApiRequest, key: uuid.UUID, why: Declined) -> dict[str, Any]:
    """The learner reads the reason."""
    return _claim(claims.decline(by=request.actor, claim=_waiting(key), reason=why.reason, now=request.now))
